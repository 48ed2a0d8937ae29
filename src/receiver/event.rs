//! The events that a receiver reports to its observer.
//!
//! They are facts, not sentences for a screen. Text from the network is not escaped here.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use hyper::StatusCode;

use crate::model::capture::Capture;
use crate::text::number::{count, counted, grouped};
use crate::text::time;

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
        /// The part of the body that had arrived, if it was asked for.
        partial: Bytes,
    },
    /// A GET or HEAD was answered 200. Nothing is recorded: it has no event.
    Greeted {
        /// When it was answered.
        at: DateTime<Utc>,
        /// Who sent it: address and port.
        peer: String,
        /// GET or HEAD.
        method: String,
        /// The request target.
        target: String,
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
    /// As many connections are open as may be; each new one closes the one that is idle for the
    /// longest time. Reported once until far fewer are open.
    Crowded {
        /// When it began.
        at: DateTime<Utc>,
        /// How many there are.
        connections: usize,
    },
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Credentials are needed, and none came.
    NoCredentials,
    /// The credentials are wrong, or are not Basic ones.
    WrongCredentials,
    /// The right credentials in Latin-1 instead of UTF-8.
    Latin1Credentials,
    /// Another path than the one served.
    NotFound,
    /// A method other than POST, GET and HEAD.
    MethodNotAllowed,
    /// Not exactly one valid `Host` field (RFC 9112, section 3.2); the text says what is there.
    BadHost(&'static str),
    /// A transfer coding other than `chunked` (RFC 9112, section 6.1).
    UnknownCoding,
    /// Both `Transfer-Encoding` and `Content-Length` (RFC 9112, section 6.3): two readers could
    /// find two ends.
    TwoLengths,
    /// Bytes follow the head, and it does not say how many (RFC 9110, section 15.5.12).
    NoLength,
    /// The body is larger than the limit, as declared or as counted.
    BodyTooLarge {
        /// The limit in bytes.
        most: usize,
        /// The length that the head declares.
        declared: Option<u64>,
    },
    /// The body took too long.
    BodyTimedOut {
        /// What had arrived.
        arrived: Arrived,
        /// The limit.
        within: Duration,
    },
    /// The body broke off, or its chunks are malformed.
    BodyIncomplete(Arrived),
    /// Other bodies use all the memory for bodies.
    NoRoom,
    /// Too many bodies wait for the check that is part of the reply.
    TooManyChecks,
    /// The recorder failed; the text says why.
    NotRecorded(String),
}

impl Refusal {
    /// The status of the reply.
    pub fn status(&self) -> u16 {
        self.status_code().as_u16()
    }

    /// Whether the sender may send the same request again.
    pub(super) fn is_temporary(&self) -> bool {
        self.status_code() == StatusCode::SERVICE_UNAVAILABLE
    }

    pub(super) fn status_code(&self) -> StatusCode {
        match self {
            Refusal::NoCredentials | Refusal::WrongCredentials | Refusal::Latin1Credentials => {
                StatusCode::UNAUTHORIZED
            }
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::UnknownCoding => StatusCode::NOT_IMPLEMENTED,
            Refusal::NoLength => StatusCode::LENGTH_REQUIRED,
            Refusal::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::BodyTimedOut { .. } => StatusCode::REQUEST_TIMEOUT,
            Refusal::BadHost(_) | Refusal::TwoLengths | Refusal::BodyIncomplete(_) => {
                StatusCode::BAD_REQUEST
            }
            Refusal::NoRoom | Refusal::TooManyChecks | Refusal::NotRecorded(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NoCredentials => "no credentials",
            Refusal::WrongCredentials => "wrong credentials",
            Refusal::Latin1Credentials => {
                "the credentials are right, but in Latin-1; the sender has to encode them in UTF-8"
            }
            Refusal::NotFound => "another path than the one served",
            Refusal::MethodNotAllowed => "not a POST",
            Refusal::BadHost(what) => what,
            Refusal::UnknownCoding => "a Transfer-Encoding other than chunked",
            Refusal::TwoLengths => "both Transfer-Encoding and Content-Length",
            Refusal::NoLength => "a body follows, and there is no Content-Length",
            Refusal::BodyTooLarge { most, declared } => {
                f.write_str("the body is too large: ")?;
                if let Some(declared) = declared {
                    write!(f, "{} bytes, and ", grouped(*declared))?;
                }
                return write!(f, "{} are the limit (--max-body)", grouped(count(*most)));
            }
            Refusal::BodyTimedOut { arrived, within } => {
                let within = time::duration(*within);
                return write!(f, "the body took longer than {within}: {arrived}");
            }
            Refusal::BodyIncomplete(arrived) => {
                return write!(f, "the body broke off: {arrived}");
            }
            Refusal::NoRoom => "too many large bodies at once",
            Refusal::TooManyChecks => "too many large bodies at once for --reject-malformed",
            Refusal::NotRecorded(why) => return write!(f, "not recorded: {why}"),
        })
    }
}

/// How much of a body had arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Bytes that arrived.
    pub bytes: usize,
    /// Bytes that the head declares.
    pub declared: Option<u64>,
}

