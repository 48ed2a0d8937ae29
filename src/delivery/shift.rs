//! A crew at work: which order may go out now, what keeps the next one back, and what has come
//! back.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::attempt::Attempt;
use super::crew::{Crew, Delivered, News, Order, Supplied};
use super::floor::{Floor, Work};
use super::lanes::Lane;
use super::parcel::Parcel;

/// Orders that may wait: more would not make couriers busier, unless one lane holds nearly
/// all of them.
const MAX_WAITING: usize = 4096;
/// Bytes of bodies that may wait.
const MAX_WAITING_BYTES: usize = 8 << 20;
/// What is on its way when the crew is stopped may take so long to end.
const GRACE: Duration = Duration::from_secs(2);

/// An order at work.
pub(super) struct Job<T> {
    order: Order<T>,
    attempts: u32,
    /// The last attempt, while it waits for the next.
    last: Option<Attempt>,
}

/// Boxed, since it is handed on often.
impl<T: Send + Sync + 'static> Work for Box<Job<T>> {
    fn number(&self) -> u64 {
        self.order.number
    }

    fn lane(&self) -> &Lane {
        &self.order.lane
    }

    fn parcel(&self) -> &Parcel {
        &self.order.parcel
    }
}

impl<T> Job<T> {
    fn delivered(self: Box<Job<T>>, attempt: Attempt) -> Delivered<T> {
        Delivered {
            tag: self.order.tag,
            parcel: self.order.parcel,
            attempts: self.attempts,
            attempt,
        }
    }
}

/// Why nothing more can be sent, where only time helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocked {
    /// It is too early.
    Until(Instant),
    /// The metronome has not ticked.
    NoSlot,
}

/// A crew at work.
pub(super) struct Shift<T> {
    pub(super) crew: Crew,
    pub(super) floor: Floor<Box<Job<T>>>,
    /// What is not due yet, in the order in which it will be.
    early: VecDeque<Order<T>>,
    /// Orders in `early` and in the lanes.
    waiting: usize,
    waiting_bytes: usize,
    /// What is on its way or rests, by number.
    out: BTreeMap<u64, Arc<T>>,
    /// The first order came then.
    started: Option<Instant>,
    pub(super) has_slot: bool,
    pub(super) blocked: Option<Blocked>,
}

