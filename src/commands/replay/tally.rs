//! What came of the deliveries, in numbers, with the few that are worth a look.
//!
//! Its size does not grow with their number.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::tag::Tag;
use crate::delivery::{Delivered, Ending};
use crate::text::number::grouped;
use crate::text::time;

/// So many of the slowest are named.
const SLOWEST: usize = 3;
/// So many of those that failed are named.
const FAILED: usize = 10;
/// So much of an answer is told of those, in bytes.
const EXCERPT: usize = 200;

/// What came of the deliveries.
pub(super) struct Tally {
    pub(super) answered: BTreeMap<u16, u64>,
    pub(super) unanswered: u64,
    pub(super) retried: u64,
    /// Without an answer, one after the other, up to now.
    pub(super) silent_in_a_row: u64,
    /// In microseconds.
    latency: Option<Histogram<u64>>,
    /// The slowest answers, the slowest first.
    pub(super) slowest: Vec<(Duration, Arc<Tag>)>,
    /// The first that were not answered 2xx.
    pub(super) failed: Vec<Failed>,
}

/// One that was not answered 2xx.
pub(super) struct Failed {
    pub(super) tag: Arc<Tag>,
    /// Nothing if there was no answer.
    pub(super) status: Option<u16>,
    /// The beginning of the answer's body, or why there was none.
    pub(super) text: String,
}

impl Tally {
    pub(super) fn new() -> Tally {
        Tally {
            answered: BTreeMap::new(),
            unanswered: 0,
            retried: 0,
            silent_in_a_row: 0,
            // Microseconds up to an hour, by three digits; these bounds cannot be refused.
            latency: Histogram::new_with_bounds(1, 3_600_000_000, 3).ok(),
            slowest: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Captures that were posted.
    pub(super) fn sent(&self) -> u64 {
        self.answered.values().sum::<u64>() + self.unanswered
    }

    /// Those that were not answered 2xx.
    pub(super) fn failures(&self) -> u64 {
        let good: u64 = self.answered.range(200..300).map(|(_, count)| count).sum();
        self.sent() - good
    }

    /// Counts one, and says whether it was answered 2xx.
    pub(super) fn count(&mut self, delivered: &Delivered<Tag>) -> bool {
        self.retried += u64::from(delivered.attempts > 1);
        let is_good = match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                self.silent_in_a_row = 0;
                *self.answered.entry(answer.status).or_default() += 1;
                self.time(&delivered.tag, delivered.attempt.took);
                answer.is_success()
            }
            Ending::Unanswered(_) => {
                self.silent_in_a_row += 1;
                self.unanswered += 1;
                false
            }
        };
        if !is_good && self.failed.len() < FAILED {
            self.failed.push(Failed::of(delivered));
        }
        is_good
    }

    fn time(&mut self, tag: &Arc<Tag>, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(latency) = &mut self.latency {
            latency.saturating_record(micros.max(1));
        }
        let least = self.slowest.last().map(|(took, _)| *took);
        if self.slowest.len() < SLOWEST || least.is_some_and(|least| took > least) {
            let at = self.slowest.partition_point(|(other, _)| *other >= took);
            self.slowest.insert(at, (took, Arc::clone(tag)));
            self.slowest.truncate(SLOWEST);
        }
    }

    /// How long the answers took, if there were any.
    pub(super) fn latency(&self) -> Option<&Histogram<u64>> {
        self.latency.as_ref().filter(|latency| !latency.is_empty())
    }

    /// `12 sent: 10 answered 200, 2 answered 500; 3 retried; median 4.1 ms, p99 31 ms`
    pub(super) fn sentence(&self) -> String {
        let answered = self
            .answered
            .iter()
            .map(|(status, count)| format!("{} answered {status}", grouped(*count)));
        let unanswered = (self.unanswered > 0)
            .then(|| format!("{} without an answer", grouped(self.unanswered)));
        let ends: Vec<String> = answered.chain(unanswered).collect();
        let mut sentence = format!("{} sent: {}", grouped(self.sent()), ends.join(", "));
        if self.retried > 0 {
            let _ = write!(sentence, "; {} retried", grouped(self.retried));
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
}

impl Failed {
    pub(super) fn of(delivered: &Delivered<Tag>) -> Failed {
        let (status, text) = match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                let start = &answer.body[..answer.body.len().min(EXCERPT)];
                let mut text = String::from_utf8_lossy(start).into_owned();
                if start.len() < answer.body.len() {
                    text.push('…');
                }
                (Some(answer.status), text)
            }
            Ending::Unanswered(why) => (None, why.to_string()),
        };
        Failed {
            tag: Arc::clone(&delivered.tag),
            status,
            text,
        }
    }
}

/// `#17`, or file and line of what has no number.
pub(super) fn place(tag: &Tag) -> String {
    match tag.seq {
        Some(seq) => format!("#{seq}"),
        None => format!("{}:{}", tag.file, tag.line),
    }
}
