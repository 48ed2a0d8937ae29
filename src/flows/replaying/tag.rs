//! What is handed over of a capture besides its bytes, and what else the reading has to say.

use std::sync::Arc;

use super::done::Key;
use crate::model::error::Failure;
use crate::model::report::Verdict;

/// What is known of an order besides its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) file: Arc<str>,
    pub(crate) line: u64,
    pub(crate) seq: Option<u64>,
    pub(crate) event: Option<Arc<str>>,
    pub(crate) session: Option<Arc<str>>,
    /// Valid unless it was asked for.
    pub(crate) verdict: Verdict,
    pub(crate) key: Key,
}

impl Tag {
    /// File and line: `log.jsonl:17`.
    pub(crate) fn place_in_file(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// The number of the record, `#17`; else file and line.
    pub(crate) fn place(&self) -> String {
        match self.seq {
            Some(seq) => format!("#{seq}"),
            None => self.place_in_file(),
        }
    }
}

/// What the reading has to say besides orders.
#[derive(Debug)]
pub(crate) enum Word {
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
pub(crate) struct Counts {
    /// Captures that fit.
    pub(crate) selected: u64,
    /// Those among them that were done in an earlier run.
    pub(crate) done_before: u64,
    /// Captures that fit but for being the same as one before.
    pub(crate) duplicates: u64,
    /// Captures that were to be changed and do not have the fields.
    pub(crate) unchanged: u64,
}
