//! What the command line of `replay` means.

use super::file::Config;
use super::{SettingsError, report, target};
use crate::cli;
use crate::commands::replay::{Options, Resume};
use crate::files::Input;
use crate::flows::replaying::{Choice, Headers, Overrides};
use crate::model::environment::Environment;
use crate::model::error::Failure;
use crate::model::report::Verdict;
use crate::render::report::ReportKind;
use crate::selection::Term;

pub(super) fn settle(typed: cli::Replay, environment: &Environment) -> Result<Options, Failure> {
    let cli::Replay {
        selection,
        pace,
        again,
        ..
    } = typed;
    let overrides = typed.overrides;
    let changes = super::send::changes(&overrides.set, &overrides.set_string, &overrides.unset)?;
    if typed.length.is_some_and(|length| length.is_zero()) {
        return Err(SettingsError::NoTime.into());
    }
    let kinds = &[ReportKind::Junit, ReportKind::Har, ReportKind::Json];
    let report = typed.report.map(|path| report(path, kinds));
    let terms = [
        Term::event(selection.events),
        Term::session(selection.sessions),
        Term::seq(selection.seqs),
        selection.since.map(Term::Since),
        selection.until.map(Term::Until),
        Term::verdict(selection.verdicts.into_iter().map(Verdict::from).collect()),
    ];
    let conditions = selection.conditions.into_iter().map(Term::Field);
    let query = terms.into_iter().flatten().chain(conditions).collect();
    Ok(Options {
        files: typed.files.into_iter().map(Input::from).collect(),
        choice: Choice {
            query,
            skip_duplicates: selection.skip_duplicates,
            last: selection.last.map(std::num::NonZeroUsize::get),
            limit: selection.limit,
        },
        typed: typed.identity,
        concurrency: usize::from(pace.concurrency),
        rate: pace.rate,
        speed: pace.speed,
        max_gap: pace.max_gap,
        retries: again.retries,
        retry_on: again.retry_on,
        max_failures: if again.fail_fast {
            Some(1)
        } else {
            again.max_failures
        },
        headers: match typed.logged_headers {
            cli::Headers::Provider => Headers::Provider,
            cli::Headers::Original => Headers::Original,
            cli::Headers::None => Headers::None,
        },
        keep_path: typed.keep_path,
        overrides: Overrides {
            changes,
            force: overrides.force,
        },
        follow: typed.follow,
        length: typed.length,
        report: report.transpose()?,
        resume: typed.resume.map(|file| Resume {
            file,
            failed: typed.failed,
        }),
        dry_run: typed.dry_run,
        max_document: typed.max_document,
        target: target::settle(typed.target, &Config::find(environment)?, environment)?,
        format: typed.format.into(),
    })
}
