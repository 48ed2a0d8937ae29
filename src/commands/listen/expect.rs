//! What a run asserts of what comes: `--expect`, `--expect-verdict`, `--max-events`.
//!
//! Every capture is counted, also one that the display drops. Counting needs a look at the
//! body, which is done on a thread of its own; where that one cannot keep up, whoever has
//! the capture looks himself, so that nothing is missed and nothing piles up.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::filter::resolve;
use crate::catalog::Catalog;
use crate::model::capture::Capture;
use crate::model::report::Verdict;
use crate::validation::{Classification, Validation};

/// Captures that may wait to be counted.
const WAITING: usize = 256;

/// What is asserted, and when the run ends.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many events of a kind.
    pub events: Vec<Expectation>,
    /// No capture's verdict is worse.
    pub verdict: Option<Verdict>,
    /// The run ends after so many captures.
    pub max_events: Option<u64>,
    /// The run ends after that time.
    pub period: Option<Duration>,
    /// How long nothing more must come before an exact number counts as met.
    pub settle: Duration,
}

/// So many events of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The event.
    pub event: String,
    /// More are right too.
    pub or_more: bool,
    /// How many.
    pub count: u64,
}

impl Options {
    /// Whether anything depends on what comes.
    pub(super) fn counts(&self) -> bool {
        self.asserts() || self.max_events.is_some()
    }

    /// Whether anything is asserted.
    pub(super) fn asserts(&self) -> bool {
        !self.events.is_empty() || self.verdict.is_some()
    }
}

/// Counts what comes against what is expected. Cheap to clone.
#[derive(Clone)]
pub(super) struct Count {
    shared: Arc<Shared>,
    sender: SyncSender<Arc<Capture>>,
}

/// What was counted, and what that means. Cheap to clone.
#[derive(Clone)]
pub(super) struct Watcher {
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    validation: Validation,
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    /// How many came, for each expectation.
    counts: Vec<u64>,
    total: u64,
    /// Captures with a worse verdict than expected.
    worse: u64,
    last: Instant,
}

/// How things stand.
enum Standing {
    /// The run can end: more captures would change nothing, or are not wanted.
    Decided,
    /// It can end if nothing more comes until then.
    Settling(Instant),
    /// More must come.
    Open,
}

/// One expectation and what came of it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    /// The event, or what else is expected.
    pub(super) expected: String,
    /// How many were wanted.
    pub(super) wanted: String,
    /// How many came.
    pub(super) came: u64,
    /// Whether that is right.
    pub(super) met: bool,
}

/// Begins to count. The thread ends when all counts are gone.
pub(super) fn begin(
    options: &Options,
    validation: &Validation,
) -> std::io::Result<(Count, Watcher, JoinHandle<()>)> {
    let mut options = options.clone();
    for expectation in &mut options.events {
        expectation.event = resolve(validation.catalog(), &expectation.event);
    }
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            counts: vec![0; options.events.len()],
            total: 0,
            worse: 0,
            last: Instant::now(),
        }),
        options,
        validation: validation.clone(),
        changed: Notify::new(),
    });
    let (sender, waiting): (_, Receiver<Arc<Capture>>) = sync_channel(WAITING);
    let counting = Arc::clone(&shared);
    let thread = thread::Builder::new()
        .name("expect".to_owned())
        .spawn(move || {
            for capture in waiting {
                counting.note(&counting.validation.classify(&capture.content()));
            }
        })?;
    let watcher = Watcher {
        shared: Arc::clone(&shared),
    };
    Ok((Count { shared, sender }, watcher, thread))
}

impl Count {
    /// Counts a capture.
    pub(super) fn count(&self, capture: &Arc<Capture>) {
        match self.sender.try_send(Arc::clone(capture)) {
            Ok(()) => {}
            Err(TrySendError::Full(capture) | TrySendError::Disconnected(capture)) => {
                let glance = self.shared.validation.classify(&capture.content());
                self.shared.note(&glance);
            }
        }
    }
}

impl Watcher {
    /// Waits until the run can end.
    pub(super) async fn decided(&self) {
        loop {
            // Registered before the look, so that no change falls between the two.
            let changed = self.shared.changed.notified();
            match self.shared.standing() {
                Standing::Decided => return,
                Standing::Open => changed.await,
                Standing::Settling(until) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(until) => return,
                },
            }
        }
    }

    /// Every expectation and what came of it. What still settles counts as it stands.
    pub(super) fn rows(&self) -> Vec<Row> {
        let Shared { options, .. } = &*self.shared;
        let state = self.shared.state();
        let mut rows: Vec<Row> = options
            .events
            .iter()
            .zip(&state.counts)
            .map(|(expected, &came)| Row {
                expected: expected.event.clone(),
                wanted: match (expected.or_more, expected.count) {
                    (true, count) => format!("at least {count}"),
                    (false, count) => format!("exactly {count}"),
                },
                came,
                met: expected.is_met(came),
            })
            .collect();
        if let Some(verdict) = options.verdict {
            rows.push(Row {
                expected: format!("verdict {verdict}"),
                wanted: "every capture".to_owned(),
                came: state.total - state.worse,
                // A check that checked nothing must not look like one that passed.
                met: state.worse == 0 && state.total > 0,
            });
        }
        rows
    }
}

