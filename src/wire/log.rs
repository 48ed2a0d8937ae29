//! The JSON objects of `log`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::listen::DeliveredJson;
#[cfg(test)]
use super::listen::TIMESTAMP;
use crate::model::report::Verdict;

/// The last line of `log`: the captures that were listed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogSummary {
    /// Captures that were listed.
    pub listed: u64,
    /// The same by verdict. A verdict without captures is absent.
    #[cfg_attr(test, schemars(with = "super::validate::VerdictsJson"))]
    pub verdicts: BTreeMap<&'static str, u64>,
}

/// A session.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionJson<'s> {
    /// The provider.
    pub provider: &'s str,
    /// The session: `conf_num` of EnableX, `rec_id` or `supervisor_session_id` of StreamRec.
    pub session: &'s str,
    /// The number of its first capture, or with `first_file` the number of its record, entry or
    /// line there.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub first_seq: Option<u64>,
    /// The number of its last capture, likewise.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub last_seq: Option<u64>,
    /// The input with its first capture, if the number alone does not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_file: Option<&'s str>,
    /// The input with its last capture, if the number alone does not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_file: Option<&'s str>,
    /// When its first capture arrived, UTC; of captures without that, the time that they state.
    /// Null if no time is known.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub first_at: Option<String>,
    /// The time from its first to its last capture, in seconds. Null if no time is known.
    pub seconds: Option<f64>,
    /// Its captures, duplicates included.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub captures: u64,
    /// How many captures of each event there are, by name.
    pub events: &'s BTreeMap<String, u64>,
    /// The first that applies of `missing`, `out-of-order`, `truncated`, `open`, `complete`.
    pub state: SessionStateJson,
    /// All that apply; empty if it is complete.
    pub problems: Vec<SessionStateJson>,
    /// The events that the documents promise, that have not come, and whose time is over; in
    /// the order of a session. Alternatives are joined by `|`.
    pub missing: &'s [String],
    /// The worst verdict of its captures.
    pub verdict: Verdict,
    /// Captures whose body had come before.
    pub duplicates: u64,
}

/// The state of a session.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum SessionStateJson {
    /// A promised event has not come, and its time is over.
    Missing,
    /// An event came after one that belongs after it.
    OutOfOrder,
    /// Its beginning or another part was not read.
    Truncated,
    /// A promised event may still come.
    Open,
    /// All promised events came.
    Complete,
}

/// The last line of `log sessions`.
#[derive(Debug, Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "session-counts")
)]
pub struct SessionsSummary {
    /// All sessions of the selected captures, also those that `--state`, `--last` and `--limit`
    /// leave out.
    pub sessions: u64,
    /// Sessions that were listed.
    pub listed: u64,
    /// Sessions whose state is `complete`.
    pub complete: u64,
    /// Sessions whose state is `open`.
    pub open: u64,
    /// Sessions whose state is `truncated`.
    pub truncated: u64,
    /// Sessions whose state is `out-of-order`.
    pub out_of_order: u64,
    /// Sessions whose state is `missing`.
    pub missing: u64,
    /// Sessions that were counted and not listed, because only the last 100,000 are remembered.
    pub forgotten: u64,
}

/// A step of a session: a capture, or an event that has not come.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepJson<'s> {
    /// The provider.
    pub provider: &'s str,
    /// The session.
    pub session: &'s str,
    /// The event: its name in the catalog, or the unknown name as received. Null if the body
    /// names none.
    pub event: Option<&'s str>,
    /// The number of the capture, or with `file` of its record, entry or line there. Null for
    /// what has not come.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub seq: Option<u64>,
    /// The input in which it stands, if the number alone does not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'s str>,
    /// When it arrived, UTC, or the time that it states. Null if that is not known.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub at: Option<String>,
    /// The time since the first capture of the session, in milliseconds. Null for what has not
    /// come.
    pub offset_ms: Option<i64>,
    /// The time since the capture before, in milliseconds. Null for the first one.
    pub gap_ms: Option<u128>,
    /// How many copies of it came later.
    pub duplicates: u64,
    /// Whether it came after an event that belongs after it.
    pub out_of_order: bool,
    /// Whether the documents do not promise it.
    pub optional: bool,
    /// How it stands.
    pub standing: StandingJson,
    /// The verdict. Null for what has not come.
    #[cfg_attr(test, schemars(extend("enum" = ["valid", "warning", "unknown", "invalid", null])))]
    pub verdict: Option<&'s str>,
    /// Why it is missing, open or optional, for people. Null if it came.
    pub why: Option<String>,
    /// What became of forwarding it, for each target; of its last copy too.
    pub deliveries: Vec<DeliveredJson<'s>>,
}

/// How an event stands in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum StandingJson {
    /// It came.
    Came,
    /// It has not come, and its time is over.
    Missing,
    /// It may still come.
    Open,
    /// It has not come, and the documents do not promise it.
    Optional,
    /// The session is truncated, so nothing can be said.
    NotKnown,
}

