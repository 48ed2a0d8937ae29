//! The totals of a replay, with the slowest and the first failed deliveries.
//!
//! The size does not grow with the number of deliveries.

use std::sync::Arc;
use std::time::Duration;

use super::tag::Tag;
use crate::delivery::{Delivered, Ending, RunStats};

/// How many slow answers are kept.
const SLOWEST: usize = 3;
/// How many failures are kept.
const FAILED: usize = 10;
/// The length of an excerpt of an answer, in bytes.
const EXCERPT: usize = 200;

/// The totals of a replay.
#[derive(Default)]
pub(crate) struct Totals {
    pub(crate) stats: RunStats,
    /// The slowest answers, the slowest first.
    pub(crate) slowest: Vec<(Duration, Arc<Tag>)>,
    /// The first deliveries without a 2xx answer.
    pub(crate) failed: Vec<Failed>,
}

/// A delivery without a 2xx answer.
pub(crate) struct Failed {
    pub(crate) tag: Arc<Tag>,
    /// `None` without an answer.
    pub(crate) status: Option<u16>,
    /// The beginning of the answer's body, or why there is no answer.
    pub(crate) text: String,
}

impl Totals {
    /// Counts a delivery. Returns whether it has a 2xx answer.
    pub(crate) fn count(&mut self, delivered: &Delivered<Tag>) -> bool {
        let last = &delivered.attempt;
        let is_good = match &last.ending {
            Ending::Answered(answer) => {
                self.time(&delivered.tag, last.took);
                answer.is_success()
            }
            Ending::Unanswered(_) | Ending::Exited(_) => false,
        };
        self.stats.count(last, delivered.attempts, is_good);
        if !is_good && self.failed.len() < FAILED {
            self.failed.push(Failed::of(delivered));
        }
        is_good
    }

    fn time(&mut self, tag: &Arc<Tag>, took: Duration) {
        let at = self.slowest.partition_point(|(other, _)| *other >= took);
        if at < SLOWEST {
            self.slowest.insert(at, (took, Arc::clone(tag)));
            self.slowest.truncate(SLOWEST);
        }
    }
}

impl Failed {
    pub(crate) fn of(delivered: &Delivered<Tag>) -> Failed {
        let (status, text) = match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                let start = &answer.body[..answer.body.len().min(EXCERPT)];
                let mut text = String::from_utf8_lossy(start).into_owned();
                if start.len() < answer.body.len() {
                    text.push('…');
                }
                (Some(answer.status), text)
            }
            ending => (None, ending.failure().unwrap_or_default()),
        };
        Failed {
            tag: Arc::clone(&delivered.tag),
            status,
            text,
        }
    }
}
