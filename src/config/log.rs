//! What the command line of `log` means.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Subcommand as _;

use super::error::SettingsError;
use super::file::{Config, DEFAULT_LOG};
use super::{selection, target};
use crate::cli;
use crate::commands::Logs;
use crate::commands::log::{
    Compared, DiffOptions, ExportOptions, ListOptions, LogJob, PruneOptions, RepairOptions,
    SessionsOptions, ShowOptions, StatsOptions, TimelineOptions, word,
};
use crate::commands::sources::Sources;
use crate::files::Input;
use crate::flows::history::CaptureName;
use crate::model::error::Failure;

/// What is asked of which logs.
pub(super) fn settle(typed: cli::Log, sources: &Sources<'_>) -> Result<LogJob, Failure> {
    let config = Config::find(sources)?;
    let logs = |typed: cli::Logs| logs(typed, &config);
    if typed.command.is_none() {
        let is_command = |file: &&PathBuf| {
            let name = file.to_str().unwrap_or_default();
            cli::LogCommand::has_subcommand(name) && !file.exists()
        };
        let is_habit = |file: &&PathBuf| {
            let name = file.to_str().unwrap_or_default();
            ["tail", "ls", "list"].contains(&name) && !file.exists()
        };
        if let Some(file) = typed.list.logs.files.iter().find(is_habit) {
            return Err(SettingsError::Habit(file.display().to_string()).into());
        }
        if let Some(file) = typed.list.logs.files.iter().find(is_command) {
            return Err(SettingsError::LateCommand(file.display().to_string()).into());
        }
    }
    Ok(match typed.command {
        None => LogJob::List(ListOptions {
            logs: logs(typed.list.logs)?,
            query: selection::query(typed.list.selection),
            last: typed.list.window.last.map(NonZeroUsize::get),
            limit: typed.list.window.limit,
            follow: typed.list.follow,
            full: typed.list.full,
            mask: typed.list.masking.mask(),
            format: typed.list.format,
        }),
        Some(cli::LogCommand::Show(show)) => {
            let target = || {
                let typed = cli::Target {
                    url: show.url.clone(),
                    ..target::plain()
                };
                target::settle(typed, &config, sources)
            };
            let request = show.form.map(|form| Ok::<_, Failure>((form, target()?)));
            LogJob::Show(Box::new(ShowOptions {
                request: request.transpose()?,
                capture: show.capture,
                logs: logs(show.logs)?,
                raw: show.raw,
                mask: show.masking.mask(),
                format: show.format,
            }))
        }
        Some(cli::LogCommand::Sessions(typed)) => LogJob::Sessions(SessionsOptions {
            logs: logs(typed.logs)?,
            query: selection::query(typed.selection),
            last: typed.window.last.map(NonZeroUsize::get),
            limit: typed
                .window
                .limit
                .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
            states: typed.states,
            sort: typed.sort,
            settle_after: typed.settling.settle_after,
            watch: typed.watch,
            expect_complete: typed.expect_complete,
            format: typed.format,
        }),
        Some(cli::LogCommand::Timeline(typed)) => LogJob::Timeline(TimelineOptions {
            session: typed.session,
            logs: logs(typed.logs)?,
            settle_after: typed.settling.settle_after,
            follow: typed.follow,
            format: typed.format,
        }),
        Some(cli::LogCommand::Diff(typed)) => LogJob::Diff(diff(typed, &config)?),
        Some(cli::LogCommand::Stats(typed)) => LogJob::Stats(StatsOptions {
            logs: logs(typed.logs)?,
            query: selection::query(typed.selection),
            by: typed.by,
            format: typed.format,
        }),
        Some(cli::LogCommand::Export(typed)) => LogJob::Export(export(typed, &config)?),
        Some(cli::LogCommand::Repair(typed)) => {
            let (logs, log) = own_log(typed.log, &config)?;
            LogJob::Repair(RepairOptions {
                logs,
                log,
                output: typed.output,
                format: typed.format,
            })
        }
        Some(cli::LogCommand::Prune(typed)) => {
            let (logs, log) = own_log(typed.log, &config)?;
            LogJob::Prune(PruneOptions {
                logs,
                log,
                session: typed.session,
                yes: typed.yes,
                format: typed.format,
            })
        }
    })
}

/// Which captures are exported, and how.
fn export(typed: cli::Exported, config: &Config) -> Result<ExportOptions, SettingsError> {
    Ok(ExportOptions {
        logs: logs(typed.logs, config)?,
        query: selection::query(typed.selection),
        last: typed.window.last.map(NonZeroUsize::get),
        limit: typed.window.limit,
        mask: typed.masking.mask(),
        output: typed.output,
    })
}

/// Captures or sessions to compare, and where.
fn diff(typed: cli::Diff, config: &Config) -> Result<DiffOptions, Failure> {
    let captures = match (typed.sessions.is_empty(), typed.sample) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    if typed.words.len() < captures {
        return Err(SettingsError::OneCapture.into());
    }
    let (captures, files) = typed.words.split_at(captures);
    let parse = |name: &String| {
        name.parse::<CaptureName>()
            .map_err(|expected| SettingsError::NoCapture {
                name: name.clone(),
                expected,
            })
    };
    let names = captures.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let files = files.iter().map(PathBuf::from).collect();
    Ok(DiffOptions {
        compared: match (&names[..], typed.sessions) {
            ([a, b], _) => Compared::Captures([a.clone(), b.clone()]),
            ([one], _) => Compared::Sample(one.clone()),
            (_, sessions) => {
                let mut sessions = sessions.into_iter();
                Compared::Sessions([(); 2].map(|()| sessions.next().unwrap_or_default()))
            }
        },
        logs: logs(cli::Logs { files }, config)?,
        exact: typed.exact,
        mask: typed.masking.mask(),
        format: typed.format,
    })
}

/// The one log that was named, or the default; it is a file.
fn own_log(typed: Option<PathBuf>, config: &Config) -> Result<(Logs, PathBuf), SettingsError> {
    let files = typed.clone().into_iter().collect();
    let Logs { words, .. } = logs(cli::Logs { files }, config)?;
    let log = match typed {
        Some(log) => log,
        None => config.log()?.unwrap_or_else(|| PathBuf::from(DEFAULT_LOG)),
    };
    let files = vec![Input::File(log.clone())];
    Ok((Logs { files, words }, log))
}

/// The logs that were named; else the log of the configuration file, or the default.
pub(super) fn logs(typed: cli::Logs, config: &Config) -> Result<Logs, SettingsError> {
    if typed.files.is_empty() {
        let log = config.log()?;
        let log = log.unwrap_or_else(|| PathBuf::from(DEFAULT_LOG));
        return Ok(Logs {
            files: vec![Input::File(log)],
            words: String::new(),
        });
    }
    let words = typed
        .files
        .iter()
        .map(|file| format!(" {}", word(&file.to_string_lossy())));
    Ok(Logs {
        words: words.collect(),
        files: typed.files.into_iter().map(Input::from).collect(),
    })
}
