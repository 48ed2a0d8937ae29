//! What happens between a log and a relay.

use super::engine::RelayError;
use super::order::Gap;

/// Something that happened between a log and a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayEvent {
    /// The relay takes or hands out captures.
    Connected {
        /// How many captures are behind: to publish, or to read.
        behind: u64,
    },
    /// It does not, and is tried again.
    Waiting {
        /// Why.
        why: RelayError,
    },
    /// Captures did not come.
    Gap(Gap),
    /// Messages that were still to be read are not kept any more.
    Expired {
        /// How many.
        count: u64,
    },
    /// Something to know that stops nothing.
    Note(String),
    /// Something failed on this side.
    Problem(String),
}

/// Gets what happens. It must not block.
pub(super) type Tell = Box<dyn Fn(RelayEvent) + Send>;

/// What came of publishing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublishTotals {
    /// Captures that the relay took in this run.
    pub published: u64,
    /// Captures that are not published yet.
    pub waiting: u64,
}

/// What came of following.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FollowTotals {
    /// Captures that came.
    pub captured: u64,
    /// Captures that had come before.
    pub duplicates: u64,
    /// Captures that did not come and were named, and messages that are not kept any more.
    pub missing: u64,
    /// Whether the relay was reached at all.
    pub was_connected: bool,
}
