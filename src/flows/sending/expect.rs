//! The expectations of an answer, and which of them it does not meet.

use std::time::Duration;

use bytes::Bytes;
use memchr::memmem;

use crate::delivery::{Attempt, Ending, RetryCondition};

/// The expectations of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The allowed statuses or classes, as written. None means 2xx.
    pub(super) status: Vec<(String, RetryCondition)>,
    /// The longest time that it may take.
    pub(super) within: Option<Duration>,
    /// A text that it must contain.
    pub(super) text: Option<String>,
}

/// One thing that is expected of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// One of these statuses or classes, as written; without any, 2xx.
    Status(Vec<String>),
    /// An answer within this time.
    Within(Duration),
    /// This text in the body.
    Text(String),
    /// The status of an earlier run, or that there was none.
    EarlierStatus(Option<u16>),
    /// The answer of an earlier run, with `{session}` for the id of its session.
    EarlierAnswer(String),
    /// The report of an earlier run, which has no such delivery.
    NotInReport,
}

/// What came in place of what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// This status.
    Status(u16),
    /// No answer, for this reason.
    NoAnswer(String),
    /// An answer after this time.
    After(Duration),
    /// This body.
    Body(Bytes),
}

/// A condition that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What was expected.
    pub expected: Condition,
    /// What came instead.
    pub came: Came,
}

impl Expectation {
    /// These expectations, with missing ones from `other`.
    pub(super) fn or(self, other: &Expectation) -> Expectation {
        Expectation {
            status: if self.status.is_empty() {
                other.status.clone()
            } else {
                self.status
            },
            within: self.within.or(other.within),
            text: self.text.or_else(|| other.text.clone()),
        }
    }

    /// The conditions that an attempt does not meet.
    pub fn unmet(&self, attempt: &Attempt) -> Vec<Unmet> {
        let answer = match &attempt.ending {
            Ending::Answered(answer) => answer,
            ending => {
                return vec![Unmet {
                    expected: self.status(),
                    came: Came::NoAnswer(ending.failure().unwrap_or_default()),
                }];
            }
        };
        let is_right = if self.status.is_empty() {
            answer.is_success()
        } else {
            let mut statuses = self.status.iter();
            statuses.any(|(_, status)| status.holds(&attempt.ending))
        };
        let status = (!is_right).then(|| Unmet {
            expected: self.status(),
            came: Came::Status(answer.status),
        });
        let late = self.within.filter(|within| attempt.took > *within);
        let late = late.map(|within| Unmet {
            expected: Condition::Within(within),
            came: Came::After(attempt.took),
        });
        let is_missing = |text: &&String| memmem::find(&answer.body, text.as_bytes()).is_none();
        let missing = self.text.as_ref().filter(is_missing).map(|text| Unmet {
            expected: Condition::Text(text.clone()),
            came: Came::Body(answer.body.clone()),
        });
        [status, late, missing].into_iter().flatten().collect()
    }

    fn status(&self) -> Condition {
        Condition::Status(self.status.iter().map(|(text, _)| text.clone()).collect())
    }

    /// The conditions beyond what is always expected, which is a status 2xx.
    pub fn conditions(&self) -> Vec<Condition> {
        let status = (!self.status.is_empty()).then(|| self.status());
        let within = self.within.map(Condition::Within);
        let text = self.text.clone().map(Condition::Text);
        [status, within, text].into_iter().flatten().collect()
    }
}
