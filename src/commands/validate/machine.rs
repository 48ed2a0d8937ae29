//! The verdict on a document, for machines: a line of `--format json`, a part of a JSON report.

use serde::Serialize;

use super::judged::Judged;
use super::tally::SummaryJson;
use crate::model::error::OutputError;
use crate::wire::JsonLines;
use crate::wire::finding::FindingJson;

/// The verdict on one document.
#[derive(Serialize)]
struct ReportJson<'r> {
    file: &'r str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    provider: Option<&'r str>,
    event: Option<&'r str>,
    session: Option<&'r str>,
    verdict: &'static str,
    findings: Vec<FindingJson<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings_not_shown: Option<usize>,
}

/// Writes what is said of a document, with so many of its findings.
pub(super) fn report(
    judged: &Judged<'_>,
    most: usize,
    out: &mut Vec<u8>,
) -> Result<(), OutputError> {
    let judgement = &judged.judgement;
    let findings = judgement.findings.iter().take(most);
    let not_shown = judgement.findings.len().saturating_sub(most);
    let object = ReportJson {
        file: judged.file,
        line: judged.line,
        seq: judged.seq,
        provider: judgement.provider,
        event: judgement.event,
        session: judgement.session,
        verdict: judged.verdict().word(),
        findings: findings.map(FindingJson::from).collect(),
        findings_not_shown: (not_shown > 0).then_some(not_shown),
    };
    JsonLines::new(out).write("report", &object)
}

/// Writes what came of all documents.
pub(super) fn summary(summary: &SummaryJson<'_>, out: &mut Vec<u8>) -> Result<(), OutputError> {
    JsonLines::new(out).write("summary", summary)
}
