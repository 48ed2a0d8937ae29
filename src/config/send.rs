//! What the command line of `send` means.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::changes::changes;
use super::error::SettingsError;
use super::file::Config;
use super::report::report;
use super::{serving, target};
use crate::cli;
use crate::commands::send;
use crate::commands::sources::Sources;
use crate::delivery;
use crate::flows::sending::{BodyOptions, Seed};
use crate::model::error::Failure;
use crate::model::name::Name;
use crate::render::report::ReportKind;
use crate::render::request::RequestForm;
use crate::selection::Speed;

pub(super) fn settle(
    mut typed: cli::Send,
    sources: &Sources<'_>,
) -> Result<send::SendOptions, Failure> {
    target::positional(&mut typed.events, |word| word, &mut typed.posting.target)?;
    check(&typed)?;
    let config = if typed.list {
        // Nothing is sent, so no setting is used.
        Config::default()
    } else {
        Config::find(sources)?
    };
    let is_file = |text: &str| sources.environment.current_dir.join(text).is_file();
    if let Some(name) = typed.events.iter().find(|name| is_file(name)) {
        return Err(SettingsError::FileAsEvent(name.clone()).into());
    }
    let what = if let Some(data) = typed.data {
        if data != "-" && !data.starts_with(['@', '{', '[', '"']) && is_file(&data) {
            return Err(SettingsError::FileAsData(data).into());
        }
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
        typed.posting.target.auth = cli::Auth {
            user: None,
            password_file: None,
        };
        send::What::List
    } else if typed.all {
        send::What::All {
            provider: typed.provider,
        }
    } else if typed.events.is_empty() {
        if !sources.environment.can_ask() {
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
            changes: changes(&typed.changes)?,
            force: typed.changes.force,
            edit: typed.edit,
            validate: !typed.no_validate,
            session: typed.session.map(Name::from),
            ids: typed.ids,
            files: None,
        },
        seed: Seed(typed.seed),
        content_type: typed.content_type,
        pace: send::Pace {
            count: typed.pace.count,
            repeat: typed.pace.repeat_identical,
            concurrency: typed.pace.concurrency,
            rate: typed.posting.rate,
            retries: typed.posting.retries,
            retry_on: typed.retry_on,
            speed: typed.pace.speed.unwrap_or(Speed::Times(1.0)),
        },
        report: report.transpose()?,
        like: typed.expect_like,
        expect_fetched: typed.serving.expect_fetched,
        files: serving::server(typed.serving, sources)?,
        files_wait: typed.files_wait,
        print: typed.form.or(typed.dry_run.then_some(RequestForm::Raw)),
        variables: variables(typed.env, sources)?,
        target: delivery::Target {
            is_agreed: typed.posting.yes,
            ..target::settle(typed.posting.target, &config, sources)?
        },
        format: typed.format,
    })
}

/// That no option is there which only counts beside another. Clap does not see it where that
/// other one could not stand.
fn check(typed: &cli::Send) -> Result<(), SettingsError> {
    let has_scenario = typed.scenario.is_some();
    if let Some(event) = typed.events.first() {
        let others = [
            ("--all", typed.all),
            ("--data", typed.data.is_some()),
            ("--scenario", has_scenario),
            ("--list", typed.list),
        ];
        if let Some((option, _)) = others.into_iter().find(|(_, is_typed)| *is_typed) {
            let event = event.clone();
            return Err(SettingsError::EventBeside { event, option });
        }
    }
    let without = |option, needs| Err(SettingsError::Without { option, needs });
    if typed.provider.is_some() && !(typed.all || has_scenario) {
        return without("--provider", "--all or --scenario");
    }
    if !(typed.env.is_empty() || has_scenario) {
        return without("--env", "--scenario");
    }
    if typed.pace.speed.is_some() && !has_scenario {
        return without("--speed", "--scenario");
    }
    Ok(())
}

/// The variables of `--env`.
fn variables(
    names: Vec<String>,
    sources: &Sources<'_>,
) -> Result<BTreeMap<String, String>, SettingsError> {
    let known = &sources.environment.variables;
    let one = |name: String| match known.get(&name) {
        Some(value) => Ok((name, value.clone())),
        None => Err(SettingsError::NotSet(name)),
    };
    names.into_iter().map(one).collect()
}

/// What the questions build on.
fn questions(typed: &cli::Send, config: &Config) -> send::Questions {
    let named = config.targets();
    let named = named.map(|(name, url)| (name.to_owned(), url.to_owned()));
    let (named, typed_target) = (named.collect(), typed.posting.target.clone());
    let config = config.clone();
    send::Questions {
        typed: typed.words.clone(),
        named,
        resolve: Box::new(move |name, environment| {
            let typed = cli::Target {
                url: None,
                to: Some(name.to_owned()),
                ..typed_target.clone()
            };
            let sources = Sources {
                environment,
                config: None,
            };
            target::settle(typed, &config, &sources)
        }),
    }
}
