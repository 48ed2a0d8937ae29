//! The JSON objects of `validate`.

use serde::Serialize;

use super::finding::FindingJson;
use crate::model::report::{Severity, Verdict};

/// The verdict on one document.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReportJson<'r> {
    /// The file, or `stdin`.
    pub file: &'r str,
    /// The line of the file at which the document begins, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: u64,
    /// The number of the record whose body it is. Only in a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub seq: Option<u64>,
    /// The provider. Null if it is unknown.
    pub provider: Option<&'r str>,
    /// The event: its name in the catalog, or the unknown name as received. Null if the body
    /// names none.
    pub event: Option<&'r str>,
    /// The session: `conf_num` of EnableX, `rec_id` or `supervisor_session_id` of StreamRec.
    /// Null if there is none.
    pub session: Option<&'r str>,
    /// The verdict on the body.
    pub verdict: Verdict,
    /// The findings, in the order of the text.
    pub findings: Vec<FindingJson<'r>>,
    /// How many findings `--max-findings` left out. Absent if it left out none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub findings_not_shown: Option<usize>,
}

/// The last line of `validate`: the totals of all documents.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ValidateSummaryJson<'t> {
    /// Documents that were judged.
    pub documents: u64,
    /// Documents by verdict. A verdict without documents is absent.
    pub verdicts: VerdictsJson,
    /// The same for each event: objects with `provider`, `event` (null if a document names
    /// none) and `verdicts`.
    pub events: Vec<EventVerdictsJson<'t>>,
    /// How often each code was found, the commonest first: objects with `code` and `times`.
    pub findings: Vec<FindingTimesJson<'t>>,
    /// Documents of other events than those of `--event`.
    pub left_out: u64,
    /// Findings that `--max-findings` left out.
    pub findings_not_shown: u64,
    /// Bytes of the input that were read, as stored in the files.
    pub bytes: u64,
    /// How long the run took, in seconds.
    pub seconds: f64,
}

/// Documents by verdict. A verdict without documents is absent.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct VerdictsJson {
    /// How many are valid.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub valid: u64,
    /// How many have warnings.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub warning: u64,
    /// How many are of unknown events.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub unknown: u64,
    /// How many are invalid.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub invalid: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde requires it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The documents of one event.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct EventVerdictsJson<'t> {
    /// The provider.
    pub provider: Option<&'t str>,
    /// The event.
    pub event: Option<&'t str>,
    /// Documents by verdict. A verdict without documents is absent.
    pub verdicts: VerdictsJson,
}

/// How often a code was found.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct FindingTimesJson<'t> {
    /// The code.
    pub code: &'t str,
    /// How often.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub times: u64,
}

/// The explanation of a code, with `--explain` and `--codes`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CodeJson<'c> {
    /// The code.
    #[cfg_attr(test, schemars(regex(pattern = super::finding::CODE)))]
    pub code: &'c str,
    /// The severities that such findings can have, the lightest first; the place decides.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub severities: Vec<Severity>,
    /// What is odd or wrong.
    pub what: &'c str,
    /// Why it matters. Null if a catalog of your own does not say.
    pub why: Option<&'c str>,
    /// The documents that say so: objects with `provider`, `document` (its id) and `section`.
    pub sources: Vec<SourceJson<'c>>,
    /// An example that has such a finding: a document, or the members of an event that matter.
    pub before: Option<String>,
    /// The same example without the finding.
    pub after: Option<String>,
}

/// A place in a provider's documents.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct SourceJson<'c> {
    /// The provider.
    pub provider: &'c str,
    /// The id of the document.
    pub document: &'c str,
    /// The section.
    pub section: &'c str,
}
