//! When to try a request again: one rule for `send`, `replay` and forwarding.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::attempt::Ending;
use crate::model::cause::Cause;
use crate::model::outcome::Outcome;

/// An outcome after which a request may be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryCondition {
    /// This status.
    Status(u16),
    /// Every status with this first digit.
    Class(u16),
    /// The target was not reached, so it never saw the request.
    Connect,
    /// There was no answer in time.
    Timeout,
    /// The connection was closed without an answer.
    Closed,
    /// Everything except a 2xx answer.
    AnyFailure,
}

impl RetryCondition {
    /// Whether an attempt that ended like this meets the condition.
    pub fn holds(self, ending: &Ending) -> bool {
        match (self, ending) {
            (RetryCondition::AnyFailure, ending) => ending.outcome() != Outcome::Done,
            (RetryCondition::Status(status), Ending::Answered(answer)) => answer.status == status,
            (RetryCondition::Class(class), Ending::Answered(answer)) => {
                answer.status / 100 == class
            }
            (RetryCondition::Connect, Ending::Unanswered(why)) => why.cause().is_unreached(),
            (RetryCondition::Timeout, Ending::Unanswered(why)) => why.cause() == Cause::Timeout,
            (RetryCondition::Closed, Ending::Unanswered(why)) => why.cause() == Cause::Closed,
            _ => false,
        }
    }
}

impl FromStr for RetryCondition {
    type Err = RetryConditionError;

    fn from_str(text: &str) -> Result<RetryCondition, RetryConditionError> {
        let number = |digits: &str, allowed: std::ops::RangeInclusive<u16>| {
            let number = digits
                .parse()
                .ok()
                .filter(|number| allowed.contains(number));
            number.ok_or(RetryConditionError)
        };
        Ok(match (text, text.strip_suffix("xx")) {
            ("connect", _) => RetryCondition::Connect,
            ("timeout", _) => RetryCondition::Timeout,
            ("closed", _) => RetryCondition::Closed,
            (_, Some(class)) => RetryCondition::Class(number(class, 1..=5)?),
            (status, None) => RetryCondition::Status(number(status, 100..=599)?),
        })
    }
}

/// The text is not a retry condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a status such as 429, a class such as 5xx, connect, timeout or closed")]
pub struct RetryConditionError;

/// How often to try again, after which outcomes, and after what wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts after the first one.
    pub times: u32,
    /// The outcomes that are tried again.
    pub on: Vec<RetryCondition>,
    /// The wait after the first attempt. It doubles with each further attempt.
    pub first_wait: Duration,
    /// The longest wait, also if the target asks for more with `Retry-After`.
    pub longest_wait: Duration,
}

impl RetryPolicy {
    /// Retries with the usual waits: 0.5 s, doubled up to a minute.
    pub fn new(times: u32, on: Vec<RetryCondition>) -> RetryPolicy {
        RetryPolicy {
            times,
            on,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
        }
    }

    /// The wait before the next attempt, if there is one. `attempts` were made so far, the
    /// first included.
    pub fn wait(&self, attempts: u32, ending: &Ending, chance: f64) -> Option<Duration> {
        let again =
            attempts <= self.times && self.on.iter().any(|condition| condition.holds(ending));
        again.then(|| self.backoff(attempts, ending, chance))
    }

    /// The wait after that many attempts, however many are allowed.
    ///
    /// The wait is chosen at random between half the backoff and the whole of it, so that
    /// requests that failed together do not return together. It is never shorter than the
    /// target's `Retry-After`. `chance` is a random number from 0 to 1.
    pub fn backoff(&self, attempts: u32, ending: &Ending, chance: f64) -> Duration {
        let jittered = self.jittered(attempts, chance);
        jittered.max(self.asked_for(ending)).min(self.longest_wait)
    }

    /// The wait after that many attempts at something that does not say how long to wait.
    pub fn jittered(&self, attempts: u32, chance: f64) -> Duration {
        let doublings = attempts.saturating_sub(1);
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        let backoff = self
            .first_wait
            .saturating_mul(factor)
            .min(self.longest_wait);
        backoff.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }

    /// The wait that the target asks for with `Retry-After`, up to the longest one.
    pub fn asked_for(&self, ending: &Ending) -> Duration {
        let asked_for = match ending {
            Ending::Answered(answer) => answer.header("retry-after").and_then(retry_after),
            Ending::Unanswered(_) | Ending::Exited(_) => None,
        };
        asked_for.unwrap_or_default().min(self.longest_wait)
    }
}

/// The value of `Retry-After`: seconds or an HTTP date (RFC 9110, section 10.2.3).
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
    use super::*;
    use crate::delivery::Attempt;

    fn answered(status: u16, retry_after: Option<&str>) -> Ending {
        Attempt::answered(status, retry_after).ending
    }

    fn policy(times: u32, on: &str) -> RetryPolicy {
        let on = on.split(',').map(|word| word.parse().unwrap());
        RetryPolicy::new(times, on.collect())
    }

    #[test]
    fn only_the_named_conditions_are_tried_again() {
        let policy = policy(1, "5xx,429");
        let retries = |status| policy.wait(1, &answered(status, None), 1.0).is_some();
        assert_eq!(
            [200, 404, 429, 499, 500, 503].map(retries),
            [false, false, true, false, true, true]
        );
        assert_eq!(policy.wait(2, &answered(500, None), 1.0), None);
    }

    #[test]
    fn any_failure_is_everything_except_2xx() {
        let any = |status| RetryCondition::AnyFailure.holds(&answered(status, None));
        assert_eq!([204, 302, 404, 500].map(any), [false, true, true, true]);
    }

    #[test]
    fn waits_double_with_jitter_and_respect_retry_after_up_to_the_limit() {
        let policy = policy(u32::MAX, "5xx");
        let wait = |attempts, header, chance| policy.wait(attempts, &answered(503, header), chance);
        let (ms, s) = (Duration::from_millis, Duration::from_secs);
        assert_eq!(wait(1, None, 0.0), Some(ms(250)));
        assert_eq!(wait(1, None, 1.0), Some(ms(500)));
        assert_eq!(wait(3, None, 1.0), Some(s(2)));
        assert_eq!(wait(4_000_000_000, None, 1.0), Some(s(60)));
        assert_eq!(wait(1, Some("3"), 0.0), Some(s(3)));
        assert_eq!(wait(1, Some("86400"), 0.0), Some(s(60)));
        assert_eq!(wait(1, Some("soon"), 0.0), Some(ms(250)));
        let date = |ahead| {
            let date = Utc::now() + chrono::TimeDelta::seconds(ahead);
            date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
        };
        let (soon, past) = (date(20), date(-20));
        assert!(wait(1, Some(&soon), 0.0).unwrap() > s(15));
        assert_eq!(wait(1, Some(&past), 0.0), Some(ms(250)));
    }

    #[test]
    fn a_condition_is_a_status_a_class_or_a_word() {
        let parsed = ["5xx", "429", "connect", "timeout", "closed"].map(str::parse);
        assert_eq!(
            parsed,
            [
                Ok(RetryCondition::Class(5)),
                Ok(RetryCondition::Status(429)),
                Ok(RetryCondition::Connect),
                Ok(RetryCondition::Timeout),
                Ok(RetryCondition::Closed)
            ]
        );
        for wrong in ["", "6xx", "xx", "99", "600", "5XX", "refused"] {
            let error = wrong.parse::<RetryCondition>();
            assert_eq!(error, Err(RetryConditionError), "{wrong}");
        }
    }
}
