//! A pool of workers that send one request at a time each.
//!
//! An idle worker keeps its connection for the next request. One task runs the whole pool.

use std::future::poll_fn;
use std::task::Poll;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::attempt::Attempt;
use super::http_worker::HttpWorker;
use super::outgoing_request::OutgoingRequest;

/// Sends requests, one after the other.
pub(super) trait Worker: Send + 'static {
    /// Makes one attempt.
    fn attempt(&mut self, request: &OutgoingRequest) -> impl Future<Output = Attempt> + Send;
}

impl Worker for HttpWorker {
    fn attempt(&mut self, request: &OutgoingRequest) -> impl Future<Output = Attempt> + Send {
        self.post(request)
    }
}

/// Something that holds a request.
pub(super) trait Work: Send + 'static {
    /// The request to send.
    fn request(&self) -> &OutgoingRequest;
}

/// A worker, its work and how the attempt ended.
type Ended<J, W> = (W, J, Attempt);

/// The workers. Their number grows up to the number of requests sent at the same time.
pub(super) struct Pool<J, W, N> {
    new_worker: N,
    busy: FuturesUnordered<BoxFuture<'static, Ended<J, W>>>,
    idle: Vec<W>,
}

impl<J: Work, W: Worker, N: Fn() -> W> Pool<J, W, N> {
    pub(super) fn new(new_worker: N) -> Pool<J, W, N> {
        Pool {
            new_worker,
            busy: FuturesUnordered::new(),
            idle: Vec::new(),
        }
    }

    /// How many workers have work.
    pub(super) fn busy(&self) -> usize {
        self.busy.len()
    }

    /// Gives the work to an idle worker, or to a new one.
    pub(super) fn send(&mut self, work: J) {
        let mut worker = self.idle.pop().unwrap_or_else(&self.new_worker);
        self.busy.push(Box::pin(async move {
            let attempt = worker.attempt(work.request()).await;
            (worker, work, attempt)
        }));
    }

    /// Waits until at least one attempt has ended, and puts all ended ones into `landed`. Never
    /// returns while no worker is busy.
    pub(super) async fn land(&mut self, landed: &mut Vec<(J, Attempt)>) {
        poll_fn(|context| {
            while let Poll::Ready(Some(ended)) = self.busy.poll_next_unpin(context) {
                let (worker, work, attempt) = ended;
                self.idle.push(worker);
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
