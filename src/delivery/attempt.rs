//! One attempt to deliver, and how it ended.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;

use super::exit::{Exit, ExitKind};
use super::transport_error::TransportError;
use crate::model::cause::Cause;
use crate::model::outcome::Outcome;
use crate::text::number;

/// The most bytes of an answer's body that are read, unless the caller needs more.
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
    /// With an answer of any status. Its body may be incomplete: the status alone decides about the
    /// delivery.
    Answered(Answer),
    /// Without a status.
    Unanswered(TransportError),
    /// The target is a command, which was run.
    Exited(Exit),
}

impl Ending {
    /// The outcome for the exit code: done for 2xx, negative for any other answer.
    pub fn outcome(&self) -> Outcome {
        match self {
            Ending::Answered(answer) if answer.is_success() => Outcome::Done,
            Ending::Unanswered(_) => Outcome::Undone,
            Ending::Exited(exit) if exit.is_success() => Outcome::Done,
            Ending::Answered(_) | Ending::Exited(_) => Outcome::Negative,
        }
    }

    /// What the target said, whatever it means.
    pub fn said(&self) -> Option<&Bytes> {
        match self {
            Ending::Answered(answer) => Some(&answer.body),
            Ending::Exited(exit) => Some(&exit.output),
            Ending::Unanswered(_) => None,
        }
    }

    /// Why there is no answer, or why the command failed; nothing if there is an answer.
    pub fn failure(&self) -> Option<String> {
        match self {
            Ending::Answered(_) => None,
            Ending::Unanswered(why) => Some(why.to_string()),
            Ending::Exited(exit) => exit.failure(),
        }
    }

    /// Why the answer or the output is incomplete, in one sentence.
    pub fn incomplete(&self) -> Option<String> {
        match self {
            Ending::Answered(answer) => answer.incomplete(),
            Ending::Exited(exit) => exit.incomplete(),
            Ending::Unanswered(_) => None,
        }
    }

    /// The kind of failure: of the transport, or that a command took too long.
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Ending::Unanswered(why) => Some(why.cause()),
            Ending::Exited(exit) => {
                matches!(exit.how, ExitKind::Limit(_)).then_some(Cause::Timeout)
            }
            Ending::Answered(_) => None,
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
    /// The body, as far as it was read.
    pub body: Bytes,
    /// How the body ends.
    pub end: BodyEnd,
    /// The length of the whole body, if it is known: read to the end, or announced.
    pub length: Option<u64>,
    /// The address from which the request was sent, if it is known.
    pub local: Option<Arc<SocketAddr>>,
    pub(super) headers: HeaderMap,
}

/// How the body of an answer ends.
#[derive(Clone, Debug)]
pub enum BodyEnd {
    /// All of it was read.
    Whole,
    /// It is longer than this limit, and the rest was not read.
    Cut(usize),
    /// It broke off, or it did not end in time.
    Broken(TransportError),
}

/// An answer as far as it was read.
#[derive(Debug, Default)]
pub(super) struct PartialAnswer {
    /// Status and header fields, once the head is complete.
    pub(super) head: Option<(u16, HeaderMap)>,
    pub(super) body: BytesMut,
    /// The announced length of the body.
    pub(super) length: Option<u64>,
    /// The address from which the request was sent.
    pub(super) local: Option<Arc<SocketAddr>>,
}

impl PartialAnswer {
    pub(super) fn status(&self) -> Option<u16> {
        self.head.as_ref().map(|(status, _)| *status)
    }

    /// The answer with this end. An error before the end of the head means that there is none.
    pub(super) fn end(
        self,
        end: Result<BodyEnd, TransportError>,
    ) -> Result<Answer, TransportError> {
        let (status, headers, end) = match (self.head, end) {
            (Some((status, headers)), Ok(end)) => (status, headers, end),
            (Some((status, headers)), Err(error)) => (status, headers, BodyEnd::Broken(error)),
            (None, Err(error)) => return Err(error),
            // A body follows a head.
            (None, Ok(end)) => (0, HeaderMap::new(), end),
        };
        let whole = matches!(end, BodyEnd::Whole).then_some(self.body.len());
        let whole = whole.and_then(|length| u64::try_from(length).ok());
        Ok(Answer {
            status,
            length: whole.or(self.length),
            body: self.body.freeze(),
            end,
            local: self.local,
            headers,
        })
    }
}

impl Answer {
    /// Whether the whole body was read.
    pub fn is_whole(&self) -> bool {
        matches!(self.end, BodyEnd::Whole)
    }

    /// Drops all of the body but its first bytes, which [`ANSWER_LIMIT`] counts.
    pub fn shorten(&mut self) {
        if self.body.len() > ANSWER_LIMIT {
            self.body = Bytes::copy_from_slice(&self.body[..ANSWER_LIMIT]);
        }
    }

    /// Why the body is incomplete, in one sentence.
    pub fn incomplete(&self) -> Option<String> {
        match &self.end {
            BodyEnd::Whole => None,
            BodyEnd::Cut(limit) => {
                let read = number::bytes(number::count(*limit));
                Some(format!("only the first {read} of the answer were read"))
            }
            BodyEnd::Broken(error) => Some(error.to_string()),
        }
    }

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
                end: BodyEnd::Whole,
                local: None,
                headers: HeaderMap::new(),
            }),
        }
    }
}
