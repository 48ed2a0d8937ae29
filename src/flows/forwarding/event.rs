//! What happens while captures are forwarded.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::delivery::{Attempt, Cause, RunStats};
use crate::model::ranges::Ranges;
use crate::validation::JudgedCapture;
use crate::wire::listen::ForwardState;

/// Something that happened at the target.
#[derive(Debug)]
pub enum ForwardEvent {
    /// An attempt ended.
    Attempted(Forwarded),
    /// The target cannot be reached, or its handler is away; captures wait in the log.
    Paused {
        /// The failure as a sentence.
        why: String,
        /// The failure as a word for machines, if there was no answer.
        cause: Option<Cause>,
        /// The status of the answer, if there was one.
        status: Option<u16>,
        /// What to do about it.
        advice: Option<String>,
    },
    /// The target answers again.
    Resumed,
    /// Captures are not in the log any more, and cannot be delivered.
    Missing {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
        /// How many of those numbers were not delivered before.
        count: u64,
        /// The files in which damage was met: they may stand there.
        damaged: Vec<PathBuf>,
    },
    /// A capture carries the id of this run: it was forwarded before and came back.
    Returned(Arc<JudgedCapture>),
    /// The log could not be read, or the cursor not be written.
    Problem(String),
}

/// An attempt at a capture.
#[derive(Debug)]
pub struct Forwarded {
    /// The capture.
    pub judged: Arc<JudgedCapture>,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// How many there may be.
    pub of: u32,
    /// How it ended.
    pub ended: Attempt,
    /// What comes next.
    pub next: Next,
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the capture is delivered.
    Delivered,
    /// Another attempt after that wait.
    Retry(Duration),
    /// Nothing: the capture is given up.
    Failed,
    /// Nothing: the sender got the same answer, and may send the capture again.
    Answered,
}

impl Next {
    /// The word for it in output.
    pub fn state(self) -> ForwardState {
        match self {
            Next::Delivered => ForwardState::Delivered,
            Next::Retry(_) => ForwardState::Retrying,
            Next::Failed => ForwardState::Failed,
            Next::Answered => ForwardState::Answered,
        }
    }
}

impl ForwardEvent {
    /// The capture that it is about.
    pub fn capture(&self) -> Option<&JudgedCapture> {
        match self {
            ForwardEvent::Attempted(Forwarded { judged, .. }) | ForwardEvent::Returned(judged) => {
                Some(judged)
            }
            _ => None,
        }
    }

    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        match self {
            ForwardEvent::Attempted(Forwarded { judged, ended, .. }) => {
                let said = ended.ending.said().map_or(0, Bytes::len);
                judged.weight() + said
            }
            ForwardEvent::Returned(judged) => judged.capture.body.len(),
            _ => size_of::<ForwardEvent>(),
        }
    }
}

/// What came of the captures of a run.
#[derive(Debug, Default)]
pub struct ForwardTotals {
    /// The deliveries; a capture that was given up did not end as expected.
    pub stats: RunStats,
    /// Captures that were not forwarded, since they came back from the target.
    pub returned: u64,
    /// Captures in the log that are not delivered yet.
    pub waiting: u64,
    /// Captures that were not in the log any more when their turn came in this run.
    pub missing: u64,
    /// The captures that were given up and can be delivered again.
    pub given_up: Ranges,
    /// The file that names the captures that were given up.
    pub cursor: Option<PathBuf>,
}

impl ForwardTotals {
    /// Captures that were delivered in this run.
    pub fn delivered(&self) -> u64 {
        self.stats.sent() - self.stats.unexpected()
    }

    /// Captures that were given up in this run.
    pub fn failed(&self) -> u64 {
        self.stats.unexpected() + self.returned
    }
}

/// Where forwarding begins.
#[derive(Clone, Debug)]
pub struct ForwardStart {
    /// The first record that is to be delivered.
    pub seq: u64,
    /// How many records wait in the log.
    pub waiting: u64,
    /// What earlier runs gave up, if they ended before they could say so.
    pub given_up: Ranges,
    /// How many earlier records of the log are left out, since nothing is known of them.
    pub left_out: u64,
    /// A cursor was found, but it belongs to another log and is ignored.
    pub ignores_cursor: bool,
}
