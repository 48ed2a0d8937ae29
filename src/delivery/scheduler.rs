//! Delivers jobs: in order within a lane, several lanes at a time, at a pace, with retries.
//!
//! One scheduler serves `send`, `replay` and forwarding; a [`SchedulerPolicy`] says how they
//! differ. Memory is bounded: nothing is taken from the supply while many jobs or bytes wait.
//! A scheduler does not know where jobs come from or what a failure means. It tells its caller
//! what happened, and the caller says whether to go on.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::attempt::Attempt;
use super::command::CommandClient;
use super::http_client::HttpClient;
use super::http_worker::HttpWorker;
use super::job::{Delivered, Ended, Halt, Job, JobEvent, Supplied};
use super::lanes::Lanes;
use super::metronome::Metronome;
use super::outgoing_request::OutgoingRequest;
use super::retry::RetryPolicy;
use super::worker_pool::{Pool, Work, Worker};
use crate::model::outcome::Outcome;
use presence::{Pause, Presence, is_away};

mod presence;

/// How many jobs may wait. More would keep workers busier only if one lane has nearly all jobs.
const MAX_WAITING: usize = 4096;
/// Bytes of bodies that may wait or be in flight. One job of any size is always taken.
const MAX_BYTES: usize = 8 << 20;
/// How long a gentle stop waits for the requests in flight.
const GRACE: Duration = Duration::from_secs(2);

/// How jobs are delivered.
#[derive(Debug)]
pub struct SchedulerPolicy {
    /// How much happens at a time.
    pub concurrency: Concurrency,
    /// Even spacing of attempts, retries included.
    pub pace: Option<Metronome>,
    /// When an attempt is repeated.
    pub retry: RetryPolicy,
    /// What happens if the target is not reached.
    pub when_unreached: WhenUnreached,
    /// How far a job's number may be ahead of the oldest job that has not ended.
    pub span: u64,
}

/// How much happens at a time, and from when a job's due time counts. Each holds at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concurrency {
    /// At most this many requests in flight. A job that waits for a retry is not counted. Due
    /// times count from the first job.
    Requests(usize),
    /// At most this many jobs that began and did not end, waits for retries included. Due times
    /// count from the first job.
    Jobs(usize),
    /// At most this many lanes that began and did not end, all waits included. A batch of the
    /// supply is one lane, with a name. It is taken when the lane can begin, and due times count
    /// from then.
    Lanes(usize),
}

impl Concurrency {
    fn limit(self) -> usize {
        let (Concurrency::Requests(limit) | Concurrency::Jobs(limit) | Concurrency::Lanes(limit)) =
            self;
        limit.max(1)
    }
}

/// What happens if the target is not reached, so that it never saw the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenUnreached {
    /// It is an attempt like any other.
    CountAttempt,
    /// It does not count as an attempt. All jobs wait, one of them probes the target from time
    /// to time, and when it gets through, the others follow.
    ///
    /// 502, 503 and 504 are what a proxy answers for a handler that is down: the lane waits, and all
    /// jobs do if two lanes in a row get them. A job that gets them is retried until another
    /// one was delivered after it had no attempts left. The next job of its lane is tried for that.
    PauseAndProbe,
}

/// What the jobs go to.
#[derive(Clone, Debug)]
pub enum Client {
    /// A server.
    Http(Arc<HttpClient>),
    /// A command.
    Command(Arc<CommandClient>),
}

impl From<Arc<HttpClient>> for Client {
    fn from(client: Arc<HttpClient>) -> Client {
        Client::Http(client)
    }
}

/// A worker for either of them.
enum AnyWorker {
    Http(HttpWorker),
    Command(Arc<CommandClient>),
}

impl Worker for AnyWorker {
    async fn attempt(&mut self, request: &OutgoingRequest, is_retry: bool) -> Attempt {
        match self {
            AnyWorker::Http(worker) => worker.post(request, is_retry).await,
            AnyWorker::Command(client) => client.run(request).await,
        }
    }
}

/// Delivers jobs to one target.
#[derive(Debug)]
pub struct Scheduler {
    client: Client,
    policy: SchedulerPolicy,
}

impl Scheduler {
    /// A scheduler for a target.
    pub fn new(client: impl Into<Client>, policy: SchedulerPolicy) -> Scheduler {
        let client = client.into();
        Scheduler { client, policy }
    }

