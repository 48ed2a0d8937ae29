//! The JSON objects that only `replay` writes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::delivery::{Latency, Subject};
#[cfg(test)]
use super::listen::TIMESTAMP;
use crate::model::report::Verdict;

/// A capture of an input: where it is, and what it is about.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CaptureRef<'s> {
    /// The file that the body comes from.
    pub file: &'s str,
    /// The line in that file. Null if the beginning of the file was not read, as with `--last` and
    /// `--seq`; the record has its number then.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: Option<u64>,
    /// The number of the record. Absent for a bare body.
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

impl<'s> From<CaptureRef<'s>> for Subject<'s> {
    fn from(capture: CaptureRef<'s>) -> Subject<'s> {
        Subject {
            file: Some(capture.file),
            line: capture.line,
            seq: capture.seq,
            event: capture.event,
            session: capture.session,
        }
    }
}

/// With `--dry-run`, in place of `delivery`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WouldSend<'s> {
    /// The capture.
    #[serde(flatten)]
    pub capture: CaptureRef<'s>,
    /// When it arrived, UTC, with microseconds. Absent for a bare body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub received_at: Option<String>,
    /// The verdict on the body.
    pub verdict: Verdict,
    /// The length of the body.
    pub bytes: u64,
}

/// The last line of `replay`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReplaySummary<'s> {
    /// Captures that the selection matches. If the run was stopped, those that were sent.
    pub selected: u64,
    /// Captures that were posted.
    pub sent: u64,
    /// Answers by status. Not with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(schema_with = "super::delivery::counts_by_status"))]
    pub answered: Option<&'s BTreeMap<u16, u64>>,
    /// Captures without an answer.
    pub unanswered: u64,
    /// Captures that were tried more than once.
    pub retried: u64,
    /// Selected captures that an earlier run delivered, according to the file of `--resume`.
    pub done_before: u64,
    /// Captures that `--skip-duplicates` skipped.
    pub duplicates: u64,
    /// Captures that were sent without the changes of `--set` and similar options, since their
    /// events lack the field. Absent if there were none.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub unchanged: u64,
    /// Lines that were skipped because they could not be read.
    pub bad_lines: u64,
    /// How long the answers took, in milliseconds: `median`, `p90`, `p99`, `max`. Null if there
    /// were none.
    pub latency_ms: Option<Latency>,
    /// The three slowest deliveries, each with `took_ms`. Not with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(length(max = 3)))]
    pub slowest: Option<Vec<SlowDelivery<'s>>>,
    /// The first ten deliveries that were not answered 2xx, each with its `status` (null if
    /// there was no answer) and as `text` the beginning of the answer's body, or why there was
    /// no answer. Not with `--dry-run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(length(max = 10)))]
    pub failed: Option<Vec<FailedDelivery<'s>>>,
    /// File and line, or file and number (`log.jsonl#17`), of the first capture that was not posted, if the run was stopped.
    pub stopped_before: Option<&'s str>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One of the slowest deliveries.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct SlowDelivery<'s> {
    /// The capture.
    #[serde(flatten)]
    pub capture: CaptureRef<'s>,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
}

/// A delivery that was not answered 2xx.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct FailedDelivery<'s> {
    /// The capture.
    #[serde(flatten)]
    pub capture: CaptureRef<'s>,
    /// The status of the answer. Null if there was none.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: Option<u16>,
    /// The beginning of the answer's body, or why there was no answer.
    pub text: &'s str,
}
