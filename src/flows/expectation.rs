//! What a run asserts about the captures that arrive: `--expect`, `--expect-verdict`,
//! `--max-events`, `--for`. The engine counts them, and says when the run can end and which
//! expectations were met.
//!
//! Every capture is counted, even one that the display drops. A thread of its own judges the
//! captures for that. Large ones take their [`Room`] before they are logged, so that what waits
//! is bounded; if the thread falls behind with small ones, the caller judges them, which takes a
//! moment. So no capture is missed.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use crate::model::report::Verdict;
use crate::model::room::{Room, is_small};
use crate::validation::{Classification, JudgedCapture};

/// Small captures that may wait to be counted.
const WAITING: usize = 256;

/// What is asserted, and when the run ends.
#[derive(Clone, Debug)]
pub struct ExpectOptions {
    /// How many events of each name.
    pub events: Vec<Expectation>,
    /// The worst verdict that a capture may have.
    pub verdict: Option<Verdict>,
    /// The run ends after this many captures.
    pub max_events: Option<u64>,
    /// The run ends after this time.
    pub period: Option<Duration>,
    /// Quiet period before an exact count passes.
    pub settle: Duration,
}

/// How many events of one name are expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The event's name in the catalog.
    pub event: String,
    /// Whether more than `count` pass too.
    pub or_more: bool,
    /// How many.
    pub count: u64,
}

impl ExpectOptions {
    /// Whether the captures that arrive matter.
    fn counts(&self) -> bool {
        self.asserts() || self.max_events.is_some()
    }

    fn asserts(&self) -> bool {
        !self.events.is_empty() || self.verdict.is_some()
    }
}

impl Expectation {
    fn is_met(&self, came: u64) -> bool {
        came == self.count || (self.or_more && came > self.count)
    }
}

/// What was expected, and what arrived.
#[derive(Debug)]
pub struct Expectations {
    options: ExpectOptions,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// How many arrived, for each expectation.
    counts: Vec<u64>,
    total: u64,
    /// Captures with a worse verdict than allowed.
    worse: u64,
    last: Instant,
}

/// Whether the run can end.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// Yes: further captures would change nothing, or are not wanted.
    Decided,
    /// Yes, if nothing arrives until then.
    Settling(Instant),
    /// No: more must arrive.
    Open,
}

/// One expectation and its result.
#[derive(Debug, PartialEq, Eq)]
pub struct ExpectationResult {
    /// What was expected.
    pub expected: Expected,
    /// How many captures arrived that count for it.
    pub came: u64,
    /// Whether it was met.
    pub met: bool,
}

/// What can be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A number of events.
    Events(Expectation),
    /// Every capture has this verdict or a better one.
    Verdict(Verdict),
}

impl Expectations {
    /// Nothing has arrived yet.
    pub fn new(options: ExpectOptions) -> Expectations {
        Expectations {
            state: Mutex::new(State {
                counts: vec![0; options.events.len()],
                total: 0,
                worse: 0,
                last: Instant::now(),
            }),
            options,
            changed: Notify::new(),
        }
    }

    /// Counts one capture.
    fn count(&self, glance: &Classification) {
        let mut state = self.state();
        for (expected, count) in self.options.events.iter().zip(&mut state.counts) {
            *count += u64::from(glance.event.as_deref() == Some(expected.event.as_str()));
        }
        state.total += 1;
        let is_worse = |worst| glance.verdict > worst;
        state.worse += u64::from(self.options.verdict.is_some_and(is_worse));
        state.last = Instant::now();
        drop(state);
        self.changed.notify_waiters();
    }

