//! Reads the log as a queue, on a thread of its own, and hands on one capture at a time.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use super::super::queue::{Feed, Notice};
use super::ForwardNotice;
use crate::delivery::{Job, Keeper, Parcel};
use crate::journal::{LogCursor, Record};
use crate::validation::{Glance, Judge, JudgedCapture};

/// How long to wait before a log is read again that could not be.
const PATIENCE: Duration = Duration::from_secs(1);

/// What hands captures on.
pub(super) struct LogFeed {
    pub(super) log: LogCursor,
    /// Up to which number records are safe in the log.
    pub(super) last: watch::Receiver<u64>,
    pub(super) judge: Judge,
    pub(super) keeper: Arc<Keeper>,
    pub(super) show: Feed,
    pub(super) sender: mpsc::Sender<Job<JudgedCapture>>,
}

impl LogFeed {
    /// Starts the thread. Must be called within a runtime.
    pub(super) fn spawn(mut self) -> io::Result<JoinHandle<()>> {
        let runtime = Handle::current();
        thread::Builder::new()
            .name("forward".to_owned())
            .spawn(move || {
                loop {
                    let last = *self.last.borrow_and_update();
                    if self.up_to(last).is_none() || runtime.block_on(self.last.changed()).is_err()
                    {
                        break;
                    }
                }
            })
    }

    /// Hands on what there is up to that number; nothing once nobody takes it.
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
                        self.show
                            .offer(Notice::Forwarded(ForwardNotice::Problem(error)));
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

    /// Passes over the records before `end` that are not in the log any more.
    fn pass(&self, first: u64, end: u64) {
        if first < end {
            self.keeper.change(|cursor| cursor.pass(first, end - 1));
        }
    }

    fn hand_on(&self, record: Record) -> Option<()> {
        let Record { seq, capture } = record;
        let judged = Arc::new(self.judge.capture(Some(seq), Arc::new(capture)));
        let capture = &judged.capture;
        let job = Job {
            number: seq,
            lane: lane(judged.glance()),
            parcel: Parcel::passed_on(capture.body.clone(), capture.headers.iter()),
            due: Duration::ZERO,
            tag: judged,
        };
        self.sender.blocking_send(job).ok()
    }
}

/// The session is the lane: its captures stay in order. A capture without one is alone.
fn lane(glance: &Glance) -> Option<Arc<str>> {
    let session = glance.session.as_deref()?;
    let provider = glance.provider.as_deref().unwrap_or_default();
    Some(format!("{provider}\0{session}").into())
}
