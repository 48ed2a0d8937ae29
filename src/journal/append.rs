//! The journal: the handle through which captures get into the log.
//!
//! A thread of its own writes, since syncing a disk blocks. While it syncs, captures
//! gather; then it writes all of them with one write and one sync, and wakes those who
//! wait for them (group commit). Where many wait, it gives those who were just answered a
//! moment to come again: else two halves of them would take turns, and wait for two syncs
//! each time. Whoever stops waiting does not undo anything: a capture
//! that was handed over is written.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::error::{AppendError, JournalError};
use super::event::{JournalEvent, Observer};
use super::lock::Lock;
use super::notifier::Notifier;
use super::queue::{Queue, Waiting, Work};
use super::recovery::LogInfo;
use super::retention::{Retention, RetentionPolicy};
use super::storage::{Disk, Storage, SyncPolicy};
use super::writer::Writer;
use crate::model::capture::Capture;

/// Bytes of captures that are written at once, about; bounds the memory of their text.
const MAX_BATCH: usize = 8 * 1024 * 1024;

/// The longest that a batch waits for more to come.
const MOST_PATIENCE: Duration = Duration::from_millis(5);

/// How a log is written.
#[derive(Clone, Debug)]
pub struct JournalOptions {
    /// When a capture counts as written.
    pub sync: SyncPolicy,
    /// Bytes of captures that may wait, above which the next is refused as
    /// [`AppendError::Busy`].
    pub max_waiting_bytes: usize,
    /// The size from which on the log goes on in a new file, in bytes; nothing lets it grow.
    pub rotate_at: Option<u64>,
    /// Who writes, for the message that a second writer gets.
    pub holder: String,
}

impl Default for JournalOptions {
    /// Every capture synced, 64 MiB waiting at most, one file.
    fn default() -> JournalOptions {
        JournalOptions {
            sync: SyncPolicy::Each,
            max_waiting_bytes: 64 * 1024 * 1024,
            rotate_at: None,
            holder: "enx-hook".to_owned(),
        }
    }
}

/// An open log, and the sole right to append to it.
pub struct Journal {
    info: LogInfo,
    queue: Arc<Queue>,
    observer: Observer,
    threads: Mutex<Threads>,
}

/// What ends with the journal.
#[derive(Default)]
struct Threads {
    writer: Option<JoinHandle<()>>,
    retention: Option<Retention>,
    /// Tells of each new part, until somebody listens.
    news: Option<Receiver<()>>,
    lock: Option<Arc<dyn Send + Sync>>,
}

impl Journal {
    /// Opens a log; creates it if it is missing, closes its last line if that was torn.
    /// Blocks on the disk for a moment. The observer is told what becomes of its files; it
    /// must not block.
    ///
    /// # Errors
    ///
    /// When someone else writes it, when it is not a log, when the disk refuses.
    pub fn open(
        path: &Path,
        options: &JournalOptions,
        observer: impl Fn(JournalEvent) + Send + Sync + 'static,
    ) -> Result<Journal, JournalError> {
        // One file must have one lock and its parts in one place, whatever link leads there.
        let path = match path.canonicalize() {
            Ok(target) if path.is_symlink() => target,
            _ => path.to_owned(),
        };
        let lock = Lock::take(&path, &options.holder)?;
        Journal::open_on(Disk, path, options, Arc::new(observer), Arc::new(lock))
    }

    /// Opens a log on any storage. The lock is dropped by the last thread that ends.
    fn open_on<S: Storage>(
        storage: S,
        path: PathBuf,
        options: &JournalOptions,
        observer: Observer,
        lock: Arc<dyn Send + Sync>,
    ) -> Result<Journal, JournalError> {
        let writer = Writer::open(storage, path, options.sync, options.rotate_at)?;
        let info = writer.info();
        let queue = Arc::new(Queue::new(options.max_waiting_bytes));
        let (tell, news) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn({
                let writing = Writing {
                    writer,
                    sync: options.sync,
                    queue: AbandonedAtEnd(Arc::clone(&queue)),
                    notifier: Notifier::new(),
                    observer: Arc::clone(&observer),
                    news: tell,
                };
                let lock = Arc::clone(&lock);
                move || {
                    // In this order: the lock is given back after the file is closed.
                    let _lock = lock;
                    writing.run();
                }
            })
            .map_err(JournalError::Thread)?;
        Ok(Journal {
            info,
            queue,
            observer,
            threads: Mutex::new(Threads {
                writer: Some(thread),
                retention: None,
                news: Some(news),
                lock: Some(lock),
            }),
        })
    }

