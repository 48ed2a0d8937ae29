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

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::attempt::{Attempt, Ending};
use super::lanes::{Lane, Lanes};
use super::no_answer::NoAnswer;
use super::poster::{Parcel, Poster};
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
    loop {
        state.start();
        let idle = state.flying.is_empty();
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
            Some(landed) = state.flying.join_next(), if !idle => match landed {
                Ok((work, ended)) => state.landed(work, ended),
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => {}
            },
            item = supply.recv(), if takes => match item {
                Some(item) => state.take(item),
                None => supplied = false,
            },
            () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
        }
    }
}

/// An item on its way.
struct Work {
    item: Item,
    attempts: u32,
}

/// The target is not reached.
struct Pause {
    until: Instant,
    wait: Duration,
}

struct State<T> {
    poster: Arc<Poster>,
    options: Options,
    tell: T,
    lanes: Lanes<Work>,
    flying: JoinSet<(Work, Attempt)>,
    /// Items that wait for their next attempt, and when that is.
    resting: BTreeMap<(Instant, u64), Work>,
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
            poster,
            options,
            tell,
            lanes: Lanes::new(),
            flying: JoinSet::new(),
            resting: BTreeMap::new(),
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
        let lane = item.lane.clone();
        self.lanes.push(lane, Work { item, attempts: 0 });
    }

    /// Starts as many attempts as may run at a time.
    fn start(&mut self) {
        let now = Instant::now();
        let at_a_time = match &self.pause {
            None => self.options.concurrency.max(1),
            Some(pause) if pause.until <= now => 1,
            Some(_) => 0,
        };
        while self.flying.len() < at_a_time {
            let rested = match self.resting.first_entry() {
                Some(entry) if entry.key().0 <= now => Some(entry.remove()),
                _ => None,
            };
            let Some(work) = rested.or_else(|| self.lanes.take().map(|(_, work)| work)) else {
                return;
            };
            let poster = Arc::clone(&self.poster);
            self.flying.spawn(async move {
                let ended = poster.post(work.item.parcel.clone()).await;
                (work, ended)
            });
        }
    }

    /// When there will be something to start, if that only takes time.
    fn next_wake(&self) -> Option<Instant> {
        let rested = self.resting.first_key_value().map(|((at, _), _)| *at);
        match &self.pause {
            Some(_) if !self.flying.is_empty() => None,
            Some(pause) if self.lanes.is_ready() => Some(pause.until),
            Some(pause) => rested.map(|at| at.max(pause.until)),
            None if self.flying.len() < self.options.concurrency.max(1) => rested,
            None => None,
        }
    }

    fn landed(&mut self, mut work: Work, ended: Attempt) {
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
            let at = Instant::now() + wait;
            self.resting.insert((at, work.item.number), work);
        } else {
            self.outstanding.remove(&work.item.number);
            self.waiting_bytes -= work.item.parcel.size();
            self.lanes.free(&work.item.lane);
        }
    }

    fn unreached(&mut self, work: Work, ended: Attempt) {
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
            self.lanes.put_back(work.item.lane.clone(), work);
        } else {
            self.resting.insert((now, work.item.number), work);
        }
    }
}
