//! The findings on a body before it is sent.

use crate::commands::Console;
use crate::flows::sending::judge;
use crate::model::error::Failure;
use crate::model::report::{Report, Verdict};
use crate::render::findings::write_compact;
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
