//! Replies other than a plain 200.
//!
//! After a capture was made safe, the receiver asks an injected policy for the reply: to
//! imitate a bad receiver (`--reply`), or to pass on the answer of a target
//! (`--forward-sync`).

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{Response, StatusCode};

use crate::model::capture::Capture;
use crate::model::error::{Category, Explain};

/// Chooses the reply to a capture. The number is the record's `seq`.
pub type Policy = Arc<
    dyn Fn(Option<u64>, Arc<Capture>) -> Pin<Box<dyn Future<Output = Reply> + Send>> + Send + Sync,
>;

/// A reply to a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status; `None` closes the connection without an answer.
    pub status: Option<StatusCode>,
    /// Header fields, besides those of the connection and the length.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Delay before it is sent.
    pub delay: Duration,
}

impl Reply {
    /// This status at once, without a body.
    ///
    /// # Errors
    ///
    /// If it is not a final status.
    pub fn new(status: u16) -> Result<Reply, ReplyError> {
        let status = match StatusCode::from_u16(status) {
            Ok(code) if (200..600).contains(&status) => code,
            _ => return Err(ReplyError::Status(status)),
        };
        Ok(Reply {
            status: Some(status),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
        })
    }

    /// The usual reply.
    pub fn ok() -> Reply {
        Reply {
            status: Some(StatusCode::OK),
            ..Reply::hang_up()
        }
    }

    /// Closes the connection without an answer.
    pub fn hang_up() -> Reply {
        Reply {
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
        }
    }

    /// Adds a header field as it is typed: `Name: value`.
    ///
    /// # Errors
    ///
    /// If it is not a header field, or one that the connection sets.
    pub fn add_header(&mut self, line: &str) -> Result<(), ReplyError> {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| ReplyError::Header(line.to_owned()))?;
        let name = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| ReplyError::Header(line.to_owned()))?;
        if [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION].contains(&name) {
            return Err(ReplyError::Framing(name));
        }
        let value = HeaderValue::from_bytes(value.trim().as_bytes())
            .map_err(|_| ReplyError::Header(line.to_owned()))?;
        self.headers.append(name, value);
        Ok(())
    }

    /// As an HTTP response; `None` if the connection is closed instead.
    pub(super) fn into_response(self) -> Option<Response<Full<Bytes>>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status?;
        *response.headers_mut() = self.headers;
        Some(response)
    }
}

/// Why a reply is not possible.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// Not a final status.
    #[error("{0} is not a status to answer with")]
    Status(u16),
    /// Not a header field.
    #[error("`{0}` is not a header")]
    Header(String),
    /// It would contradict the body or the connection.
    #[error("the header {0} follows from the body and the connection and cannot be set")]
    Framing(HeaderName),
}

impl Explain for ReplyError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        match self {
            ReplyError::Status(_) => Some("a status is a number from 200 to 599".to_owned()),
            ReplyError::Header(_) => Some("write it like \"Retry-After: 5\"".to_owned()),
            ReplyError::Framing(_) => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn only_what_ends_a_request_is_a_status() {
        for status in [100, 199, 600, 0, 1000] {
            assert!(Reply::new(status).is_err(), "{status}");
        }
        assert_eq!(Reply::new(503).unwrap().status.unwrap().as_u16(), 503);
    }

    #[test]
    fn headers_that_belong_to_the_connection_cannot_be_set() {
        let mut reply = Reply::new(200).unwrap();
        reply.add_header("Retry-After: 5").unwrap();
        reply.add_header("x-a:").unwrap();
        assert_eq!(reply.headers["retry-after"], "5");
        for line in ["Content-Length: 3", "connection: close"] {
            assert!(matches!(
                reply.add_header(line),
                Err(ReplyError::Framing(_))
            ));
        }
        for line in ["none", "a b: c", "x: a\nb"] {
            assert!(matches!(reply.add_header(line), Err(ReplyError::Header(_))));
        }
    }
}
