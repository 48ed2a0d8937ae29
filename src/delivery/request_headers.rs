//! The head of a request, for every client and for printed requests.
//!
//! Fields of the options (flags, credentials) replace fields of the request with the same name, and
//! both replace the default ones (`Host`, `User-Agent`, `Accept`).

use std::io::Write as _;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
    USER_AGENT,
};

use super::client_error::ClientError;
use super::client_options::ClientOptions;
use super::outgoing_request::OutgoingRequest;
use super::target_url::TargetUrl;

/// The value of `User-Agent`.
pub(super) const AGENT: &str = concat!("enx-hook/", env!("CARGO_PKG_VERSION"));

static HOST_NAME: HeaderName = HOST;
static CONTENT_TYPE_NAME: HeaderName = CONTENT_TYPE;
static OWN: [(HeaderName, HeaderValue); 2] = [
    (USER_AGENT, HeaderValue::from_static(AGENT)),
    (ACCEPT, HeaderValue::from_static("*/*")),
];

/// The common part of the heads of all requests to one target.
#[derive(Debug)]
pub(super) struct RequestHeaders {
    /// The path and query of the target.
    path: String,
    host: HeaderValue,
    /// The fields of the options, with credentials.
    given: HeaderMap,
    /// `host` and `given`, as they are written.
    prefix: Vec<u8>,
}

impl RequestHeaders {
    pub(super) fn new(
        target: &TargetUrl,
        options: &ClientOptions,
    ) -> Result<RequestHeaders, ClientError> {
        let url = target.url();
        let host = match url.port() {
            Some(port) => format!("{}:{port}", target.host()),
            None => target.host().to_owned(),
        };
        let mut headers = RequestHeaders {
            path: match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            },
            // The host of a URL is always a valid value.
            host: HeaderValue::from_str(&host).unwrap_or(HeaderValue::from_static("")),
            given: given(target, options)?,
            prefix: Vec::new(),
        };
        let mut prefix = Vec::new();
        for (name, value) in headers.fixed() {
            write_field(&mut prefix, name, value.as_bytes());
        }
        headers.prefix = prefix;
        Ok(headers)
    }

    /// The request target of a request: its own path, or the path of the URL.
    pub(super) fn path<'h>(&'h self, request: &'h OutgoingRequest) -> &'h str {
        request
            .path
            .as_ref()
            .map_or(&self.path, |path| path.as_str())
    }

    /// All fields of a request, in order.
    pub(super) fn of(&self, request: &OutgoingRequest) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in self.fixed().chain(self.own(request)) {
            map.append(name.clone(), value.clone());
        }
        map.entry(CONTENT_LENGTH)
            .or_insert_with(|| HeaderValue::from(request.body.len()));
        map
    }

    /// Appends the head of a request, without an allocation.
    pub(super) fn write(&self, request: &OutgoingRequest, out: &mut Vec<u8>) {
        self.begin(request.method, self.path(request), out);
        for (name, value) in self.own(request) {
            write_field(out, name, value.as_bytes());
        }
        // Writing to a `Vec` cannot fail.
        let _ = write!(out, "content-length: {}\r\n\r\n", request.body.len());
    }

    /// The beginning of a raw head: the request line and the fields that every request has.
    pub(super) fn raw(&self, method: &str) -> Vec<u8> {
        let mut head = Vec::new();
        self.begin(method, &self.path, &mut head);
        let [(name, value), _] = &OWN;
        if !self.given.contains_key(name) {
            write_field(&mut head, name, value.as_bytes());
        }
        head
    }

    fn begin(&self, method: &str, path: &str, out: &mut Vec<u8>) {
        for piece in [method, " ", path, " HTTP/1.1\r\n"] {
            out.extend_from_slice(piece.as_bytes());
        }
        out.extend_from_slice(&self.prefix);
    }

    /// The fields that are the same in all requests.
    fn fixed(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        let host = (!self.given.contains_key(HOST)).then_some((&HOST_NAME, &self.host));
        host.into_iter().chain(&self.given)
    }

    /// The other fields, without `Content-Length`.
    fn own<'h>(
        &'h self,
        request: &'h OutgoingRequest,
    ) -> impl Iterator<Item = (&'h HeaderName, &'h HeaderValue)> {
        let is_new = |name: &HeaderName| {
            !self.given.contains_key(name) && !request.headers.contains_key(name)
        };
        let along = request.headers.iter();
        let along = along.filter(|(name, _)| !self.given.contains_key(*name));
        let content_type = request
            .content_type
            .as_ref()
            .filter(|_| is_new(&CONTENT_TYPE));
        let own = OWN.iter().map(|(name, value)| (name, value));
        along
            .chain(content_type.map(|value| (&CONTENT_TYPE_NAME, value)))
            .chain(own.filter(move |(name, _)| is_new(name)))
    }
}

/// The fields of the options, with credentials.
fn given(target: &TargetUrl, options: &ClientOptions) -> Result<HeaderMap, ClientError> {
    let mut headers = HeaderMap::new();
    for header in &options.headers {
        let (name, value) = header.field();
        headers.append(name, value);
    }
    let credentials = options.credentials.as_ref().or(target.credentials());
    if let Some(credentials) = credentials
        && !headers.contains_key(AUTHORIZATION)
    {
        let mut value = HeaderValue::from_str(credentials.authorization().expose())
            .map_err(|_| ClientError::Credentials)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

fn write_field(out: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    for piece in [name.as_str().as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(piece);
    }
}
