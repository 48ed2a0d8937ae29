//! Reads the log as a queue, on a thread of its own, and hands on one capture at a time.

use std::io;
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use super::super::queue::{Feed, Notice};
use super::{ForwardNotice, Pending};
use crate::delivery::{Item, Keeper, Parcel};
use crate::journal::{Follower, Record};
use crate::validation::{Classification, Judge};

/// How long to wait before a log is read again that could not be.
const PATIENCE: Duration = Duration::from_secs(1);

/// What hands captures on.
pub(super) struct LogFeed {
    pub(super) follower: Follower,
    /// The number that comes next if none is missing.
    pub(super) next: u64,
    /// Up to which number records are safe in the log.
    pub(super) last: watch::Receiver<u64>,
    pub(super) judge: Judge,
    pub(super) keeper: Arc<Keeper>,
    pub(super) pending: Pending,
    pub(super) show: Feed,
    pub(super) sender: mpsc::Sender<Item>,
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
            match self.follower.next(last) {
                Ok(Some(record)) => {
                    well = true;
                    self.pass_before(record.seq);
                    self.next = record.seq + 1;
                    if !self.keeper.read(|cursor| cursor.is_done(record.seq)) {
                        self.hand_on(record)?;
                    }
                }
                Ok(None) => {
                    self.pass_before(last + 1);
                    self.next = self.next.max(last + 1);
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

    /// What is not in the log any more needs no delivery.
    fn pass_before(&self, seq: u64) {
        if self.next < seq {
            self.keeper.change(|cursor| cursor.pass(self.next, seq - 1));
        }
    }

    fn hand_on(&self, record: Record) -> Option<()> {
        let Record { seq, capture } = record;
        let judged = Arc::new(self.judge.capture(Some(seq), Arc::new(capture)));
        let capture = &judged.capture;
        let item = Item {
            number: seq,
            lane: lane(judged.classification()),
            parcel: Parcel::passed_on(capture.body.clone(), capture.headers.iter()),
        };
        self.pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(seq, judged);
        self.sender.blocking_send(item).ok()
    }
}

/// The session is the lane: its captures stay in order. A capture without one is alone.
fn lane(glance: &Classification) -> Option<Arc<str>> {
    let session = glance.session.as_deref()?;
    let provider = glance.provider.as_deref().unwrap_or_default();
    Some(format!("{provider}\0{session}").into())
}