    /// Delivers until the supply ends, `tell` breaks, or `stop` comes.
    pub async fn run<T: Send + Sync + 'static, W, B>(
        self,
        supply: impl Stream<Item = Supplied<T, W>>,
        stop: impl Future<Output = (B, Halt)>,
        tell: impl FnMut(JobEvent<'_, T, W>) -> ControlFlow<(B, Halt)>,
    ) -> Ended<T, B> {
        let Scheduler { client, policy } = self;
        let worker = || match &client {
            Client::Http(client) => AnyWorker::Http(HttpWorker::new(client)),
            Client::Command(client) => AnyWorker::Command(Arc::clone(client)),
        };
        run(policy, worker, supply, stop, tell).await
    }
}

/// Delivers with these workers.
async fn run<T: Send + Sync + 'static, M, B, W: Worker>(
    policy: SchedulerPolicy,
    new_worker: impl Fn() -> W,
    supply: impl Stream<Item = Supplied<T, M>>,
    stop: impl Future<Output = (B, Halt)>,
    mut tell: impl FnMut(JobEvent<'_, T, M>) -> ControlFlow<(B, Halt)>,
) -> Ended<T, B> {
    let (mut supply, mut stop) = (pin!(supply), pin!(stop));
    let mut run = Run::new(policy, Pool::new(new_worker));
    let mut landed = Vec::new();
    let mut supplied = true;
    // Why, and until when, it drains.
    let mut draining: Option<(B, Instant)> = None;
    loop {
        run.start();
        let busy = run.pool.busy() > 0;
        if !supplied && run.outstanding.is_empty() {
            break;
        }
        let takes = supplied && run.has_room();
        let deadline = draining.as_ref().map(|(_, deadline)| *deadline);
        if deadline.is_some()
            && !busy
            && !run.needs_slot
            && (run.presence.pause.is_some() || !takes)
        {
            break;
        }
        let wake = run.next_wake();
        let flow = tokio::select! {
            biased;
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => break,
            stopped = &mut stop, if deadline.is_none() => ControlFlow::Break(stopped),
            () = run.pool.land(&mut landed), if busy => run.settle(&mut landed, &mut tell),
            () = slot(run.policy.pace.as_ref()), if run.needs_slot => {
                run.has_slot = true;
                ControlFlow::Continue(())
            }
            () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {
                ControlFlow::Continue(())
            }
            next = supply.next(), if takes => match next {
                Some(Supplied::Jobs(jobs)) => {
                    run.accept(jobs);
                    ControlFlow::Continue(())
                }
                Some(Supplied::Word(word)) => tell(JobEvent::Word(word)),
                None => {
                    supplied = false;
                    ControlFlow::Continue(())
                }
            },
        };
        let ControlFlow::Break((why, halt)) = flow else {
            continue;
        };
        match halt {
            Halt::AtOnce => return run.ended(Some(why)),
            Halt::Gently => {
                run.wind_up(&mut tell).await;
                return run.ended(Some(why));
            }
            Halt::Drain(limit) => draining = Some((why, Instant::now() + limit)),
        }
    }
    run.ended(draining.map(|(why, _)| why))
}

/// Waits for the next slot of the pace.
async fn slot(pace: Option<&Metronome>) {
    if let Some(metronome) = pace {
        metronome.slot().await;
    }
}

/// The first of two results that breaks.
fn first<B>(flow: ControlFlow<B>, told: ControlFlow<B>) -> ControlFlow<B> {
    if flow.is_break() { flow } else { told }
}

/// An accepted job. Boxed, since it moves often.
struct Started<T> {
    job: Job<T>,
    not_before: Option<Instant>,
    attempts: u32,
    /// The last attempt, while the job waits for the next one.
    last: Option<Attempt>,
    /// How many jobs were delivered when the handler was away from this one.
    seen: Option<u64>,
    /// The job of its lane that it overtakes to see whether the handler is away, and when that
    /// one is due.
    overtakes: Option<(Instant, Box<Started<T>>)>,
}

impl<T: Send + Sync + 'static> Work for Box<Started<T>> {
    fn request(&self) -> &OutgoingRequest {
        &self.job.request
    }

    fn is_retry(&self) -> bool {
        self.attempts > 1
    }
}

fn retrying<'e, T, M>(
    job: &'e Started<T>,
    attempt: &'e Attempt,
    wait: Duration,
) -> JobEvent<'e, T, M> {
    JobEvent::Retrying {
        number: job.job.number,
        tag: &job.job.tag,
        attempts: job.attempts,
        attempt,
        wait,
    }
}

