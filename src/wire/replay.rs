//! The JSON objects that only `replay` writes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::delivery::{Latency, Subject};

/// A capture that would be sent, with `--dry-run`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WouldSend<'s> {
    /// The capture.
    #[serde(flatten)]
    pub subject: Subject<'s>,
    /// The verdict on its body.
    pub verdict: &'static str,
    /// The length of its body.
    pub bytes: u64,
}

/// What came of a replay.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReplaySummary<'s> {
    /// Captures that were selected.
    pub selected: u64,
    /// Captures that were posted.
    pub sent: u64,
    /// Answers by status. Not with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<&'s BTreeMap<u16, u64>>,
    /// Captures without an answer.
    pub unanswered: u64,
    /// Captures that were tried more than once.
    pub retried: u64,
    /// Captures that an earlier run with the same `--resume` had delivered.
    pub done_before: u64,
    /// Captures that `--skip-duplicates` skipped.
    pub duplicates: u64,
    /// Captures without the fields to change, which were sent as they were. Absent if 0.
    #[serde(skip_serializing_if = "is_zero")]
    pub unchanged: u64,
    /// Lines that were skipped since they could not be read.
    pub bad_lines: u64,
    /// How long the answers took. Null if there were none.
    pub latency_ms: Option<Latency>,
    /// The slowest answers. Not with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slowest: Option<Vec<SlowDelivery<'s>>>,
    /// The first deliveries that were not answered 2xx. Not with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<Vec<FailedDelivery<'s>>>,
    /// Where the first capture stands that was not delivered, if the run was stopped.
    pub stopped_before: Option<&'s str>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One of the slowest deliveries.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SlowDelivery<'s> {
    /// The capture.
    #[serde(flatten)]
    pub subject: Subject<'s>,
    /// How long its answer took, in milliseconds.
    pub took_ms: f64,
}

/// A delivery that was not answered 2xx.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FailedDelivery<'s> {
    /// The capture.
    #[serde(flatten)]
    pub subject: Subject<'s>,
    /// The status of the answer. Null if there was none.
    pub status: Option<u16>,
    /// The beginning of the answer, or why there was none.
    pub text: &'s str,
}
