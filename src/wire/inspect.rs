//! The JSON objects of the inspector's API; docs/inspector-api.md describes them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::delivery::Delivery;
use super::finding::FindingJson;
use super::listen::CaptureJson;
use super::log::{DifferenceJson, SessionJson, SessionsSummary, StepJson};
use crate::model::report::Verdict;

/// A refusal.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorJson<'e> {
    /// The kind of error.
    pub code: &'e str,
    /// What is wrong, for people.
    pub message: &'e str,
    /// What to do about it, for people. Null if nothing is known.
    pub help: Option<&'e str>,
    /// The column of the query, counted in characters, from 1. Null if it is not about a query.
    pub column: Option<usize>,
}

/// The state of the inspector.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatusJson {
    /// The version of the program.
    pub version: &'static str,
    /// `listen` if a listener runs, `follow` if a relay is followed, else `inspect`.
    pub mode: &'static str,
    /// Whether nothing can be sent, since no target was named.
    pub read_only: bool,
    /// The inputs.
    pub inputs: Vec<String>,
    /// The URL of the listener. Null if none runs.
    pub listener: Option<String>,
    /// The relay that is followed. Null if none is.
    pub relay: Option<String>,
    /// How far the first reading is.
    pub index: IndexJson,
    /// Captures that are listed.
    pub captures: usize,
    /// The first capture that is listed. Null if there is none.
    pub first_id: Option<u64>,
    /// The last capture that is listed. Null if there is none.
    pub last_id: Option<u64>,
    /// Sessions by state.
    pub sessions: ListedSummary,
    /// Captures by verdict. A verdict without captures is absent.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Captures whose body came before.
    pub duplicates: u64,
    /// The first items that cannot be read.
    pub unread: Vec<UnreadJson>,
    /// How many items cannot be read.
    pub unread_count: u64,
    /// The targets that were named.
    pub targets: Vec<TargetJson>,
    /// Whether any URL of this machine may be a target too.
    pub any_loopback: bool,
    /// Streams that are open.
    pub streams: usize,
}

/// How far the first reading is.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "index"))]
pub struct IndexJson {
    /// Whether all of it was read.
    pub ready: bool,
    /// Bytes that were read.
    pub bytes: u64,
    /// The length of all inputs, in bytes. Null if it is not known.
    pub of: Option<u64>,
}

/// An item that cannot be read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "unread"))]
pub struct UnreadJson {
    /// File and line.
    pub place: String,
    /// Why it cannot be read, for people.
    pub why: String,
}

/// A target.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "target"))]
pub struct TargetJson {
    /// Its name in requests.
    pub name: String,
    /// The URL. A password in it is masked.
    pub url: String,
    /// Whether it is the one that is taken if none is named.
    pub default: bool,
}

/// A capture in a list.
#[derive(Debug, Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "listed-capture")
)]
pub struct RowJson<'c> {
    /// Its number among all captures, in the order of arrival. If one log is inspected, its number
    /// in the log.
    pub id: u64,
    /// The number of its record in the log. Null in other inputs.
    pub seq: Option<u64>,
    /// Its name on the command line, such as `17` or `a.har#3`.
    pub name: String,
    /// When it arrived, UTC, with microseconds. Null if the input does not say.
    pub received_at: Option<String>,
    /// The provider. Null if it is unknown.
    pub provider: Option<&'c str>,
    /// The event. Null if the body names none.
    pub event: Option<&'c str>,
    /// The session. Null if there is none.
    pub session: Option<&'c str>,
    /// The verdict on the body.
    pub verdict: Verdict,
    /// The codes of its findings, the worst first; at most 8.
    pub codes: Vec<&'c str>,
    /// The length of its body as it was received.
    pub bytes: u32,
    /// Time since the previous event of its session, in milliseconds. Null if there is none.
    pub since_previous_ms: Option<u128>,
    /// The first capture with an identical body. Null if there is none.
    pub duplicate_of: Option<u64>,
    /// The last capture with the same key and another body. Null if there is none.
    pub same_key_as: Option<u64>,
    /// A capture of its session that arrived before it and belongs after it. Null if there is none.
    pub out_of_order_after: Option<u64>,
    /// The capture that it was made of, if it was sent from this inspector. Null if not.
    pub replay_of: Option<u64>,
    /// Events of its session that belong before it and had not arrived.
    pub missing_before: Vec<&'c str>,
    /// `event`, `session` and `name` as they are to be shown, where they hold treacherous
    /// characters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub shown: BTreeMap<&'static str, String>,
}

