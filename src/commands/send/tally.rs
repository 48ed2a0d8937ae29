//! The posts of a run, counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::delivery::{Attempt, Ending};
use crate::model::outcome::Outcome;
use crate::text::{number, time};

/// The longest latency that is told from longer ones, in microseconds: an hour.
const LONGEST: u64 = 3_600_000_000;

/// What came of all posts.
#[derive(Debug)]
pub(super) struct Tally {
    /// Answers by status.
    pub(super) answered: BTreeMap<u16, u64>,
    /// Posts without an answer.
    pub(super) unanswered: u64,
    /// Posts without an answer since the last one that had one.
    pub(super) silent_in_a_row: u64,
    /// Posts that were tried more than once.
    pub(super) retried: u64,
    /// Posts that did not end as expected.
    pub(super) unexpected: u64,
    /// How long answers took, in microseconds; nothing could only be where there is no memory.
    latency: Option<Histogram<u64>>,
}

impl Tally {
    /// Nothing yet.
    pub(super) fn new() -> Tally {
        Tally {
            answered: BTreeMap::new(),
            unanswered: 0,
            silent_in_a_row: 0,
            retried: 0,
            unexpected: 0,
            latency: None,
        }
    }

    /// Counts one.
    pub(super) fn count(&mut self, attempt: &Attempt, tries: u32, is_expected: bool) {
        match &attempt.ending {
            Ending::Answered(answer) => {
                *self.answered.entry(answer.status).or_default() += 1;
                self.silent_in_a_row = 0;
                self.time(attempt.took);
            }
            Ending::Unanswered(_) => {
                self.unanswered += 1;
                self.silent_in_a_row += 1;
            }
        }
        self.retried += u64::from(tries > 1);
        self.unexpected += u64::from(!is_expected);
    }

    fn time(&mut self, took: Duration) {
        // Made when first needed: a send of one event has better things to do.
        if self.latency.is_none() {
            self.latency = Histogram::new_with_bounds(1, LONGEST, 3).ok();
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(latency) = &mut self.latency {
            latency.saturating_record(micros.max(1));
        }
    }

    /// How long the answers took, if there were any.
    pub(super) fn latency(&self) -> Option<&Histogram<u64>> {
        self.latency.as_ref().filter(|latency| !latency.is_empty())
    }

    /// Bodies posted, answered or not.
    pub(super) fn sent(&self) -> u64 {
        self.answered.values().sum::<u64>() + self.unanswered
    }

    /// `12 sent: 10 answered 200, 2 answered 500; median 4.1 ms, p99 31 ms`
    pub(super) fn sentence(&self) -> String {
        if self.sent() == 0 {
            return "nothing was sent".to_owned();
        }
        let answered = self
            .answered
            .iter()
            .map(|(status, count)| format!("{} answered {status}", number::grouped(*count)));
        let unanswered = (self.unanswered > 0)
            .then(|| format!("{} without an answer", number::grouped(self.unanswered)));
        let parts: Vec<String> = answered.chain(unanswered).collect();
        let sent = number::grouped(self.sent());
        let mut sentence = format!("{sent} sent: {}", parts.join(", "));
        if self.retried > 0 {
            let _ = write!(sentence, "; {} retried", number::grouped(self.retried));
        }
        if let Some(latency) = self.latency() {
            let at = |share| {
                let micros = latency.value_at_quantile(share);
                time::duration(Duration::from_micros(micros))
            };
            let _ = write!(sentence, "; median {}, p99 {}", at(0.5), at(0.99));
        }
        sentence
    }

    /// What it means for the exit code.
    pub(super) fn outcome(&self) -> Outcome {
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
