//! Where deliveries are made: lanes of what waits, couriers, what they have out, and what
//! rests until it is tried again.
//!
//! It keeps the order of each lane and counts nothing else: how many may be out, when to try
//! again and when to stop is decided by those who deliver on it, [`dispatch`](super::dispatch())
//! for a queue without end and [`Crew`](super::Crew) for a list.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::Stream as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::attempt::Attempt;
use super::courier::Courier;
use super::lanes::{Lane, Lanes};
use super::parcel::Parcel;
use super::poster::Poster;

/// Something that is delivered.
pub(super) trait Work: Send + Sync + 'static {
    /// Its number, for the order of what rests equally long.
    fn number(&self) -> u64;
    /// What it must stay in order with.
    fn lane(&self) -> &Lane;
    /// What is posted.
    fn parcel(&self) -> &Parcel;
}

/// What a courier has brought back: its number, and how the attempt ended.
type Back<W> = (usize, W, Attempt);

/// Where a courier waits for work.
struct Seat<W> {
    work: Option<W>,
    waiting: Option<Waker>,
}

/// Where the work is done.
pub(super) struct Floor<W> {
    poster: Arc<Poster>,
    lanes: Lanes<W>,
    /// What waits for its next attempt, and when that is. It keeps its lane.
    resting: BTreeMap<(Instant, u64), W>,
    /// The couriers: each takes work from its seat and lays down what came of it, for ever. So
    /// nothing is made anew for a delivery.
    couriers: FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send>>>,
    seats: Vec<Arc<Mutex<Seat<W>>>>,
    backs: Arc<Mutex<Vec<Back<W>>>>,
    /// The numbers of couriers without work.
    idle: Vec<usize>,
}

impl<W: Work> Floor<W> {
    pub(super) fn new(poster: Arc<Poster>) -> Floor<W> {
        Floor {
            poster,
            lanes: Lanes::new(),
            resting: BTreeMap::new(),
            couriers: FuturesUnordered::new(),
            seats: Vec::new(),
            backs: Arc::default(),
            idle: Vec::new(),
        }
    }

    /// How many couriers are out.
    pub(super) fn out(&self) -> usize {
        self.seats.len() - self.idle.len()
    }

    /// How much rests.
    pub(super) fn resting(&self) -> usize {
        self.resting.len()
    }

    /// Adds work to the end of its lane.
    pub(super) fn push(&mut self, work: W) {
        self.lanes.push(work.lane().clone(), work);
    }

    /// Puts work that was taken and never sent back to the front of everything.
    pub(super) fn put_back(&mut self, work: W) {
        self.lanes.put_back(work.lane().clone(), work);
    }

    /// Whether a lane has something to send now.
    pub(super) fn is_ready(&self) -> bool {
        self.lanes.is_ready()
    }

    /// Takes what comes next: what has rested long enough, then what waits in a free lane.
    pub(super) fn take(&mut self, now: Instant) -> Option<W> {
        self.rested(now).or_else(|| self.lane())
    }

    /// Takes what has rested long enough.
    pub(super) fn rested(&mut self, now: Instant) -> Option<W> {
        let first = self.resting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// Takes what waits in a free lane.
    pub(super) fn lane(&mut self) -> Option<W> {
        self.lanes.take().map(|(_, work)| work)
    }

    /// Sends a courier out with it.
    pub(super) fn send(&mut self, work: W) {
        let number = self.idle.pop().unwrap_or_else(|| self.hire());
        let mut seat = lock(&self.seats[number]);
        seat.work = Some(work);
        if let Some(waiting) = seat.waiting.take() {
            waiting.wake();
        }
    }

    /// One courier more.
    fn hire(&mut self) -> usize {
        let number = self.seats.len();
        let seat = Arc::new(Mutex::new(Seat {
            work: None,
            waiting: None,
        }));
        self.seats.push(Arc::clone(&seat));
        let backs = Arc::clone(&self.backs);
        let mut courier = Courier::new(&self.poster);
        self.couriers.push(Box::pin(async move {
            loop {
                let work = poll_fn(|context| take_work(&seat, context)).await;
                let attempt = courier.post(work.parcel()).await;
                lock(&backs).push((number, work, attempt));
            }
        }));
        number
    }

    /// Lays it down until then. Its lane waits with it.
    pub(super) fn rest(&mut self, until: Instant, work: W) {
        self.resting.insert((until, work.number()), work);
    }

    /// When the first that rests is due.
    pub(super) fn next_rested(&self) -> Option<Instant> {
        self.resting.first_key_value().map(|((at, _), _)| *at)
    }

    /// It is done with, and the next one of its lane has its turn.
    pub(super) fn done(&mut self, work: &W) {
        self.lanes.free(work.lane());
    }

    /// Everything that rests, to be given up.
    pub(super) fn give_up_resting(&mut self) -> Vec<W> {
        std::mem::take(&mut self.resting).into_values().collect()
    }

    /// Those that have come back since, at least one, in `landed`. Never ready while nobody
    /// is out.
    fn poll_land(&mut self, context: &mut Context<'_>, landed: &mut Vec<(W, Attempt)>) -> Poll<()> {
        // Couriers never end: all that is told here is that they have been looked after.
        let _ = Pin::new(&mut self.couriers).poll_next(context);
        for (number, work, attempt) in lock(&self.backs).drain(..) {
            self.idle.push(number);
            landed.push((work, attempt));
        }
        if landed.is_empty() {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }

    /// Waits for those that come back, at least one.
    pub(super) async fn land(&mut self, landed: &mut Vec<(W, Attempt)>) {
        poll_fn(|context| self.poll_land(context, landed)).await;
    }
}

fn take_work<W>(seat: &Mutex<Seat<W>>, context: &mut Context<'_>) -> Poll<W> {
    let mut seat = lock(seat);
    if let Some(work) = seat.work.take() {
        return Poll::Ready(work);
    }
    seat.waiting = Some(context.waker().clone());
    Poll::Pending
}

/// Only one task ever looks; a lock is what makes that plain to the compiler.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
