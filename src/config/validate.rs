//! What a command line of `validate` means.

use super::SettingsError;
use crate::cli;
use crate::commands::validate::{Format, Job, Options, ReportKind};
use crate::files::Input;

/// The options of `validate`.
pub(super) fn settle(typed: cli::Validate) -> Result<Options, SettingsError> {
    for path in &typed.reports {
        if ReportKind::of(path).is_none() {
            return Err(SettingsError::Report {
                path: path.clone(),
                kinds: "FILE.xml for JUnit, FILE.sarif for SARIF, or FILE.json",
            });
        }
    }
    Ok(Options {
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
        events: typed.events,
        strict: typed.strict,
        only_invalid: typed.only_invalid,
        max_findings: typed.max_findings,
        max_document: typed.max_document,
        reports: typed.reports,
        format: match typed.format {
            cli::ValidateFormat::Human => Format::Human,
            cli::ValidateFormat::Json => Format::Json,
            cli::ValidateFormat::Github => Format::Github,
        },
    })
}
