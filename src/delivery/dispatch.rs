//! Delivers a stream of items to one target: in order within a lane, side by side otherwise,
//! again where that was agreed.
//!
//! - Memory is bounded by what may wait ([`Options::max_waiting_bytes`]) and by how far an item
//!   may be ahead of the oldest one that is not done ([`Options::span`]); then nothing more is
//!   taken from the supply until that changes.
//! - A target that is not reached stops everything without costing an attempt: one item
//!   knocks from time to time, and when it is let in the others follow.
//!
//! It refuses to know where items come from, and to remember what was delivered: whoever
//! runs it is told of every attempt.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::attempt::{Attempt, Ending};
use super::floor::{Floor, Work};
use super::lanes::Lane;
use super::no_answer::NoAnswer;
use super::parcel::Parcel;
use super::poster::Poster;
use super::retry::{Next, Retries};

/// The first pause before a target that was not reached is tried again, and the longest:
/// short, since it most often is a server on the same machine that is being restarted.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(2));

/// How to deliver.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Requests at a time; at least one.
    pub concurrency: usize,
    /// When to try again.
    pub retries: Retries,
    /// How far an item's number may be ahead of the oldest one that is not done.
    pub span: u64,
    /// Bytes of bodies that may wait; one item is always taken.
    pub max_waiting_bytes: usize,
}

/// Something to deliver.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its number; numbers ascend.
    pub number: u64,
    /// What it must stay in order with.
    pub lane: Lane,
    /// What is posted.
    pub parcel: Parcel,
}

/// What happened.
#[derive(Debug)]
pub enum Progress {
    /// An attempt ended.
    Attempted {
        /// The item's number.
        number: u64,
        /// Which attempt at it this was, from 1.
        attempt: u32,
        /// How it ended.
        ended: Attempt,
        /// What comes next.
        then: Then,
    },
    /// The target is not reached, and everything waits. Said once.
    Paused(NoAnswer),
    /// The target is reached again.
    Resumed,
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The item is delivered.
    Delivered,
    /// It is tried again after that wait.
    Again(Duration),
    /// It failed as often as it may, and is passed over.
    Failed,
}

/// Delivers until the supply ends and everything in it is done; or, once `finish` says so,
/// until nothing is left that could be delivered without waiting, and no longer than `finish`
/// grants.
pub async fn dispatch(
    poster: Arc<Poster>,
    options: Options,
    mut supply: mpsc::Receiver<Item>,
    finish: impl Future<Output = Duration>,
    tell: impl FnMut(Progress),
) {
    let mut finish = pin!(finish);
    let mut deadline = None;
    let mut supplied = true;
    let mut state = State::new(poster, options, tell);
    let mut landed = Vec::new();
    loop {
        state.start();
        let idle = state.floor.out() == 0;
        if !supplied && state.outstanding.is_empty() {
            return;
        }
        let takes = supplied && state.has_room();
        if deadline.is_some() && idle && (state.pause.is_some() || !takes) {
            return;
        }
        let wake = state.next_wake();
        tokio::select! {
            biased;
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => return,
            within = &mut finish, if deadline.is_none() => {
                deadline = Some(Instant::now() + within);
            }
            () = state.floor.land(&mut landed), if !idle => {
                for (work, ended) in landed.drain(..) {
                    state.landed(work, ended);
                }
            }
            item = supply.recv(), if takes => match item {
                Some(item) => state.take(item),
                None => supplied = false,
            },
            () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
        }
    }
}

/// An item on its way.
struct Load {
    item: Item,
    attempts: u32,
}

impl Work for Load {
    fn number(&self) -> u64 {
        self.item.number
    }

    fn lane(&self) -> &Lane {
        &self.item.lane
    }

    fn parcel(&self) -> &Parcel {
        &self.item.parcel
    }
}

/// The target is not reached.
struct Pause {
    until: Instant,
    wait: Duration,
}

struct State<T> {
    options: Options,
    tell: T,
    floor: Floor<Load>,
    pause: Option<Pause>,
    /// The numbers of all items that are not done.
    outstanding: BTreeSet<u64>,
    waiting_bytes: usize,
    /// The number of the item that was taken last.
    newest: u64,
}

impl<T: FnMut(Progress)> State<T> {
    fn new(poster: Arc<Poster>, options: Options, tell: T) -> State<T> {
        State {
            options,
            tell,
            floor: Floor::new(poster),
            pause: None,
            outstanding: BTreeSet::new(),
            waiting_bytes: 0,
            newest: 0,
        }
    }

    fn has_room(&self) -> bool {
        let Some(oldest) = self.outstanding.first() else {
            return true;
        };
        self.newest - oldest < self.options.span
            && self.waiting_bytes < self.options.max_waiting_bytes
    }

    fn take(&mut self, item: Item) {
        self.newest = item.number;
        self.outstanding.insert(item.number);
        self.waiting_bytes += item.parcel.size();
        self.floor.push(Load { item, attempts: 0 });
    }

    /// Starts as many attempts as may run at a time.
    fn start(&mut self) {
        let now = Instant::now();
        let at_a_time = match &self.pause {
            None => self.options.concurrency.max(1),
            Some(pause) if pause.until <= now => 1,
            Some(_) => 0,
        };
        while self.floor.out() < at_a_time {
            let Some(load) = self.floor.take(now) else {
                return;
            };
            self.floor.send(load);
        }
    }

    /// When there will be something to start, if that only takes time.
    fn next_wake(&self) -> Option<Instant> {
        let rested = self.floor.next_rested();
        match &self.pause {
            Some(_) if self.floor.out() > 0 => None,
            Some(pause) if self.floor.is_ready() => Some(pause.until),
            Some(pause) => rested.map(|at| at.max(pause.until)),
            None if self.floor.out() < self.options.concurrency.max(1) => rested,
            None => None,
        }
    }

    fn landed(&mut self, mut work: Load, ended: Attempt) {
        let next = self
            .options
            .retries
            .after(work.attempts.saturating_add(1), &ended.ending);
        if next == Next::Pause {
            self.unreached(work, ended);
            return;
        }
        if self.pause.take().is_some() {
            (self.tell)(Progress::Resumed);
        }
        work.attempts += 1;
        let then = match next {
            Next::Again(wait) => Then::Again(wait),
            Next::Done => Then::Delivered,
            Next::GiveUp | Next::Pause => Then::Failed,
        };
        (self.tell)(Progress::Attempted {
            number: work.item.number,
            attempt: work.attempts,
            ended,
            then,
        });
        if let Then::Again(wait) = then {
            self.floor.rest(Instant::now() + wait, work);
        } else {
            self.outstanding.remove(&work.item.number);
            self.waiting_bytes -= work.item.parcel.size();
            self.floor.done(&work);
        }
    }

    fn unreached(&mut self, work: Load, ended: Attempt) {
        let now = Instant::now();
        let wait = match &self.pause {
            None => PAUSES.0,
            Some(pause) if pause.until <= now => (pause.wait * 2).min(PAUSES.1),
            // It was on its way when the pause began.
            Some(pause) => pause.wait,
        };
        let known = self.pause.replace(Pause {
            until: now + wait,
            wait,
        });
        if let (None, Ending::Unanswered(no_answer)) = (known, ended.ending) {
            (self.tell)(Progress::Paused(no_answer));
        }
        if work.attempts == 0 {
            self.floor.put_back(work);
        } else {
            self.floor.rest(now, work);
        }
    }
}
