//! What happens to the files of the log, for an observer.
//!
//! These are facts, not text for a screen. The result for one capture goes to its sender instead.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::AppendError;

/// Receives events. The threads of the journal call it, so it must not block.
pub(super) type Observer = Arc<dyn Fn(JournalEvent) + Send + Sync>;

/// Something that happened to the files of the log.
#[derive(Debug)]
pub enum JournalEvent {
    /// The log reached its size limit and continues in a new file.
    Rotated {
        /// The new name of the old file.
        part: PathBuf,
    },
    /// The log reached its size limit, but its file could not be renamed, so it grows on. Sent
    /// once until a rename succeeds.
    NotRotated(io::Error),
    /// The oldest part was deleted, because there were more parts than the limit.
    Deleted {
        /// The part.
        part: PathBuf,
        /// The cursors that still needed it: only a limit to the size deletes such a part.
        held_by: Vec<PathBuf>,
    },
    /// Parts above the limit are kept, because cursors still need them. Sent once until other
    /// cursors do.
    Held {
        /// How much they take.
        bytes: u64,
        /// The cursors.
        by: Vec<PathBuf>,
    },
    /// A file may be a part, but its beginning is damaged. It is left alone. Sent once.
    Damaged {
        /// The file.
        file: PathBuf,
    },
    /// Parts could not be listed, compressed or deleted. Sent once until it succeeds; it is
    /// retried.
    RetentionFailed {
        /// The file or directory.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The log was reopened on request.
    Reopened,
    /// The log could not be reopened: nothing can be logged until it can.
    NotReopened(AppendError),
    /// The thread that writes the log died of a fault of this program: nothing can be logged any
    /// more.
    Died,
}
