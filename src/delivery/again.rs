//! On which occasions to try again, and when: the retries that somebody asked for.
//!
//! [`Retries`] knows how often and how long; this knows on what. A wait is spread at random,
//! so that many that failed together do not come back together, but never below what the
//! target asked for by `Retry-After`. It waits for nobody itself.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::attempt::Ending;
use super::no_answer::Cause;
use super::retry::Retries;

/// The wait after the first attempt; an assumption, like all figures of delivery.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait, also where more is asked for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Something after which one may try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// That status.
    Status(u16),
    /// All statuses with that first digit.
    Class(u16),
    /// The target was not reached, so that it never saw the request.
    Connect,
    /// There was no answer in time.
    Timeout,
    /// The connection was closed without an answer.
    Closed,
}

impl Occasion {
    /// Whether an attempt that ended so is one.
    pub fn is(self, ending: &Ending) -> bool {
        match (self, ending) {
            (Occasion::Status(status), Ending::Answered(answer)) => answer.status == status,
            (Occasion::Class(class), Ending::Answered(answer)) => answer.status / 100 == class,
            (Occasion::Connect, Ending::Unanswered(why)) => why.cause().is_unreached(),
            (Occasion::Timeout, Ending::Unanswered(why)) => why.cause() == Cause::Timeout,
            (Occasion::Closed, Ending::Unanswered(why)) => why.cause() == Cause::Closed,
            _ => false,
        }
    }
}

impl FromStr for Occasion {
    type Err = OccasionError;

    fn from_str(text: &str) -> Result<Occasion, OccasionError> {
        Ok(match text {
            "connect" => Occasion::Connect,
            "timeout" => Occasion::Timeout,
            "closed" => Occasion::Closed,
            _ => {
                if let Some(class) = text.strip_suffix("xx") {
                    let class = class.parse().map_err(|_| OccasionError)?;
                    (1..=5)
                        .contains(&class)
                        .then_some(Occasion::Class(class))
                        .ok_or(OccasionError)?
                } else {
                    let status = text.parse().map_err(|_| OccasionError)?;
                    (100..=599)
                        .contains(&status)
                        .then_some(Occasion::Status(status))
                        .ok_or(OccasionError)?
                }
            }
        })
    }
}

/// A text names no occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a status such as 429, a class such as 5xx, connect, timeout or closed")]
pub struct OccasionError;

/// How often to try again, and on what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    retries: Retries,
    on: Vec<Occasion>,
}

impl Again {
    /// So many attempts after the first, on those occasions.
    pub fn new(times: u32, on: Vec<Occasion>) -> Again {
        Again {
            retries: Retries {
                times,
                first_wait: FIRST_WAIT,
                longest_wait: LONGEST_WAIT,
            },
            on,
        }
    }

    /// How long to wait after the `attempts`-th attempt, from 1, before the next; nothing if
    /// there is none. `chance` is a number from 0 to 1.
    pub fn after(&self, attempts: u32, ending: &Ending, chance: f64) -> Option<Duration> {
        if attempts > self.retries.times || !self.on.iter().any(|occasion| occasion.is(ending)) {
            return None;
        }
        let backoff = self.retries.wait(attempts, Duration::ZERO);
        let spread = backoff.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
        let asked_for = match ending {
            Ending::Answered(answer) => answer.header("retry-after").and_then(retry_after),
            Ending::Unanswered(_) => None,
        };
        Some(spread.max(asked_for.unwrap_or_default()).min(LONGEST_WAIT))
    }
}

/// `Retry-After`, in both of its forms (RFC 9110, section 10.2.3).
fn retry_after(value: &[u8]) -> Option<Duration> {
    let text = str::from_utf8(value).ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    (at.with_timezone(&Utc) - Utc::now()).to_std().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use bytes::Bytes;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::*;
    use crate::delivery::Answer;

    fn answered(status: u16, retry_after: Option<&str>) -> Ending {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        }
        Ending::Answered(Answer {
            status,
            body: Bytes::new(),
            truncated: false,
            length: Some(0),
            headers,
        })
    }

    fn again(times: u32, on: &str) -> Again {
        Again::new(
            times,
            on.split(',').map(|word| word.parse().unwrap()).collect(),
        )
    }

    #[test]
    fn only_the_occasions_that_were_named_count() {
        let again = again(1, "5xx,429");
        let tries = |status| again.after(1, &answered(status, None), 1.0).is_some();
        assert_eq!(
            [200, 404, 429, 499, 500, 503].map(tries),
            [false, false, true, false, true, true]
        );
        assert_eq!(again.after(2, &answered(500, None), 1.0), None);
    }

    #[test]
    fn waits_double_and_are_spread_and_what_is_asked_for_is_kept_to() {
        let again = again(9, "5xx");
        let wait = |attempts, header, chance| again.after(attempts, &answered(503, header), chance);
        assert_eq!(wait(1, None, 0.0), Some(Duration::from_millis(250)));
        assert_eq!(wait(1, None, 1.0), Some(Duration::from_millis(500)));
        assert_eq!(wait(3, None, 1.0), Some(Duration::from_secs(2)));
        assert_eq!(wait(1, Some("3"), 0.0), Some(Duration::from_secs(3)));
        assert_eq!(wait(1, Some("86400"), 0.0), Some(LONGEST_WAIT));
        let soon = (Utc::now() + chrono::TimeDelta::seconds(20)).to_rfc2822();
        assert!(wait(1, Some(&soon), 0.0).unwrap() > Duration::from_secs(15));
        let past = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(wait(1, Some(past), 0.0), Some(Duration::from_millis(250)));
    }

    #[test]
    fn an_occasion_is_a_status_a_class_or_a_word() {
        let parsed = ["5xx", "429", "connect", "timeout", "closed"].map(str::parse);
        assert_eq!(
            parsed,
            [
                Ok(Occasion::Class(5)),
                Ok(Occasion::Status(429)),
                Ok(Occasion::Connect),
                Ok(Occasion::Timeout),
                Ok(Occasion::Closed)
            ]
        );
        for wrong in ["", "6xx", "xx", "99", "600", "5XX", "refused"] {
            assert_eq!(wrong.parse::<Occasion>(), Err(OccasionError), "{wrong}");
        }
    }
}
