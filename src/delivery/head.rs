//! The head of a request as it goes over a connection of our own (RFC 9112, section 2.1).
//!
//! What is the same in each request of a poster is made once; for a request nothing is
//! allocated. It says the same as the other client says for the same parcel.

use reqwest::Url;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, HOST, HeaderMap, HeaderName, USER_AGENT as USER_AGENT_FIELD,
};

use super::parcel::Parcel;
use super::poster::USER_AGENT;

/// What all requests of one poster begin with.
#[derive(Debug)]
pub(super) struct Head {
    /// What was asked for by name.
    headers: HeaderMap,
    /// Path and query of the URL.
    path: String,
    /// `Host`, and what was asked for by name, as they stand in a request.
    fields: Vec<u8>,
}

impl Head {
    pub(super) fn new(url: &Url, headers: &HeaderMap) -> Head {
        Head {
            path: path_of(url),
            fields: fields_of(url, headers),
            headers: headers.clone(),
        }
    }

    /// Adds the head of a request for this parcel; its body follows.
    pub(super) fn write(&self, parcel: &Parcel, out: &mut Vec<u8>) {
        out.extend_from_slice(b"POST ");
        match &parcel.path {
            Some(path) => out.extend_from_slice(path.as_str().as_bytes()),
            None => out.extend_from_slice(self.path.as_bytes()),
        }
        out.extend_from_slice(b" HTTP/1.1\r\n");
        out.extend_from_slice(&self.fields);
        let mut field = |name: &HeaderName, value: &[u8]| {
            write_field(out, name.as_str(), value);
        };
        let Parcel { headers, .. } = parcel;
        for (name, value) in headers {
            // What was asked for by name comes before what came along.
            if !self.headers.contains_key(name) {
                field(name, value.as_bytes());
            }
        }
        if let Some(content_type) = &parcel.content_type
            && !self.headers.contains_key(CONTENT_TYPE)
            && !headers.contains_key(CONTENT_TYPE)
        {
            field(&CONTENT_TYPE, content_type.as_bytes());
        }
        for (name, value) in [(&USER_AGENT_FIELD, USER_AGENT), (&ACCEPT, "*/*")] {
            if !self.headers.contains_key(name) && !headers.contains_key(name) {
                field(name, value.as_bytes());
            }
        }
        out.extend_from_slice(b"content-length: ");
        let mut digits = [0; 20];
        out.extend_from_slice(decimal(parcel.body.len(), &mut digits));
        out.extend_from_slice(b"\r\n\r\n");
    }
}

fn write_field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// A number in digits, without an allocation for each request.
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b"0123456789"[number % 10];
        number /= 10;
        if number == 0 {
            return &digits[start..];
        }
    }
}

/// Path and query of a URL, as they stand in a request.
pub(super) fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// The fields that are the same in each request: what was asked for by name, and `Host`.
fn fields_of(url: &Url, headers: &HeaderMap) -> Vec<u8> {
    let mut fields = Vec::new();
    if !headers.contains_key(HOST) {
        let host = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        write_field(&mut fields, "host", host.as_bytes());
    }
    for (name, value) in headers {
        write_field(&mut fields, name.as_str(), value.as_bytes());
    }
    fields
}