impl fmt::Display for Arrived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.declared {
            Some(all) => write!(
                f,
                "{} of {} bytes came",
                grouped(count(self.bytes)),
                grouped(all)
            ),
            None => write!(
                f,
                "{} came, in chunks",
                counted(count(self.bytes), "byte", "bytes")
            ),
        }
    }
}

/// Why bytes are not an HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not HTTP/1, with the parser's message.
    NotHttp(String),
    /// Another protocol, told by its first bytes.
    Foreign(Foreign),
    /// Bytes behind the body of a POST that are not another request.
    BehindBody {
        /// The `Content-Length` of that POST; nothing if it had none.
        length: Option<u64>,
    },
    /// The head is larger than this number of bytes.
    HeadTooLarge(usize),
    /// The head has more than this number of fields.
    TooManyFields(usize),
    /// The head took too long.
    HeadTimedOut {
        /// Bytes that arrived.
        bytes: usize,
        /// The limit.
        within: Duration,
    },
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
            Problem::Foreign(Foreign::Http2) => Some(505),
            Problem::NotHttp(_)
            | Problem::Foreign(_)
            | Problem::BehindBody { .. }
            | Problem::PlainHttp => Some(400),
            Problem::HeadTooLarge(_) | Problem::TooManyFields(_) => Some(431),
            Problem::HeadTimedOut { .. } => Some(408),
            Problem::NoTls(_) | Problem::HandshakeTimedOut => None,
        }
    }
}

/// A protocol that senders and proxies speak by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// TLS.
    Tls,
    /// HTTP/2 without an upgrade.
    Http2,
    /// The PROXY protocol of `HAProxy` and others.
    Proxy,
    /// SSH.
    Ssh,
}

impl Foreign {
    /// Tells a protocol by the first bytes of a connection.
    pub(super) fn of(start: &[u8]) -> Option<Foreign> {
        [
            (&b"\x16\x03"[..], Foreign::Tls),
            (b"PRI * HTTP/2", Foreign::Http2),
            (b"PROXY ", Foreign::Proxy),
            (b"\r\n\r\n\0\r\nQUIT\n", Foreign::Proxy),
            (b"SSH-", Foreign::Ssh),
        ]
        .into_iter()
        .find_map(|(prefix, foreign)| start.starts_with(prefix).then_some(foreign))
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Foreign::Tls => {
                "TLS, and this port speaks plain HTTP: use http in the URL, or start with \
                 --tls-self-signed"
            }
            Foreign::Http2 => "HTTP/2, and this port speaks HTTP/1.1",
            Foreign::Proxy => {
                "the PROXY protocol, which is not known here: turn it off in the proxy"
            }
            Foreign::Ssh => "SSH, and this port speaks HTTP",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NotHttp(words) => write!(f, "not HTTP/1: {words}"),
            Problem::Foreign(foreign) => write!(f, "not HTTP/1: {foreign}"),
            Problem::BehindBody {
                length: Some(length),
            } => write!(
                f,
                "more bytes follow a body of {} (Content-Length): does the sender count characters?",
                counted(*length, "byte", "bytes")
            ),
            Problem::BehindBody { length: None } => {
                f.write_str("bytes follow a POST without a Content-Length")
            }
            Problem::HeadTooLarge(most) => write!(
                f,
                "the header is larger than {} bytes (--max-header)",
                grouped(count(*most))
            ),
            Problem::TooManyFields(most) => write!(
                f,
                "the header has more than {} fields (--max-header allows more)",
                grouped(count(*most))
            ),
            Problem::HeadTimedOut { bytes, within } => write!(
                f,
                "the header took longer than {}: {} came",
                time::duration(*within),
                counted(count(*bytes), "byte", "bytes")
            ),
            Problem::PlainHttp => {
                f.write_str("plain HTTP, and this port speaks TLS: use https in the URL")
            }
            Problem::NoTls(words) => write!(f, "no TLS: {words}"),
            Problem::HandshakeTimedOut => f.write_str("the TLS handshake took too long"),
        }
    }
}
