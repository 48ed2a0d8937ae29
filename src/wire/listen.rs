//! The JSON objects of `listen --format json`, one a line, each with its `kind`.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::finding::FindingJson;
use super::relay::{FollowedJson, PublishedJson};
use crate::model::cause::Cause;
use crate::model::report::Verdict;

/// What [`timestamp`] writes.
#[cfg(test)]
pub(super) const TIMESTAMP: &str =
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$";

/// A time as the log writes it.
pub fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The first line of `listen`: the port is open. `follow` writes it before it connects.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReadyJson<'r> {
    /// The URL at which this machine reaches the listener, or the one of the relay.
    pub url: &'r str,
    /// The log file. Null with `--no-log`.
    pub log: Option<String>,
    /// The SHA-256 fingerprint of the certificate: pairs of hexadecimal digits, separated by
    /// colons. Only with `--tls-cert` or `--tls-self-signed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(regex(pattern = "^[0-9A-F]{2}(:[0-9A-F]{2}){31}$")))]
    pub fingerprint: Option<&'r str>,
    /// The URL of the inspector for a browser, with its token. Only with `--inspect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspect: Option<&'r str>,
}

/// A POST that was logged and answered, with the result of its validation.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("oneOf" = [{ "required": ["body"] }, { "required": ["body_base64"] }])))]
pub struct CaptureJson<'c> {
    /// The number of its record in the log, or with `file` of its record, entry or line there.
    /// Null with `--no-log`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub seq: Option<u64>,
    /// The input in which it stands. Only in `log`, if the number alone does not name it: there
    /// are several inputs, or this one is not a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'c str>,
    /// When it arrived, UTC, with microseconds. Null if it was read from a file that does not
    /// say.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub received_at: Option<String>,
    /// The sender: address and port, or with `--trust-proxy` what the proxy says.
    pub peer: &'c str,
    /// The path and query of the request.
    pub target: &'c str,
    /// The status of the reply. Null if `--drop-rate` closed the connection without one, and if
    /// it was read from a log, which does not hold it.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: Option<u16>,
    /// The provider. Null if it is unknown.
    pub provider: Option<&'c str>,
    /// The event: its name in the catalog, or the unknown name as received. Null if the body
    /// names none.
    pub event: Option<&'c str>,
    /// The session: `conf_num` of EnableX, `rec_id` or `supervisor_session_id` of StreamRec.
    /// Null if there is none.
    pub session: Option<&'c str>,
    /// The verdict on the body.
    pub verdict: Verdict,
    /// The findings, in the order of the text.
    pub findings: Vec<FindingJson<'c>>,
    /// Time since the previous event of its session, in milliseconds. Null if none is
    /// remembered.
    pub since_previous_ms: Option<u128>,
    /// The number of the first capture with an identical body. Null if none is remembered.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub duplicate_of: Option<u64>,
    /// The number of the last capture with the same key, as the provider documents it, and
    /// another body. Null if none is remembered.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub same_key_as: Option<u64>,
    /// The number of an event of its session that arrived before it and belongs after it. Null
    /// if there is none.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub out_of_order_after: Option<u64>,
    /// Events of its session that belong between an earlier event and this one, and have not
    /// arrived.
    pub missing_before: &'c [String],
    /// The header fields, each as name and value. Only in `log show`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<(&'c str, String)>>,
    /// What became of forwarding it, for each target. Only in `log show`, and only if it was
    /// forwarded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<DeliveredJson<'c>>,
    /// The content codings of the body, in the order in which they were applied. Only if there
    /// are any. `body` is the decoded body, or the body as received if a finding says that it
    /// cannot be decoded.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub content_encoding: &'c [String],
    /// The body, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<&'c str>,
    /// The body in base64, if it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("contentEncoding" = "base64")))]
    pub body_base64: Option<String>,
}