/// A run of a scheduler.
struct Run<T, N> {
    policy: SchedulerPolicy,
    pool: Pool<Box<Started<T>>, N>,
    /// Jobs that are not started yet.
    lanes: Lanes<Box<Started<T>>>,
    /// Jobs that wait for their due time or their next attempt. They keep their lane.
    resting: BTreeMap<(Instant, u64), Box<Started<T>>>,
    /// Jobs whose next attempt is due.
    retries: VecDeque<Box<Started<T>>>,
    /// Jobs without an attempt that precede those in `lanes`.
    next: VecDeque<Box<Started<T>>>,
    /// Jobs that wait for a retry, due or not.
    retrying: usize,
    /// All jobs that have not ended, by number.
    outstanding: BTreeMap<u64, Arc<T>>,
    bytes: usize,
    /// The number of the job that was accepted last.
    newest: u64,
    /// When the first job was accepted.
    began: Option<Instant>,
    presence: Presence,
    has_slot: bool,
    /// Whether the next job waits only for a slot of the pace.
    needs_slot: bool,
}

impl<T: Send + Sync + 'static, W: Worker, N: Fn() -> W> Run<T, N> {
    fn new(policy: SchedulerPolicy, pool: Pool<Box<Started<T>>, N>) -> Run<T, N> {
        Run {
            has_slot: policy.pace.is_none(),
            policy,
            pool,
            lanes: Lanes::new(),
            resting: BTreeMap::new(),
            retries: VecDeque::new(),
            next: VecDeque::new(),
            retrying: 0,
            outstanding: BTreeMap::new(),
            bytes: 0,
            newest: 0,
            began: None,
            presence: Presence::default(),
            needs_slot: false,
        }
    }

    fn has_room(&self) -> bool {
        if let Concurrency::Lanes(_) = self.policy.concurrency {
            return self.lanes.named() < self.policy.concurrency.limit();
        }
        let Some((oldest, _)) = self.outstanding.first_key_value() else {
            return true;
        };
        self.newest - oldest < self.policy.span
            && self.outstanding.len() < MAX_WAITING + self.policy.concurrency.limit()
            && self.bytes < MAX_BYTES
    }

    fn accept(&mut self, jobs: Vec<Job<T>>) {
        let origin = match self.policy.concurrency {
            Concurrency::Lanes(_) => Instant::now(),
            _ => *self.began.get_or_insert_with(Instant::now),
        };
        for job in jobs {
            self.newest = job.number;
            self.outstanding.insert(job.number, Arc::clone(&job.tag));
            self.bytes += job.request.size();
            // A due time beyond what the clock can hold never comes.
            let not_before = (!job.due.is_zero()).then(|| {
                let never = origin + Duration::from_secs(u64::from(u32::MAX));
                origin.checked_add(job.due).unwrap_or(never).min(never)
            });
            self.lanes.push(
                job.lane.clone(),
                Box::new(Started {
                    job,
                    not_before,
                    attempts: 0,
                    last: None,
                    seen: None,
                    overtakes: None,
                }),
            );
        }
    }

    /// Sends as many jobs as may be sent now.
    fn start(&mut self) {
        self.needs_slot = false;
        let mut now = None;
        let limit = match &self.presence.pause {
            None => self.policy.concurrency.limit(),
            Some(pause) => usize::from(pause.until <= *now.insert(Instant::now())),
        };
        if self.pool.busy() >= limit {
            return;
        }
        if !self.resting.is_empty() {
            self.wake(*now.get_or_insert_with(Instant::now));
        }
        while self.pool.busy() < limit {
            let Some(mut job) = self.take() else {
                return;
            };
            if let Some(due) = job.not_before.take()
                && due > *now.get_or_insert_with(Instant::now)
            {
                self.resting.insert((due, job.job.number), job);
                continue;
            }
            if !self.has_slot {
                self.needs_slot = true;
                self.put_back(job);
                return;
            }
            self.has_slot = self.policy.pace.is_none();
            if job.attempts > 0 {
                self.retrying -= 1;
            }
            job.attempts += 1;
            self.pool.send(job);
        }
    }

    /// The next job that may be sent: a retry, or the next one in a free lane.
    fn take(&mut self) -> Option<Box<Started<T>>> {
        let pause = self.presence.pause.as_ref();
        if pause.is_some_and(Pause::probes_new)
            && let Some(job) = self.take_new()
        {
            return Some(job);
        }
        if let Some(job) = self.retries.pop_front() {
            return Some(job);
        }
        let may_begin = match self.policy.concurrency {
            Concurrency::Jobs(_) => {
                self.pool.busy() + self.retrying < self.policy.concurrency.limit()
            }
            Concurrency::Requests(_) | Concurrency::Lanes(_) => true,
        };
        if !may_begin {
            return None;
        }
        let next = self.next.pop_front();
        next.or_else(|| self.lanes.take().map(|(_, job)| job))
    }

    /// A job without an attempt, those that were no probe yet first.
    fn take_new(&mut self) -> Option<Box<Started<T>>> {
        let new = self.lanes.take().map(|(_, job)| job);
        new.or_else(|| self.next.pop_front())
    }

    /// Puts back a job that was taken but not sent, before all others.
    fn put_back(&mut self, job: Box<Started<T>>) {
        if job.attempts > 0 {
            self.retries.push_front(job);
        } else {
            self.next.push_front(job);
        }
    }

    /// Makes the jobs ready that are due.
    fn wake(&mut self, now: Instant) {
        let later = self.resting.split_off(&(now, u64::MAX));
        for job in std::mem::replace(&mut self.resting, later).into_values() {
            if job.attempts > 0 {
                self.retries.push_back(job);
            } else {
                self.next.push_back(job);
            }
        }
    }

    fn has_ready(&self) -> bool {
        self.lanes.is_ready() || !self.next.is_empty() || !self.retries.is_empty()
    }

    /// When the next job becomes ready, if that only takes time.
    fn next_wake(&self) -> Option<Instant> {
        let rested = self.resting.first_key_value().map(|((at, _), _)| *at);
        match &self.presence.pause {
            Some(_) if self.pool.busy() > 0 => None,
            Some(pause) if self.has_ready() => Some(pause.until),
            Some(pause) => rested.map(|at| at.max(pause.until)),
            None => rested.filter(|_| self.pool.busy() < self.policy.concurrency.limit()),
        }
    }

    /// Tells the results of the attempts that ended.
    fn settle<M, B>(
        &mut self,
        landed: &mut Vec<(Box<Started<T>>, Attempt)>,
        tell: &mut impl FnMut(JobEvent<'_, T, M>) -> ControlFlow<(B, Halt)>,
    ) -> ControlFlow<(B, Halt)> {
        let mut flow = ControlFlow::Continue(());
        for (job, attempt) in landed.drain(..) {
            if matches!(flow, ControlFlow::Break((_, Halt::AtOnce))) {
                return flow;
            }
            let goes_on = flow.is_continue();
            let told = match self.policy.when_unreached {
                WhenUnreached::CountAttempt => self.conclude(job, attempt, goes_on, tell),
                WhenUnreached::PauseAndProbe => self.heed(job, attempt, goes_on, tell),
            };
            flow = first(flow, told);
        }
        let told = tell(JobEvent::Settled);
        first(flow, told)
    }

    /// Ends a job. The next one of its lane becomes ready.
    fn end(&mut self, started: Started<T>, attempt: Attempt) -> Delivered<T> {
        let Started { job, attempts, .. } = started;
        self.lanes.free(&job.lane);
        self.outstanding.remove(&job.number);
        self.bytes -= job.request.size();
        Delivered {
            number: job.number,
            tag: job.tag,
            request: job.request,
            attempts,
            attempt,
        }
    }

    /// Heeds what an attempt says about the target, then what it says about the job.
    fn heed<M, B>(
        &mut self,
        mut job: Box<Started<T>>,
        attempt: Attempt,
        goes_on: bool,
        tell: &mut impl FnMut(JobEvent<'_, T, M>) -> ControlFlow<(B, Halt)>,
    ) -> ControlFlow<(B, Halt)> {
        let ending = &attempt.ending;
        let (is_unreached, is_away) = (ending.is_unreached(), is_away(ending));
        let is_delivered = ending.outcome() == Outcome::Done;
        let was_paused = self.presence.pause.is_some();
        let told = if !is_unreached && !is_away && self.presence.answered(is_delivered) {
            tell(JobEvent::Resumed)
        } else {
            ControlFlow::Continue(())
        };
        let pauses =
            is_unreached || is_away && (was_paused || self.presence.away_from(&job.job.lane));
        if let Some((due, overtaken)) = job.overtakes.take() {
            self.retrying += 1;
            if is_delivered {
                // The lane stays with the other one.
                job.job.lane = None;
                self.retries.push_front(overtaken);
                return first(told, self.conclude(job, attempt, goes_on, tell));
            }
            job.attempts -= 1;
            self.lanes.put_back(job.job.lane.clone(), job);
            self.resting.insert((due, overtaken.job.number), overtaken);
        } else if pauses {
            job.attempts -= u32::from(was_paused || is_unreached);
            self.retrying += usize::from(job.attempts > 0);
            if is_unreached {
                self.put_back(job);
            } else if job.attempts > 0 {
                self.retries.push_back(job);
            } else {
                self.next.push_back(job);
            }
        } else {
            let delivered = self.presence.delivered;
            let before = if is_away {
                job.seen.replace(delivered)
            } else {
                Some(0)
            };
            let persists = is_away
                && job.attempts > self.policy.retry.times
                && before.is_none_or(|before| before == delivered);
            return first(
                told,
                if persists && goes_on {
                    self.persist(job, attempt, tell)
                } else {
                    self.conclude(job, attempt, goes_on, tell)
                },
            );
        }
        if pauses {
            let asked_for = self.policy.retry.asked_for(&attempt.ending);
            if self.presence.pause(&attempt.ending, asked_for) {
                return first(told, tell(JobEvent::Paused(attempt.ending)));
            }
        }
        told
    }

    /// The handler is away for all that is known: the job has no attempts left, but nothing was
    /// delivered meanwhile. The next one of its lane may tell whether it is only this job.
    fn persist<M, B>(
        &mut self,
        mut job: Box<Started<T>>,
        attempt: Attempt,
        tell: &mut impl FnMut(JobEvent<'_, T, M>) -> ControlFlow<(B, Halt)>,
    ) -> ControlFlow<(B, Halt)> {
        let retry = &self.policy.retry;
        let wait = retry.backoff(job.attempts, &attempt.ending, fastrand::f64());
        let told = tell(retrying(&job, &attempt, wait));
        job.last = Some(attempt);
        let due = Instant::now() + wait;
        if let Some(mut next) = self.lanes.take_behind(&job.job.lane) {
            next.overtakes = Some((due, job));
            self.next.push_back(next);
        } else {
            self.retrying += 1;
            self.resting.insert((due, job.job.number), job);
        }
        told
    }

    /// Ends a job, or lets it wait for its next attempt.
    fn conclude<M, B>(
        &mut self,
        mut job: Box<Started<T>>,
        attempt: Attempt,
        goes_on: bool,
        tell: &mut impl FnMut(JobEvent<'_, T, M>) -> ControlFlow<(B, Halt)>,
    ) -> ControlFlow<(B, Halt)> {
        let chance = fastrand::f64();
        let wait = self
            .policy
            .retry
            .wait(job.attempts, &attempt.ending, chance);
        if let Some(wait) = wait.filter(|_| goes_on) {
            let told = tell(retrying(&job, &attempt, wait));
            job.last = Some(attempt);
            self.retrying += 1;
            let at = (Instant::now() + wait, job.job.number);
            self.resting.insert(at, job);
            return told;
        }
        let delivered = self.end(*job, attempt);
        tell(JobEvent::Delivered(delivered))
    }

    /// Waits a short time for the requests in flight, and tells their results.
    async fn wind_up<M, B>(
        &mut self,
        tell: &mut impl FnMut(JobEvent<'_, T, M>) -> ControlFlow<(B, Halt)>,
    ) {
        let resting = std::mem::take(&mut self.resting).into_values();
        let waiting = std::mem::take(&mut self.retries).into_iter().chain(resting);
        let mut landed: Vec<_> = waiting
            .filter_map(|mut job| job.last.take().map(|attempt| (job, attempt)))
            .collect();
        let deadline = Instant::now() + GRACE;
        loop {
            for (job, attempt) in landed.drain(..) {
                // The run ends anyway.
                let delivered = self.end(*job, attempt);
                let _ = tell(JobEvent::Delivered(delivered));
            }
            let _ = tell(JobEvent::Settled);
            if self.pool.busy() == 0
                || timeout_at(deadline, self.pool.land(&mut landed))
                    .await
                    .is_err()
            {
                return;
            }
        }
    }

    fn ended<B>(mut self, stopped: Option<B>) -> Ended<T, B> {
        Ended {
            stopped,
            first_left: self.outstanding.pop_first().map(|(_, tag)| tag),
        }
    }
}

#[cfg(test)]
mod tests;
