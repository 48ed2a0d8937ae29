//! What the command line of `send` means.

use std::path::PathBuf;

use super::config::Config;
use super::{SettingsError, target};
use crate::cli;
use crate::commands::send;
use crate::environment::Environment;
use crate::error::Failure;

pub(super) fn settle(
    mut typed: cli::Send,
    environment: &Environment,
) -> Result<send::Options, Failure> {
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
        if !(environment.stdin_is_terminal && environment.stderr_is_terminal) {
            return Err(SettingsError::NothingToSend.into());
        }
        send::What::Ask
    } else {
        send::What::Events(typed.events)
    };
    Ok(send::Options {
        what,
        shape: send::Shape {
            exact: typed.exact,
            changes: changes(&typed.changes)?,
            force: typed.changes.force,
            edit: typed.changes.edit,
            validate: !typed.changes.no_validate,
            session: typed.session,
            ids: typed.ids,
        },
        seed: typed.seed,
        content_type: typed.content_type,
        pace: send::Pace {
            count: typed.pace.count,
            repeat: typed.pace.repeat_identical,
            concurrency: typed.pace.concurrency,
            rate: typed.pace.rate,
            retries: typed.pace.retries,
            speed: typed.pace.speed,
        },
        report: report(typed.report)?,
        print: match typed.form {
            Some(cli::Form::Curl) => Some(send::Form::Curl),
            Some(cli::Form::Http) => Some(send::Form::Http),
            None => typed.dry_run.then_some(send::Form::Request),
        },
        target: target::settle(typed.target, &config, environment)?,
        format: typed.format.into(),
    })
}

/// The changes, those that leave a field out last.
fn changes(typed: &cli::Changes) -> Result<Vec<send::Change>, send::ChangesError> {
    let set = typed.set.iter().map(|text| send::Change::set(text));
    let strings = typed.set_string.iter();
    let set = set.chain(strings.map(|text| send::Change::set_string(text)));
    let unset = typed.unset.iter().map(|path| send::Change::unset(path));
    set.chain(unset).collect()
}

/// The report's file, and the form that its name asks for.
fn report(path: Option<PathBuf>) -> Result<Option<(PathBuf, send::ReportForm)>, SettingsError> {
    let Some(path) = path else { return Ok(None) };
    match send::ReportForm::of(&path) {
        Some(form) => Ok(Some((path, form))),
        None => Err(SettingsError::Report {
            path,
            kinds: "FILE.xml for JUnit, or FILE.json",
        }),
    }
}
