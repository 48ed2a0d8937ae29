//! The JSON objects of `validate`.

use serde::Serialize;

use super::finding::FindingJson;

/// The verdict on one document.
#[derive(Debug, Serialize)]
pub struct ReportJson<'r> {
    /// The file as it was named.
    pub file: &'r str,
    /// The line of the file on which the document begins, from 1.
    pub line: u64,
    /// The number of the record whose body it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The provider of the event.
    pub provider: Option<&'r str>,
    /// The event: its name in the catalog, or the unknown name as received.
    pub event: Option<&'r str>,
    /// The value of the provider's session key.
    pub session: Option<&'r str>,
    /// `valid`, `warning`, `unknown` or `invalid`.
    pub verdict: &'static str,
    /// The findings, in the order of the document.
    pub findings: Vec<FindingJson<'r>>,
    /// How many findings `--max-findings` left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings_not_shown: Option<usize>,
}

/// The result of a run.
#[derive(Debug, Serialize)]
pub struct ValidateSummaryJson<'t> {
    /// Documents that were judged.
    pub documents: u64,
    /// How many of them have which verdict.
    pub verdicts: VerdictsJson,
    /// The same by event.
    pub events: Vec<EventVerdictsJson<'t>>,
    /// The codes of findings, the commonest first.
    pub findings: Vec<FindingTimesJson<'t>>,
    /// Documents of other events than those of `--event`.
    pub left_out: u64,
    /// Findings that `--max-findings` left out.
    pub findings_not_shown: u64,
    /// Bytes of the input that were read.
    pub bytes: u64,
    /// How long the run took.
    pub seconds: f64,
}

/// Documents by verdict; a verdict that no document has is left out.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct VerdictsJson {
    /// Documents that are valid.
    #[serde(skip_serializing_if = "is_zero")]
    pub valid: u64,
    /// Documents with warnings.
    #[serde(skip_serializing_if = "is_zero")]
    pub warning: u64,
    /// Documents of unknown events.
    #[serde(skip_serializing_if = "is_zero")]
    pub unknown: u64,
    /// Documents that are invalid.
    #[serde(skip_serializing_if = "is_zero")]
    pub invalid: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde requires it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The documents of one event.
#[derive(Debug, Serialize)]
pub struct EventVerdictsJson<'t> {
    /// The provider of the event.
    pub provider: Option<&'t str>,
    /// The event.
    pub event: Option<&'t str>,
    /// How many documents have which verdict.
    pub verdicts: VerdictsJson,
}

/// How often findings of one code came up.
#[derive(Debug, Serialize)]
pub struct FindingTimesJson<'t> {
    /// The code.
    pub code: &'t str,
    /// How often.
    pub times: u64,
}

/// A code of findings, explained.
#[derive(Debug, Serialize)]
pub struct CodeJson<'c> {
    /// The code.
    pub code: &'c str,
    /// The severities that such findings can have, the lightest first.
    pub severities: Vec<&'static str>,
    /// What is odd or wrong, in a few words.
    pub what: &'c str,
    /// Why it matters.
    pub why: Option<&'c str>,
    /// The documents that say so.
    pub sources: Vec<SourceJson<'c>>,
    /// A document that has such a finding, or the part of it that matters.
    pub before: Option<String>,
    /// The same without the finding.
    pub after: Option<String>,
}

/// A place in a provider's documents.
#[derive(Debug, Serialize)]
pub struct SourceJson<'c> {
    /// The provider.
    pub provider: &'c str,
    /// The document.
    pub document: &'c str,
    /// Its section.
    pub section: &'c str,
}
