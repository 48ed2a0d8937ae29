//! The phase of a connection, shared by its stream, its requests, and the place that closes idle
//! connections when there are too many.

use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed,
};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// The connection is new, or a later head has begun: a head is awaited or read.
pub(super) const HEAD: u8 = 0;
/// A request is being handled.
pub(super) const IN_HAND: u8 = 1;
/// The last request was answered, and the next has not begun.
pub(super) const IDLE: u8 = 2;
/// The connection is closed on this side, and the sender may still read its reply.
const LINGERING: u8 = 3;

/// The age from which an incomplete head may be given up for another connection.
const SLOW_HEAD: Duration = Duration::from_secs(1);

/// The phase of a connection.
#[derive(Debug)]
pub(super) struct Phase {
    now: AtomicU8,
    /// Whether bytes of the next head have arrived since the last request.
    heard: AtomicBool,
    /// Requests that began.
    begun: AtomicU32,
    /// Bytes that arrived behind the last head, and the first of them.
    behind: AtomicU64,
    next: AtomicU8,
    /// Fields of the last head.
    fields: AtomicUsize,
    opened: Instant,
    /// When the phase began, in milliseconds since the connection was opened.
    since: AtomicU64,
    is_evicted: AtomicBool,
    evicted: Notify,
}

impl Default for Phase {
    fn default() -> Phase {
        Phase {
            now: AtomicU8::new(HEAD),
            heard: AtomicBool::new(false),
            begun: AtomicU32::new(0),
            behind: AtomicU64::new(0),
            next: AtomicU8::new(0),
            fields: AtomicUsize::new(0),
            opened: Instant::now(),
            since: AtomicU64::new(0),
            is_evicted: AtomicBool::new(false),
            evicted: Notify::new(),
        }
    }
}

impl Phase {
    pub(super) fn now(&self) -> u8 {
        self.now.load(Relaxed)
    }

    fn enter(&self, phase: u8) -> u8 {
        let age = self.opened.elapsed().as_millis();
        self.since
            .store(u64::try_from(age).unwrap_or(u64::MAX), Relaxed);
        self.now.swap(phase, Relaxed)
    }

    /// A request has a whole head, and is being answered. Returns whether all of its head came in
    /// reads of its own, so that [`behind`](Self::behind) counts from its end.
    pub(super) fn in_hand(&self) -> bool {
        self.enter(IN_HAND);
        self.begun.fetch_add(1, Relaxed);
        self.heard.swap(false, Relaxed)
    }

    /// Its reply is about to be sent.
    pub(super) fn idle(&self) {
        self.enter(IDLE);
    }

    pub(super) fn linger(&self) {
        self.enter(LINGERING);
    }

    /// Bytes of a head arrived. Returns whether they are its first ones.
    pub(super) fn hear(&self) -> bool {
        let is_first = !self.heard.swap(true, Relaxed);
        if self.now() != HEAD {
            self.enter(HEAD);
        }
        is_first
    }

    pub(super) fn is_heard(&self) -> bool {
        self.heard.load(Relaxed)
    }

    pub(super) fn begun(&self) -> u32 {
        self.begun.load(Relaxed)
    }

    /// Tells how many bytes arrived behind the head so far.
    pub(super) fn tell_behind(&self, bytes: u64, first: Option<u8>) {
        self.behind.store(bytes, Relaxed);
        self.next.store(first.unwrap_or_default(), Relaxed);
    }

    pub(super) fn add_behind(&self, bytes: usize) {
        self.behind.fetch_add(bytes as u64, Relaxed);
    }

    /// Bytes that arrived behind the last head.
    pub(super) fn behind(&self) -> u64 {
        self.behind.load(Relaxed)
    }

    /// Tells how many fields the head has.
    pub(super) fn tell_fields(&self, fields: usize) {
        self.fields.store(fields, Relaxed);
    }

    /// Fields of the last head.
    pub(super) fn fields(&self) -> usize {
        self.fields.load(Relaxed)
    }

    /// Whether what stands behind the head can be the next request: methods are in upper case.
    pub(super) fn is_next_request(&self) -> bool {
        let next = self.next.load(Relaxed);
        next.is_ascii_uppercase() || next == b'\r' || next == b'\n'
    }

    /// How ready the connection is to be closed for another one; nothing if it is not. What
    /// serves no request comes first, and of that what does so for the longest time.
    pub(super) fn idleness(&self) -> Option<(bool, Duration)> {
        if self.is_evicted.load(Relaxed) {
            return None;
        }
        let since = Duration::from_millis(self.since.load(Relaxed));
        let age = self.opened.elapsed().saturating_sub(since);
        match self.now() {
            IN_HAND => None,
            HEAD if self.is_heard() => (age > SLOW_HEAD).then_some((false, age)),
            _ => Some((true, age)),
        }
    }

    /// Asks for the connection to be closed.
    pub(super) fn evict(&self) {
        self.is_evicted.store(true, Relaxed);
        self.evicted.notify_one();
    }

    /// Waits until it is asked for.
    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }
}
