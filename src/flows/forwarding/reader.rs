//! Reads the log as a queue, on a thread of its own, and hands one capture at a time to the
//! scheduler.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use super::event::ForwardEvent;
use super::options::{Selected, Selection};
use crate::delivery::{CursorWriter, Job, Mark, Supplied};
use crate::journal::{LogCursor, Record};
use crate::validation::{Identification, JudgedCapture, Validation};

/// The wait before a log that could not be read is read again.
const PATIENCE: Duration = Duration::from_secs(1);
/// Captures that may wait for the scheduler.
pub(super) const WAITING: usize = 16;
/// Bytes of a body from which on the next capture is read only when the scheduler has room for it, so
/// that large ones do not wait in a row.
const LARGE: usize = 256 << 10;

/// Gets each event as it happens.
pub(super) type Observer = Arc<dyn Fn(ForwardEvent) + Send + Sync>;

/// A job for the scheduler, or a capture that this run has forwarded before.
pub(super) type Handed = Supplied<JudgedCapture, Arc<JudgedCapture>>;

/// Hands captures to the scheduler.
pub(super) struct LogReader {
    pub(super) log: LogCursor,
    /// Up to which number records are safe in the log.
    pub(super) safe: watch::Receiver<u64>,
    pub(super) validation: Validation,
    pub(super) keeper: Arc<CursorWriter>,
    pub(super) observer: Observer,
    /// Counts the captures that are not in the log any more.
    pub(super) missing: Arc<AtomicU64>,
    /// Which captures go to the target.
    pub(super) selection: Selection,
    /// Has [`WAITING`] places.
    pub(super) sender: mpsc::Sender<Handed>,
    /// Whether the scheduler waits for more. False before a place becomes free.
    pub(super) wanted: watch::Receiver<bool>,
    pub(super) runtime: Handle,
}

impl LogReader {
    /// Starts the thread.
    pub(super) fn spawn(mut self) -> io::Result<JoinHandle<()>> {
        thread::Builder::new()
            .name("forward".to_owned())
            .spawn(move || {
                loop {
                    let last = *self.safe.borrow_and_update();
                    let goes_on = self.up_to(last).is_some();
                    if !goes_on || self.runtime.block_on(self.safe.changed()).is_err() {
                        break;
                    }
                }
            })
    }

    /// Hands on the captures up to that number; nothing once the scheduler has ended.
    fn up_to(&mut self, last: u64) -> Option<()> {
        let mut well = true;
        loop {
            let first = self.log.position();
            match self.log.next(last) {
                Ok(Some(record)) => {
                    well = true;
                    self.pass(first, record.seq);
                    if !self.keeper.read(|cursor| cursor.is_done(record.seq)) {
                        self.hand_on(record)?;
                    }
                }
                Ok(None) => {
                    self.pass(first, last + 1);
                    return Some(());
                }
                Err(error) => {
                    if well {
                        let error = format!("{error}: {}", error.source);
                        (self.observer)(ForwardEvent::Problem(error));
                    }
                    well = false;
                    thread::sleep(PATIENCE);
                    if self.sender.is_closed() {
                        return None;
                    }
                }
            }
        }
    }

    /// Passes over the records before `end`, which are not in the log any more.
    fn pass(&mut self, first: u64, end: u64) {
        let damaged = self.log.take_damaged();
        let removed = self.log.take_removed();
        if removed.count() > 0 {
            // Nothing is missing: their owner removed them.
            self.keeper.change(|cursor| {
                for (first, last) in removed.iter() {
                    cursor.pass(first, last);
                }
            });
        }
        if first >= end {
            return;
        }
        let last = end - 1;
        let count = self.keeper.change(|cursor| cursor.missing(first, last));
        if count > 0 {
            self.missing.fetch_add(count, Ordering::Relaxed);
            (self.observer)(ForwardEvent::Missing {
                first,
                last,
                count,
                damaged,
            });
        }
    }

    fn hand_on(&mut self, record: Record) -> Option<()> {
        let is_large = record.capture.body.len() > LARGE;
        let Some(handed) = self.handed(record) else {
            return Some(());
        };
        self.sender.blocking_send(handed).ok()?;
        if is_large {
            let (sender, wanted) = (&self.sender, &mut self.wanted);
            self.runtime.block_on(async {
                // All places are free once it was taken.
                drop(sender.reserve_many(WAITING).await.ok()?);
                wanted.wait_for(|wanted| *wanted).await.ok().map(|_| ())
            })?;
        }
        Some(())
    }

    /// The job of a capture; nothing if the capture is not meant for the target.
    fn handed(&self, record: Record) -> Option<Handed> {
        let Record { seq, capture, .. } = record;
        let received_at = capture.received_at;
        let judged = Arc::new(self.validation.capture(Some(seq), Arc::new(capture)));
        let request = match self.selection.of(&judged) {
            Selected::Other => {
                let record = Mark { seq, received_at };
                self.keeper.change(|cursor| cursor.delivered(record));
                return None;
            }
            Selected::Returned => return Some(Supplied::Word(judged)),
            Selected::Request(request) => request,
        };
        let job = Job {
            number: seq,
            lane: lane(judged.identification()),
            request,
            due: Duration::ZERO,
            tag: judged,
        };
        Some(Supplied::Jobs(vec![job]))
    }
}

/// The session is the lane, so that its captures stay in order. A capture without a session has
/// no lane.
fn lane(glance: &Identification) -> Option<Arc<str>> {
    let session = glance.session.as_deref()?;
    let provider = glance.provider.as_deref().unwrap_or_default();
    Some(format!("{provider}\0{session}").into())
}
