//! The expectations of an answer, and which of them it does not meet.

use std::time::Duration;

use memchr::memmem;

use crate::delivery::{Attempt, Ending, RetryCondition};
use crate::text::time;
use crate::wire::delivery::Unmet;

/// The most bytes of an answer that a difference shows.
const SHOWN: usize = 80;

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

    /// The expectations that an attempt does not meet.
    pub fn unmet(&self, attempt: &Attempt) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        let answer = match &attempt.ending {
            Ending::Answered(answer) => answer,
            Ending::Unanswered(why) => {
                return vec![Unmet {
                    expected: self.status(),
                    came: format!("no answer: {why}"),
                }];
            }
        };
        let is_right = if self.status.is_empty() {
            answer.is_success()
        } else {
            self.status
                .iter()
                .any(|(_, status)| status.holds(&attempt.ending))
        };
        if !is_right {
            unmet.push(Unmet {
                expected: self.status(),
                came: format!("status {}", answer.status),
            });
        }
        if let Some(within) = self.within.filter(|within| attempt.took > *within) {
            unmet.push(Unmet {
                expected: format!("within {}", time::duration(within)),
                came: time::duration(attempt.took),
            });
        }
        if let Some(text) = &self.text
            && memmem::find(&answer.body, text.as_bytes()).is_none()
        {
            let shown = &answer.body[..answer.body.len().min(SHOWN)];
            let rest = if shown.len() < answer.body.len() {
                "…"
            } else {
                ""
            };
            unmet.push(Unmet {
                expected: format!("text `{text}`"),
                came: match shown {
                    [] => "an empty answer".to_owned(),
                    shown => format!("{}{rest}", String::from_utf8_lossy(shown)),
                },
            });
        }
        unmet
    }

    fn status(&self) -> String {
        let written: Vec<&str> = self.status.iter().map(|(text, _)| text.as_str()).collect();
        match &*written {
            [] => "status 2xx".to_owned(),
            written => format!("status {}", written.join(" or ")),
        }
    }

    /// The expectations in words, for a plan. Empty for the default one.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if !self.status.is_empty() {
            words.push(self.status());
        }
        words.extend(
            self.within
                .map(|within| format!("within {}", time::duration(within))),
        );
        words.extend(self.text.as_ref().map(|text| format!("text `{text}`")));
        words
    }
}
