//! The way to the display: bounded in number and bytes, and never waited for.
//!
//! What finds it full is counted and not shown. It carries no promise: captures are in the
//! log, and totals are counted elsewhere. What comes thick and fast is taken in handfuls:
//! whoever offers it then wakes nobody, and waking is dearer than all the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::forward::ForwardNotice;
use crate::journal::JournalEvent;
use crate::receiver;
use crate::validation::JudgedCapture;

/// Notices that may wait for the display.
const MOST: usize = 4096;
/// Bytes of bodies that may wait for the display.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Two notices within that time come thick and fast.
const CLOSE: Duration = Duration::from_millis(1);
/// For so long nobody waits for the next one then: too short to be seen.
const REST: Duration = Duration::from_millis(5);

/// Something to show.
pub(super) enum Notice {
    /// A capture was logged.
    Captured {
        /// It, and its judgement once somebody asks.
        judged: Arc<JudgedCapture>,
        /// The status of the reply; nothing if the connection is closed without one.
        status: Option<u16>,
    },
    /// Anything else at the socket.
    Refused(receiver::Event),
    /// At the target of `--forward`.
    Forwarded(ForwardNotice),
    /// To the files of the log.
    Logged(JournalEvent),
}

impl Notice {
    fn weight(&self) -> usize {
        match self {
            Notice::Captured { judged, .. } => judged.capture.body.len(),
            Notice::Refused(_) | Notice::Logged(_) => 0,
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
    /// When the last one came out.
    last: Option<Instant>,
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
    let queue = Queue {
        receiver,
        shared,
        last: None,
    };
    (feed, queue)
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
    pub(super) fn next(&mut self, within: Duration) -> Result<Notice, RecvTimeoutError> {
        let notice = match self.receiver.try_recv() {
            Ok(notice) => notice,
            Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) => {
                if self.last.is_some_and(|last| last.elapsed() < CLOSE) {
                    thread::sleep(REST);
                }
                self.receiver.recv_timeout(within)?
            }
        };
        self.last = Some(Instant::now());
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