/// A list of captures.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CapturesJson<'c> {
    /// The captures, the last first.
    pub rows: Vec<RowJson<'c>>,
    /// The `before` of the next page. Null if there is none.
    pub next: Option<u64>,
    /// Captures that are listed without a query.
    pub total: usize,
    /// Captures that the query means. Null if not all of them were searched.
    pub matched: Option<usize>,
}

/// One capture in full. `L` is a line of text as it is to be shown.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("oneOf" = [
    { "required": ["body"] },
    { "required": ["body_base64"] },
    { "not": { "anyOf": [{ "required": ["body"] }, { "required": ["body_base64"] }] } }
])))]
pub struct DetailJson<'c, L> {
    /// Its id.
    pub id: u64,
    /// Its name on the command line.
    pub name: String,
    /// The method.
    pub method: &'c str,
    /// The length of its body as it was received.
    pub bytes: usize,
    /// The fields of `log show`.
    #[serde(flatten)]
    pub capture: CaptureJson<'c>,
    /// Whether the body is left out, since it is longer than 1 MiB.
    pub body_is_large: bool,
    /// The request line and the header fields, as they are to be shown.
    pub head: Vec<L>,
    /// The body, as it is to be shown.
    pub lines: Vec<L>,
    /// Whether nothing is folded.
    pub full: bool,
    /// What is known of the codes of its findings.
    pub codes: Vec<CodeHelpJson>,
    /// How it relates to earlier ones: ids.
    pub relations: RelationsJson,
    /// The capture before it. Null if it is the first.
    pub previous_id: Option<u64>,
    /// The capture behind it. Null if it is the last.
    pub next_id: Option<u64>,
    /// The capture before it in its session.
    pub previous_in_session: Option<u64>,
    /// The capture behind it in its session.
    pub next_in_session: Option<u64>,
    /// Commands about it: `show`, `replay`, and `timeline` if it has a session.
    pub commands: BTreeMap<&'static str, String>,
}

/// How a capture relates to earlier ones.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "relations"))]
pub struct RelationsJson {
    /// The first capture with an identical body.
    pub duplicate_of: Option<u64>,
    /// The last capture with the same key and another body.
    pub same_key_as: Option<u64>,
    /// A capture that arrived before it and belongs after it.
    pub out_of_order_after: Option<u64>,
    /// The capture that it was made of, if it was sent from this inspector.
    pub replay_of: Option<u64>,
}

/// What is known of a code.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "code"))]
pub struct CodeHelpJson {
    /// The code.
    pub code: String,
    /// What is odd or wrong.
    pub what: String,
    /// Why it matters. Null if nobody says.
    pub why: Option<String>,
    /// Documents that say so: title and section.
    pub sources: Vec<String>,
}

/// A session in a list.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "session"))]
pub struct ListedSessionJson<'s> {
    /// The fields of `log sessions`.
    #[serde(flatten)]
    pub session: SessionJson<'s>,
    /// Its first capture.
    pub first_id: Option<u64>,
    /// Its last capture.
    pub last_id: Option<u64>,
    /// Captures that are invalid.
    pub invalid: u64,
}

/// A list of sessions.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionsJson<'s> {
    /// The sessions, the one with the latest capture first.
    pub sessions: Vec<ListedSessionJson<'s>>,
    /// The `offset` of the next page. Null if there is none.
    pub next: Option<usize>,
    /// All sessions by state.
    pub summary: ListedSummary,
}

/// All sessions by state.
#[derive(Debug, Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "session-counts")
)]
pub struct ListedSummary {
    /// The fields of the summary of `log sessions`.
    #[serde(flatten)]
    pub states: SessionsSummary,
    /// Sessions with a problem: an event is missing or out of order, or a capture is invalid or a
    /// duplicate. Forgotten sessions are not counted.
    pub problems: u64,
}

/// The timelines of the sessions with one id.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TimelinesJson<'s> {
    /// One for each provider.
    pub timelines: Vec<TimelineJson<'s>>,
    /// Captures that were too many to show.
    pub left_out: u64,
}

/// The timeline of a session.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "timeline"))]
pub struct TimelineJson<'s> {
    /// The session.
    pub session: ListedSessionJson<'s>,
    /// Its steps, as in `log timeline`.
    pub steps: Vec<ListedStepJson<'s>>,
}

/// A step of a timeline.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "step"))]
pub struct ListedStepJson<'s> {
    /// The capture. Null for what has not come.
    pub id: Option<u64>,
    /// The fields of `log timeline`.
    #[serde(flatten)]
    pub step: StepJson<'s>,
    /// The capture of its session that arrived before it and belongs after it. Null if there is
    /// none.
    pub out_of_order_after: Option<u64>,
    /// For an event that is missing: the capture that it follows. Null if it is not missing, or if
    /// that capture has not come either.
    pub follows: Option<u64>,
}

