//! The JSON objects about a relay: of `listen --relay` and `follow`, and of `relay status`.

use serde::Serialize;

#[cfg(test)]
use super::listen::TIMESTAMP;

/// What happened between the log and a relay.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RelayJson<'r> {
    /// What it means: `connected`, captures are published or read; `waiting`, they are not, and it
    /// is tried again; `expired`, messages that were still to be read are not kept any more; a
    /// `note` about the relay; or a `problem` on this side.
    pub state: RelayState,
    /// The URL. A password in it is masked.
    pub relay: &'r str,
    /// Since when, UTC.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub since: String,
    /// How many captures are still to be published, or messages to be read. Only with `connected`;
    /// null otherwise.
    pub behind: Option<u64>,
    /// How many messages are not kept any more. Only with `expired`; null otherwise.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub expired: Option<u64>,
    /// Why, for people. Null with `connected`.
    pub message: Option<String>,
}

/// What can happen between a log and a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum RelayState {
    /// Captures are published or read.
    Connected,
    /// They are not.
    Waiting,
    /// Messages are not kept any more.
    Expired,
    /// Something to know.
    Note,
    /// Something failed on this side.
    Problem,
}

/// Captures of a listener that the relay did not bring. The log of that listener may have them.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GapJson<'r> {
    /// The URL of the relay. A password in it is masked.
    pub relay: &'r str,
    /// The listener.
    pub source: &'r str,
    /// The number of the first of them in the log of the listener.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub first: u64,
    /// The number of the last of them.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub last: u64,
    /// How many there are at most.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u64,
}

/// The state of a relay.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RelayStatusJson<'r> {
    /// The URL. A password in it is masked.
    pub relay: String,
    /// The stream.
    pub stream: &'r str,
    /// How many messages it keeps. A long capture is several.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the first of them was stored, UTC. Null if there is none.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub first_at: Option<String>,
    /// How long messages are kept, in seconds. Null if without end.
    pub max_age_seconds: Option<u64>,
    /// How many bytes are kept. Null if without limit.
    pub max_bytes: Option<u64>,
    /// Settings that differ from those of `relay init`, for people.
    pub warnings: &'r [String],
    /// The listeners that published, by name.
    pub sources: Vec<RelaySourceJson<'r>>,
    /// The followers of the last minute, by name. Null if this user must not see them.
    pub followers: Option<Vec<RelayFollowerJson<'r>>>,
}

/// What a relay has of a listener.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct RelaySourceJson<'r> {
    /// Its name.
    pub name: &'r str,
    /// How many messages of it are kept.
    pub messages: u64,
    /// The number of its last capture. Null if it is none of enx-hook.
    pub last_seq: Option<u64>,
    /// When that was received, UTC.
    #[cfg_attr(test, schemars(regex(pattern = TIMESTAMP)))]
    pub last_at: Option<String>,
}

/// A follower of a relay.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct RelayFollowerJson<'r> {
    /// Its name.
    pub name: &'r str,
    /// How many messages it has still to read.
    pub behind: u64,
}

/// What was published to a relay in a run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct PublishedJson {
    /// Captures that the relay took in this run.
    pub published: u64,
    /// Captures in the log that are not published yet.
    pub waiting: u64,
}

/// What a relay brought in a run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct FollowedJson {
    /// Captures that the log had already.
    pub duplicates: u64,
    /// Captures that did not come, and messages that are not kept any more.
    pub missing: u64,
}
