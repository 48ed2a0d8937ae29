//! A crew of couriers that works off a list: in order within a lane, as many side by side as
//! there are couriers, at a pace, and then it is over.
//!
//! Unlike [`dispatch`](super::dispatch()), which serves a queue without end and waits for a
//! target that is away, a crew tells each end and stops when it is told to. Memory is bounded
//! by what may wait: then nothing more is taken from the supply. A retry keeps its lane, and
//! its place among those at work, while it waits.
//!
//! Ends are told in batches, and nothing new goes out between an end and the word that its
//! batch is over ([`News::Settled`]): whoever writes down what was delivered can do it once a
//! batch, and still never be behind by more than what was out.
//!
//! It refuses to know where orders come from and what a failure means.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::again::Again;
use super::attempt::Attempt;
use super::lanes::Lane;
use super::metronome::Metronome;
use super::parcel::Parcel;
use super::poster::Poster;
use super::shift::{Blocked, Shift};

/// How to deliver.
#[derive(Debug)]
pub struct Crew {
    /// Who posts.
    pub poster: Arc<Poster>,
    /// Requests at a time; at least one.
    pub concurrency: usize,
    /// When to try again.
    pub again: Again,
    /// Even spacing, if it was asked for. Attempts after the first have slots of their own.
    pub metronome: Option<Metronome>,
}

/// Something to deliver.
#[derive(Debug)]
pub struct Order<T> {
    /// Its number; numbers ascend.
    pub number: u64,
    /// What it must stay in order with.
    pub lane: Lane,
    /// What is posted.
    pub parcel: Parcel,
    /// Not before that time after the first one; times ascend.
    pub due: Duration,
    /// What it is to whoever ordered it.
    pub tag: Arc<T>,
}

/// What a supply holds: orders, and words to whoever listens, in their place.
#[derive(Debug)]
pub enum Supplied<T, W> {
    /// Some orders.
    Orders(Vec<Order<T>>),
    /// A word, which is told as soon as it is come by.
    Word(W),
}

/// What is told.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one at a time, and never kept")]
pub enum News<T, W> {
    /// An order was delivered, or failed for good.
    Delivered(Delivered<T>),
    /// All that came back at this moment was told. Nothing went out since the first of it.
    Settled,
    /// A word of the supply.
    Word(W),
}

/// How an order ended.
#[derive(Debug)]
pub struct Delivered<T> {
    /// What it is to whoever ordered it.
    pub tag: Arc<T>,
    /// What was posted.
    pub parcel: Parcel,
    /// How often it was tried.
    pub attempts: u32,
    /// The last attempt.
    pub attempt: Attempt,
}

/// What becomes of what is on its way when a crew is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It is left alone: nobody waits for it, and how it ends is not told.
    AtOnce,
    /// It is waited for, for a short while, and told.
    Gently,
}

impl Crew {
    /// Delivers until the supply ends, `tell` breaks, or `stop` comes. Of the rest, the order
    /// with the lowest number is told. When `tell` breaks, the crew halts gently.
    pub async fn deliver<T: Send + Sync + 'static, W, B>(
        self,
        supply: &mut mpsc::Receiver<Supplied<T, W>>,
        stop: impl Future<Output = (B, Halt)>,
        mut tell: impl FnMut(News<T, W>) -> ControlFlow<B>,
    ) -> (Option<B>, Option<Arc<T>>) {
        let mut stop = std::pin::pin!(stop);
        let mut shift = Shift::new(self);
        let mut supplied = true;
        let mut landed = Vec::new();
        let broken = loop {
            shift.start();
            let (busy, blocked) = (shift.floor.out() > 0, shift.blocked);
            if !supplied && shift.is_over() {
                return (None, None);
            }
            let wake = match blocked {
                Some(Blocked::Until(at)) => Some(at),
                _ => None,
            };
            tokio::select! {
                biased;
                (broke, halt) = &mut stop => {
                    if halt == Halt::AtOnce {
                        return (Some(broke), shift.lowest(supply));
                    }
                    break broke;
                }
                () = shift.floor.land(&mut landed), if busy => {
                    if let ControlFlow::Break(broke) = shift.settle(&mut landed, &mut tell) {
                        break broke;
                    }
                }
                () = shift.crew.slot(), if blocked == Some(Blocked::NoSlot) => {
                    shift.has_slot = true;
                }
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
                next = supply.recv(), if supplied && shift.has_room() => match next {
                    Some(Supplied::Orders(orders)) => shift.accept(orders),
                    Some(Supplied::Word(word)) => {
                        if let ControlFlow::Break(broke) = tell(News::Word(word)) {
                            break broke;
                        }
                    }
                    None => supplied = false,
                },
            }
        };
        shift.wind_up(&mut tell).await;
        (Some(broken), shift.lowest(supply))
    }

    /// Waits for the next slot, if there are any.
    async fn slot(&self) {
        if let Some(metronome) = &self.metronome {
            metronome.slot().await;
        }
    }
}
