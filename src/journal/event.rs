//! What the journal tells whoever watches: what became of the log's files.
//!
//! Facts and no sentences for a screen. Whether a capture was logged is told to the one who
//! handed it over, and not here.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::AppendError;

/// Who watches. It is called by the threads of the journal, and must not block.
pub(super) type Observer = Arc<dyn Fn(JournalEvent) + Send + Sync>;

/// Something that became of the log's files.
#[derive(Debug)]
pub enum JournalEvent {
    /// The log had become large: it goes on in a new file.
    Rotated {
        /// What the old file is called now.
        part: PathBuf,
    },
    /// The log has become large, but its file could not be renamed: it goes on growing. Said
    /// once, until it can.
    NotRotated(io::Error),
    /// A part was deleted, since there were more than are to be kept.
    Deleted {
        /// The part.
        part: PathBuf,
    },
    /// Parts could not be listed, compressed or deleted; it is tried again later. Said once,
    /// until it can.
    RetentionFailed {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The log was opened anew, as was asked for.
    Reopened,
    /// It was asked for, and failed: nothing can be logged until it can.
    NotReopened(AppendError),
}
