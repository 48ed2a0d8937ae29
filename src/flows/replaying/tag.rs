//! What the reader of a replay sends besides requests: facts about each capture, and messages.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::done::Key;
use crate::model::error::Failure;
use crate::model::name::Name;
use crate::model::report::Verdict;

/// The facts about a capture.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) file: Arc<str>,
    /// Its line; nothing if the beginning of the file was not read.
    pub(crate) line: Option<u64>,
    pub(crate) seq: Option<u64>,
    pub(crate) received_at: Option<DateTime<Utc>>,
    pub(crate) event: Option<Name>,
    pub(crate) session: Option<Name>,
    /// Valid if no option needs the verdict.
    pub(crate) verdict: Verdict,
    pub(crate) key: Key,
}

impl Tag {
    /// File and line: `log.jsonl:17`; or its number, `log.jsonl#17`.
    pub(crate) fn place_in_file(&self) -> String {
        match (self.line, self.seq) {
            (Some(line), _) => format!("{}:{line}", self.file),
            (None, Some(seq)) => format!("{}#{seq}", self.file),
            (None, None) => self.file.to_string(),
        }
    }

    /// The number of the record, `#17`, or file and line.
    pub(crate) fn place(&self) -> String {
        match self.seq {
            Some(seq) => format!("#{seq}"),
            None => self.place_in_file(),
        }
    }
}

/// A message of the reader.
#[derive(Debug)]
pub(crate) enum Word {
    /// After the job with this number, the next one is due only after this time.
    Pause(u64, Duration),
    /// Nothing was found so far.
    Reading,
    /// A warning.
    Warning(String),
    /// A line is skipped.
    BadLine(String),
    /// A file cannot be read to its end.
    Failed(Failure),
    /// The replay must stop, and why.
    Refused(Failure),
    /// The number and path of a source that was found beside the named ones.
    Source(u32, String),
    /// Everything was read.
    End(Counts),
}

/// Counts captures of the input.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Captures that were looked at.
    pub(crate) seen: u64,
    /// Captures that the selection matches.
    pub(crate) selected: u64,
    /// Those of them that were done in an earlier run.
    pub(crate) done_before: u64,
    /// Captures that are left out as duplicates.
    pub(crate) duplicates: u64,
    /// Captures without the fields to change.
    pub(crate) unchanged: u64,
}
