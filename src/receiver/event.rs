//! What a receiver tells whoever watches.
//!
//! Facts and no sentences for a screen: the texts here name a reason in a few words,
//! and whoever shows them escapes what came over the network.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use hyper::StatusCode;

use crate::capture::Capture;

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
    /// Bytes arrived that are no HTTP/1 request, or whose head is too large. TLS on a
    /// port without it looks like this.
    Unreadable {
        /// When it was given up.
        at: DateTime<Utc>,
        /// Who sent it: address and port.
        peer: String,
        /// The status of the reply, for a sender that understands it.
        status: u16,
        /// What was wrong, in the words of the HTTP parser.
        problem: String,
    },
    /// The system does not hand out connections, most often because too many files are
    /// open. Said once until one is accepted again; accepting is retried.
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
            Refusal::NotRecorded(_) => StatusCode::SERVICE_UNAVAILABLE,
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
            Refusal::NotRecorded(why) => return write!(f, "not recorded: {why}"),
        })
    }
}
