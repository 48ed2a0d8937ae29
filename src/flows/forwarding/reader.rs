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
use crate::delivery::{CursorWriter, Job, OutgoingRequest, RunId, Supplied};
use crate::journal::{LogCursor, Record};
use crate::validation::{Identification, JudgedCapture, Validation};

/// The wait before a log that could not be read is read again.
const PATIENCE: Duration = Duration::from_secs(1);

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
    /// The id in what this run forwards.
    pub(super) run: RunId,
    pub(super) sender: mpsc::Sender<Handed>,
}

impl LogReader {
    /// Starts the thread. Must be called within a runtime.
    pub(super) fn spawn(mut self) -> io::Result<JoinHandle<()>> {
        let runtime = Handle::current();
        thread::Builder::new()
            .name("forward".to_owned())
            .spawn(move || {
                loop {
                    let last = *self.safe.borrow_and_update();
                    if self.up_to(last).is_none() || runtime.block_on(self.safe.changed()).is_err()
                    {
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

    fn hand_on(&self, record: Record) -> Option<()> {
        let Record { seq, capture, .. } = record;
        let judged = Arc::new(self.validation.capture(Some(seq), Arc::new(capture)));
        let capture = &judged.capture;
        if self.run.is_in(capture.headers.iter()) {
            return self.sender.blocking_send(Supplied::Word(judged)).ok();
        }
        let request = OutgoingRequest::passed_on(capture.body.clone(), capture.headers.iter());
        let job = Job {
            number: seq,
            lane: lane(judged.identification()),
            request: request.via(&self.run),
            due: Duration::ZERO,
            tag: judged,
        };
        self.sender.blocking_send(Supplied::Jobs(vec![job])).ok()
    }
}

/// The session is the lane, so that its captures stay in order. A capture without a session has
/// no lane.
fn lane(glance: &Identification) -> Option<Arc<str>> {
    let session = glance.session.as_deref()?;
    let provider = glance.provider.as_deref().unwrap_or_default();
    Some(format!("{provider}\0{session}").into())
}
