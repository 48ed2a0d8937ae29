//! The JSON objects of `send` and `replay`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

/// What is known of a body besides its bytes.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Subject<'s> {
    /// The file that the body comes from. Only in `replay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'s str>,
    /// The line in that file. Only in `replay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The number of the record. Only in `replay`, and not for a bare body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The event: its name in the catalog, or the unknown name as it came. Null if the body
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
    pub step: Option<usize>,
    /// The name of that step, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_name: Option<&'d str>,
    /// The body.
    #[serde(flatten)]
    pub subject: Subject<'d>,
    /// Where it was posted. A password in it is masked.
    pub url: &'d str,
    /// The status of the answer. Null if there was none.
    pub status: Option<u16>,
    /// How often it was tried; all else tells of the last time.
    pub attempts: u32,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// The same as `attempts`, if more than 1. Only in `send`; deprecated, and removed in the
    /// next release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<u32>,
    /// The body of the answer, up to a limit. Null if there was no answer.
    pub answer: Option<String>,
    /// Why there was no answer. Null if there was one.
    pub error: Option<DeliveryError>,
    /// What is not as the scenario expects. Only with `--scenario`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmet: Option<Vec<Unmet>>,
}

/// Why there was no answer.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeliveryError {
    /// The kind of failure.
    pub cause: &'static str,
    /// The failure, for people.
    pub message: String,
}

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unmet {
    /// What was expected, for people.
    pub expected: String,
    /// What came instead, for people.
    pub came: String,
}

/// How long the answers took, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Latency {
    /// Half of the answers took at most this long.
    pub median: f64,
    /// Nine of ten answers took at most this long.
    pub p90: f64,
    /// 99 of a hundred answers took at most this long.
    pub p99: f64,
    /// The slowest answer.
    pub max: f64,
}

/// What came of all deliveries of a scenario.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SendSummary<'s> {
    /// The name of the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<&'s str>,
    /// Bodies that were posted.
    pub sent: u64,
    /// Answers by status.
    pub answered: &'s BTreeMap<u16, u64>,
    /// Bodies without an answer.
    pub unanswered: u64,
    /// Bodies that were tried more than once.
    pub retried: u64,
    /// Posts that did not end as expected.
    pub unexpected: u64,
    /// How long the answers took. Null if there were none.
    pub latency_ms: Option<Latency>,
    /// How long the run took.
    pub seconds: f64,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
}

/// A request in place of being sent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlannedRequest<'r> {
    /// The step of the scenario, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// When it is due after the start of its session, in milliseconds. Only with `--scenario`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_ms: Option<f64>,
    /// The event. Null if the body names none.
    pub event: Option<&'r str>,
    /// The session. Null if there is none.
    pub session: Option<&'r str>,
    /// The method.
    pub method: &'static str,
    /// Where it would be posted. A password in it is masked.
    pub url: String,
    /// Names and values, in their order. Secrets are masked.
    pub headers: Vec<(&'r str, Cow<'r, str>)>,
    /// The body, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<&'r str>,
    /// The body in Base64, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}