/// What happened at the target of `--forward`: an attempt ended, the target became unreachable
/// or reachable, captures are missing, or the log could not be read.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ForwardJson<'f> {
    /// What it means: `delivered`; `retrying` after a wait; `failed` and passed over;
    /// `answered` with a status other than 2xx, under `--forward-sync`; `paused` until the
    /// target is reachable; `resumed`; `missing`, captures are not in the log any more and cannot
    /// be delivered; or a `problem` on this side.
    pub state: ForwardState,
    /// The URL that captures are forwarded to, or `command:` and the command. A password in a URL
    /// is masked.
    pub target: &'f str,
    /// The number of the capture, or of the first missing one. Null if the line is about none.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub seq: Option<u64>,
    /// The event: its name in the catalog, or the unknown name as received. Null if the body
    /// names none.
    pub event: Option<&'f str>,
    /// The session: `conf_num` of EnableX, `rec_id` or `supervisor_session_id` of StreamRec.
    /// Null if there is none.
    pub session: Option<&'f str>,
    /// Which attempt it was, from 1.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub attempt: Option<u32>,
    /// The status of the answer. Null if there was none.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: Option<u16>,
    /// The code that the command of `--forward-command` ended with. Null if the target is a
    /// server, and if the command did not end by itself.
    pub exit: Option<i32>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<f64>,
    /// The body of the answer, or what the command wrote, up to a limit. Null if there was no
    /// answer.
    pub answer: Option<String>,
    /// Why there was no answer, or what is wrong. Null if nothing is.
    pub error: Option<ForwardErrorJson>,
    /// How long until the next attempt, in milliseconds. Null if there is none.
    pub next_try_ms: Option<u128>,
    /// How many captures are missing. Only with `missing`; null otherwise.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub missing: Option<u64>,
}

/// What can happen at the target of `--forward`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum ForwardState {
    /// The capture was answered 2xx.
    #[default]
    Delivered,
    /// The capture will be tried again.
    Retrying,
    /// The capture was passed over.
    Failed,
    /// The capture was answered with another status, which the sender got.
    Answered,
    /// The target is unreachable, or two sessions in a row were answered 502, 503 or 504.
    Paused,
    /// The target is reachable, or its handler answers, again.
    Resumed,
    /// Captures are not in the log any more.
    Missing,
    /// Something failed on this side.
    Problem,
}

/// What became of forwarding a capture to a target: its last attempt, as it stands in
/// `log.deliveries.jsonl`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct DeliveredJson<'d> {
    /// The URL, or `command:` and the command. A password in a URL is masked.
    pub target: &'d str,
    /// What came of it: `delivered`; `retrying`; `failed`, given up; or `answered` with a status
    /// other than 2xx, under `--forward-sync`.
    pub state: ForwardState,
    /// When the attempt ended, UTC.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub at: String,
    /// The number of attempts in that run of `listen`.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub attempts: u32,
    /// The status of the answer. Null if there was none.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: Option<u16>,
    /// The code that a command ended with. Null if it is a server, or did not end by itself.
    pub exit: Option<i32>,
    /// Whether the whole answer was read.
    pub complete: bool,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// The kind of failure, if there was no answer; else null.
    pub cause: Option<&'d str>,
    /// The failure, or why the answer is incomplete, for people. Null if nothing failed.
    pub error: Option<&'d str>,
    /// The first 4 KiB of the answer, or of what the command wrote. Null if there was none.
    pub answer: Option<&'d str>,
}

/// Why there was no answer.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct ForwardErrorJson {
    /// The kind of failure. Null if the connection did not fail.
    pub cause: Option<Cause>,
    /// The failure, for people.
    pub message: String,
}

/// A request that was refused and so is not in the log: wrong credentials, another method than
/// POST, another path, too large, too slow, or the log cannot be written. The first refusal for
/// a reason is shown at once; those of the next seconds are counted in a `refused-more`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RefusedJson<'r> {
    /// When it was refused, UTC.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub at: String,
    /// The sender: address and port.
    pub peer: &'r str,
    /// The HTTP method.
    pub method: &'r str,
    /// The path and query.
    pub target: &'r str,
    /// The status of the reply.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: u16,
    /// Why, for people.
    pub reason: String,
    /// The beginning of its body, if it broke off or took too long. Only with `--verbose`, and
    /// only if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial_body: Option<&'r str>,
}

/// A GET or HEAD was answered 200 and not logged. The first is shown at once; those of the next
/// seconds are counted in a `refused-more` with the status 200.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GreetedJson<'r> {
    /// When it was answered, UTC.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub at: String,
    /// The sender: address and port.
    pub peer: &'r str,
    /// GET or HEAD.
    pub method: &'r str,
    /// The path and query.
    pub target: &'r str,
}