impl Expectation {
    fn is_met(&self, came: u64) -> bool {
        came == self.count || (self.or_more && came > self.count)
    }
}

impl Shared {
    fn note(&self, glance: &Classification) {
        let mut state = self.state();
        for (expected, count) in self.options.events.iter().zip(&mut state.counts) {
            *count += u64::from(glance.event.as_deref() == Some(expected.event.as_str()));
        }
        state.total += 1;
        let is_worse = |expected| glance.verdict > expected;
        state.worse += u64::from(self.options.verdict.is_some_and(is_worse));
        state.last = Instant::now();
        drop(state);
        self.changed.notify_waiters();
    }

    fn standing(&self) -> Standing {
        let state = self.state();
        let Options {
            events,
            max_events,
            settle,
            ..
        } = &self.options;
        let pairs = || events.iter().zip(&state.counts);
        // More than exactly so many came, or a verdict was wrong: nothing mends that.
        let lost = pairs().any(|(expected, came)| !expected.or_more && *came > expected.count);
        if lost || state.worse > 0 || max_events.is_some_and(|most| state.total >= most) {
            return Standing::Decided;
        }
        // Before anything came, `EVENT=0` alone says nothing yet.
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

/// Names in expectations that the catalog does not have.
pub(super) fn names(options: &Options) -> impl Iterator<Item = &str> {
    options
        .events
        .iter()
        .map(|expected| expected.event.as_str())
}

/// Warns of names that the catalog does not have: they may be meant, or be slips.
pub(super) fn not_known<'n>(
    catalog: &Catalog,
    names: impl Iterator<Item = &'n str>,
) -> Vec<(String, Option<String>)> {
    names
        .filter(|name| catalog.find(name).is_none())
        .map(|name| {
            let advice = catalog.nearest_event(name);
            (
                format!("no event in the catalog is called `{name}`"),
                advice.map(|nearest| format!("did you mean `{nearest}`?")),
            )
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn watcher(events: &[(&str, bool, u64)], verdict: Option<Verdict>) -> Watcher {
        let options = Options {
            events: events
                .iter()
                .map(|&(event, or_more, count)| Expectation {
                    event: event.to_owned(),
                    or_more,
                    count,
                })
                .collect(),
            verdict,
            max_events: None,
            period: None,
            settle: Duration::from_secs(3600),
        };
        let catalog = Arc::new(Catalog::embedded().unwrap());
        begin(&options, &Validation::new(catalog)).unwrap().1
    }

    fn came(watcher: &Watcher, event: &str, verdict: Verdict) {
        watcher.shared.note(&Classification {
            provider: None,
            event: Some(event.to_owned()),
            session: None,
            verdict,
        });
    }

    /// `open`, `settling` or `decided`, and whether all is met.
    fn standing(watcher: &Watcher) -> (&'static str, bool) {
        let word = match watcher.shared.standing() {
            Standing::Decided => "decided",
            Standing::Settling(_) => "settling",
            Standing::Open => "open",
        };
        (word, watcher.rows().iter().all(|row| row.met))
    }

    #[test]
    fn at_least_is_met_at_once_and_exactly_only_when_no_more_comes() {
        let more = watcher(&[("a", true, 2)], None);
        came(&more, "a", Verdict::Valid);
        assert_eq!(standing(&more), ("open", false));
        came(&more, "a", Verdict::Valid);
        assert_eq!(standing(&more), ("decided", true));

        let exact = watcher(&[("a", false, 1), ("b", false, 0)], None);
        assert_eq!(standing(&exact), ("open", false));
        came(&exact, "a", Verdict::Invalid);
        assert_eq!(standing(&exact), ("settling", true));
        came(&exact, "b", Verdict::Valid);
        assert_eq!(standing(&exact), ("decided", false));
    }

    #[test]
    fn one_worse_verdict_decides_and_none_at_all_is_no_success() {
        let watcher = watcher(&[], Some(Verdict::Warning));
        assert_eq!(standing(&watcher), ("open", false));
        came(&watcher, "a", Verdict::Warning);
        assert_eq!(standing(&watcher), ("open", true));
        came(&watcher, "a", Verdict::Invalid);
        assert_eq!(standing(&watcher), ("decided", false));
    }

    #[test]
    fn an_event_that_was_not_asked_for_starts_the_wait_anew() {
        let exact = watcher(&[("a", false, 1)], None);
        came(&exact, "a", Verdict::Valid);
        let Standing::Settling(first) = exact.shared.standing() else {
            panic!("it settles");
        };
        came(&exact, "other", Verdict::Valid);
        let Standing::Settling(second) = exact.shared.standing() else {
            panic!("it settles");
        };
        assert!(second >= first);
    }
}
