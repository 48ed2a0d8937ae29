//! Where a capture was read that another log had first.

use serde::{Deserialize, Serialize};

/// The place of a capture in a relay. It stands in the record of a follower as `from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The stream.
    pub relay: String,
    /// When the stream was created: another time means another stream of that name.
    pub created: String,
    /// The number of its message there; of the last one, if it came in parts.
    pub stream_seq: u64,
    /// The number of the message after which reading goes on, if earlier ones were unfinished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume_after: Option<u64>,
    /// The name of the listener that published it.
    pub source: String,
    /// The log of that listener.
    pub log: String,
    /// Its number in that log.
    pub seq: u64,
}
