//! The input and the events of a scheduler.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::{Attempt, Ending};
use super::lanes::Lane;
use super::outgoing_request::OutgoingRequest;

/// A request to deliver.
#[derive(Debug)]
pub struct Job<T> {
    /// The number. Numbers ascend.
    pub number: u64,
    /// The lane. Jobs of one lane are sent in order, one at a time.
    pub lane: Lane,
    /// The request.
    pub request: OutgoingRequest,
    /// The earliest time to send it, counted from the start (see
    /// [`Concurrency`](super::Concurrency)). Times ascend within a supply, or within a lane.
    pub due: Duration,
    /// The caller's own data.
    pub tag: Arc<T>,
}

/// An item of a supply.
#[derive(Debug)]
pub enum Supplied<T, W> {
    /// Jobs.
    Jobs(Vec<Job<T>>),
    /// A message from the supply to the caller, passed on in order.
    Word(W),
}

/// An event of a scheduler.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "only one exists at a time")]
pub enum JobEvent<'e, T, W> {
    /// An attempt failed, and another one follows.
    Retrying {
        /// The job's number.
        number: u64,
        /// The caller's own data.
        tag: &'e Arc<T>,
        /// The attempts so far.
        attempts: u32,
        /// The last attempt.
        attempt: &'e Attempt,
        /// The wait before the next attempt.
        wait: Duration,
    },
    /// A job has ended: it was delivered, or it failed for good.
    Delivered(Delivered<T>),
    /// All jobs that ended together were told, and nothing was sent since the first of them. A caller
    /// that records what is done can write once for each batch.
    Settled,
    /// The target cannot be reached, or its handler is away, and all jobs wait. Told once for each
    /// pause.
    Paused(Ending),
    /// The target can be reached again.
    Resumed,
    /// A message from the supply.
    Word(W),
}

/// How a job ended.
#[derive(Debug)]
pub struct Delivered<T> {
    /// The job's number.
    pub number: u64,
    /// The caller's own data.
    pub tag: Arc<T>,
    /// The request.
    pub request: OutgoingRequest,
    /// The number of attempts.
    pub attempts: u32,
    /// The last attempt.
    pub attempt: Attempt,
}

/// How a scheduler stops before its supply ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Now. Requests in flight are dropped, without an event.
    AtOnce,
    /// After the requests in flight have ended, for at most two seconds. Jobs that wait for a
    /// retry end with their last attempt.
    Gently,
    /// After all jobs that can be delivered without waiting, for at most this time. Jobs that wait
    /// for a retry are not delivered.
    Drain(Duration),
}

/// How a scheduler ended.
#[derive(Debug)]
pub struct Ended<T, B> {
    /// Why the scheduler was stopped, if it was.
    pub stopped: Option<B>,
    /// The job with the lowest number that was taken from the supply but not delivered.
    pub first_left: Option<Arc<T>>,
}
