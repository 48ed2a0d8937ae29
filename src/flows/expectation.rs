//! What a run asserts about the captures that arrive: `--expect`, `--expect-verdict`,
//! `--max-events`, `--for`. The engine counts them, and says when the run can end and which
//! expectations were met.
//!
//! Every capture is counted, even one that the display drops. A thread of its own judges the
//! captures for that. Large ones take their [`Room`] before they are logged, so that what waits
//! is bounded; if the thread falls behind with small ones, the caller judges them, which takes a
//! moment. So no capture is missed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use crate::model::report::Verdict;
use crate::model::room::{Room, is_small};
use crate::selection::Query;
use crate::validation::JudgedCapture;

/// Small captures that may wait to be counted.
const WAITING: usize = 256;

/// What is asserted, and when the run ends.
#[derive(Clone, Debug)]
pub struct ExpectOptions {
    /// How many events of each name.
    pub events: Vec<Expectation>,
    /// The worst verdict that a capture may have.
    pub verdict: Option<Verdict>,
    /// The run ends after this many captures of those that are selected.
    pub max_events: Option<u64>,
    /// Which captures are selected.
    pub selection: Query,
    /// The run ends after this time.
    pub period: Option<Duration>,
    /// Quiet period before an exact count passes.
    pub settle: Duration,
}

/// How many captures of one kind are expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The event, or a query in parentheses, for people.
    pub name: String,
    /// Which captures count.
    pub query: Query,
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

/// Answers whether a query means a capture.
pub type Matches = fn(&Query, &JudgedCapture) -> bool;

/// What was expected, and what arrived.
#[derive(Debug)]
pub struct Expectations {
    options: ExpectOptions,
    matches: Matches,
    /// The time of the run is over.
    is_over: AtomicBool,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// How many arrived, for each expectation.
    counts: Vec<Count>,
    total: u64,
    /// Those that are selected.
    selected: u64,
    /// Captures with a worse verdict than allowed.
    worse: u64,
    last: Instant,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    came: u64,
    invalid: u64,
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
    /// How many of them are invalid.
    pub invalid: u64,
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
    /// As many captures as `--max-events` says, where the time was over before.
    Captures(u64),
}

impl Expectations {
    /// Nothing has arrived yet.
    pub fn new(options: ExpectOptions, matches: Matches) -> Expectations {
        Expectations {
            matches,
            is_over: AtomicBool::new(false),
            state: Mutex::new(State {
                counts: vec![Count::default(); options.events.len()],
                total: 0,
                selected: 0,
                worse: 0,
                last: Instant::now(),
            }),
            options,
            changed: Notify::new(),
        }
    }

    /// Counts one capture.
    fn count(&self, verdict: Verdict, is_meant: impl Fn(&Query) -> bool) {
        let mut state = self.state();
        for (expected, count) in self.options.events.iter().zip(&mut state.counts) {
            if is_meant(&expected.query) {
                count.came += 1;
                count.invalid += u64::from(verdict == Verdict::Invalid);
            }
        }
        state.total += 1;
        state.selected += u64::from(is_meant(&self.options.selection));
        let is_worse = |worst| verdict > worst;
        state.worse += u64::from(self.options.verdict.is_some_and(is_worse));
        state.last = Instant::now();
        drop(state);
        self.changed.notify_waiters();
    }

    fn count_capture(&self, judged: &JudgedCapture) {
        let verdict = judged.classification().verdict;
        self.count(verdict, |query| (self.matches)(query, judged));
    }

    /// Waits until the run can end: its time is over, or the expectations are decided and so is
    /// what else is expected.
    pub async fn ended(&self, other: Option<impl Future<Output = ()>>) {
        let decided = async {
            match (self.options.counts(), other) {
                (false, None) => std::future::pending().await,
                (false, Some(other)) => other.await,
                (true, other) => {
                    self.decided().await;
                    if let Some(other) = other {
                        other.await;
                    }
                }
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
            () = period => self.is_over.store(true, Relaxed),
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
        let events = events.map(|(expected, &Count { came, invalid })| ExpectationResult {
            expected: Expected::Events(expected.clone()),
            came,
            invalid,
            met: expected.is_met(came),
        });
        let verdict = self.options.verdict.map(|verdict| ExpectationResult {
            expected: Expected::Verdict(verdict),
            came: state.total - state.worse,
            invalid: 0,
            // A run without a capture has checked nothing, and must not look like a success.
            met: state.worse == 0 && state.total > 0,
        });
        let missing = self
            .options
            .max_events
            .filter(|most| state.selected < *most && self.is_over.load(Relaxed));
        let missing = missing.map(|most| ExpectationResult {
            expected: Expected::Captures(most),
            came: state.selected,
            invalid: 0,
            met: false,
        });
        events.chain(verdict).chain(missing).collect()
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
        let lost =
            pairs().any(|(expected, count)| !expected.or_more && count.came > expected.count);
        if lost || state.worse > 0 || max_events.is_some_and(|most| state.selected >= most) {
            return Standing::Decided;
        }
        // Before the first capture, `EVENT=0` alone proves nothing yet.
        let all = pairs().all(|(expected, count)| expected.is_met(count.came));
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
                    counting.count_capture(&judged);
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
            self.expectations.count_capture(judged);
        } else {
            // The thread ends with this sender, unless it panicked.
            let _ = self.sender.send(Arc::clone(judged));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::{Identity, Pattern, Term};

    /// Nothing else is expected.
    const ALONE: Option<std::future::Ready<()>> = None;

    const SETTLE: Duration = Duration::from_secs(5);

    fn expectations(events: &[(&str, bool, u64)], verdict: Option<Verdict>) -> Expectations {
        let events = events.iter().map(|&(event, or_more, count)| Expectation {
            name: event.to_owned(),
            query: [Term::Event(vec![Pattern::exactly(event.to_owned())])]
                .into_iter()
                .collect(),
            or_more,
            count,
        });
        Expectations::new(
            ExpectOptions {
                events: events.collect(),
                verdict,
                max_events: None,
                selection: Query::default(),
                period: None,
                settle: SETTLE,
            },
            |_, _| true,
        )
    }

    fn receive(expectations: &Expectations, event: &str, verdict: Verdict) {
        let identity = Identity {
            seq: None,
            event: Some(event),
            session: None,
            verdict,
        };
        expectations.count(verdict, |query| query.matches(&identity));
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
        exact.ended(ALONE).await;
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
        open.ended(ALONE).await;
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
        few.ended(ALONE).await;
        assert!(are_met(&few));
    }

    #[tokio::test(start_paused = true)]
    async fn the_most_captures_are_missed_if_the_time_is_over_before_and_only_the_selected_count() {
        let mut few = expectations(&[], None);
        few.options.max_events = Some(1);
        few.options.selection = "event:a".parse().unwrap_or_default();
        few.options.period = Some(Duration::from_secs(1));
        receive(&few, "b", Verdict::Valid);
        assert_eq!(few.standing(), Standing::Open);
        // Ctrl-C is no failure.
        assert!(are_met(&few));
        few.ended(ALONE).await;
        assert!(!are_met(&few));
        receive(&few, "a", Verdict::Valid);
        assert!(are_met(&few));
    }
}
