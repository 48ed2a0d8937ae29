//! Statistics of the deliveries of a run. The size does not grow with their number.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::attempt::{Attempt, BodyEnd, Ending};
use crate::model::outcome::Outcome;

/// The longest latency that is measured, in microseconds: an hour.
const LONGEST: u64 = 3_600_000_000;
/// Deliveries in a row without an answer after which the target counts as gone.
const SILENT_IN_A_ROW: u64 = 10;

/// Counts the deliveries of a run.
#[derive(Debug, Default)]
pub struct RunStats {
    answered: BTreeMap<u16, u64>,
    unanswered: u64,
    exited: u64,
    retried: u64,
    unexpected: u64,
    incomplete: u64,
    silent_in_a_row: u64,
    /// In microseconds. Created with the first answer.
    latency: Option<Histogram<u64>>,
}

/// Latencies of the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentiles {
    /// Half of the answers took at most this long.
    pub median: Duration,
    /// 90 % of the answers took at most this long.
    pub p90: Duration,
    /// 99 % of the answers took at most this long.
    pub p99: Duration,
    /// The slowest answer.
    pub max: Duration,
}

/// When failed deliveries end the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// After this many unexpected deliveries in all.
    Failures(u64),
    /// After this many deliveries in a row without an answer.
    SilentInARow(u64),
}

impl Default for Limit {
    fn default() -> Limit {
        Limit::SilentInARow(SILENT_IN_A_ROW)
    }
}

impl RunStats {
    /// Counts a delivery by its last attempt. `attempts` includes that one.
    pub fn count(&mut self, last: &Attempt, attempts: u32, is_expected: bool) {
        match &last.ending {
            Ending::Answered(answer) => {
                *self.answered.entry(answer.status).or_default() += 1;
                self.incomplete += u64::from(matches!(answer.end, BodyEnd::Broken(_)));
                self.silent_in_a_row = 0;
                self.time(last.took);
            }
            Ending::Exited(_) => {
                self.exited += 1;
                self.silent_in_a_row = 0;
                self.time(last.took);
            }
            Ending::Unanswered(_) => {
                self.unanswered += 1;
                self.silent_in_a_row += 1;
            }
        }
        self.retried += u64::from(attempts > 1);
        self.unexpected += u64::from(!is_expected);
    }

    fn time(&mut self, took: Duration) {
        if self.latency.is_none() {
            self.latency = Histogram::new_with_bounds(1, LONGEST, 3).ok();
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(latency) = &mut self.latency {
            latency.saturating_record(micros.max(1));
        }
    }

    /// Answers by status.
    pub fn answered(&self) -> &BTreeMap<u16, u64> {
        &self.answered
    }

    /// Answers with a body that broke off or did not end in time.
    pub fn incomplete(&self) -> u64 {
        self.incomplete
    }

    /// Deliveries without an answer.
    pub fn unanswered(&self) -> u64 {
        self.unanswered
    }

    /// Deliveries with more than one attempt.
    pub fn retried(&self) -> u64 {
        self.retried
    }

    /// Deliveries that did not end as expected. The default expectation is a 2xx answer.
    pub fn unexpected(&self) -> u64 {
        self.unexpected
    }

    /// Deliveries, answered or not, and runs of a command.
    pub fn sent(&self) -> u64 {
        self.answered.values().sum::<u64>() + self.unanswered + self.exited
    }

    /// The latencies of the answers, if there are any.
    pub fn latency(&self) -> Option<Percentiles> {
        let latency = self.latency.as_ref()?;
        let at = |share| Duration::from_micros(latency.value_at_quantile(share));
        Some(Percentiles {
            median: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: at(1.0),
        })
    }

    /// Whether this delivery is the first of the run and did not reach the target. Then the others
    /// would fail too.
    pub fn is_first_unreached(&self, last: &Attempt) -> bool {
        self.sent() == 0 && last.ending.is_unreached()
    }

    /// Whether the limit is reached.
    pub fn has_reached(&self, limit: Limit) -> bool {
        match limit {
            Limit::Failures(most) => self.unexpected >= most,
            Limit::SilentInARow(most) => self.silent_in_a_row >= most,
        }
    }

    /// The outcome for the exit code.
    pub fn outcome(&self) -> Outcome {
        let answered = if self.unexpected > self.unanswered {
            Outcome::Negative
        } else {
            Outcome::Done
        };
        if self.unanswered > 0 {
            answered.and(Outcome::Undone)
        } else {
            answered
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use bytes::Bytes;

    use std::sync::Arc;

    use super::super::target_url::TargetUrl;
    use super::super::transport_error::{Place, TransportError};
    use super::*;

    fn place() -> Arc<Place> {
        let target = TargetUrl::parse("http://127.0.0.1:9/").unwrap();
        Arc::new(Place::new(&target, None))
    }

    fn answered(status: u16, millis: u64) -> Attempt {
        Attempt::of(status, Duration::from_millis(millis), Bytes::new())
    }

    fn silent() -> Attempt {
        Attempt {
            took: Duration::from_secs(1),
            ending: Ending::Unanswered(TransportError::limit(
                &place(),
                Duration::from_secs(1),
                None,
            )),
        }
    }

    #[test]
    fn deliveries_are_counted_by_how_they_ended() {
        let mut stats = RunStats::default();
        assert_eq!((stats.sent(), stats.latency()), (0, None));
        for millis in 1..=100 {
            stats.count(&answered(200, millis), 1, true);
        }
        stats.count(&answered(500, 1), 3, false);
        stats.count(&silent(), 2, false);
        assert_eq!(stats.sent(), 102);
        assert_eq!(stats.answered(), &BTreeMap::from([(200, 100), (500, 1)]));
        assert_eq!((stats.unanswered(), stats.retried()), (1, 2));
        assert_eq!(stats.unexpected(), 2);
        let latency = stats.latency().unwrap();
        let near = |took: Duration, millis: u128| took.as_millis().abs_diff(millis) <= 1;
        assert!(near(latency.median, 50), "{latency:?}");
        assert!(near(latency.p90, 90), "{latency:?}");
        assert!(near(latency.p99, 99), "{latency:?}");
        assert!(near(latency.max, 100), "{latency:?}");
    }

    #[test]
    fn silence_in_a_row_ends_with_an_answer_and_failures_add_up() {
        let mut stats = RunStats::default();
        for _ in 0..9 {
            stats.count(&silent(), 1, false);
        }
        assert!(!stats.has_reached(Limit::default()));
        stats.count(&answered(404, 1), 1, false);
        for _ in 0..10 {
            assert!(!stats.has_reached(Limit::default()));
            stats.count(&silent(), 1, false);
        }
        assert!(stats.has_reached(Limit::default()));
        assert!(stats.has_reached(Limit::Failures(20)));
        assert!(!stats.has_reached(Limit::Failures(21)));
    }

    #[test]
    fn no_answer_takes_precedence_over_a_wrong_one() {
        let outcome = |ends: &[(Attempt, bool)]| {
            let mut stats = RunStats::default();
            for (last, is_expected) in ends {
                stats.count(last, 1, *is_expected);
            }
            stats.outcome()
        };
        assert_eq!(outcome(&[]), Outcome::Done);
        assert_eq!(outcome(&[(answered(404, 1), true)]), Outcome::Done);
        let wrong = || (answered(404, 1), false);
        assert_eq!(outcome(&[wrong()]), Outcome::Negative);
        assert_eq!(outcome(&[(silent(), false)]), Outcome::Undone);
        assert_eq!(outcome(&[wrong(), (silent(), false)]), Outcome::Undone);
    }
}