/// What differs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiffJson<'d> {
    /// Whether fields that are new in every event count too.
    pub exact: bool,
    /// Whether two captures are compared whose bodies have the same bytes, once unpacked.
    pub identical: bool,
    /// Pairs that were compared.
    pub compared: u64,
    /// The differences.
    pub differences: Vec<ShownDifferenceJson<'d>>,
}

/// A difference.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "difference"))]
pub struct ShownDifferenceJson<'d> {
    /// The fields of `log diff`.
    #[serde(flatten)]
    pub difference: DifferenceJson<'d>,
    /// The first value as it is to be shown. Null if it has none.
    pub a_text: Option<String>,
    /// The second value as it is to be shown. Null if it has none.
    pub b_text: Option<String>,
}

/// What can be sent and asked.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CatalogJson<'c> {
    /// The events of the catalog.
    pub events: Vec<CatalogEventJson<'c>>,
    /// The scenarios inside the program.
    pub scenarios: Vec<ScenarioTitleJson<'c>>,
    /// What was seen so far.
    pub seen: SeenValuesJson,
    /// The words of the query grammar.
    pub keywords: Vec<KeywordJson>,
}

/// An event of the catalog.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "event"))]
pub struct CatalogEventJson<'c> {
    /// The provider.
    pub provider: &'c str,
    /// The event.
    pub event: &'c str,
    /// The event in two or three words.
    pub title: &'c str,
    /// The text of its sample.
    pub sample: &'c str,
}

/// A scenario.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "scenario"))]
pub struct ScenarioTitleJson<'c> {
    /// Its name.
    pub name: &'c str,
    /// What it is about.
    pub title: String,
}

/// Values that were seen.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "seen-values"))]
pub struct SeenValuesJson {
    /// Events, the most frequent first.
    pub events: Vec<SeenJson>,
    /// Codes, the most frequent first.
    pub codes: Vec<SeenJson>,
    /// Sessions, the latest first.
    pub sessions: Vec<String>,
}

/// A value that was seen.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "seen-value"))]
pub struct SeenJson {
    /// The value.
    pub value: String,
    /// In how many captures.
    pub count: u64,
}

/// A word of the query grammar.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "keyword"))]
pub struct KeywordJson {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub about: &'static str,
    /// All values that it can have, if there are few.
    pub values: Vec<&'static str>,
}

/// A capture as a request.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RequestTextJson<'r> {
    /// `curl`, `http` or `command`.
    #[serde(rename = "as")]
    pub form: &'r str,
    /// The text.
    pub text: String,
}

/// The verdict on a text. `L` is a line of it as it is to be shown.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VerdictJson<'r, L> {
    /// The provider. Null if it is unknown.
    pub provider: Option<&'r str>,
    /// The event. Null if the text names none.
    pub event: Option<&'r str>,
    /// The session. Null if there is none.
    pub session: Option<&'r str>,
    /// The verdict.
    pub verdict: Verdict,
    /// The findings, in the order of the text.
    pub findings: Vec<FindingJson<'r>>,
    /// The text, as it is to be shown.
    pub lines: Vec<L>,
}

/// The command that does the same as a request to send.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CommandJson {
    /// The command, for a POSIX shell.
    pub command: String,
    /// The target. A password in it is masked.
    pub target: String,
    /// How many requests are sent. Null if that is not known before.
    pub requests: Option<usize>,
}

/// A request that was sent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentRequestJson<'d> {
    /// The capture that it was made of. Null if it was made of none.
    pub of: Option<u64>,
    /// The capture that it was received as. Null if that is not known.
    pub received: Option<u64>,
    /// The fields of `delivery` in `send`.
    #[serde(flatten)]
    pub delivery: Delivery<'d>,
}

/// The end of sending.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentJson {
    /// Requests that were sent.
    pub sent: u64,
    /// Those that were answered as expected.
    pub ok: u64,
    /// The others.
    pub failed: u64,
    /// Why it ended early, for people. Null if it did not.
    pub stopped: Option<String>,
}

/// A capture that is known now to be sent from this inspector.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReplayJson {
    /// Its id.
    pub id: u64,
    /// The capture that it was made of.
    pub replay_of: u64,
}

/// How far a stream is that has nothing to show.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StreamAtJson {
    /// The last capture that was looked at.
    pub last_id: u64,
    /// All captures.
    pub captures: usize,
}

/// Captures that a stream passed over, since they were too many at once.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LaggedJson {
    /// How many.
    pub skipped: usize,
}
