//! What came of the deliveries, in numbers, with the few that are worth a look.
//!
//! Its size does not grow with their number.

use std::sync::Arc;
use std::time::Duration;

use super::tag::Tag;
use crate::delivery::{Delivered, Ending, RunStats};

/// So many of the slowest are named.
const SLOWEST: usize = 3;
/// So many of those that failed are named.
const FAILED: usize = 10;
/// So much of an answer is told of those, in bytes.
const EXCERPT: usize = 200;

/// What came of the deliveries.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) stats: RunStats,
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
    /// Counts one, and says whether it was answered 2xx.
    pub(super) fn count(&mut self, delivered: &Delivered<Tag>) -> bool {
        let last = &delivered.attempt;
        let is_good = match &last.ending {
            Ending::Answered(answer) => {
                self.time(&delivered.tag, last.took);
                answer.is_success()
            }
            Ending::Unanswered(_) => false,
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
