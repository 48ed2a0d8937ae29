//! The JSON objects of `send` and `replay`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::cause::Cause;

/// What is known of a body besides its bytes.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Subject<'s> {
    /// The file that the body comes from. Only in `replay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'s str>,
    /// The line in that file. Only in `replay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: Option<u64>,
    /// The number of the record. Only in `replay`, and absent for a bare body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub seq: Option<u64>,
    /// The event: its name in the catalog, or the unknown name as received. Null if the body
    /// names none.
    pub event: Option<&'s str>,
    /// The session: `conf_num` of EnableX, `rec_id` or `supervisor_session_id` of StreamRec.
    /// Null if there is none.
    pub session: Option<&'s str>,
}

/// One delivery: a body that was posted, and how its last attempt ended.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Delivery<'d> {
    /// The step of the scenario, from 1. Only in `send`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub step: Option<usize>,
    /// The name of that step, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_name: Option<&'d str>,
    /// The body.
    #[serde(flatten)]
    pub subject: Subject<'d>,
    /// The URL it was posted to. A password in it is masked.
    pub url: &'d str,
    /// The status of the answer. Null if there was none.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: Option<u16>,
    /// The number of attempts. The other fields describe the last one.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub attempts: u32,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// The same as `attempts`, if more than 1. Only in `send`; deprecated, and removed in the
    /// next release.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 2)))]
    pub tries: Option<u32>,
    /// The body of the answer, up to a limit. Null if there was no answer.
    pub answer: Option<String>,
    /// Whether the answer is longer than that limit. Absent if it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub answer_is_cut: bool,
    /// Why there was no answer, or, beside a status, why its body is incomplete. Null if there was
    /// a complete answer.
    pub error: Option<DeliveryError>,
    /// What differs from the expectations of the scenario. Only with `--scenario`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmet: Option<Vec<Unmet>>,
}

/// Why there was no answer.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct DeliveryError {
    /// The kind of failure.
    pub cause: Cause,
    /// The failure, for people.
    pub message: String,
}

/// A difference from an expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct Unmet {
    /// What was expected, for people.
    pub expected: String,
    /// What came instead, for people.
    pub came: String,
}

/// How long the answers took, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct Latency {
    /// Half of the answers took at most this long.
    pub median: f64,
    /// 90 % of the answers took at most this long.
    pub p90: f64,
    /// 99 % of the answers took at most this long.
    pub p99: f64,
    /// The slowest answer.
    pub max: f64,
}

/// The schema of a map from statuses to counts: schemars allows keys of any length.
#[cfg(test)]
pub(super) fn counts_by_status(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "propertyNames": { "pattern": "^[0-9]{3}$" },
        "additionalProperties": { "type": "integer", "minimum": 1 },
    })
}

/// The last line of `send --scenario`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SendSummary<'s> {
    /// The name of the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<&'s str>,
    /// Bodies that were posted.
    pub sent: u64,
    /// Answers by status.
    #[cfg_attr(test, schemars(schema_with = "counts_by_status"))]
    pub answered: &'s BTreeMap<u16, u64>,
    /// Bodies without an answer.
    pub unanswered: u64,
    /// Bodies that were tried more than once.
    pub retried: u64,
    /// Posts that did not end as the scenario expects.
    pub unexpected: u64,
    /// How long the answers took, in milliseconds: `median`, `p90`, `p99`, `max`. Null if there
    /// were none.
    pub latency_ms: Option<Latency>,
    /// How long the run took, in seconds.
    pub seconds: f64,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
}

/// With `--dry-run`, in place of `delivery`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlannedRequest<'r> {
    /// The step of the scenario, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub step: Option<usize>,
    /// When it is due, in milliseconds after the start of its session. Only with `--scenario`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<f64>,
    /// The event: its name in the catalog, or the unknown name as received. Null if the body
    /// names none.
    pub event: Option<&'r str>,
    /// The session: `conf_num` of EnableX, `rec_id` or `supervisor_session_id` of StreamRec.
    /// Null if there is none.
    pub session: Option<&'r str>,
    /// The method.
    #[cfg_attr(test, schemars(extend("const" = "POST")))]
    pub method: &'static str,
    /// The URL it would be posted to. A password in it is masked.
    pub url: String,
    /// All header fields in their order, each with its name in lower case and its value.
    /// Secrets are masked.
    pub headers: Vec<(&'r str, Cow<'r, str>)>,
    /// The body, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<&'r str>,
    /// The body in base64, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("contentEncoding" = "base64")))]
    pub body_base64: Option<String>,
}
