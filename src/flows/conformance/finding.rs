//! What a check found, as a value, and the exchanges it is based on.

use std::time::Duration;

use crate::delivery::{Answer, Attempt, BodyEnd, Cause, Ending, TransportError};
use crate::model::error::Failure;
use crate::text::{number, time};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// The rule holds.
    Pass,
    /// It does not.
    Fail,
    /// It may not hold, or it holds and something else is unusual.
    Warn,
    /// It could not be judged; the message says why.
    Skip,
}

impl CheckResult {
    /// Whether something should change in the receiver.
    pub fn is_bad(self) -> bool {
        matches!(self, CheckResult::Fail | CheckResult::Warn)
    }

    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            CheckResult::Pass => "pass",
            CheckResult::Fail => "fail",
            CheckResult::Warn => "warn",
            CheckResult::Skip => "skip",
        }
    }
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How it ended.
    pub result: CheckResult,
    /// What happened, in one sentence; for a skipped check, why.
    pub message: String,
    /// The decisive request and its answer.
    pub evidence: Option<Evidence>,
    /// What to change, if it differs from what the check says in general.
    pub change: Option<String>,
    /// Whether it did not run for a reason that it shares with other checks.
    pub is_blocked: bool,
}

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What was sent, in a few words.
    pub sent: String,
    /// What came back.
    pub received: String,
    /// How long it took.
    pub took: Duration,
}

impl Finding {
    /// A finding without a request.
    pub(super) fn new(result: CheckResult, message: impl Into<String>) -> Finding {
        Finding {
            result,
            message: message.into(),
            evidence: None,
            change: None,
            is_blocked: false,
        }
    }

    /// A check that did not run, for a reason outside it.
    pub(super) fn blocked(message: impl Into<String>) -> Finding {
        Finding {
            is_blocked: true,
            ..Finding::skip(message)
        }
    }

    pub(super) fn pass(message: impl Into<String>) -> Finding {
        Finding::new(CheckResult::Pass, message)
    }

    pub(super) fn fail(message: impl Into<String>) -> Finding {
        Finding::new(CheckResult::Fail, message)
    }

    pub(super) fn warn(message: impl Into<String>) -> Finding {
        Finding::new(CheckResult::Warn, message)
    }

    pub(super) fn skip(message: impl Into<String>) -> Finding {
        Finding::new(CheckResult::Skip, message)
    }

    /// Adds the decisive request.
    pub(super) fn with(self, exchange: &Exchange) -> Finding {
        self.with_evidence(&exchange.sent, &exchange.received(), exchange.took)
    }

    /// Adds evidence that is not an exchange with the receiver.
    pub(super) fn with_evidence(self, sent: &str, received: &str, took: Duration) -> Finding {
        Finding {
            evidence: Some(Evidence {
                sent: sent.to_owned(),
                received: received.to_owned(),
                took,
            }),
            ..self
        }
    }

    /// Adds what to change in this case.
    pub(super) fn change(self, change: impl Into<String>) -> Finding {
        Finding {
            change: Some(change.into()),
            ..self
        }
    }
}

/// Why a check ends before its last line.
pub(super) enum Early {
    /// With a finding, such as a skip.
    Finding(Finding),
    /// With an error of the run.
    Failure(Failure),
}

/// How a check ends; `?` ends it early.
pub(super) type Checking = Result<Finding, Early>;

impl From<Finding> for Early {
    fn from(finding: Finding) -> Early {
        Early::Finding(finding)
    }
}

impl<E: Into<Failure>> From<E> for Early {
    fn from(error: E) -> Early {
        Early::Failure(error.into())
    }
}

/// A request that was sent, and its answer.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// What was sent, in a few words.
    pub sent: String,
    pub took: Duration,
    pub answer: Result<Answer, NoAnswer>,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(super) struct NoAnswer {
    pub cause: Cause,
    pub message: String,
}

