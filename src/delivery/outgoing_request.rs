//! A request to post: a body and its header fields.

use bytes::Bytes;
use hyper::Uri;
use hyper::http::uri::PathAndQuery;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::hop_by_hop;
use crate::model::error::{Category, Explain};

/// The methods that a request can have. Only the inspector sends others than the first.
const METHODS: [&str; 5] = ["POST", "PUT", "PATCH", "DELETE", "GET"];

/// A request to post: a body and its header fields. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingRequest {
    pub(super) body: Bytes,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) headers: HeaderMap,
    pub(super) method: &'static str,
    /// Replaces the path and query of the target.
    pub(super) path: Option<PathAndQuery>,
    /// What a command finds in its environment.
    pub(super) variables: Vec<(&'static str, String)>,
}

impl OutgoingRequest {
    /// A body with its content type. Without one, the header is not sent.
    pub fn new(body: Bytes, content_type: Option<&[u8]>) -> Result<OutgoingRequest, RequestError> {
        let content_type = content_type
            .map(HeaderValue::from_bytes)
            .transpose()
            .map_err(|_| RequestError::ContentType)?;
        Ok(OutgoingRequest {
            body,
            content_type,
            headers: HeaderMap::new(),
            method: METHODS[0],
            path: None,
            variables: Vec::new(),
        })
    }

    /// A body with its original header fields, in order and with repeats.
    ///
    /// Dropped are the fields of the connection (RFC 9110, section 7.6.1), those that follow from the
    /// body, `Host`, `Authorization` and `Cookie`, and fields that HTTP does not allow.
    pub fn passed_on<'h>(
        body: Bytes,
        headers: impl Iterator<Item = (&'h str, &'h [u8])>,
    ) -> OutgoingRequest {
        OutgoingRequest {
            body,
            content_type: None,
            headers: hop_by_hop::end_to_end(headers),
            method: METHODS[0],
            path: None,
            variables: Vec::new(),
        }
    }

    /// The same request to the path and query of a request target. A host in it (RFC 9112,
    /// section 3.2.2) is dropped: the host of the target stays.
    pub fn to_path(self, request_target: &str) -> Result<OutgoingRequest, RequestError> {
        let uri: Uri = request_target.parse().map_err(|_| RequestError::Path)?;
        let path = uri.path_and_query().ok_or(RequestError::Path)?;
        if !path.as_str().starts_with('/') {
            return Err(RequestError::Path);
        }
        Ok(OutgoingRequest {
            path: Some(path.clone()),
            ..self
        })
    }

    /// The same request with one of the methods that are known.
    pub fn by(self, method: &str) -> Result<OutgoingRequest, RequestError> {
        let known = METHODS.into_iter().find(|known| *known == method);
        Ok(OutgoingRequest {
            method: known.ok_or(RequestError::Method)?,
            ..self
        })
    }

    /// A body for a command, with variables for its environment. A NUL, which cannot stand there,
    /// is replaced.
    pub fn to_command(body: Bytes, variables: Vec<(&'static str, String)>) -> OutgoingRequest {
        let plain = |(name, value): (_, String)| (name, value.replace('\0', "\u{fffd}"));
        OutgoingRequest {
            body,
            content_type: None,
            headers: HeaderMap::new(),
            method: METHODS[0],
            path: None,
            variables: variables.into_iter().map(plain).collect(),
        }
    }

    /// The bytes of the body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The header fields of its own, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let content_type = self
            .content_type
            .as_ref()
            .map(|value| (CONTENT_TYPE.as_str(), value.as_bytes()));
        let others = self.headers.iter();
        content_type
            .into_iter()
            .chain(others.map(|(name, value)| (name.as_str(), value.as_bytes())))
    }

    /// Bytes of the body.
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// A JSON body.
    pub fn json(body: Bytes) -> OutgoingRequest {
        OutgoingRequest {
            body,
            content_type: Some(HeaderValue::from_static("application/json")),
            headers: HeaderMap::new(),
            method: METHODS[0],
            path: None,
            variables: Vec::new(),
        }
    }
}

/// Why a request cannot be posted.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The content type is not a valid header value.
    #[error("the content type holds a character that HTTP does not allow")]
    ContentType,
    /// It cannot be sent by this method.
    #[error("the method is none of {}", METHODS.join(", "))]
    Method,
    /// The request target has no path.
    #[error("the request target has no path")]
    Path,
}

impl Explain for RequestError {
    fn category(&self) -> Category {
        Category::Undone
    }
}