/// How many more requests were refused for a reason since a refusal for it was shown.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RefusedMoreJson<'r> {
    /// When this line was written, UTC.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub at: String,
    /// How many.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u64,
    /// The status of the replies. Null if there was no reply.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: Option<u16>,
    /// Why the last of them was refused, for people.
    pub reason: &'r str,
    /// The sender of the last of them.
    pub last_peer: &'r str,
    /// The HTTP method of the last of them. Null if it was not a request.
    pub last_method: Option<&'r str>,
    /// The path and query of the last of them. Null if it was not a request.
    pub last_target: Option<&'r str>,
}

/// Bytes arrived that are not a complete HTTP/1 request, or the system accepts no more
/// connections.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProblemJson<'p> {
    /// When, UTC.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub at: String,
    /// The status of the reply. Null if there was no reply.
    #[cfg_attr(test, schemars(range(min = 100, max = 999)))]
    pub status: Option<u16>,
    /// What went wrong, for people.
    pub message: &'p str,
}

/// Events arrived faster than the reader of stdout took them. Captures that were answered 200
/// are in the log.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DroppedJson {
    /// How many since the last such line.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u64,
}

/// The log fails, resumes, or has more or fewer parts.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogNewsJson {
    /// What it means: `failing`, requests are answered 503; `resumed`; `rotated`, a part is
    /// finished; `deleted`, an old part is gone; `reopened` after SIGHUP; or a `problem` that
    /// stops nothing.
    pub state: LogState,
    /// The part that was finished or deleted. Null otherwise.
    pub part: Option<String>,
    /// What is wrong, for people. Null if nothing is.
    pub message: Option<String>,
    /// Requests that were answered 503 meanwhile. Only with `resumed`; null otherwise.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub refused: Option<u64>,
}

/// What can happen to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
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

/// The last line of `listen` and `follow`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SummaryJson {
    /// Requests that were captured.
    pub captured: u64,
    /// Requests that were refused, and arrivals that were not requests.
    pub refused: u64,
    /// GET and HEAD requests that were answered 200. They are not events, and not logged.
    pub greeted: u64,
    /// What happened to the log. Not with `--no-log`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogTotalsJson>,
    /// Events that arrived too fast to be shown.
    pub not_shown: u64,
    /// Captures by verdict. A verdict without captures is absent.
    #[cfg_attr(test, schemars(with = "super::validate::VerdictsJson"))]
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Captures whose body had arrived before.
    pub duplicates: u64,
    /// Sessions that the captures belong to.
    pub sessions: u64,
    /// The results of forwarding. Only with `--forward`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<ForwardedJson>,
    /// What was published. Only with `--relay`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<PublishedJson>,
    /// What the relay brought besides. Only of `follow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed: Option<FollowedJson>,
    /// What was expected, and what arrived. Only with `--expect` or `--expect-verdict`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub expectations: Vec<ExpectationJson>,
    /// How long it listened, in seconds.
    pub seconds: f64,
}

/// What happened to the log in a run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct LogTotalsJson {
    /// Refused requests that could not be logged, and were answered 503.
    pub not_logged: u64,
    /// How often `--rotate` started a new file.
    pub parts_finished: u64,
    /// Parts that `--keep` or `--keep-at-most` deleted.
    pub parts_deleted: u64,
}

/// What was forwarded in a run, to all targets together. A capture counts once for each target.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct ForwardedJson {
    /// Captures delivered in this run.
    pub delivered: u64,
    /// Captures passed over in this run, after their last attempt.
    pub failed: u64,
    /// Captures in the log that are not delivered yet.
    pub waiting: u64,
    /// Captures that were not in the log any more when their turn came in this run.
    pub missing: u64,
    /// The same for each target. Only if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<ForwardedToJson>,
}

/// What was forwarded to one of several targets.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct ForwardedToJson {
    /// The URL, or `command:` and the command. A password in a URL is masked.
    pub target: String,
    /// Captures delivered in this run.
    pub delivered: u64,
    /// Captures passed over in this run, after their last attempt.
    pub failed: u64,
    /// Captures in the log that are not delivered yet.
    pub waiting: u64,
    /// Captures that were not in the log any more when their turn came in this run.
    pub missing: u64,
}

/// One expectation and its result.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct ExpectationJson {
    /// The event, the query in parentheses, `verdict` and the worst one allowed, or `captures` if
    /// the time was over before `--max-events` captures were selected.
    pub expected: String,
    /// How many, for people.
    pub wanted: String,
    /// How many arrived.
    pub came: u64,
    /// Whether the expectation was met.
    pub met: bool,
}
