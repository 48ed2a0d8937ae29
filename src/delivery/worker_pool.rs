//! A pool of workers that send one request at a time each.
//!
//! A worker lives as long as the pool and keeps its connection. Nothing is allocated or spawned
//! for a request: the worker finds it in its slot, and [`Pool::land`] collects the
//! result.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::Stream as _;
use futures_util::stream::FuturesUnordered;

use super::attempt::Attempt;
use super::outgoing_request::OutgoingRequest;

/// Sends requests, one after the other.
pub(super) trait Worker: Send + 'static {
    /// Makes one attempt.
    fn attempt(
        &mut self,
        request: &OutgoingRequest,
        is_retry: bool,
    ) -> impl Future<Output = Attempt> + Send;
}

/// Something that holds a request.
pub(super) trait Work: Send + 'static {
    /// The request to send.
    fn request(&self) -> &OutgoingRequest;

    /// Whether the request was attempted before.
    fn is_retry(&self) -> bool;
}

/// The place where a worker waits for work.
struct Slot<J> {
    work: Option<J>,
    waiting: Option<Waker>,
}

/// The workers. Their number grows up to the number of requests sent at the same time.
pub(super) struct Pool<J, N> {
    new_worker: N,
    /// Each worker takes work from its slot and puts the result into `results`, in a loop.
    workers: FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send>>>,
    slots: Vec<Arc<Mutex<Slot<J>>>>,
    /// The worker's number, its work and how the attempt ended.
    results: Arc<Mutex<Vec<(usize, J, Attempt)>>>,
    /// The numbers of the workers without work.
    idle: Vec<usize>,
}

impl<J: Work, W: Worker, N: Fn() -> W> Pool<J, N> {
    pub(super) fn new(new_worker: N) -> Pool<J, N> {
        Pool {
            new_worker,
            workers: FuturesUnordered::new(),
            slots: Vec::new(),
            results: Arc::default(),
            idle: Vec::new(),
        }
    }

    /// How many workers have work.
    pub(super) fn busy(&self) -> usize {
        self.slots.len() - self.idle.len()
    }

    /// Gives the work to an idle worker, or to a new one.
    pub(super) fn send(&mut self, work: J) {
        let number = self.idle.pop().unwrap_or_else(|| self.add_worker());
        let mut slot = lock(&self.slots[number]);
        slot.work = Some(work);
        if let Some(waiting) = slot.waiting.take() {
            waiting.wake();
        }
    }

    fn add_worker(&mut self) -> usize {
        let number = self.slots.len();
        let slot = Arc::new(Mutex::new(Slot {
            work: None,
            waiting: None,
        }));
        self.slots.push(Arc::clone(&slot));
        let results = Arc::clone(&self.results);
        let mut worker = (self.new_worker)();
        self.workers.push(Box::pin(async move {
            loop {
                let work: J = poll_fn(|context| take_work(&slot, context)).await;
                let attempt = worker.attempt(work.request(), work.is_retry()).await;
                lock(&results).push((number, work, attempt));
            }
        }));
        number
    }

    /// Waits until at least one attempt has ended, and puts the ended ones into `landed`. Never
    /// returns while no worker is busy.
    pub(super) async fn land(&mut self, landed: &mut Vec<(J, Attempt)>) {
        poll_fn(|context| {
            // The workers never end: this only lets them run.
            let _ = Pin::new(&mut self.workers).poll_next(context);
            for (number, work, attempt) in lock(&self.results).drain(..) {
                self.idle.push(number);
                landed.push((work, attempt));
            }
            if landed.is_empty() {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
    }
}

fn take_work<J>(slot: &Mutex<Slot<J>>, context: &mut Context<'_>) -> Poll<J> {
    let mut slot = lock(slot);
    if let Some(work) = slot.work.take() {
        return Poll::Ready(work);
    }
    slot.waiting = Some(context.waker().clone());
    Poll::Pending
}

/// Locks never wait: a single task runs the whole pool.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
