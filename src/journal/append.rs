//! The journal: the handle that appends captures to the log.
//!
//! A thread of its own writes, since a sync blocks. While it syncs, captures gather; then it
//! writes all of them with one write and one sync, and notifies their senders (group commit).
//! After a batch of several captures it waits for a moment, so that the senders that were just
//! answered join the next batch: otherwise two halves of them would alternate, and each would
//! wait for two syncs. A capture that was handed over is written even if its sender stops
//! waiting.

use std::fmt;
use std::future::Future;
use std::io;
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
use super::lock::{Lock, lock_path};
use super::notifier::Notifier;
use super::part_names::directory;
use super::queue::{Queue, Waiting, Work};
use super::record::Origin;
use super::recovery::LogInfo;
use super::retention::{Holder, Retention, RetentionPolicy};
use super::storage::{Disk, Storage, SyncPolicy};
use super::writer::{Kept, Writer};
use crate::model::capture::Capture;

/// Bytes of captures in one write, about; bounds the memory of their text.
const MAX_BATCH: usize = 8 * 1024 * 1024;

/// The longest wait of a batch for more captures.
const MOST_PATIENCE: Duration = Duration::from_millis(5);

/// How a log is written.
#[derive(Clone, Debug)]
pub struct JournalOptions {
    /// When a capture counts as written.
    pub sync: SyncPolicy,
    /// Bytes of captures that may wait; further ones are refused as [`AppendError::Busy`].
    pub max_waiting_bytes: usize,
    /// The size in bytes at which the log continues in a new file; nothing lets it grow.
    pub rotate_at: Option<u64>,
    /// Describes this process in the error message of a second writer.
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

/// An open log, and the only right to append to it.
pub struct Journal {
    info: LogInfo,
    queue: Arc<Queue>,
    observer: Observer,
    kept: Arc<Mutex<Kept>>,
    threads: Mutex<Threads>,
}

/// The threads that end with the journal.
#[derive(Default)]
struct Threads {
    writer: Option<JoinHandle<()>>,
    retention: Option<Retention>,
    /// Signals each new part; taken by the retention thread.
    news: Option<Receiver<()>>,
    lock: Option<Arc<dyn Send + Sync>>,
}

impl Journal {
    /// Bytes of captures that are written together, if they are handed over together.
    pub const MAX_TOGETHER: usize = MAX_BATCH / 2;

    /// Opens a log; creates it if it is missing, and ends its last line if that is torn. Blocks
    /// on the disk for a moment. The observer receives events and must not block.
    ///
    /// # Errors
    ///
    /// If another process writes it, if it is not a log, or if the disk fails.
    pub fn open(
        path: &Path,
        options: &JournalOptions,
        observer: impl Fn(JournalEvent) + Send + Sync + 'static,
    ) -> Result<Journal, JournalError> {
        // A log has one lock and its parts in one folder, also if it is opened through a link.
        let named = path;
        let path = target_of(path);
        let folder = directory(named).canonicalize();
        let leads_out = named.is_symlink() && !folder.is_ok_and(|folder| path.starts_with(folder));
        let is_empty = path.metadata().map_or(true, |target| target.len() == 0);
        if leads_out && is_empty && !lock_path(&path).exists() {
            // Whoever made the link may want a file to be filled that is no log.
            return Err(JournalError::Open {
                path: named.to_owned(),
                source: io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "it is a symbolic link out of its folder, to no log",
                ),
            });
        }
        let lock = Lock::take(&path, &options.holder)?;
        Journal::open_on(Disk, path, options, Arc::new(observer), Arc::new(lock))
    }

