//! What a command line of `validate` means.

use super::error::SettingsError;
use super::report::report;
use crate::cli;
use crate::commands::validate::{Job, ValidateOptions};
use crate::files::Input;
use crate::render::report::ReportKind;
use crate::selection::Term;

/// The options of `validate`.
pub(super) fn settle(typed: cli::Validate) -> Result<ValidateOptions, SettingsError> {
    let kinds = &[ReportKind::Junit, ReportKind::Sarif, ReportKind::Json];
    let reports = typed.reports.into_iter().map(|path| report(path, kinds));
    Ok(ValidateOptions {
        job: match (typed.explain, typed.codes, typed.fix) {
            (Some(code), ..) => Job::Explain(code),
            (None, true, _) => Job::List,
            (None, false, true) => Job::Fix {
                is_dry: typed.dry_run,
            },
            (None, false, false) => Job::Judge,
        },
        files: typed.files.into_iter().map(Input::from).collect(),
        taken_for: typed.taken_for,
        provider: typed.provider,
        selection: [Term::event(typed.events), Term::seq(typed.seqs.clone())]
            .into_iter()
            .flatten()
            .collect(),
        seqs: typed.seqs,
        strict: typed.strict,
        only_invalid: typed.only_invalid,
        max_findings: typed.max_findings,
        max_document: typed.max_document,
        reports: reports.collect::<Result<_, _>>()?,
        format: typed.format,
    })
}
