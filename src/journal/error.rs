//! What can go wrong with a log: opening it to write, appending, reading it back.
//!
//! Each names the file. None is told apart by its text.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::error::{Category, Explain};

/// A log could not be opened for writing.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process writes it, or another journal of this one.
    #[error("{} is being written by {holder}", .path.display())]
    Locked {
        /// The log.
        path: PathBuf,
        /// Who: "process 4711 (enx-hook listen)".
        holder: String,
    },
    /// The file beside the log, which keeps a second writer out, could not be locked.
    #[error("cannot lock {}", .path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The log could not be created, opened, read, mended or synced.
    #[error("cannot open {} to append to it", .path.display())]
    Open {
        /// The log, or one of its parts.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds lines of JSON that are not records.
    #[error("{} holds lines of JSON, but no records of enx-hook; they are left alone", .path.display())]
    Bodies {
        /// The file.
        path: PathBuf,
    },
    /// The file is another program's.
    #[error("{} is not a log of enx-hook; it is left alone", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The log ends with a record of another version.
    #[error("{} was written by a newer enx-hook (record version {version})", .path.display())]
    Newer {
        /// The log.
        path: PathBuf,
        /// The version of its last record.
        version: u64,
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
            JournalError::Locked { .. } => "stop that process, or name another file with --log",
            JournalError::Lock { source, .. } | JournalError::Open { source, .. } => {
                match source.kind() {
                    io::ErrorKind::NotFound => "create the directory first",
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FREE_SPACE,
                    _ => "name a file with --log that you may write",
                }
            }
            JournalError::Bodies { .. } | JournalError::Foreign { .. } => {
                "name another file with --log"
            }
            JournalError::Newer { .. } => "update enx-hook, or name another file with --log",
            JournalError::Thread(_) => return None,
        };
        Some(advice.to_owned())
    }
}

const FREE_SPACE: &str = "free some space on that disk; the log then goes on by itself";

/// A capture was not logged, and so must not be acknowledged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// Too much waits to be written already.
    #[error("more than {max_waiting_bytes} bytes wait to be logged")]
    Busy {
        /// The limit.
        max_waiting_bytes: usize,
    },
    /// The journal was closed, or its thread died.
    #[error("the log was closed")]
    Closed,
    /// The disk refused the bytes, or had refused them before and is not mended yet.
    #[error("cannot write {}", .path.display())]
    Write {
        /// The log.
        path: PathBuf,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// The disk took the bytes, but does not say that it has them.
    #[error("cannot sync {} to its disk", .path.display())]
    Sync {
        /// The log.
        path: PathBuf,
        /// The part that keeps what was acknowledged before, where one could be made.
        kept_in: Option<PathBuf>,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// The file was moved, cut or replaced meanwhile, and could not be opened anew.
    #[error(transparent)]
    Open(Arc<JournalError>),
}

impl AppendError {
    /// What the system said, if it was asked.
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
                    "{} keeps what was acknowledged before; {} begins anew",
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
    /// The file, or what the caller calls its input.
    pub name: String,
    /// What the system says.
    pub source: io::Error,
}

impl Explain for ReadError {
    fn category(&self) -> Category {
        Category::Undone
    }
}
