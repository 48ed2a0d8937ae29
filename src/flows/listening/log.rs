//! The log of a run: how it is opened, and the recorder that writes each capture to it before
//! the sender gets its reply.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use tokio::sync::{SemaphorePermit, watch};

use crate::journal::{
    AppendError, Holder, Journal, JournalError, JournalEvent, JournalOptions, Origin,
    RetentionPolicy, SyncPolicy,
};
use crate::model::capture::Capture;
use crate::model::error::Explain as _;
use crate::model::room::Room;
use crate::receiver::{RecordError, Recorder};

/// How the log is kept.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// When a capture counts as kept.
    pub sync: SyncPolicy,
    /// Bytes of captures that may wait for the disk.
    pub max_unsynced: usize,
    /// The size in bytes at which the log continues in a new file.
    pub rotate_at: Option<u64>,
    /// What happens to rotated files.
    pub retention: RetentionPolicy,
}

/// What happened to the log in this run.
#[derive(Debug, Default)]
pub struct LogCounts {
    not_logged: AtomicU64,
    rotated: AtomicU64,
    deleted: AtomicU64,
    has_died: AtomicBool,
}

impl LogCounts {
    /// Captures that could not be logged, and so were refused.
    pub fn not_logged(&self) -> u64 {
        self.not_logged.load(Relaxed)
    }

    /// Whether the thread that writes the log died.
    pub fn has_died(&self) -> bool {
        self.has_died.load(Relaxed)
    }

    /// Parts that were finished.
    pub fn rotated(&self) -> u64 {
        self.rotated.load(Relaxed)
    }

    /// Parts that were deleted.
    pub fn deleted(&self) -> u64 {
        self.deleted.load(Relaxed)
    }
}

impl LogOptions {
    /// Opens the log for the listener at this address. What happens to its files is counted and
    /// handed to the observer.
    pub fn open(
        &self,
        path: &Path,
        holder: String,
        counts: &Arc<LogCounts>,
        observer: impl Fn(JournalEvent) + Send + Sync + 'static,
    ) -> Result<Journal, JournalError> {
        let options = JournalOptions {
            sync: self.sync,
            max_waiting_bytes: self.max_unsynced,
            rotate_at: self.rotate_at,
            holder,
        };
        let counts = Arc::clone(counts);
        Journal::open(path, &options, move |event: JournalEvent| {
            match event {
                JournalEvent::Rotated { .. } => counts.rotated.fetch_add(1, Relaxed),
                JournalEvent::Deleted { .. } => counts.deleted.fetch_add(1, Relaxed),
                JournalEvent::Died => {
                    counts.has_died.store(true, Relaxed);
                    0
                }
                _ => 0,
            };
            observer(event);
        })
    }

    /// Compresses and deletes rotated files, if that was asked for, but for what `holders` still
    /// need.
    pub fn apply_retention(
        &self,
        journal: &Journal,
        holders: impl Fn() -> Vec<Holder> + Send + 'static,
    ) -> Result<(), JournalError> {
        if self.retention == RetentionPolicy::default() {
            return Ok(());
        }
        journal.apply_retention(self.retention, holders)
    }
}

/// Makes a capture safe in the log; without a log it accepts every capture.
pub struct LogRecorder {
    /// The room for captures that wait to be counted. Each takes its room before it is logged.
    pub room: Option<Room>,
    /// The log.
    pub journal: Option<Arc<Journal>>,
    /// The number up to which records are safe. A batch is acknowledged as a whole and in order,
    /// so records with lower numbers are safe too.
    pub safe: watch::Sender<u64>,
    /// Counts what could not be logged.
    pub counts: Arc<LogCounts>,
}

impl LogRecorder {
    /// Logs captures that were read from a relay, all or none. Returns their numbers.
    pub async fn record_read(
        &self,
        captures: Vec<(Arc<Capture>, Origin)>,
    ) -> Result<Range<u64>, AppendError> {
        let journal = self.journal.as_ref().ok_or(AppendError::Closed)?;
        let mut seqs = None;
        for appending in journal.append_read(captures) {
            let seq = appending.await?;
            seqs.get_or_insert(seq..seq).end = seq + 1;
        }
        let seqs = seqs.unwrap_or_default();
        self.safe.send_replace(seqs.end.saturating_sub(1));
        Ok(seqs)
    }

    /// Waits until the counter has room for a capture that it is about to be told of.
    pub async fn reserve(&self, capture: &Capture) {
        if let Some(room) = &self.room {
            keep(room.reserve(capture).await);
        }
    }
}

impl Recorder for LogRecorder {
    async fn record(&self, capture: Arc<Capture>) -> Result<Option<u64>, RecordError> {
        let room = match &self.room {
            Some(room) => room.reserve(&capture).await,
            None => None,
        };
        let Some(journal) = &self.journal else {
            keep(room);
            return Ok(None);
        };
        match journal.append(capture).await {
            Ok(seq) => {
                keep(room);
                self.safe.send_if_modified(|safe| {
                    let is_newer = seq > *safe;
                    *safe = seq.max(*safe);
                    is_newer
                });
                Ok(Some(seq))
            }
            Err(error) => {
                self.counts.not_logged.fetch_add(1, Relaxed);
                Err(RecordError {
                    message: message(&error),
                })
            }
        }
    }
}

/// The room stays taken until the counter gives it back.
fn keep(room: Option<SemaphorePermit<'_>>) {
    if let Some(room) = room {
        room.forget();
    }
}

/// An error with its sources and its advice.
fn message(error: &AppendError) -> String {
    let mut parts = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        parts.push(error.to_string());
        source = error.source();
    }
    let message = parts.join(": ");
    match error.advice() {
        Some(advice) => format!("{message} ({advice})"),
        None => message,
    }
}
