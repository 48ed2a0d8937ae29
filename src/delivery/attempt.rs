//! One attempt to deliver, and how it ended.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;

use super::transport_error::TransportError;
use crate::model::outcome::Outcome;

/// The most bytes of an answer's body that are read.
pub const ANSWER_LIMIT: usize = 64 * 1024;

/// One request and how it ended.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The time from the start of the request, with a new connection, to the last byte of the answer
    /// that was read, or to the time-out.
    pub took: Duration,
    /// How it ended.
    pub ending: Ending,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Ending {
    /// With an answer of any status.
    Answered(Answer),
    /// Without a complete answer.
    Unanswered(TransportError),
}

impl From<Result<Answer, TransportError>> for Ending {
    fn from(result: Result<Answer, TransportError>) -> Ending {
        match result {
            Ok(answer) => Ending::Answered(answer),
            Err(error) => Ending::Unanswered(error),
        }
    }
}

impl Ending {
    /// The outcome for the exit code: done for 2xx, negative for any other answer.
    pub fn outcome(&self) -> Outcome {
        match self {
            Ending::Answered(answer) if answer.is_success() => Outcome::Done,
            Ending::Answered(_) => Outcome::Negative,
            Ending::Unanswered(_) => Outcome::Undone,
        }
    }

    /// Whether the target never saw the request.
    pub fn is_unreached(&self) -> bool {
        matches!(self, Ending::Unanswered(why) if why.cause().is_unreached())
    }
}

/// The answer of a target. Nothing in it is decoded.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The first bytes of the body, at most [`ANSWER_LIMIT`].
    pub body: Bytes,
    /// Whether the body is longer.
    pub truncated: bool,
    /// The length of the whole body, if it is known: read to the end, or announced.
    pub length: Option<u64>,
    pub(super) headers: HeaderMap,
}

impl Answer {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first value of a header field, by name in any case.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.get(name).map(AsRef::as_ref)
    }

    /// All header fields, their names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
    }

    /// The target of a redirect, as written. It is never followed.
    pub fn redirect(&self) -> Option<&[u8]> {
        if (300..400).contains(&self.status) {
            self.header("location")
        } else {
            None
        }
    }
}

#[cfg(test)]
impl Attempt {
    /// An answer without a body, perhaps with `Retry-After`.
    pub(crate) fn answered(status: u16, retry_after: Option<&str>) -> Attempt {
        let mut attempt = Attempt::of(status, Duration::ZERO, Bytes::new());
        if let (Ending::Answered(answer), Some(value)) = (&mut attempt.ending, retry_after)
            && let Ok(value) = value.parse()
        {
            answer.headers.insert("retry-after", value);
        }
        attempt
    }

    /// A refused connection.
    pub(crate) fn refused() -> Attempt {
        let error = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        Attempt {
            took: Duration::ZERO,
            ending: Ending::Unanswered(TransportError::of_test(error)),
        }
    }

    /// An answer with this status and body.
    pub(crate) fn of(status: u16, took: Duration, body: Bytes) -> Attempt {
        Attempt {
            took,
            ending: Ending::Answered(Answer {
                status,
                length: u64::try_from(body.len()).ok(),
                body,
                truncated: false,
                headers: HeaderMap::new(),
            }),
        }
    }
}