    /// Looks after the older parts from now on. `needed` says at any time from which seq on
    /// records must not be deleted. Only the first call counts.
    ///
    /// # Errors
    ///
    /// When its thread cannot be started.
    pub fn apply_retention(
        &self,
        policy: RetentionPolicy,
        needed: impl Fn() -> u64 + Send + 'static,
    ) -> Result<(), JournalError> {
        let mut threads = self.threads();
        if let (Some(news), Some(lock)) = (threads.news.take(), threads.lock.clone()) {
            let log = self.info.path.clone();
            let observer = Arc::clone(&self.observer);
            let retention = Retention::start(log, policy, needed, news, observer, lock);
            threads.retention = Some(retention.map_err(JournalError::Thread)?);
        }
        Ok(())
    }

    /// Opens the log anew, before anything more is written: whoever moved its file away can
    /// be sure that nothing more comes to it. The observer is told.
    pub fn reopen(&self) {
        self.queue.reopen();
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
        let mut threads = self.threads();
        if let Some(retention) = &threads.retention {
            retention.stop();
        }
        if let Some(writer) = threads.writer.take() {
            // If it panicked, those who waited for it have been told.
            let _ = writer.join();
        }
        if let Some(retention) = threads.retention.take() {
            retention.join();
        }
        threads.lock = None;
    }

    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
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

/// What the thread works with.
struct Writing<S: Storage> {
    writer: Writer<S>,
    sync: SyncPolicy,
    queue: AbandonedAtEnd,
    notifier: Notifier,
    observer: Observer,
    /// Tells of each new part.
    news: SyncSender<()>,
}

impl<S: Storage> Writing<S> {
    /// Writes batches until the queue is closed and empty.
    fn run(mut self) {
        let queue = Arc::clone(&self.queue.0);
        let mut batch = Vec::new();
        let mut patience = Duration::ZERO;
        loop {
            match queue.take(&mut batch, MAX_BATCH, patience) {
                Work::Write => patience = self.write(&mut batch),
                Work::Reopen => (self.observer)(match self.writer.reopen() {
                    Ok(()) => JournalEvent::Reopened,
                    Err(error) => JournalEvent::NotReopened(error),
                }),
                Work::End => break,
            }
        }
    }

    /// Writes a batch, and says how long the next one may wait for captures that are about to
    /// come: half of the time that a sync takes is well spent if it saves one. Senders that
    /// have just been answered are about to send their next.
    fn write(&mut self, batch: &mut Vec<Waiting>) -> Duration {
        if let Some(event) = self.writer.rotate() {
            (self.observer)(event);
            // Full means that it is known already; gone, that nobody asked.
            let _ = self.news.try_send(());
        }
        let began = Instant::now();
        let captures = batch.iter().map(|waiting| &*waiting.capture);
        let result = self.writer.commit(captures);
        let took = began.elapsed();
        self.queue.0.done(batch);
        let answers = batch.drain(..).map(|waiting| waiting.answer).collect();
        self.notifier.notify(answers, result);
        match self.sync {
            SyncPolicy::Each => (took / 2).min(MOST_PATIENCE),
            SyncPolicy::Os => Duration::ZERO,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::journal::faults::{FaultyDisk, answer, capture};

    fn open_on(disk: FaultyDisk, options: &JournalOptions) -> Result<Journal, JournalError> {
        let nobody = Arc::new(|_| {});
        Journal::open_on(disk, "log.jsonl".into(), options, nobody, Arc::new(()))
    }

    #[test]
    fn what_is_too_much_to_wait_is_refused_at_once() {
        let disk = FaultyDisk::new(1);
        let gate = disk.gate();
        let closed = gate.lock().unwrap();
        let options = JournalOptions {
            max_waiting_bytes: 10_000,
            ..JournalOptions::default()
        };
        let journal = open_on(disk, &options).unwrap();
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
        let journal = open_on(disk, &options).unwrap();
        answer(journal.append(capture(1))).unwrap();
        answer(journal.append(capture(2))).unwrap();
    }

    #[test]
    fn nobody_waits_for_a_thread_that_died() {
        let disk = FaultyDisk::new(1);
        disk.panic_on_append();
        let options = JournalOptions::default();
        let journal = open_on(disk, &options).unwrap();
        let waiting: Vec<_> = (0..10).map(|id| journal.append(capture(id))).collect();
        for appending in waiting {
            assert!(matches!(answer(appending), Err(AppendError::Closed)));
        }
        journal.close();
    }
}
