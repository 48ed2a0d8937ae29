//! What the command line of `log` means.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::error::SettingsError;
use super::file::Config;
use super::{DEFAULT_LOG, selection, target};
use crate::cli;
use crate::commands::log::{ListOptions, LogJob, ShowOptions};
use crate::commands::sources::Sources;
use crate::files::Input;
use crate::model::error::Failure;

/// What is asked of which logs.
pub(super) fn settle(typed: cli::Log, sources: &Sources<'_>) -> Result<LogJob, Failure> {
    let config = Config::find(sources)?;
    let files = |logs: cli::Logs| files(logs, &config);
    Ok(match typed.command {
        None => LogJob::List(ListOptions {
            files: files(typed.list.logs)?,
            query: selection::query(typed.list.selection),
            last: typed.list.window.last.map(NonZeroUsize::get),
            limit: typed.list.window.limit,
            follow: typed.list.follow,
            full: typed.list.full,
            format: typed.list.format,
        }),
        Some(cli::LogCommand::Show(show)) => {
            let target = || {
                let typed = cli::Target {
                    url: show.url.clone(),
                    to: None,
                    auth: cli::Auth::default(),
                    headers: Vec::new(),
                    timeout: Duration::from_secs(10),
                    cacert: None,
                    insecure: false,
                };
                target::settle(typed, &config, sources)
            };
            let request = show.form.map(|form| Ok::<_, Failure>((form, target()?)));
            LogJob::Show(Box::new(ShowOptions {
                request: request.transpose()?,
                capture: show.capture,
                files: files(show.logs)?,
                raw: show.raw,
                format: show.format,
            }))
        }
    })
}

/// The logs that were named; else the log of the configuration file, or the default.
fn files(typed: cli::Logs, config: &Config) -> Result<Vec<Input>, SettingsError> {
    if !typed.files.is_empty() {
        return Ok(typed.files.into_iter().map(Input::from).collect());
    }
    let log = config.log()?;
    let log = log.unwrap_or_else(|| PathBuf::from(DEFAULT_LOG));
    Ok(vec![Input::File(log)])
}
