//! The findings on a body before it is sent.

use crate::catalog::{Change, Changed};
use crate::commands::Console;
use crate::flows::sending::{Body, judge};
use crate::model::error::Failure;
use crate::model::report::{Report, Verdict};
use crate::render::findings::write_compact;
use crate::render::request::word;
use crate::validation::Validation;

/// Shows the findings on a body and returns its verdict.
pub(super) fn check(
    bytes: &[u8],
    validation: &Validation,
    console: &mut Console,
) -> Result<Verdict, Failure> {
    let Some(report) = judge(bytes, validation) else {
        return Ok(Verdict::Valid);
    };
    show_findings(&report, console)?;
    Ok(report.verdict())
}

/// Shows the findings of a report.
pub(super) fn show_findings(report: &Report, console: &mut Console) -> Result<(), Failure> {
    for finding in &report.findings {
        write_compact(&mut *console.err, console.err_style, 0, finding)?;
    }
    Ok(())
}

/// Names `--set-string` where the event wants a string in place of the number that was set.
pub(super) fn advise_strings(
    body: &Body<'_>,
    changes: &[Change],
    validation: &Validation,
    console: &mut Console,
) -> Result<(), Failure> {
    let findings = |bytes: &[u8]| judge(bytes, validation).map_or(0, |one| one.findings.len());
    for (change, typed) in changes.iter().filter_map(Change::as_string) {
        if let Changed::To(bytes) = change.apply(&body.bytes, body.entry, false)?
            && findings(&bytes) < findings(&body.bytes)
        {
            console.say(&format!("  --set-string {} sets a string", word(&typed)))?;
        }
    }
    Ok(())
}
