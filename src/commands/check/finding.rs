//! What a check found, as a value. How it is shown is not known here.

use std::time::Duration;

use crate::delivery::{Answer, Attempt, Cause, Ending, WireError};
use crate::text::time;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The rule holds.
    Pass,
    /// It does not.
    Fail,
    /// It may not, or it holds and something beside it is odd.
    Warn,
    /// Nothing can be said, for a reason that is.
    Skip,
}

impl Mark {
    /// The word for it in output.
    pub(super) fn word(self) -> &'static str {
        match self {
            Mark::Pass => "pass",
            Mark::Fail => "fail",
            Mark::Warn => "warn",
            Mark::Skip => "skip",
        }
    }
}

/// What a check has to say.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) mark: Mark,
    /// What happened, in one sentence; of a skipped check, why it was.
    pub(super) said: String,
    /// The request that decided, and what came of it.
    pub(super) evidence: Option<Evidence>,
    /// What to change, where that is more than the check says in general.
    pub(super) change: Option<String>,
    /// Whether it did not run for a reason that stands for many.
    pub(super) is_kept_back: bool,
}

/// One request and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    pub(super) sent: String,
    pub(super) received: String,
    pub(super) took: Duration,
}

impl Finding {
    pub(super) fn new(mark: Mark, said: impl Into<String>) -> Finding {
        Finding {
            mark,
            said: said.into(),
            evidence: None,
            change: None,
            is_kept_back: false,
        }
    }

    /// A check that did not run, for a reason that is not its own.
    pub(super) fn kept_back(said: impl Into<String>) -> Finding {
        Finding {
            is_kept_back: true,
            ..Finding::skip(said)
        }
    }

    pub(super) fn pass(said: impl Into<String>) -> Finding {
        Finding::new(Mark::Pass, said)
    }

    pub(super) fn fail(said: impl Into<String>) -> Finding {
        Finding::new(Mark::Fail, said)
    }

    pub(super) fn warn(said: impl Into<String>) -> Finding {
        Finding::new(Mark::Warn, said)
    }

    pub(super) fn skip(said: impl Into<String>) -> Finding {
        Finding::new(Mark::Skip, said)
    }

    /// With the request that decided.
    pub(super) fn with(self, exchange: &Exchange) -> Finding {
        Finding {
            evidence: Some(Evidence {
                sent: exchange.sent.clone(),
                received: exchange.reply.told(),
                took: exchange.took,
            }),
            ..self
        }
    }

    /// With what to change in this case.
    pub(super) fn change(self, change: impl Into<String>) -> Finding {
        Finding {
            change: Some(change.into()),
            ..self
        }
    }
}

/// A request that was sent, and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// What was sent, in a few words.
    pub(super) sent: String,
    pub(super) took: Duration,
    pub(super) reply: Reply,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Answered(Answer),
    Unanswered { cause: Cause, said: String },
}

/// Characters of an answer's body that are told.
const EXCERPT: usize = 100;

impl Exchange {
    pub(super) fn of(sent: impl Into<String>, attempt: Attempt) -> Exchange {
        let reply = match attempt.ending {
            Ending::Answered(answer) => Reply::Answered(answer),
            Ending::Unanswered(no_answer) => Reply::Unanswered {
                cause: no_answer.cause(),
                said: no_answer.to_string(),
            },
        };
        Exchange {
            sent: sent.into(),
            took: attempt.took,
            reply,
        }
    }

    pub(super) fn probed(
        sent: impl Into<String>,
        took: Duration,
        answer: Result<Answer, WireError>,
    ) -> Exchange {
        let reply = match answer {
            Ok(answer) => Reply::Answered(answer),
            Err(broken) => Reply::Unanswered {
                cause: broken.cause(),
                said: broken.to_string(),
            },
        };
        Exchange {
            sent: sent.into(),
            took,
            reply,
        }
    }

    pub(super) fn status(&self) -> Option<u16> {
        match &self.reply {
            Reply::Answered(answer) => Some(answer.status),
            Reply::Unanswered { .. } => None,
        }
    }

    /// What kept the answer away.
    pub(super) fn cause(&self) -> Option<Cause> {
        match &self.reply {
            Reply::Answered(_) => None,
            Reply::Unanswered { cause, .. } => Some(*cause),
        }
    }

    pub(super) fn is_200(&self) -> bool {
        self.status() == Some(200)
    }

    /// `answered 500 in 4 ms: {"error":"x"}`, or why there was no answer.
    pub(super) fn told(&self) -> String {
        match &self.reply {
            Reply::Answered(answer) => {
                let took = time::duration(self.took);
                let excerpt = excerpt(&answer.body);
                let body = if excerpt.is_empty() {
                    excerpt
                } else {
                    format!(": {excerpt}")
                };
                format!("answered {} in {took}{body}", answer.status)
            }
            Reply::Unanswered { said, .. } => said.clone(),
        }
    }
}

impl Reply {
    /// The status with what stands behind it, or why there is none.
    fn told(&self) -> String {
        match self {
            Reply::Answered(answer) => {
                let location = answer.redirect().map_or_else(String::new, |location| {
                    format!(", to {}", String::from_utf8_lossy(location))
                });
                let excerpt = excerpt(&answer.body);
                let body = if excerpt.is_empty() {
                    excerpt
                } else {
                    format!(": {excerpt}")
                };
                format!("{}{location}{body}", answer.status)
            }
            Reply::Unanswered { said, .. } => said.clone(),
        }
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