/// The last line of `log timeline`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TimelineSummary<'s> {
    /// The id that was asked for.
    pub session: &'s str,
    /// Sessions with that id: each provider has its own.
    pub timelines: u64,
    /// Captures that were shown, without copies.
    pub steps: u64,
    /// Captures that were too many to show.
    pub left_out: u64,
}

/// A difference between two captures.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DifferenceJson<'d> {
    /// Where it is: `body` or `header`.
    pub part: PartJson,
    /// The event. Null unless two sessions are compared.
    pub event: Option<&'d str>,
    /// JSON Pointer into the body, empty for the whole; for a header, its name in lower case
    /// behind a slash.
    pub pointer: &'d str,
    /// Whether the second has it (`added`), the first (`removed`), or both (`changed`).
    pub change: ChangeJson,
    /// The value in the first. Null also if it has none.
    #[cfg_attr(test, schemars(extend("type" = ["object", "array", "string", "number", "boolean", "null"])))]
    pub a: Option<&'d Value>,
    /// The value in the second, likewise.
    #[cfg_attr(test, schemars(extend("type" = ["object", "array", "string", "number", "boolean", "null"])))]
    pub b: Option<&'d Value>,
}

/// A part of a capture.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum PartJson {
    /// The body.
    Body,
    /// The header fields.
    Header,
}

/// The kind of a difference.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum ChangeJson {
    /// Only the second has it.
    Added,
    /// Only the first has it.
    Removed,
    /// Both have it, with different values.
    Changed,
}

/// The last line of `log diff`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiffSummary {
    /// Differences that were found.
    pub differences: u64,
    /// Pairs that were compared.
    pub compared: u64,
}

/// A count of captures.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatJson<'s> {
    /// By what is counted: `event`, `verdict`, `code` or `hour`.
    pub by: &'s str,
    /// The event, verdict or code, or the beginning of the hour, UTC.
    pub key: &'s str,
    /// How many captures.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u64,
    /// The share of all captures, from 0 to 1. A capture can have several codes.
    pub share: f64,
}

/// The last line of `log stats`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatsSummary {
    /// Captures that were counted.
    pub captures: u64,
    /// The earliest time of a capture, UTC. Null if no time is known.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub first_at: Option<String>,
    /// The latest time of a capture, likewise.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub last_at: Option<String>,
    /// The times between one arrival and the next: `p50_ms`, `p90_ms`, `p99_ms` and `max_ms`.
    /// Absent if there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gaps: Option<GapsJson>,
}

/// The times between one arrival and the next.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct GapsJson {
    /// The median, in milliseconds.
    pub p50_ms: f64,
    /// Nine of ten are not longer, in milliseconds.
    pub p90_ms: f64,
    /// 99 of 100 are not longer, in milliseconds.
    pub p99_ms: f64,
    /// The longest, in milliseconds.
    pub max_ms: f64,
}

/// Something that is wrong with a log.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DamageJson<'s> {
    /// The file.
    pub file: &'s str,
    /// Its line, from 1. Null if the whole file is meant.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub line: Option<u64>,
    /// What it is.
    pub state: DamageState,
    /// The first number that is missing, or the number that is out of order. Else null.
    pub first_seq: Option<u64>,
    /// The last number that is missing, or the number that is out of order. Else null.
    pub last_seq: Option<u64>,
    /// The same for people.
    pub why: String,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum DamageState {
    /// A line is no record.
    Damaged,
    /// A record ends early, as a crash leaves it.
    Torn,
    /// Records before this line are missing.
    Missing,
    /// The number of a record is not above those before it.
    OutOfOrder,
    /// The rest of a compressed file cannot be unpacked.
    Packed,
    /// A file may be a part by its name, but its beginning is damaged. It is not read.
    Part,
}

/// The last line of `log repair`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RepairSummary {
    /// Files that were read.
    pub files: u64,
    /// Whole records.
    pub records: u64,
    /// Numbers whose captures `log prune` removed.
    pub removed: u64,
    /// Numbers that are missing.
    pub missing: u64,
    /// Places with damage: the lines before with the kind `damage`.
    pub damages: u64,
    /// The first number. Null if there is none.
    pub first_seq: Option<u64>,
    /// The highest number. Null if there is none.
    pub last_seq: Option<u64>,
    /// The file with the copy. Null without `--output`.
    pub output: Option<String>,
}

/// A file from which captures were removed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PrunedJson<'s> {
    /// The file.
    pub file: &'s str,
    /// How many captures.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub captures: u64,
}

/// The last line of `log prune`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PruneSummary<'s> {
    /// The session.
    pub session: &'s str,
    /// Captures that were removed.
    pub captures: u64,
    /// Files that were rewritten.
    pub files: u64,
    /// Lines that cannot be read: whether they belong to the session is not known. They stay.
    pub unread: u64,
}
