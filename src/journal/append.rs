//! The journal: the handle through which captures get into the log.
//!
//! A thread of its own writes, since syncing a disk blocks. While it syncs, captures
//! gather; then it writes all of them with one write and one sync, and wakes those who
//! wait for them (group commit). Whoever stops waiting does not undo anything: a capture
//! that was handed over is written.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::error::{AppendError, JournalError};
use super::lock::Lock;
use super::queue::Queue;
use super::storage::{Disk, Storage};
use super::writer::{LogInfo, SyncPolicy, Writer};
use crate::capture::Capture;

/// Bytes of captures that are written at once, about; bounds the memory of their text.
const MAX_BATCH: usize = 8 * 1024 * 1024;

/// How a log is written.
#[derive(Clone, Debug)]
pub struct JournalOptions {
    /// When a capture counts as written.
    pub sync: SyncPolicy,
    /// Bytes of captures that may wait, above which the next is refused as
    /// [`AppendError::Busy`].
    pub max_waiting_bytes: usize,
    /// Who writes, for the message that a second writer gets.
    pub holder: String,
}

impl Default for JournalOptions {
    /// Every capture synced, 64 MiB waiting at most.
    fn default() -> JournalOptions {
        JournalOptions {
            sync: SyncPolicy::Each,
            max_waiting_bytes: 64 * 1024 * 1024,
            holder: "enx-hook".to_owned(),
        }
    }
}

/// An open log, and the sole right to append to it.
pub struct Journal {
    info: LogInfo,
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Journal {
    /// Opens a log; creates it if it is missing, closes its last line if that was torn.
    /// Blocks on the disk for a moment.
    ///
    /// # Errors
    ///
    /// When someone else writes it, when it is not a log, when the disk refuses.
    pub fn open(path: &Path, options: &JournalOptions) -> Result<Journal, JournalError> {
        // One file must have one lock and its parts in one place, whatever link leads there.
        let path = match path.canonicalize() {
            Ok(target) if path.is_symlink() => target,
            _ => path.to_owned(),
        };
        let lock = Lock::take(&path, &options.holder)?;
        Journal::open_on(Disk, path, options, lock)
    }

    /// Opens a log on any storage. The thread drops `lock` when it ends.
    fn open_on<S: Storage>(
        storage: S,
        path: PathBuf,
        options: &JournalOptions,
        lock: impl Send + 'static,
    ) -> Result<Journal, JournalError> {
        let writer = Writer::open(storage, path, options.sync)?;
        let info = writer.info();
        let queue = Arc::new(Queue::new(options.max_waiting_bytes));
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn({
                let queue = AbandonedAtEnd(Arc::clone(&queue));
                move || {
                    // In this order: the lock is given back after the file is closed.
                    let _lock = lock;
                    write_all(writer, &queue.0);
                }
            })
            .map_err(JournalError::Thread)?;
        Ok(Journal {
            info,
            queue,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// What the log was when it was opened.
    pub fn info(&self) -> &LogInfo {
        &self.info
    }

    /// Hands a capture over to be written, at once, and returns what becomes ready when
    /// that is done: with the capture's seq, or the reason why it must not be acknowledged.
    pub fn append(&self, capture: impl Into<Arc<Capture>>) -> Appending {
        Appending(match self.queue.push(capture.into()) {
            Ok(receiver) => State::Waiting(receiver),
            Err(error) => State::Refused(error),
        })
    }

    /// Writes what waits, and gives the log back. Blocks until then; a second call finds
    /// it done.
    pub fn close(&self) {
        self.queue.close();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // If it panicked, those who waited for it have been told.
            let _ = thread.join();
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

/// A capture on its way into the log.
#[derive(Debug)]
#[must_use = "a capture is in the log only when this says so"]
pub struct Appending(State);

#[derive(Debug)]
enum State {
    Waiting(oneshot::Receiver<Result<u64, AppendError>>),
    Refused(AppendError),
}

impl Future for Appending {
    type Output = Result<u64, AppendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            // The sender is dropped unused only when the thread died.
            State::Waiting(receiver) => Pin::new(receiver)
                .poll(context)
                .map(|answer| answer.unwrap_or(Err(AppendError::Closed))),
            State::Refused(error) => Poll::Ready(Err(error.clone())),
        }
    }
}

/// Lets nobody wait for a thread that has ended, however it did.
struct AbandonedAtEnd(Arc<Queue>);

impl Drop for AbandonedAtEnd {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// The thread: writes batches until the queue is closed and empty.
fn write_all<S: Storage>(mut writer: Writer<S>, queue: &Queue) {
    let mut batch = Vec::new();
    while queue.take(&mut batch, MAX_BATCH) {
        let result = writer.commit(batch.iter().map(|waiting| &*waiting.capture));
        queue.done(&batch);
        // Who has stopped waiting needs no answer.
        match result {
            Ok(seqs) => {
                for (waiting, seq) in batch.drain(..).zip(seqs) {
                    let _ = waiting.answer.send(Ok(seq));
                }
            }
            Err(error) => {
                for waiting in batch.drain(..) {
                    let _ = waiting.answer.send(Err(error.clone()));
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::journal::faults::{FaultyDisk, answer, capture};

    #[test]
    fn what_is_too_much_to_wait_is_refused_at_once() {
        let disk = FaultyDisk::new(1);
        let gate = disk.gate();
        let closed = gate.lock().unwrap();
        let options = JournalOptions {
            max_waiting_bytes: 10_000,
            ..JournalOptions::default()
        };
        let journal = Journal::open_on(disk, "log.jsonl".into(), &options, ()).unwrap();
        let mut waiting: Vec<_> = (0..100).map(|id| journal.append(capture(id))).collect();
        let is_busy = |appending: &mut Appending| {
            matches!(appending.0, State::Refused(AppendError::Busy { .. }))
        };
        let refused = waiting
            .extract_if(.., |appending| is_busy(appending))
            .count();
        assert!((80..100).contains(&refused), "{refused}");
        drop(closed);
        for (index, appending) in waiting.into_iter().enumerate() {
            assert_eq!(answer(appending).unwrap(), index as u64 + 1);
        }
        answer(journal.append(capture(0))).unwrap();
    }

    #[test]
    fn a_capture_above_the_limit_is_taken_when_nothing_else_waits() {
        let options = JournalOptions {
            max_waiting_bytes: 1,
            ..JournalOptions::default()
        };
        let disk = FaultyDisk::new(1);
        let journal = Journal::open_on(disk, "log.jsonl".into(), &options, ()).unwrap();
        answer(journal.append(capture(1))).unwrap();
        answer(journal.append(capture(2))).unwrap();
    }

    #[test]
    fn nobody_waits_for_a_thread_that_died() {
        let disk = FaultyDisk::new(1);
        disk.panic_on_append();
        let options = JournalOptions::default();
        let journal = Journal::open_on(disk, "log.jsonl".into(), &options, ()).unwrap();
        let waiting: Vec<_> = (0..10).map(|id| journal.append(capture(id))).collect();
        for appending in waiting {
            assert!(matches!(answer(appending), Err(AppendError::Closed)));
        }
        journal.close();
    }
}
