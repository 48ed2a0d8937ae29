//! What a record is, and why a line is not a record.

use super::log_id::LogId;
use super::origin::Origin;
use crate::model::capture::Capture;
use crate::model::error::{Category, Explain};

/// The version of the record format that this program writes and reads.
pub const RECORD_VERSION: u64 = 1;

/// The highest number of a record: what every reader of JSON takes as a whole number.
pub const LAST_SEQ: u64 = 1 << 53;

/// The beginning of every record that this program writes.
pub(in crate::journal) const RECORD_START: &[u8] = b"{\"enx_hook\":";

/// Marks a header value as base64.
pub(super) const BASE64_MARK: &str = "base64";

/// A capture and its number in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number: ascending through the log and its parts, from 1.
    pub seq: u64,
    /// The log to which it belongs; nothing if release 0.1 wrote it, or another program.
    pub log: Option<LogId>,
    /// What was received. Its time has microseconds.
    pub capture: Capture,
    /// Where `follow` read it; nothing if it was received.
    pub from: Option<Box<Origin>>,
}

/// Why a line is not a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// This program does not read this version.
    #[error(
        "record version {version} is not supported (this program reads version {RECORD_VERSION}): a newer enx-hook wrote it"
    )]
    Version {
        /// The version of the record.
        version: u64,
    },
    /// The line is not JSON, or not the JSON of a record.
    #[error("{message} at column {column}")]
    Json {
        /// What was found, or expected.
        message: String,
        /// The byte of the line, from 1; 0 stands before the first.
        column: usize,
        /// Whether the line is correct but ends early.
        ends_early: bool,
    },
    /// The number is beyond [`LAST_SEQ`].
    #[error("seq {0} is beyond {LAST_SEQ}")]
    Seq(u64),
    /// Neither `body` nor `body_base64`, or both.
    #[error("expected either body or body_base64")]
    Body,
}

impl RecordError {
    /// Whether the line is correct but ends early.
    pub(in crate::journal) fn ends_early(&self) -> bool {
        matches!(
            self,
            RecordError::Json {
                ends_early: true,
                ..
            }
        )
    }
}

impl Explain for RecordError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        match self {
            RecordError::Version { .. } => Some("update enx-hook".to_owned()),
            RecordError::Json { .. } | RecordError::Seq(_) | RecordError::Body => None,
        }
    }
}

impl From<serde_json::Error> for RecordError {
    fn from(error: serde_json::Error) -> RecordError {
        let mut message = error.to_string();
        // The position is within one line: "line 1" would be misleading.
        if let Some(place) = message.rfind(" at line ") {
            message.truncate(place);
        }
        RecordError::Json {
            message,
            column: error.column(),
            ends_early: error.is_eof(),
        }
    }
}
