//! Whether to try again, and when.
//!
//! One rule for all that delivers: a target that was not reached costs no attempt, since the
//! body never left; anything else that is not a 2xx does. It waits for nobody itself.

use std::time::Duration;

use super::attempt::Ending;

/// How often to try again, and how long to wait before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Attempts after the first one.
    pub times: u32,
    /// The wait after the first attempt. It doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait, also where the target asks for more by `Retry-After`.
    pub longest_wait: Duration,
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: it is delivered.
    Done,
    /// Another attempt after that wait.
    Again(Duration),
    /// Nothing: it has failed as often as it may.
    GiveUp,
    /// The target was not reached. That counts for no attempt; nothing else would reach
    /// it now.
    Pause,
}

impl Retries {
    /// What comes after the `attempts`-th attempt, counted from 1, which ended so.
    pub fn after(&self, attempts: u32, ending: &Ending) -> Next {
        let asked_for = match ending {
            Ending::Answered(answer) if answer.is_success() => return Next::Done,
            Ending::Answered(answer) => answer.header("retry-after").and_then(seconds),
            Ending::Unanswered(no_answer) if no_answer.cause().is_unreached() => {
                return Next::Pause;
            }
            Ending::Unanswered(_) => None,
        };
        if attempts > self.times {
            return Next::GiveUp;
        }
        Next::Again(self.wait(attempts, asked_for.unwrap_or_default()))
    }

    /// The wait after the `attempts`-th attempt, at least as long as was asked for.
    pub(super) fn wait(&self, attempts: u32, asked_for: Duration) -> Duration {
        let wait = self
            .first_wait
            .saturating_mul(doublings(attempts.saturating_sub(1)));
        wait.max(asked_for).min(self.longest_wait)
    }
}

fn doublings(times: u32) -> u32 {
    1_u32.checked_shl(times).unwrap_or(u32::MAX)
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3); its other form, a date, is not read.
fn seconds(value: &[u8]) -> Option<Duration> {
    let text = str::from_utf8(value).ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::*;
    use crate::delivery::Answer;

    const RETRIES: Retries = Retries {
        times: 5,
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(10),
    };

    fn answered(status: u16, retry_after: Option<&'static str>) -> Ending {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
        }
        Ending::Answered(Answer {
            status,
            body: Bytes::new(),
            truncated: false,
            length: Some(0),
            headers,
        })
    }

    #[test]
    fn only_2xx_is_delivered_and_waits_double_up_to_a_limit() {
        assert_eq!(RETRIES.after(1, &answered(204, None)), Next::Done);
        let waits: Vec<_> = (1..7)
            .map(|attempts| RETRIES.after(attempts, &answered(500, None)))
            .collect();
        let again = |seconds| Next::Again(Duration::from_secs(seconds));
        assert_eq!(
            waits,
            [
                again(1),
                again(2),
                again(4),
                again(8),
                again(10),
                Next::GiveUp
            ]
        );
        // A redirect is not followed, and so delivered nowhere.
        assert_eq!(RETRIES.after(1, &answered(302, None)), again(1));
    }

    #[test]
    fn a_target_may_ask_for_more_time_within_the_limit() {
        let wait = |value| RETRIES.after(1, &answered(503, Some(value)));
        assert_eq!(wait("3"), Next::Again(Duration::from_secs(3)));
        assert_eq!(wait("86400"), Next::Again(Duration::from_secs(10)));
        assert_eq!(wait("soon"), Next::Again(Duration::from_secs(1)));
    }

    #[test]
    fn any_number_of_attempts_has_a_wait() {
        let endless = Retries {
            times: u32::MAX,
            ..RETRIES
        };
        assert_eq!(
            endless.after(4_000_000_000, &answered(500, None)),
            Next::Again(Duration::from_secs(10))
        );
    }
}
