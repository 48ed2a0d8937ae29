//! Errors of opening a log, appending to it and reading it. Each one names the file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::missing::instead_of;
use super::record::LAST_SEQ;
use crate::model::error::{Category, Explain};

/// A log could not be opened for writing.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process writes the log, or another journal of this process.
    #[error("{} is being written by {holder}", .path.display())]
    Locked {
        /// The log.
        path: PathBuf,
        /// The holder of the lock: "process 4711 (enx-hook listen)".
        holder: String,
    },
    /// The lock file beside the log could not be locked.
    #[error("cannot lock {}", .path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The log could not be created, opened, read, repaired or synced.
    #[error("cannot open {} for appending", .path.display())]
    Open {
        /// The log, or one of its parts.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file holds lines of JSON that are not records.
    #[error("{} holds JSON lines that are not records of enx-hook; it was not changed", .path.display())]
    Bodies {
        /// The file.
        path: PathBuf,
    },
    /// The file belongs to another program.
    #[error("{} is not a log of enx-hook; it was not changed", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The last record of the log has another version.
    #[error("{} was written by a newer enx-hook (record version {version})", .path.display())]
    Newer {
        /// The log.
        path: PathBuf,
        /// The version of its last record.
        version: u64,
    },
    /// The last record has a number beyond which there is no room.
    #[error("{}: the last record has the number {seq}, and none can be beyond {LAST_SEQ}", .path.display())]
    Beyond {
        /// The log.
        path: PathBuf,
        /// The number of its last record.
        seq: u64,
    },
    /// The thread that writes could not be started.
    #[error("cannot start the thread that writes the log")]
    Thread(#[source] io::Error),
}

impl Explain for JournalError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            JournalError::Locked { .. } => "stop that process, or choose another file with --log",
            JournalError::Lock { source, .. } | JournalError::Open { source, .. } => {
                match source.kind() {
                    io::ErrorKind::NotFound => "create the directory first",
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FREE_SPACE,
                    _ => "choose a writable file with --log",
                }
            }
            JournalError::Bodies { .. } | JournalError::Foreign { .. } => {
                "choose another file with --log"
            }
            JournalError::Newer { .. } => "update enx-hook, or choose another file with --log",
            JournalError::Beyond { .. } => {
                "that record is no work of enx-hook: remove it, or choose another file with --log"
            }
            JournalError::Thread(_) => return None,
        };
        Some(advice.to_owned())
    }
}

const FREE_SPACE: &str = "free some space on that disk; the log then continues by itself";

/// A capture was not logged, and so must not be acknowledged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// The queue is full.
    #[error("the queue of the log is full ({max_waiting_bytes} bytes)")]
    Busy {
        /// The limit.
        max_waiting_bytes: usize,
    },
    /// The journal was closed, or its thread died.
    #[error("the log was closed")]
    Closed,
    /// The disk refused these bytes, or earlier ones that could not be cut off yet.
    #[error("cannot write {}", .path.display())]
    Write {
        /// The log.
        path: PathBuf,
        /// The error of the system.
        source: Arc<io::Error>,
    },
    /// The disk did not confirm the bytes.
    #[error("cannot sync {} to its disk", .path.display())]
    Sync {
        /// The log.
        path: PathBuf,
        /// The part that keeps the captures acknowledged before, if it could be made.
        kept_in: Option<PathBuf>,
        /// The error of the system.
        source: Arc<io::Error>,
    },
    /// The file was moved, cut or replaced meanwhile and could not be reopened.
    #[error(transparent)]
    Open(Arc<JournalError>),
}

impl AppendError {
    /// The kind of the error of the system, if there is one.
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match self {
            AppendError::Write { source, .. } | AppendError::Sync { source, .. } => {
                Some(source.kind())
            }
            AppendError::Open(error) => match &**error {
                JournalError::Open { source, .. } => Some(source.kind()),
                _ => None,
            },
            AppendError::Busy { .. } | AppendError::Closed => None,
        }
    }
}

impl Explain for AppendError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        match self {
            AppendError::Open(error) => error.advice(),
            _ if matches!(self.io_kind(), Some(StorageFull | QuotaExceeded)) => {
                Some(FREE_SPACE.to_owned())
            }
            AppendError::Sync { path, kept_in, .. } => kept_in.as_ref().map(|part| {
                format!(
                    "{} keeps the captures acknowledged before; {} starts again",
                    part.display(),
                    path.display()
                )
            }),
            _ => None,
        }
    }
}

/// A log could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {name}")]
pub struct ReadError {
    /// The name of the file or input.
    pub name: String,
    /// What the system says.
    pub source: io::Error,
}

impl ReadError {
    /// Whether the content cannot be unpacked: reading it again makes no difference.
    pub(super) fn is_damage(&self) -> bool {
        self.source.raw_os_error().is_none()
    }
}

impl Explain for ReadError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let is_missing = self.source.kind() == io::ErrorKind::NotFound;
        is_missing.then(|| instead_of(Path::new(&self.name)))?
    }
}

/// A log could not be copied or rewritten.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// Another process writes the log.
    #[error("{} is being written by {holder}; it was not changed", .path.display())]
    Locked {
        /// The log.
        path: PathBuf,
        /// The holder of the lock.
        holder: String,
    },
    /// The file is no log.
    #[error("{} is not a log of enx-hook; it was not changed", .0.display())]
    Foreign(PathBuf),
    /// Zstandard is read, but not written.
    #[error("{} is compressed with Zstandard; it was not changed", .0.display())]
    Zstd(PathBuf),
    /// The next content of a file cannot be written.
    #[error("cannot rewrite {}; it was not changed", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The copy cannot be written.
    #[error("cannot write the copy")]
    Copy(#[source] io::Error),
}

impl Explain for RewriteError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            RewriteError::Locked { .. } => "stop that process first, and start it again afterwards",
            RewriteError::Foreign(_) => return None,
            RewriteError::Zstd(_) => "unpack it with `zstd -d`, and run the command again",
            RewriteError::Write { .. } | RewriteError::Copy(_) => {
                "the folder must be writable and have room for the file"
            }
        };
        Some(advice.to_owned())
    }
}
