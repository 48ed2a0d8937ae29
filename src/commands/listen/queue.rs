//! The way to the display: bounded in number and bytes, and never waited for.
//!
//! What finds it full is counted and not shown. It carries no promise: captures are in the
//! log, and totals are counted elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::forward::ForwardNotice;
use crate::journal::JournalEvent;
use crate::receiver;

/// Notices that may wait for the display.
const MOST: usize = 4096;
/// Bytes of bodies that may wait for the display.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Something to show.
pub(super) enum Notice {
    /// At the socket.
    Received(receiver::Event),
    /// At the target of `--forward`.
    Forwarded(ForwardNotice),
    /// To the files of the log.
    Logged(JournalEvent),
}

impl Notice {
    fn weight(&self) -> usize {
        match self {
            Notice::Received(receiver::Event::Captured { capture, .. }) => capture.body.len(),
            Notice::Received(_) | Notice::Logged(_) => 0,
            Notice::Forwarded(notice) => notice.weight(),
        }
    }
}

/// The end that notices are put in at.
#[derive(Clone)]
pub(super) struct Feed {
    sender: SyncSender<Notice>,
    shared: Arc<Shared>,
}

/// The end that notices come out at.
pub(super) struct Queue {
    receiver: Receiver<Notice>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    bytes: AtomicUsize,
    dropped: AtomicU64,
}

/// Both ends of a queue. It ends when all feeds are gone.
pub(super) fn queue() -> (Feed, Queue) {
    let (sender, receiver) = sync_channel(MOST);
    let shared = Arc::<Shared>::default();
    let feed = Feed {
        sender,
        shared: Arc::clone(&shared),
    };
    (feed, Queue { receiver, shared })
}

impl Feed {
    /// Puts a notice in, or counts it as dropped.
    pub(super) fn offer(&self, notice: Notice) {
        let weight = notice.weight();
        let before = self.shared.bytes.fetch_add(weight, Ordering::Relaxed);
        // One of any size is taken when nothing else waits.
        let fits = before == 0 || before + weight <= MOST_BYTES;
        if !fits || self.sender.try_send(notice).is_err() {
            self.shared.bytes.fetch_sub(weight, Ordering::Relaxed);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Queue {
    /// The next notice, if one comes within that time.
    pub(super) fn next(&self, within: Duration) -> Result<Notice, RecvTimeoutError> {
        let notice = self.receiver.recv_timeout(within)?;
        self.shared
            .bytes
            .fetch_sub(notice.weight(), Ordering::Relaxed);
        Ok(notice)
    }

    /// How many notices were dropped so far.
    pub(super) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}