    /// Opens a log on any storage. The last thread to end drops the lock.
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
        let kept = Arc::<Mutex<Kept>>::default();
        let (tell, news) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn({
                let writing = Writing {
                    writer,
                    sync: options.sync,
                    queue: AbandonOnDrop(Arc::clone(&queue), Arc::clone(&observer)),
                    notifier: Notifier::new(),
                    observer: Arc::clone(&observer),
                    news: tell,
                    kept: Arc::clone(&kept),
                };
                let lock = Arc::clone(&lock);
                move || {
                    // Dropped last: the lock is released after the file is closed.
                    let _lock = lock;
                    writing.run();
                }
            })
            .map_err(JournalError::Thread)?;
        Ok(Journal {
            info,
            queue,
            observer,
            kept,
            threads: Mutex::new(Threads {
                writer: Some(thread),
                retention: None,
                news: Some(news),
                lock: Some(lock),
            }),
        })
    }

    /// Compresses and deletes older parts from now on. `holders` returns what needs records at
    /// that time. Only the first call counts.
    ///
    /// # Errors
    ///
    /// If its thread cannot be started.
    pub fn apply_retention(
        &self,
        policy: RetentionPolicy,
        holders: impl Fn() -> Vec<Holder> + Send + 'static,
    ) -> Result<(), JournalError> {
        let mut threads = self.threads();
        if let (Some(news), Some(lock)) = (threads.news.take(), threads.lock.clone()) {
            let log = self.info.path.clone();
            let observer = Arc::clone(&self.observer);
            let retention = Retention::start(log, policy, holders, news, observer, lock);
            threads.retention = Some(retention.map_err(JournalError::Thread)?);
        }
        Ok(())
    }

    /// Reopens the log before the next write, so that a file that was moved away gets no more
    /// captures. The observer receives the result.
    pub fn reopen(&self) {
        self.queue.reopen();
    }

    /// The state of the log when it was opened.
    pub fn info(&self) -> &LogInfo {
        &self.info
    }

    /// Hands a capture over at once. The result is ready when the capture is written: its seq, or
    /// the reason why it must not be acknowledged.
    pub fn append(&self, capture: impl Into<Arc<Capture>>) -> Appending {
        Appending(self.queue.push(capture.into()))
    }

    /// Hands over captures that were read from a relay. If nothing else is appended and they take
    /// no more than [`Journal::MAX_TOGETHER`] bytes, all of them are written or none.
    pub fn append_read(&self, captures: Vec<(Arc<Capture>, Origin)>) -> Vec<Appending> {
        let answers = self.queue.push_read(captures).into_iter();
        answers.map(Appending).collect()
    }

    /// Writes the waiting captures and releases the log. Blocks until then. Further calls do
    /// nothing.
    pub fn close(&self) {
        self.queue.close();
        let mut threads = self.threads();
        if let Some(retention) = &threads.retention {
            retention.stop();
        }
        if let Some(writer) = threads.writer.take() {
            // If it panicked, the waiting senders were notified.
            let _ = writer.join();
        }
        if let Some(retention) = threads.retention.take() {
            retention.join();
        }
        threads.lock = None;
    }

    /// Where the captures are that were written, once the journal is closed.
    pub fn kept(&self) -> Kept {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file to which links lead, also if it does not exist yet.
fn target_of(path: &Path) -> PathBuf {
    if !path.is_symlink() {
        return path.to_owned();
    }
    if let Ok(target) = path.canonicalize() {
        return target;
    }
    let mut target = path.to_owned();
    // As many links as systems follow.
    for _ in 0..40 {
        let Ok(to) = target.read_link() else {
            break;
        };
        target = directory(&target).join(to);
    }
    match (directory(&target).canonicalize(), target.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => target,
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
pub struct Appending(oneshot::Receiver<Result<u64, AppendError>>);

impl Future for Appending {
    type Output = Result<u64, AppendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // The sender is dropped without an answer only if the thread died.
        let answer = Pin::new(&mut self.0).poll(context);
        answer.map(|answer| answer.unwrap_or(Err(AppendError::Closed)))
    }
}

/// Notifies all waiting senders when the thread ends, and the observer if it panicked.
struct AbandonOnDrop(Arc<Queue>, Observer);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.abandon();
        if std::thread::panicking() {
            (self.1)(JournalEvent::Died);
        }
    }
}

/// The state of the thread.
struct Writing<S: Storage> {
    writer: Writer<S>,
    sync: SyncPolicy,
    queue: AbandonOnDrop,
    notifier: Notifier,
    observer: Observer,
    /// Signals each new part.
    news: SyncSender<()>,
    kept: Arc<Mutex<Kept>>,
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
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = self.writer.kept();
    }

    /// Writes a batch. Returns how long the next one may wait for more captures: half the time of
    /// a sync, since that saves a whole one if the senders that were just answered come again.
    fn write(&mut self, batch: &mut Vec<Waiting>) -> Duration {
        if let Some(event) = self.writer.rotate() {
            (self.observer)(event);
            // If the channel is full, the signal was given; if it is closed, there is no retention.
            let _ = self.news.try_send(());
        }
        let began = Instant::now();
        let captures = batch
            .iter()
            .map(|waiting| (&*waiting.capture, waiting.from.as_ref()));
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
            matches!(appending.0.try_recv(), Ok(Err(AppendError::Busy { .. })))
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
    fn a_small_capture_waits_for_one_batch_of_large_ones_and_large_ones_come_too() {
        let disk = FaultyDisk::new(1);
        let gate = disk.gate();
        let closed = gate.lock().unwrap();
        let journal = open_on(disk, &JournalOptions::default()).unwrap();
        let large = || Capture {
            body: vec![b'x'; MAX_BATCH].into(),
            ..capture(0)
        };
        let large: Vec<_> = (0..3).map(|_| journal.append(large())).collect();
        let small: Vec<_> = (0..3).map(|id| journal.append(capture(id))).collect();
        drop(closed);
        let seqs = |all: Vec<Appending>| -> Vec<u64> {
            all.into_iter().map(|one| answer(one).unwrap()).collect()
        };
        let (large, small) = (seqs(large), seqs(small));
        assert!(large.is_sorted() && small.is_sorted());
        // The thread may have begun with the first large one.
        assert!(large[1] > small[2], "{large:?} {small:?}");
    }

    #[test]
    fn nobody_waits_for_a_thread_that_died() {
        let disk = FaultyDisk::new(1);
        disk.panic_on_append();
        let options = JournalOptions::default();
        let (tell, told) = std::sync::mpsc::channel();
        let observer = Arc::new(move |event| tell.send(event).unwrap());
        let path = "log.jsonl".into();
        let journal = Journal::open_on(disk, path, &options, observer, Arc::new(())).unwrap();
        let waiting: Vec<_> = (0..10).map(|id| journal.append(capture(id))).collect();
        for appending in waiting {
            assert!(matches!(answer(appending), Err(AppendError::Closed)));
        }
        journal.close();
        assert!(matches!(told.recv(), Ok(JournalEvent::Died)));
    }
}
