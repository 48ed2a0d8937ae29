//! A crew of couriers that works off a list: in order within a lane, as many side by side as
//! there are couriers, at a pace, and then it is over.
//!
//! Unlike [`dispatch`](super::dispatch()), which serves a queue without end and waits for a
//! target that is away, a crew tells each end and stops when it is told to. Memory is bounded
//! by what may wait: then nothing more is taken from the supply. A retry keeps its lane and
//! its courier while it waits.
//!
//! It refuses to know where orders come from and what a failure means.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::again::Again;
use super::attempt::Attempt;
use super::courier::Courier;
use super::lanes::{Lane, Lanes};
use super::metronome::Metronome;
use super::poster::{Parcel, Poster};

/// Orders that may wait: more would not make couriers busier, unless one lane holds nearly
/// all of them.
const MAX_WAITING: usize = 4096;
/// Bytes of bodies that may wait.
const MAX_WAITING_BYTES: usize = 8 << 20;
/// What is on its way when the crew is stopped may take so long to end.
const GRACE: Duration = Duration::from_secs(2);

/// How to deliver.
#[derive(Debug)]
pub struct Crew {
    /// Who posts.
    pub poster: Arc<Poster>,
    /// Requests at a time; at least one.
    pub concurrency: usize,
    /// When to try again.
    pub again: Again,
    /// Even spacing, if it was asked for.
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
    /// Not before that time after the first one.
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

/// A courier comes back.
struct Back<T> {
    courier: Courier,
    order: Order<T>,
    /// Nothing if it was called back before it had posted.
    ended: Option<(u32, Attempt)>,
}

impl Crew {
    /// Delivers until the supply ends, `tell` breaks, or `stop` comes. Of the rest, the order
    /// with the lowest number is told.
    ///
    /// When `tell` breaks, what is on its way is waited for and told too, for a short while;
    /// `stop` waits for nothing.
    pub async fn deliver<T: Send + Sync + 'static, W, B>(
        self,
        supply: &mut mpsc::Receiver<Supplied<T, W>>,
        stop: impl Future<Output = B>,
        mut tell: impl FnMut(News<T, W>) -> ControlFlow<B>,
    ) -> (Option<B>, Option<Arc<T>>) {
        let mut stop = std::pin::pin!(stop);
        let mut floor = Floor::new(self);
        let mut supplied = true;
        let mut broken = None;
        while broken.is_none() {
            floor.start();
            let idle = floor.flying.is_empty();
            if idle && !supplied {
                return (None, None);
            }
            tokio::select! {
                biased;
                broke = &mut stop => return (Some(broke), floor.lowest(supply)),
                Some(landed) = floor.flying.join_next(), if !idle => {
                    if let Some(delivered) = floor.landed(landed)
                        && let ControlFlow::Break(broke) = tell(News::Delivered(delivered))
                    {
                        broken = Some(broke);
                    }
                }
                next = supply.recv(), if supplied && floor.has_room() => match next {
                    Some(Supplied::Orders(orders)) => floor.take(orders),
                    Some(Supplied::Word(word)) => {
                        if let ControlFlow::Break(broke) = tell(News::Word(word)) {
                            broken = Some(broke);
                        }
                    }
                    None => supplied = false,
                },
            }
        }
        floor.recalled.store(true, Ordering::Relaxed);
        let deadline = Instant::now() + GRACE;
        while let Ok(Some(landed)) = timeout_at(deadline, floor.flying.join_next()).await {
            if let Some(delivered) = floor.landed(landed) {
                // It is over already, whatever is said.
                let _ = tell(News::Delivered(delivered));
            }
        }
        (broken, floor.lowest(supply))
    }
}

/// Where the work is done.
struct Floor<T> {
    crew: Arc<Crew>,
    lanes: Lanes<Order<T>>,
    waiting: usize,
    waiting_bytes: usize,
    idle: Vec<Courier>,
    hired: usize,
    flying: JoinSet<Back<T>>,
    /// What is on its way, by number.
    out: BTreeMap<u64, Arc<T>>,
    /// The first order was started then.
    started: Option<Instant>,
    recalled: Arc<AtomicBool>,
}

