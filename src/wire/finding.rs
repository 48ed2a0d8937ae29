//! A finding, the same in every command that judges.

use serde::Serialize;

use crate::model::report::{Finding, Report, Severity};

/// What a code of findings looks like.
#[cfg(test)]
pub(super) const CODE: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// One finding of the validation of a document.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "finding", title = "Finding"))]
pub struct FindingJson<'r> {
    /// The name of the rule. It stays the same between versions; `enx-hook validate --explain
    /// CODE` explains it.
    #[cfg_attr(test, schemars(regex(pattern = CODE)))]
    pub code: &'r str,
    /// The severity. A note never changes the verdict.
    pub severity: Severity,
    /// JSON Pointer (RFC 6901) to the value; empty for the whole document. One that would exceed 4096
    /// bytes leads to the nearest place around the value.
    pub pointer: &'r str,
    /// The line in the document, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: usize,
    /// The column in that line, counted in characters, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub column: usize,
    /// What is odd or wrong, for people.
    pub message: &'r str,
    /// What to do about it, for people.
    pub help: Option<&'r str>,
}

impl<'r> From<&'r Finding> for FindingJson<'r> {
    fn from(finding: &'r Finding) -> FindingJson<'r> {
        FindingJson {
            code: &finding.code,
            severity: finding.severity,
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
