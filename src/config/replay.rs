//! What the command line of `replay` means.

use super::changes::changes;
use super::error::SettingsError;
use super::file::Config;
use super::report::report;
use super::{selection, target};
use crate::cli;
use crate::commands::replay::{Options, Resume};
use crate::commands::sources::Sources;
use crate::delivery;
use crate::files::Input;
use crate::flows::replaying::{Choice, Overrides};
use crate::model::error::Failure;
use crate::render::report::ReportKind;

pub(super) fn settle(typed: cli::Replay, sources: &Sources<'_>) -> Result<Options, Failure> {
    let cli::Replay {
        choice,
        pace,
        failures,
        mut posting,
        mut files,
        ..
    } = typed;
    target::positional(
        &mut files,
        // A file may have any name.
        |file| file.to_str().filter(|_| !file.exists()).unwrap_or_default(),
        &mut posting.target,
    )?;
    if files.is_empty() {
        return Err(SettingsError::NothingToReplay.into());
    }
    if typed.length.is_some_and(|length| length.is_zero()) {
        return Err(SettingsError::NoTime.into());
    }
    let kinds = &[ReportKind::Junit, ReportKind::Har, ReportKind::Json];
    let report = typed.report.map(|path| report(path, kinds));
    Ok(Options {
        files: files.into_iter().map(Input::from).collect(),
        choice: Choice {
            query: selection::query(choice.selection),
            skip_duplicates: choice.skip_duplicates,
            last: choice.window.last.map(std::num::NonZeroUsize::get),
            limit: choice.window.limit,
        },
        typed: typed.identity,
        concurrency: usize::from(pace.concurrency),
        rate: posting.rate,
        speed: pace.speed,
        max_gap: pace.max_gap,
        retries: posting.retries,
        retry_on: failures.retry_on,
        max_failures: if failures.fail_fast {
            Some(1)
        } else {
            failures.max_failures
        },
        headers: typed.logged_headers,
        keep_path: typed.keep_path,
        overrides: Overrides {
            changes: changes(&typed.changes)?,
            force: typed.changes.force,
        },
        follow: typed.follow,
        length: typed.length,
        report: report.transpose()?,
        mask: typed.masking.mask(),
        resume: typed.resume.map(|file| Resume {
            file,
            failed: typed.failed,
        }),
        dry_run: typed.dry_run,
        max_document: typed.max_document,
        target: delivery::Target {
            is_agreed: posting.yes,
            ..target::settle(posting.target, &Config::find(sources)?, sources)?
        },
        format: typed.format,
    })
}
