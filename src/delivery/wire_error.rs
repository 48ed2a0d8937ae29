//! What can go wrong on a connection of our own.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::model::cause::Cause;

/// Why there was no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// There is no connection.
    #[error("no connection: {0}")]
    Connect(#[source] io::Error),
    /// There is no TLS on it.
    #[error("no TLS connection: {0}")]
    Tls(#[source] io::Error),
    /// It took longer than that.
    #[error("no answer within {}", Span(*.0))]
    Timeout(Duration),
    /// The other side closed the connection before its answer was whole.
    #[error("closed the connection without a whole answer")]
    Closed,
    /// What came is not HTTP/1.1.
    #[error("the answer is not HTTP/1.1")]
    BadAnswer,
    /// Anything else.
    #[error("the connection failed: {0}")]
    Other(#[source] io::Error),
}

impl WireError {
    pub(super) fn of(error: io::Error) -> WireError {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof,
        };
        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof => {
                WireError::Closed
            }
            _ => WireError::Other(error),
        }
    }

    /// The kind of thing that kept the answer away.
    pub fn cause(&self) -> Cause {
        match self {
            WireError::Connect(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Cause::Refused
            }
            WireError::Connect(_) => Cause::Unreachable,
            WireError::Tls(_) => Cause::Tls,
            WireError::Timeout(_) => Cause::Timeout,
            WireError::Closed => Cause::Closed,
            WireError::BadAnswer => Cause::BadAnswer,
            WireError::Other(_) => Cause::Other,
        }
    }
}

/// A time with its unit: `300 ms`, `10 s`.
pub(super) struct Span(pub(super) Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_nanos() == 0 {
            write!(f, "{} s", self.0.as_secs())
        } else {
            write!(f, "{} ms", self.0.as_millis())
        }
    }
}
