//! What is handed over of a capture besides its bytes, and what else the reading has to say.

use std::sync::Arc;

use super::done::Key;
use crate::model::error::Failure;
use crate::model::report::Verdict;
use crate::wire::delivery::Subject;

/// What is known of an order besides its bytes.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) seq: Option<u64>,
    pub(super) event: Option<Arc<str>>,
    pub(super) session: Option<Arc<str>>,
    /// Valid unless it was asked for.
    pub(super) verdict: Verdict,
    pub(super) key: Key,
}

impl Tag {
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            file: Some(&self.file),
            line: Some(self.line),
            seq: self.seq,
            event: self.event.as_deref(),
            session: self.session.as_deref(),
        }
    }
}

/// What the reading has to say besides orders.
#[derive(Debug)]
pub(super) enum Word {
    /// A warning.
    Warning(String),
    /// A line that was skipped.
    BadLine(String),
    /// A file that could not be read, or not to its end.
    Failed(Failure),
    /// Nothing more can be read, and why.
    Refused(Failure),
    /// A source beside those that were named has that number.
    Source(u32, String),
    /// All was read.
    End(Counts),
}

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Captures that fit.
    pub(super) selected: u64,
    /// Those among them that were done in an earlier run.
    pub(super) done_before: u64,
    /// Captures that fit but for being the same as one before.
    pub(super) duplicates: u64,
    /// Captures that were to be changed and do not have the fields.
    pub(super) unchanged: u64,
}
