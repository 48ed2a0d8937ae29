//! A finding, the same in every command that judges.

use serde::Serialize;

use crate::model::report::{Finding, Report};

/// One finding of a report.
#[derive(Debug, Serialize)]
pub struct FindingJson<'r> {
    /// Name of the rule; `enx-hook validate --explain CODE` explains it.
    pub code: &'r str,
    /// `note`, `warning`, `unknown` or `error`.
    pub severity: &'static str,
    /// JSON Pointer (RFC 6901) to the value; empty for the whole document.
    pub pointer: &'r str,
    /// Line within the document, from 1.
    pub line: usize,
    /// Column within the line in characters, from 1.
    pub column: usize,
    /// What is odd or wrong.
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
