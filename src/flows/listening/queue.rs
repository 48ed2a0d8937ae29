//! The queue to the display: bounded in number and bytes, and the sender never waits for it.
//!
//! A notice that finds the queue full is dropped and counted. It carries no promise: captures
//! are in the log, and the totals are counted elsewhere. In a flood the reader takes notices in
//! handfuls: a sender then wakes no thread, which costs more than everything else here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Notices that may wait.
const MOST: usize = 4096;
/// Bytes that may wait, the notice that is being shown included: the largest body that the receiver
/// takes, if that is not changed, and many small ones behind it.
const MOST_BYTES: usize = 17 * 1024 * 1024;

/// Two notices within this time are a flood.
const CLOSE: Duration = Duration::from_millis(1);
/// How long the reader rests in a flood: too short for a person to see.
const REST: Duration = Duration::from_millis(5);

/// Something that has a size in memory.
pub trait Weigh {
    /// About how many bytes it holds.
    fn weight(&self) -> usize;
}

/// The end that notices are put in at.
#[derive(Debug)]
pub struct NoticeSender<N> {
    sender: SyncSender<N>,
    shared: Arc<Shared>,
}

impl<N> Clone for NoticeSender<N> {
    fn clone(&self) -> NoticeSender<N> {
        NoticeSender {
            sender: self.sender.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}

/// The end that notices come out at.
#[derive(Debug)]
pub struct NoticeQueue<N> {
    receiver: Receiver<N>,
    shared: Arc<Shared>,
    /// When the last one came out.
    last: Option<Instant>,
    /// Its weight.
    shown: usize,
}

#[derive(Debug, Default)]
struct Shared {
    bytes: AtomicUsize,
    dropped: AtomicU64,
}

/// Both ends of a queue. It ends when all senders are gone.
pub fn notice_queue<N: Weigh>() -> (NoticeSender<N>, NoticeQueue<N>) {
    let (sender, receiver) = sync_channel(MOST);
    let shared = Arc::<Shared>::default();
    let feed = NoticeSender {
        sender,
        shared: Arc::clone(&shared),
    };
    let queue = NoticeQueue {
        receiver,
        shared,
        last: None,
        shown: 0,
    };
    (feed, queue)
}

impl<N: Weigh> NoticeSender<N> {
    /// Puts a notice in, or counts it as dropped.
    pub fn offer(&self, notice: N) {
        let weight = notice.weight();
        let before = self.shared.bytes.fetch_add(weight, Ordering::Relaxed);
        // A notice of any size fits while there is no other.
        let fits = before == 0 || before + weight <= MOST_BYTES;
        if !fits || self.sender.try_send(notice).is_err() {
            self.shared.bytes.fetch_sub(weight, Ordering::Relaxed);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl<N: Weigh> NoticeQueue<N> {
    /// The next notice, if one arrives within that time.
    /// The one before was shown.
    pub fn next(&mut self, within: Duration) -> Result<N, RecvTimeoutError> {
        let shown = std::mem::take(&mut self.shown);
        self.shared.bytes.fetch_sub(shown, Ordering::Relaxed);
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
        self.shown = notice.weight();
        Ok(notice)
    }

    /// How many notices were dropped so far.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    impl Weigh for usize {
        fn weight(&self) -> usize {
            *self
        }
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_counted() {
        let (sender, mut queue) = notice_queue();
        // Of any size, while nothing else waits.
        sender.offer(MOST_BYTES + 1);
        sender.offer(1);
        assert_eq!(queue.dropped(), 1);
        assert_eq!(queue.next(Duration::ZERO).unwrap(), MOST_BYTES + 1);
        // It is being shown.
        sender.offer(0);
        assert_eq!(queue.dropped(), 2);
        queue.next(Duration::ZERO).unwrap_err();
        for _ in 0..=MOST {
            sender.offer(0);
        }
        assert_eq!(queue.dropped(), 3);
    }

    #[test]
    fn it_ends_with_its_last_sender_and_not_before_it_is_empty() {
        let (sender, mut queue) = notice_queue();
        sender.clone().offer(1);
        let nothing = queue.next(Duration::ZERO).and(queue.next(Duration::ZERO));
        assert_eq!(nothing, Err(RecvTimeoutError::Timeout));
        sender.offer(2);
        drop(sender);
        assert_eq!(queue.next(Duration::ZERO), Ok(2));
        let end = queue.next(Duration::ZERO);
        assert_eq!(end, Err(RecvTimeoutError::Disconnected));
    }
}