/// The most characters of an answer's body in a message.
const EXCERPT: usize = 100;

impl Exchange {
    pub(super) fn of(sent: &str, attempt: Attempt) -> Exchange {
        let answer = match attempt.ending {
            Ending::Answered(answer) => whole(answer),
            ending => Err((
                ending.cause().unwrap_or(Cause::Other),
                ending.failure().unwrap_or_default(),
            )),
        };
        Exchange::new(sent, attempt.took, answer)
    }

    pub(super) fn raw(
        sent: &str,
        took: Duration,
        answer: Result<Answer, TransportError>,
    ) -> Exchange {
        // With its sources, such as what is wrong with a certificate.
        let told = |error: TransportError| (error.cause(), Failure::from(error).message());
        Exchange::new(sent, took, answer.map_err(told).and_then(whole))
    }

    pub(super) fn new(
        sent: &str,
        took: Duration,
        answer: Result<Answer, (Cause, String)>,
    ) -> Exchange {
        Exchange {
            sent: sent.to_owned(),
            took,
            answer: answer.map_err(|(cause, message)| NoAnswer { cause, message }),
        }
    }

    pub(super) fn status(&self) -> Option<u16> {
        self.answer.as_ref().ok().map(|answer| answer.status)
    }

    /// Why there is no answer.
    pub(super) fn cause(&self) -> Option<Cause> {
        self.answer.as_ref().err().map(|error| error.cause)
    }

    pub(super) fn is_200(&self) -> bool {
        self.status() == Some(200)
    }

    /// `recording: answered 500 in 4 ms: {"error":"x"}`
    pub(super) fn sentence(&self) -> String {
        format!("{}: {}", self.sent, self.describe())
    }

    /// `answered 500 in 4 ms: {"error":"x"}`, or why there was no answer.
    pub(super) fn describe(&self) -> String {
        match &self.answer {
            Ok(answer) => {
                let took = time::duration(self.took);
                let body = after_colon(&answer.body);
                format!("answered {} in {took}{body}", answer.status)
            }
            Err(error) => error.message.clone(),
        }
    }

    /// The status, redirect and body, or why there is no answer.
    fn received(&self) -> String {
        match &self.answer {
            Ok(answer) => {
                let location = answer.redirect().map_or_else(String::new, |location| {
                    format!(", to {}", String::from_utf8_lossy(location))
                });
                let body = after_colon(&answer.body);
                format!("{}{location}{body}", answer.status)
            }
            Err(error) => error.message.clone(),
        }
    }
}

/// The answer, if all of its body came: a provider waits for the end of an answer.
fn whole(answer: Answer) -> Result<Answer, (Cause, String)> {
    let status = answer.status;
    match &answer.end {
        BodyEnd::Whole => Ok(answer),
        BodyEnd::Cut(limit) => {
            let read = number::bytes(number::count(*limit));
            let message = format!("the answer {status} is longer than {read}");
            Err((Cause::BadAnswer, message))
        }
        BodyEnd::Broken(error) => Err((error.cause(), error.to_string())),
    }
}

/// `: ` and the beginning of a body on one line; nothing for an empty body.
fn after_colon(body: &[u8]) -> String {
    let excerpt = excerpt(body);
    if excerpt.is_empty() {
        excerpt
    } else {
        format!(": {excerpt}")
    }
}

/// The beginning of a body on one line.
fn excerpt(body: &[u8]) -> String {
    let start = &body[..body.len().min(4 * EXCERPT)];
    let text = String::from_utf8_lossy(start);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_and_has_an_end() {
        assert_eq!(excerpt(b" {\n  \"a\": 1\r\n}\n"), "{ \"a\": 1 }");
        assert_eq!(excerpt(b"\xff!"), "\u{fffd}!");
        let long = excerpt("é".repeat(9999).as_bytes());
        assert_eq!(long.chars().count(), EXCERPT + 1);
    }
}
