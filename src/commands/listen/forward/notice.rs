//! What forwarding has to say, for whoever shows it.

use std::sync::Arc;
use std::time::Duration;

use crate::delivery::{Attempt, Cause, Ending};
use crate::validation::JudgedCapture;

/// Something that happened at the target.
#[derive(Debug)]
pub(in super::super) enum ForwardNotice {
    /// An attempt ended.
    Attempted(Forwarded),
    /// The target is not reached; what comes waits in the log.
    Paused {
        /// In a sentence.
        why: String,
        /// For machines.
        cause: Cause,
        /// What to do about it.
        advice: Option<String>,
    },
    /// The target is reached again.
    Resumed,
    /// The log could not be read, or the cursor not be written.
    Problem(String),
}

/// An attempt at a capture.
#[derive(Debug)]
pub(in super::super) struct Forwarded {
    /// The capture's number.
    pub(in super::super) seq: Option<u64>,
    /// The capture.
    pub(in super::super) judged: Option<Arc<JudgedCapture>>,
    /// Which attempt it was, from 1.
    pub(in super::super) attempt: u32,
    /// How many there may be.
    pub(in super::super) of: u32,
    /// How it ended.
    pub(in super::super) ended: Attempt,
    /// What comes next.
    pub(in super::super) what: What,
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum What {
    /// Nothing: it is delivered.
    Delivered,
    /// Another attempt after that wait.
    Again(Duration),
    /// Nothing: it is passed over.
    Failed,
    /// Nothing: the sender of the capture was told the same, and may send it again.
    Passed,
}

impl ForwardNotice {
    /// Bytes that it holds, about.
    pub(in super::super) fn weight(&self) -> usize {
        match self {
            ForwardNotice::Attempted(Forwarded { judged, ended, .. }) => {
                let judged = judged.as_ref();
                let body = judged.map_or(0, |judged| judged.capture.body.len());
                match &ended.ending {
                    Ending::Answered(answer) => body + answer.body.len(),
                    Ending::Unanswered(_) => body,
                }
            }
            _ => 0,
        }
    }
}
