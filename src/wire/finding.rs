//! A finding as machines read it, the same in `validate` and `listen`.

use serde::Serialize;

use crate::model::report::{Finding, Report};

/// One finding of a report.
#[derive(Debug, Serialize)]
pub struct FindingJson<'r> {
    /// The code that names the kind of finding.
    pub code: &'r str,
    /// `note`, `warning`, `unknown` or `error`.
    pub severity: &'static str,
    /// A JSON Pointer to the value that it is about.
    pub pointer: &'r str,
    /// The line in the document, from 1.
    pub line: usize,
    /// The column in the line, from 1.
    pub column: usize,
    /// What was found.
    pub message: &'r str,
    /// What to do about it.
    pub help: Option<&'r str>,
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
pub fn findings(report: &Report) -> Vec<FindingJson<'_>> {
    report.findings.iter().map(FindingJson::from).collect()
}
