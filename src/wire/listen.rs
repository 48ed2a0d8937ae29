//! The JSON objects of `listen --format json`, one a line, each with its `kind`.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::finding::FindingJson;

/// A time as the log writes it.
pub fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// `ready`: the first line; the port is bound.
#[derive(Debug, Serialize)]
pub struct ReadyJson<'r> {
    /// The URL of the listener on this machine.
    pub url: &'r str,
    /// The log file; null without a log.
    pub log: Option<String>,
    /// The SHA-256 fingerprint of the certificate; absent without TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<&'r str>,
}

/// `capture`: a capture with its judgement.
#[derive(Debug, Serialize)]
pub struct CaptureJson<'c> {
    /// The number of its record; null without a log.
    pub seq: Option<u64>,
    /// When its last byte had arrived.
    pub received_at: String,
    /// The sender: address and port, or what a trusted proxy says.
    pub peer: &'c str,
    /// The request target: path and query as sent.
    pub target: &'c str,
    /// The status of the reply; null if the connection was closed without one.
    pub status: Option<u16>,
    /// The provider; null if that could not be told.
    pub provider: Option<&'c str>,
    /// The event: its name in the catalog, or the unknown name as received.
    pub event: Option<&'c str>,
    /// The value of the provider's session key.
    pub session: Option<&'c str>,
    /// `valid`, `warning`, `unknown` or `invalid`.
    pub verdict: &'static str,
    /// The findings, in the order of their places.
    pub findings: Vec<FindingJson<'c>>,
    /// Milliseconds since the previous event of its session.
    pub since_previous_ms: Option<u128>,
    /// The number of the first capture with an identical body.
    pub duplicate_of: Option<u64>,
    /// The number of the last capture with the same key and another body.
    pub same_key_as: Option<u64>,
    /// The number of a capture that arrived earlier and belongs after this one.
    pub out_of_order_after: Option<u64>,
    /// Events of its session that belong before it and have not arrived.
    pub missing_before: &'c [String],
    /// How the body was packed; absent if it was not.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub content_encoding: &'c [String],
    /// The body, unpacked, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<&'c str>,
    /// The body, unpacked, as Base64, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}

/// `forward`: something happened at the target of `--forward`.
#[derive(Debug, Default, Serialize)]
pub struct ForwardJson<'f> {
    /// `delivered`, `retrying`, `failed`, `answered`, `paused`, `resumed` or `problem`.
    pub state: &'static str,
    /// The target, its password masked.
    pub target: &'f str,
    /// The number of the capture.
    pub seq: Option<u64>,
    /// The capture's event.
    pub event: Option<&'f str>,
    /// The capture's session.
    pub session: Option<&'f str>,
    /// Which attempt it was, from 1.
    pub attempt: Option<u32>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Milliseconds until the answer or the failure.
    pub took_ms: Option<f64>,
    /// The body of the answer.
    pub answer: Option<String>,
    /// Why there was no answer.
    pub error: Option<ForwardErrorJson>,
    /// Milliseconds until the next attempt.
    pub next_try_ms: Option<u128>,
}

/// Why a target did not answer, or what failed besides.
#[derive(Debug, Serialize)]
pub struct ForwardErrorJson {
    /// A word for the cause.
    pub cause: Option<&'static str>,
    /// The failure as a sentence.
    pub message: String,
}

/// `refused`: a request was refused, and so not logged.
#[derive(Debug, Serialize)]
pub struct RefusedJson<'r> {
    /// When.
    pub at: String,
    /// The sender.
    pub peer: &'r str,
    /// The HTTP method.
    pub method: &'r str,
    /// The request target.
    pub target: &'r str,
    /// The status of the reply.
    pub status: u16,
    /// Why.
    pub reason: String,
}

/// `refused-more`: further requests were refused for a reason that was shown.
#[derive(Debug, Serialize)]
pub struct RefusedMoreJson<'r> {
    /// When they were counted.
    pub at: String,
    /// How many.
    pub count: u64,
    /// The status of the reply, if there was one.
    pub status: Option<u16>,
    /// Why.
    pub reason: &'r str,
    /// The sender of the last one.
    pub last_peer: &'r str,
}

/// `problem`: what arrived is no request, or the system hands out no connections.
#[derive(Debug, Serialize)]
pub struct ProblemJson<'p> {
    /// When.
    pub at: String,
    /// The status of the reply, if there was one.
    pub status: Option<u16>,
    /// What happened.
    pub message: &'p str,
}

/// `dropped`: events that were not shown.
#[derive(Debug, Serialize)]
pub struct DroppedJson {
    /// How many.
    pub count: u64,
}

/// `log`: something happened to the log.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct LogNewsJson {
    /// What happened.
    pub state: LogState,
    /// The file that it happened to.
    pub part: Option<String>,
    /// What failed.
    pub message: Option<String>,
    /// Requests that were answered 503 meanwhile.
    pub refused: Option<u64>,
}

/// What can happen to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogState {
    /// Captures cannot be logged.
    Failing,
    /// Captures are logged again.
    Resumed,
    /// A part is finished.
    Rotated,
    /// A part was deleted.
    Deleted,
    /// It was opened anew.
    Reopened,
    /// A part of its maintenance failed.
    Problem,
}

/// `summary`: the last line.
#[derive(Debug, Serialize)]
pub struct SummaryJson {
    /// Captures.
    pub captured: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// What happened to the log; absent without a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogTotalsJson>,
    /// Events that were not shown.
    pub not_shown: u64,
    /// Captures by verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Captures whose body had arrived before.
    pub duplicates: u64,
    /// Sessions with an event in this run.
    pub sessions: u64,
    /// What was forwarded; absent without `--forward`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<ForwardedJson>,
    /// The expectations; absent without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<ExpectationJson>,
    /// How long the run took.
    pub seconds: f64,
}

/// What happened to the log in a run.
#[derive(Debug, Serialize)]
pub struct LogTotalsJson {
    /// Captures that could not be logged.
    pub not_logged: u64,
    /// Parts that were finished.
    pub parts_finished: u64,
    /// Parts that were deleted.
    pub parts_deleted: u64,
}

/// What was forwarded in a run.
#[derive(Debug, Serialize)]
pub struct ForwardedJson {
    /// Captures that were delivered.
    pub delivered: u64,
    /// Captures that were given up.
    pub failed: u64,
    /// Captures that wait in the log.
    pub waiting: u64,
}

/// One expectation and its result.
#[derive(Debug, Serialize)]
pub struct ExpectationJson {
    /// The event, or the verdict.
    pub expected: String,
    /// How many were wanted.
    pub wanted: String,
    /// How many arrived.
    pub came: u64,
    /// Whether the expectation was met.
    pub met: bool,
}