impl<T: Send + Sync + 'static> Floor<T> {
    fn new(crew: Crew) -> Floor<T> {
        Floor {
            crew: Arc::new(crew),
            lanes: Lanes::new(),
            waiting: 0,
            waiting_bytes: 0,
            idle: Vec::new(),
            hired: 0,
            flying: JoinSet::new(),
            out: BTreeMap::new(),
            started: None,
            recalled: Arc::default(),
        }
    }

    fn has_room(&self) -> bool {
        self.waiting < MAX_WAITING && self.waiting_bytes < MAX_WAITING_BYTES
    }

    fn take(&mut self, orders: Vec<Order<T>>) {
        for order in orders {
            self.waiting += 1;
            self.waiting_bytes += order.parcel.size();
            self.lanes.push(order.lane.clone(), order);
        }
    }

    /// Sends out as many couriers as there are.
    fn start(&mut self) {
        loop {
            if self.idle.is_empty() && self.hired >= self.crew.concurrency.max(1) {
                return;
            }
            let Some((_, order)) = self.lanes.take() else {
                return;
            };
            let courier = self.idle.pop().unwrap_or_else(|| {
                self.hired += 1;
                Courier::new(&self.crew.poster)
            });
            self.waiting -= 1;
            self.waiting_bytes -= order.parcel.size();
            self.out.insert(order.number, Arc::clone(&order.tag));
            let started = *self.started.get_or_insert_with(Instant::now);
            let (crew, recalled) = (Arc::clone(&self.crew), Arc::clone(&self.recalled));
            self.flying
                .spawn(async move { carry(&crew, started, &recalled, courier, order).await });
        }
    }

    fn landed(&mut self, landed: Result<Back<T>, tokio::task::JoinError>) -> Option<Delivered<T>> {
        let back = match landed {
            Ok(back) => back,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => return None,
        };
        self.idle.push(back.courier);
        let (attempts, attempt) = back.ended?;
        self.out.remove(&back.order.number);
        self.lanes.free(&back.order.lane);
        Some(Delivered {
            tag: back.order.tag,
            parcel: back.order.parcel,
            attempts,
            attempt,
        })
    }

    /// Of all that was not delivered, the order with the lowest number.
    fn lowest<W>(mut self, supply: &mut mpsc::Receiver<Supplied<T, W>>) -> Option<Arc<T>> {
        let mut lowest = self.out.pop_first();
        let mut see = |order: Order<T>| {
            if lowest
                .as_ref()
                .is_none_or(|(number, _)| order.number < *number)
            {
                lowest = Some((order.number, order.tag));
            }
        };
        while let Some((lane, order)) = self.lanes.take() {
            self.lanes.free(&lane);
            see(order);
        }
        while let Ok(supplied) = supply.try_recv() {
            if let Supplied::Orders(orders) = supplied {
                orders.into_iter().take(1).for_each(&mut see);
                break;
            }
        }
        lowest.map(|(_, tag)| tag)
    }
}

/// One order: waits for its time, posts, and posts again where that was agreed.
async fn carry<T>(
    crew: &Crew,
    started: Instant,
    recalled: &AtomicBool,
    mut courier: Courier,
    order: Order<T>,
) -> Back<T> {
    if !order.due.is_zero() {
        sleep_until(started + order.due).await;
    }
    if let Some(metronome) = &crew.metronome {
        metronome.slot().await;
    }
    let mut ended = None;
    let mut attempts = 0;
    while !recalled.load(Ordering::Relaxed) {
        let attempt = courier.post(&order.parcel).await;
        attempts += 1;
        let wait = crew.again.after(attempts, &attempt.ending, fastrand::f64());
        ended = Some((attempts, attempt));
        match wait {
            Some(wait) => tokio::time::sleep(wait).await,
            None => break,
        }
    }
    Back {
        courier,
        order,
        ended,
    }
}
