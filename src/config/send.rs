//! What the command line of `send` means.

use std::path::PathBuf;

use super::file::Config;
use super::{SettingsError, report, target};
use crate::catalog::{Change, ChangesError};
use crate::cli;
use crate::commands::send;
use crate::flows::sending::{BodyOptions, Seed};
use crate::model::environment::Environment;
use crate::model::error::Failure;
use crate::render::report::ReportKind;
use crate::render::request::RequestForm;
use crate::selection::Speed;

pub(super) fn settle(
    mut typed: cli::Send,
    environment: &Environment,
) -> Result<send::SendOptions, Failure> {
    check(&typed)?;
    let config = Config::find(environment)?;
    let what = if let Some(data) = typed.data {
        send::What::Data(match data.strip_prefix('@') {
            _ if data == "-" => send::Data::Input,
            Some(file) => send::Data::File(PathBuf::from(file)),
            None => send::Data::Text(data),
        })
    } else if let Some(name) = typed.scenario {
        send::What::Scenario {
            name,
            provider: typed.provider,
        }
    } else if typed.list {
        // Nothing is sent, so no password is asked for.
        typed.target.auth = cli::Auth {
            user: None,
            password_file: None,
        };
        send::What::List
    } else if typed.all {
        send::What::All {
            provider: typed.provider,
        }
    } else if typed.events.is_empty() {
        if !environment.can_ask() {
            return Err(SettingsError::NothingToSend.into());
        }
        send::What::Ask(questions(&typed, &config))
    } else {
        send::What::Events(typed.events)
    };
    let kinds = &[ReportKind::Junit, ReportKind::Json];
    let report = typed.report.map(|path| report(path, kinds));
    Ok(send::SendOptions {
        what,
        body: BodyOptions {
            exact: typed.exact,
            changes: changes(
                &typed.changes.set,
                &typed.changes.set_string,
                &typed.changes.unset,
            )?,
            force: typed.changes.force,
            edit: typed.changes.edit,
            validate: !typed.changes.no_validate,
            session: typed.session,
            ids: typed.ids,
        },
        seed: Seed(typed.seed),
        content_type: typed.content_type,
        pace: send::Pace {
            count: typed.pace.count,
            repeat: typed.pace.repeat_identical,
            concurrency: typed.pace.concurrency,
            rate: typed.pace.rate,
            retries: typed.pace.retries,
            speed: typed.pace.speed.unwrap_or(Speed::Times(1.0)),
        },
        report: report.transpose()?,
        print: match typed.form {
            Some(cli::Form::Curl) => Some(RequestForm::Curl),
            Some(cli::Form::Http) => Some(RequestForm::Http),
            None => typed.dry_run.then_some(RequestForm::Raw),
        },
        target: target::settle(typed.target, &config, environment)?,
        format: typed.format.into(),
    })
}

/// The changes, those that leave a field out last.
pub(super) fn changes(
    set: &[String],
    strings: &[String],
    unset: &[String],
) -> Result<Vec<Change>, ChangesError> {
    let set = set.iter().map(|text| Change::set(text));
    let strings = strings.iter().map(|text| Change::set_string(text));
    let unset = unset.iter().map(|path| Change::unset(path));
    set.chain(strings).chain(unset).collect()
}

/// That no option is there which only counts beside another. Clap does not see it where that
/// other one could not stand.
fn check(typed: &cli::Send) -> Result<(), SettingsError> {
    let has_scenario = typed.scenario.is_some();
    let without = |option, needs| Err(SettingsError::Without { option, needs });
    if typed.provider.is_some() && !(typed.all || has_scenario) {
        return without("--provider", "--all or --scenario");
    }
    if typed.pace.speed.is_some() && !has_scenario {
        return without("--speed", "--scenario");
    }
    Ok(())
}

/// What the questions build on.
fn questions(typed: &cli::Send, config: &Config) -> send::Questions {
    let named = config.targets.iter();
    let named = named.map(|(name, target)| (name.clone(), target.url.clone()));
    let (named, typed_target) = (named.collect(), typed.target.clone());
    let config = config.clone();
    send::Questions {
        typed: words(typed),
        named,
        resolve: Box::new(move |name, environment| {
            let typed = cli::Target {
                url: None,
                to: Some(name.to_owned()),
                ..typed_target.clone()
            };
            target::settle(typed, &config, environment)
        }),
    }
}

/// What was typed and counts besides the target, as words of a command. Passwords are left
/// out, and so are headers that let somebody in.
fn words(typed: &cli::Send) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut flag = |name: &str, is_set: bool| {
        if is_set {
            words.push(name.to_owned());
        }
    };
    flag("--exact", typed.exact);
    flag("--edit", typed.changes.edit);
    flag("--force", typed.changes.force);
    flag("--no-validate", typed.changes.no_validate);
    flag("--dry-run", typed.dry_run);
    flag("--insecure", typed.target.insecure);
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.extend([name.to_owned(), value]);
        }
    };
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    for text in &typed.changes.set {
        option("--set", Some(text.clone()));
    }
    for text in &typed.changes.set_string {
        option("--set-string", Some(text.clone()));
    }
    for text in &typed.changes.unset {
        option("--unset", Some(text.clone()));
    }
    option("--session", typed.session.clone());
    for (name, id) in &typed.ids {
        option(&format!("--{name}"), Some(id.clone()));
    }
    option("--seed", typed.seed.map(|seed| seed.to_string()));
    let pace = &typed.pace;
    option("--count", pace.count.map(|count| count.to_string()));
    let repeat = (pace.repeat_identical > 1).then(|| pace.repeat_identical.to_string());
    option("--repeat-identical", repeat);
    option(
        "--concurrency",
        pace.concurrency.map(|number| number.to_string()),
    );
    option(
        "--rate",
        pace.rate
            .map(|rate| format!("{}/s", rate.period().as_secs_f64().recip())),
    );
    option(
        "--retries",
        (pace.retries > 0).then(|| pace.retries.to_string()),
    );
    option("--report", path(&typed.report));
    option("--content-type", typed.content_type.clone());
    option(
        "--as",
        typed.form.map(|form| match form {
            cli::Form::Curl => "curl".to_owned(),
            cli::Form::Http => "http".to_owned(),
        }),
    );
    if let cli::Format::Json = typed.format {
        option("--format", Some("json".to_owned()));
    }
    let secrets = ["authorization", "proxy-authorization", "cookie"];
    for line in &typed.target.headers {
        let name = line.split([':', ';']).next().unwrap_or_default();
        let is_secret = secrets
            .iter()
            .any(|secret| name.trim().eq_ignore_ascii_case(secret));
        if !is_secret {
            option("--header", Some(line.clone()));
        }
    }
    let user = typed.target.auth.user.as_deref();
    let user = user.map(|user| user.split(':').next().unwrap_or_default().to_owned());
    option("--user", user);
    let timeout = typed.target.timeout;
    let is_usual = timeout == cli::TIMEOUT;
    option(
        "--timeout",
        (!is_usual).then(|| humantime::format_duration(timeout).to_string()),
    );
    option("--cacert", path(&typed.target.cacert));
    option("--password-file", path(&typed.target.auth.password_file));
    words
}
