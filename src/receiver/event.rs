//! The events that a receiver reports to its observer.
//!
//! They are facts, not sentences for a screen. Text from the network is not escaped here.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use hyper::StatusCode;

use crate::model::capture::Capture;

/// Something that happened at the socket.
#[derive(Clone, Debug)]
pub enum Event {
    /// A capture was made safe. Its reply is about to be sent.
    Captured {
        /// The record's number, where a log is kept.
        seq: Option<u64>,
        /// The request.
        capture: Arc<Capture>,
        /// The status of the reply; nothing if the connection is closed without one.
        status: Option<u16>,
    },
    /// A request was refused, and so not recorded.
    Refused {
        /// When it was refused.
        at: DateTime<Utc>,
        /// Who sent it: address and port.
        peer: String,
        /// The HTTP method.
        method: String,
        /// The request target.
        target: String,
        /// Why; says the status of the reply too.
        reason: Refusal,
    },
    /// The bytes that arrived are not an HTTP request, or its head is incomplete.
    Unreadable {
        /// When the receiver gave up.
        at: DateTime<Utc>,
        /// Who sent it: address and port.
        peer: String,
        /// Why; says the status of the reply too.
        problem: Problem,
    },
    /// The system cannot accept connections, most often because too many files are open.
    /// Reported once until a connection is accepted again; accepting is retried.
    NotAccepting {
        /// When it began.
        at: DateTime<Utc>,
        /// The system's message.
        problem: String,
    },
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Credentials are needed, and none came.
    NoCredentials,
    /// The credentials are wrong, or are not Basic ones.
    WrongCredentials,
    /// Another path than the one served.
    NotFound,
    /// A method other than POST, GET and HEAD.
    MethodNotAllowed,
    /// The body is larger than the limit, as declared or as counted.
    BodyTooLarge,
    /// The body took too long.
    BodyTimedOut,
    /// The body broke off, or its chunks are malformed.
    BodyIncomplete,
    /// Other bodies use all the memory for bodies.
    NoRoom,
    /// The recorder failed; the text says why.
    NotRecorded(String),
}

impl Refusal {
    /// The status of the reply.
    pub fn status(&self) -> u16 {
        self.status_code().as_u16()
    }

    pub(super) fn status_code(&self) -> StatusCode {
        match self {
            Refusal::NoCredentials | Refusal::WrongCredentials => StatusCode::UNAUTHORIZED,
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::BodyTimedOut => StatusCode::REQUEST_TIMEOUT,
            Refusal::BodyIncomplete => StatusCode::BAD_REQUEST,
            Refusal::NoRoom | Refusal::NotRecorded(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NoCredentials => "no credentials",
            Refusal::WrongCredentials => "wrong credentials",
            Refusal::NotFound => "another path than the one served",
            Refusal::MethodNotAllowed => "not a POST",
            Refusal::BodyTooLarge => "the body is too large",
            Refusal::BodyTimedOut => "the body took too long",
            Refusal::BodyIncomplete => "the body broke off",
            Refusal::NoRoom => "too many large bodies at once",
            Refusal::NotRecorded(why) => return write!(f, "not recorded: {why}"),
        })
    }
}

/// Why bytes are not an HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not HTTP/1, with the parser's message. TLS on a plain port looks like this.
    NotHttp(String),
    /// The head is larger than the limit, or has too many fields.
    HeadTooLarge,
    /// The head took too long.
    HeadTimedOut,
    /// Plain HTTP on a port with TLS.
    PlainHttp,
    /// The TLS handshake failed, in the words of rustls.
    NoTls(String),
    /// The TLS handshake took too long.
    HandshakeTimedOut,
}

impl Problem {
    /// The status of the reply, for a sender that understands it; nothing if there was no way
    /// to reply.
    pub fn status(&self) -> Option<u16> {
        match self {
            Problem::NotHttp(_) | Problem::PlainHttp => Some(400),
            Problem::HeadTooLarge => Some(431),
            Problem::HeadTimedOut => Some(408),
            Problem::NoTls(_) | Problem::HandshakeTimedOut => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NotHttp(words) => write!(f, "not HTTP/1: {words}"),
            Problem::HeadTooLarge => f.write_str("the header is too large"),
            Problem::HeadTimedOut => f.write_str("the header took too long"),
            Problem::PlainHttp => f.write_str("plain HTTP, and this port speaks https"),
            Problem::NoTls(words) => write!(f, "no TLS: {words}"),
            Problem::HandshakeTimedOut => f.write_str("the TLS handshake took too long"),
        }
    }
}