impl<T: Send + Sync + 'static> Shift<T> {
    pub(super) fn new(crew: Crew) -> Shift<T> {
        Shift {
            floor: Floor::new(Arc::clone(&crew.poster)),
            has_slot: crew.metronome.is_none(),
            crew,
            early: VecDeque::new(),
            waiting: 0,
            waiting_bytes: 0,
            out: BTreeMap::new(),
            started: None,
            blocked: None,
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting < MAX_WAITING && self.waiting_bytes < MAX_WAITING_BYTES
    }

    pub(super) fn is_over(&self) -> bool {
        self.waiting == 0 && self.out.is_empty()
    }

    pub(super) fn accept(&mut self, orders: Vec<Order<T>>) {
        self.waiting += orders.len();
        self.waiting_bytes += orders
            .iter()
            .map(|order| order.parcel.size())
            .sum::<usize>();
        for order in orders {
            if order.due.is_zero() && self.early.is_empty() {
                self.line_up(order);
            } else {
                self.early.push_back(order);
            }
        }
    }

    fn line_up(&mut self, order: Order<T>) {
        self.floor.push(Box::new(Job {
            order,
            attempts: 0,
            last: None,
        }));
    }

    /// Sends out as many as may be out now, and says what keeps the next one back.
    pub(super) fn start(&mut self) {
        self.blocked = None;
        if self.floor.out() >= self.crew.concurrency.max(1) {
            return;
        }
        // Looked at only where somebody waits for a time.
        let timed = !self.early.is_empty() || self.floor.resting() > 0 || self.started.is_none();
        let now = timed.then(Instant::now);
        if let Some(now) = now.filter(|_| !self.early.is_empty()) {
            let started = *self.started.get_or_insert(now);
            while let Some(order) = self.early.pop_front() {
                let due = started + order.due;
                if due > now {
                    self.early.push_front(order);
                    self.blocked = Some(Blocked::Until(due));
                    break;
                }
                self.line_up(order);
            }
        }
        if let (Some(at), Some(now)) = (self.floor.next_rested(), now)
            && at > now
        {
            let at = match self.blocked {
                Some(Blocked::Until(other)) => at.min(other),
                _ => at,
            };
            self.blocked = Some(Blocked::Until(at));
        }
        while self.floor.out() < self.crew.concurrency.max(1) {
            let has_rested = now.is_some_and(|now| self.floor.next_rested() <= Some(now))
                && self.floor.resting() > 0;
            let may_begin = self.floor.out() + self.floor.resting() < self.crew.concurrency.max(1);
            let has_next = has_rested || (may_begin && self.floor.is_ready());
            if !has_next {
                return;
            }
            if !self.has_slot {
                self.blocked = Some(Blocked::NoSlot);
                return;
            }
            let rested = now.and_then(|now| self.floor.rested(now));
            let Some(mut job) = rested.or_else(|| self.floor.lane()) else {
                return;
            };
            if job.attempts == 0 {
                self.waiting -= 1;
                self.waiting_bytes -= job.order.parcel.size();
                self.out
                    .insert(job.order.number, Arc::clone(&job.order.tag));
                if self.started.is_none() {
                    self.started = now;
                }
            }
            job.attempts += 1;
            self.has_slot = self.crew.metronome.is_none();
            self.floor.send(job);
        }
    }

    /// Tells of all that has come back, but for what is tried again.
    pub(super) fn settle<W, B>(
        &mut self,
        landed: &mut Vec<(Box<Job<T>>, Attempt)>,
        tell: &mut impl FnMut(News<T, W>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut flow = ControlFlow::Continue(());
        for (mut job, attempt) in landed.drain(..) {
            let chance = fastrand::f64();
            let wait = self.crew.again.after(job.attempts, &attempt.ending, chance);
            if let Some(wait) = wait.filter(|_| flow.is_continue()) {
                job.last = Some(attempt);
                self.floor.rest(Instant::now() + wait, job);
                continue;
            }
            self.floor.done(&job);
            self.out.remove(&job.order.number);
            let told = tell(News::Delivered(job.delivered(attempt)));
            if flow.is_continue() {
                flow = told;
            }
        }
        let told = tell(News::Settled);
        if flow.is_continue() { told } else { flow }
    }

    /// Waits for what is on its way, for a short while, and tells of it. What waits for
    /// another attempt has had its last one.
    pub(super) async fn wind_up<W, B>(
        &mut self,
        tell: &mut impl FnMut(News<T, W>) -> ControlFlow<B>,
    ) {
        let mut landed = Vec::new();
        for mut job in self.floor.give_up_resting() {
            if let Some(attempt) = job.last.take() {
                landed.push((job, attempt));
            }
        }
        let deadline = Instant::now() + GRACE;
        loop {
            for (job, attempt) in landed.drain(..) {
                self.out.remove(&job.order.number);
                // It is over already, whatever is said.
                let _ = tell(News::Delivered(job.delivered(attempt)));
            }
            let _ = tell(News::Settled);
            if self.floor.out() == 0
                || timeout_at(deadline, self.floor.land(&mut landed))
                    .await
                    .is_err()
            {
                return;
            }
        }
    }

    /// Of all that was not delivered, the order with the lowest number.
    pub(super) fn lowest<W>(
        mut self,
        supply: &mut mpsc::Receiver<Supplied<T, W>>,
    ) -> Option<Arc<T>> {
        let mut lowest = self.out.pop_first();
        let mut see = |order: Order<T>| {
            if lowest
                .as_ref()
                .is_none_or(|(number, _)| order.number < *number)
            {
                lowest = Some((order.number, order.tag));
            }
        };
        while let Some(job) = self.floor.lane() {
            self.floor.done(&job);
            see(job.order);
        }
        self.early.into_iter().take(1).for_each(&mut see);
        while let Ok(supplied) = supply.try_recv() {
            if let Supplied::Orders(orders) = supplied {
                orders.into_iter().take(1).for_each(&mut see);
                break;
            }
        }
        lowest.map(|(_, tag)| tag)
    }
}
