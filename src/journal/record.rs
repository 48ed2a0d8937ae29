//! One record of the log: a capture as one line of JSON, and back.
//!
//! The format is a promise to users, who read logs with their own tools. Whatever is
//! UTF-8 stands as text; what is not stands as base64, so that a body comes back byte
//! for byte. Fields that are not known are ignored: a later version may add some.
//!
//! It does no I/O, and does not look at what a body says.

pub(super) mod fast_body;
mod parse;
mod write;

use crate::model::capture::Capture;
use crate::model::error::{Category, Explain};

pub use parse::parse_record;
pub(super) use parse::{Head, is_headed};
pub use write::write_record;

/// The version of the record format that this program writes and reads.
pub const RECORD_VERSION: u64 = 1;

/// How every record begins that this program writes.
pub(super) const RECORD_START: &[u8] = b"{\"enx_hook\":";

/// The word that marks a header value as base64.
const BASE64_MARK: &str = "base64";

/// A capture and its number in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number: ascending through the log and its parts, from 1.
    pub seq: u64,
    /// What was received. Its time has microseconds.
    pub capture: Capture,
}

/// Why a line is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The version is not the one that this program reads.
    #[error(
        "its record version is {version}, and this program reads {RECORD_VERSION}: a newer enx-hook wrote it"
    )]
    Version {
        /// The version that it says.
        version: u64,
    },
    /// The line is not JSON, or not the JSON of a record.
    #[error("{message} at column {column}")]
    Json {
        /// What was found, or expected.
        message: String,
        /// The byte of the line, from 1; 0 stands before the first.
        column: usize,
        /// Whether the line is right as far as it goes, and simply ends early.
        ends_early: bool,
    },
    /// Neither `body` nor `body_base64`, or both.
    #[error("it must have either body or body_base64")]
    Body,
}

impl RecordError {
    /// Whether the line is right as far as it goes, and simply ends.
    pub(super) fn ends_early(&self) -> bool {
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
            RecordError::Json { .. } | RecordError::Body => None,
        }
    }
}

impl From<serde_json::Error> for RecordError {
    fn from(error: serde_json::Error) -> RecordError {
        let mut message = error.to_string();
        // The place is within one line, so its "line 1" would only mislead.
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

#[cfg(test)]
mod tests;