    /// Waits until the run can end: its time is over, or the expectations are decided.
    pub async fn ended(&self) {
        let decided = async {
            if self.options.counts() {
                self.decided().await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        let period = async {
            match self.options.period {
                Some(period) => sleep(period).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = decided => {}
            () = period => {}
        }
    }

    async fn decided(&self) {
        loop {
            // Registered before the state is read, so that no change falls between the two.
            let changed = self.changed.notified();
            match self.standing() {
                Standing::Decided => return,
                Standing::Open => changed.await,
                Standing::Settling(until) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(until) => return,
                },
            }
        }
    }

    /// Every expectation and its result so far. A count that still settles passes.
    pub fn results(&self) -> Vec<ExpectationResult> {
        let state = self.state();
        let events = self.options.events.iter().zip(&state.counts);
        let events = events.map(|(expected, &came)| ExpectationResult {
            expected: Expected::Events(expected.clone()),
            came,
            met: expected.is_met(came),
        });
        let verdict = self.options.verdict.map(|verdict| ExpectationResult {
            expected: Expected::Verdict(verdict),
            came: state.total - state.worse,
            // A run without a capture has checked nothing, and must not look like a success.
            met: state.worse == 0 && state.total > 0,
        });
        events.chain(verdict).collect()
    }

    fn standing(&self) -> Standing {
        let state = self.state();
        let ExpectOptions {
            events,
            max_events,
            settle,
            ..
        } = &self.options;
        let pairs = || events.iter().zip(&state.counts);
        // Too many arrived, or a verdict was wrong: nothing that follows repairs that.
        let lost = pairs().any(|(expected, came)| !expected.or_more && *came > expected.count);
        if lost || state.worse > 0 || max_events.is_some_and(|most| state.total >= most) {
            return Standing::Decided;
        }
        // Before the first capture, `EVENT=0` alone proves nothing yet.
        let all = pairs().all(|(expected, came)| expected.is_met(*came));
        if events.is_empty() || !all || state.total == 0 {
            return Standing::Open;
        }
        if events.iter().all(|expected| expected.or_more) {
            return Standing::Decided;
        }
        Standing::Settling(state.last + *settle)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands captures to the thread that counts them.
pub struct Counter {
    expectations: Arc<Expectations>,
    sender: Sender<Arc<JudgedCapture>>,
    small: Arc<AtomicUsize>,
    room: Room,
}

impl Counter {
    /// Starts the thread, which ends when the counter is dropped; nothing if the captures that
    /// arrive do not matter.
    pub fn spawn(
        expectations: &Arc<Expectations>,
    ) -> std::io::Result<Option<(Counter, JoinHandle<()>)>> {
        if !expectations.options.counts() {
            return Ok(None);
        }
        let (sender, waiting) = channel::<Arc<JudgedCapture>>();
        let counting = Arc::clone(expectations);
        let (small, room) = (Arc::<AtomicUsize>::default(), Room::default());
        let (some, taken) = (Arc::clone(&small), room.clone());
        let thread = thread::Builder::new()
            .name("expect".to_owned())
            .spawn(move || {
                for judged in waiting {
                    counting.count(judged.classification());
                    if is_small(&judged.capture) {
                        some.fetch_sub(1, Relaxed);
                    } else {
                        taken.give_back(&judged.capture);
                    }
                }
            })?;
        let counter = Counter {
            expectations: Arc::clone(expectations),
            sender,
            small,
            room,
        };
        Ok(Some((counter, thread)))
    }

    /// The room that a capture takes before it is logged.
    pub fn room(&self) -> Room {
        self.room.clone()
    }

    /// Counts a capture. If it is not small, its room was reserved.
    pub fn count(&self, judged: &Arc<JudgedCapture>) {
        if is_small(&judged.capture) && self.small.fetch_add(1, Relaxed) >= WAITING {
            self.small.fetch_sub(1, Relaxed);
            self.expectations.count(judged.classification());
        } else {
            // The thread ends with this sender, unless it panicked.
            let _ = self.sender.send(Arc::clone(judged));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLE: Duration = Duration::from_secs(5);

    fn expectations(events: &[(&str, bool, u64)], verdict: Option<Verdict>) -> Expectations {
        let events = events.iter().map(|&(event, or_more, count)| Expectation {
            event: event.to_owned(),
            or_more,
            count,
        });
        Expectations::new(ExpectOptions {
            events: events.collect(),
            verdict,
            max_events: None,
            period: None,
            settle: SETTLE,
        })
    }

    fn receive(expectations: &Expectations, event: &str, verdict: Verdict) {
        expectations.count(&Classification {
            provider: None,
            event: Some(event.to_owned()),
            session: None,
            verdict,
        });
    }

    fn are_met(expectations: &Expectations) -> bool {
        expectations.results().iter().all(|result| result.met)
    }

    #[tokio::test(start_paused = true)]
    async fn at_least_is_met_at_once() {
        let more = expectations(&[("a", true, 2)], None);
        receive(&more, "a", Verdict::Valid);
        assert_eq!(more.standing(), Standing::Open);
        assert!(!are_met(&more));
        receive(&more, "a", Verdict::Valid);
        assert_eq!(more.standing(), Standing::Decided);
        assert!(are_met(&more));
    }

    #[tokio::test(start_paused = true)]
    async fn an_exact_count_is_met_once_nothing_arrives_for_the_quiet_period() {
        let exact = expectations(&[("a", false, 1), ("b", false, 0)], None);
        assert_eq!(exact.standing(), Standing::Open);
        let start = Instant::now();
        receive(&exact, "a", Verdict::Invalid);
        // Another event starts the quiet period anew.
        tokio::time::advance(SETTLE / 2).await;
        receive(&exact, "other", Verdict::Valid);
        exact.ended().await;
        assert_eq!(start.elapsed(), SETTLE / 2 + SETTLE);
        assert!(are_met(&exact));
        receive(&exact, "b", Verdict::Valid);
        assert_eq!(exact.standing(), Standing::Decided);
        assert!(!are_met(&exact));
    }

    #[tokio::test(start_paused = true)]
    async fn one_worse_verdict_decides_and_no_capture_is_no_success() {
        let strict = expectations(&[], Some(Verdict::Warning));
        assert!(!are_met(&strict));
        receive(&strict, "a", Verdict::Warning);
        assert_eq!(strict.standing(), Standing::Open);
        assert!(are_met(&strict));
        receive(&strict, "a", Verdict::Invalid);
        assert_eq!(strict.standing(), Standing::Decided);
        assert!(!are_met(&strict));
    }

    #[tokio::test(start_paused = true)]
    async fn the_run_ends_after_its_time_whatever_has_arrived() {
        let mut open = expectations(&[("a", true, 1)], None);
        open.options.period = Some(Duration::from_secs(60));
        let start = Instant::now();
        open.ended().await;
        assert_eq!(start.elapsed(), Duration::from_secs(60));
        assert!(!are_met(&open));
    }

    #[tokio::test(start_paused = true)]
    async fn the_run_ends_after_the_most_captures() {
        let mut few = expectations(&[], None);
        few.options.max_events = Some(2);
        receive(&few, "a", Verdict::Invalid);
        assert_eq!(few.standing(), Standing::Open);
        receive(&few, "a", Verdict::Invalid);
        few.ended().await;
    }
}
