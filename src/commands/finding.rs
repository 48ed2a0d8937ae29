//! A finding as machines read it, the same in `validate` and `listen`.

use serde::Serialize;

use crate::model::report::{Finding, Report};

/// One finding of a report.
#[derive(Serialize)]
pub(super) struct FindingJson<'r> {
    code: &'r str,
    severity: &'static str,
    pointer: &'r str,
    line: usize,
    column: usize,
    message: &'r str,
    help: Option<&'r str>,
}

impl<'r> From<&'r Finding> for FindingJson<'r> {
    fn from(finding: &'r Finding) -> FindingJson<'r> {
        FindingJson {
            code: &finding.code,
            severity: finding.severity.word(),
            pointer: &finding.pointer,
            line: finding.place.line,
            column: finding.place.column,
            message: &finding.message,
            help: finding.help.as_deref(),
        }
    }
}

/// All findings of a report, in its order.
pub(super) fn findings(report: &Report) -> Vec<FindingJson<'_>> {
    report.findings.iter().map(FindingJson::from).collect()
}
