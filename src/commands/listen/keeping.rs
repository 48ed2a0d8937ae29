//! The log, as `listen` keeps it: opened as the options say, written before each reply, looked
//! after, and opened anew on SIGHUP.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::queue::{Feed, Notice};
use crate::commands::signals::Hangups;
use crate::commands::{Console, RuntimeError};
use crate::journal::{
    AppendError, Journal, JournalError, JournalEvent, JournalOptions, RetentionPolicy, SyncPolicy,
};
use crate::model::capture::Capture;
use crate::model::error::{Explain as _, Failure};
use crate::receiver::{RecordError, Recorder};

/// How the log is kept.
#[derive(Clone, Debug)]
pub struct Options {
    /// When a capture counts as kept.
    pub sync: SyncPolicy,
    /// Bytes of captures that may wait for the disk.
    pub max_unsynced: usize,
    /// The size from which on the log goes on in a new file, in bytes.
    pub rotate_at: Option<u64>,
    /// What is done with the files before it.
    pub retention: RetentionPolicy,
}

/// What happened to the log in this run.
#[derive(Debug, Default)]
pub(super) struct Counts {
    not_logged: AtomicU64,
    rotated: AtomicU64,
    deleted: AtomicU64,
}

impl Counts {
    /// Captures that could not be logged, and so were refused.
    pub(super) fn not_logged(&self) -> u64 {
        self.not_logged.load(Relaxed)
    }

    /// Parts that were finished.
    pub(super) fn rotated(&self) -> u64 {
        self.rotated.load(Relaxed)
    }

    /// Parts that were deleted.
    pub(super) fn deleted(&self) -> u64 {
        self.deleted.load(Relaxed)
    }
}

/// Opens the log, and opens it anew on each SIGHUP. What becomes of its files is counted, and
/// shown through the feed. Must be called within a runtime.
pub(super) fn open(
    path: &Path,
    options: &super::Options,
    console: &Console,
    counts: &Arc<Counts>,
    feed: &Feed,
    stop: &watch::Sender<bool>,
) -> Result<Arc<Journal>, Failure> {
    // Before anybody who rotates logs can know of it.
    let hangups = Hangups::new(&console.environment).map_err(RuntimeError)?;
    let options = &options.keeping;
    let journal = JournalOptions {
        sync: options.sync,
        max_waiting_bytes: options.max_unsynced,
        rotate_at: options.rotate_at,
        ..JournalOptions::default()
    };
    let (counts, feed) = (Arc::clone(counts), feed.clone());
    let observer = move |event: JournalEvent| {
        match event {
            JournalEvent::Rotated { .. } => counts.rotated.fetch_add(1, Relaxed),
            JournalEvent::Deleted { .. } => counts.deleted.fetch_add(1, Relaxed),
            _ => 0,
        };
        feed.offer(Notice::Logged(event));
    };
    let journal = Arc::new(Journal::open(path, &journal, observer)?);
    tokio::spawn(reopen(hangups, Arc::downgrade(&journal), stop.clone()));
    Ok(journal)
}

/// Looks after the parts, if there is anything to be done with them. What is to be forwarded
/// from `lowest` on is kept.
pub(super) fn apply_retention(
    journal: Option<&Journal>,
    options: &Options,
    lowest: Option<Arc<AtomicU64>>,
) -> Result<(), JournalError> {
    let Some(journal) = journal.filter(|_| options.retention != RetentionPolicy::default()) else {
        return Ok(());
    };
    journal.apply_retention(options.retention, move || {
        let lowest = lowest.as_ref();
        lowest.map_or(u64::MAX, |lowest| {
            lowest.load(std::sync::atomic::Ordering::Acquire)
        })
    })
}

/// Opens the log anew on each SIGHUP, as long as it is open. One that came because the terminal
/// went away ends the run.
async fn reopen(mut hangups: Hangups, journal: Weak<Journal>, stop: watch::Sender<bool>) {
    loop {
        hangups.next().await;
        match journal.upgrade() {
            Some(journal) => journal.reopen(),
            None => break,
        }
        if hangups.terminal_is_gone().await {
            let _ = stop.send(true);
        }
    }
}

/// Makes a capture safe by the journal; without a log there is nothing to wait for.
pub(super) struct LogRecorder {
    pub(super) journal: Option<Arc<Journal>>,
    /// Up to which number records are safe. A batch is acknowledged as a whole and in order,
    /// so that what has a lower number is safe too.
    pub(super) safe: watch::Sender<u64>,
    pub(super) counts: Arc<Counts>,
}

impl Recorder for LogRecorder {
    async fn record(&self, capture: Arc<Capture>) -> Result<Option<u64>, RecordError> {
        let Some(journal) = &self.journal else {
            return Ok(None);
        };
        match journal.append(capture).await {
            Ok(seq) => {
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

/// An error with what the system said, and what can be done.
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
