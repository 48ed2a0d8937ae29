//! The JSON objects of `drift`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// A difference between what arrived and what the documents say.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DriftJson<'d> {
    /// The class.
    #[cfg_attr(test, schemars(extend("enum" = [
        "unplanned-event", "unplanned-field", "missing-required", "type", "format", "new-value",
        "never-seen", "sometimes-sent", "order", "incomplete-session", "redelivery"
    ])))]
    pub class: &'d str,
    /// The provider. Null if that could not be told.
    pub provider: Option<&'d str>,
    /// The event: its name in the catalog, or the unknown name as received. Alternatives of a
    /// session are joined by `|`. Null if the body names none.
    pub event: Option<&'d str>,
    /// JSON Pointer to the field, with `*` for the items of a list. Null if it is about an event or
    /// a whole body.
    pub pointer: Option<&'d str>,
    /// The code of the findings. Null if it is not about single captures.
    pub code: Option<&'d str>,
    /// Of the class `order`: the event that came before this one and belongs after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<&'d str>,
    /// How many captures, values or sessions show it; of `never-seen` and `sometimes-sent`, how
    /// many have the event or field.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// The share, from 0 to 1.
    pub share: f64,
    /// The number of the first capture that shows it, or with `first_file` of its record, entry
    /// or line there. Null if there is none.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub first_seq: Option<u64>,
    /// The number of the last capture, likewise.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub last_seq: Option<u64>,
    /// The input with the first capture, if the number alone does not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_file: Option<&'d str>,
    /// The input with the last capture, if the number alone does not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_file: Option<&'d str>,
    /// The value in the first capture, shortened; of an unplanned event, its body; of a missing
    /// field, the object without it; of
    /// `order` and `incomplete-session`, a session; of `redelivery`, the capture that came again.
    /// Null if there is none.
    #[cfg_attr(test, schemars(extend("type" = ["object", "array", "string", "number", "boolean", "null"])))]
    pub example: Option<&'d Value>,
    /// What the documents say. Null if they say nothing.
    pub source: Option<SentenceJson<'d>>,
    /// A command to look closer.
    pub next: &'d str,
}

/// A sentence of a document.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct SentenceJson<'d> {
    /// The sentence: a quotation, or what the data file says of the field.
    pub quote: &'d str,
    /// The title of the document. Null if it is not known.
    pub document: Option<&'d str>,
    /// The section of the document. Null if it is not known.
    pub section: Option<&'d str>,
}

/// The last line of `drift`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DriftSummary {
    /// Captures that were compared.
    pub captures: u64,
    /// Differences that were listed.
    pub differences: u64,
    /// The same by class. A class without differences is absent.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, u64>"))]
    pub classes: BTreeMap<&'static str, u64>,
    /// Listed differences of the classes of `--fail-on`.
    pub failing: u64,
    /// Differences that were left out because the baseline has them.
    pub known: u64,
    /// Differences of the baseline that are gone.
    pub gone: u64,
    /// Captures with differences that were not counted apart, because there are too many.
    pub beyond: u64,
    /// Sessions that were judged before all was read, because only the last 100,000 are
    /// remembered.
    pub forgotten: u64,
}
