//! One received HTTP request, raw.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use compact_str::CompactString;

/// Headers whose values are credentials. They are never stored or shown.
const CREDENTIAL_HEADERS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

/// The value in a capture in place of a credential.
pub const NOT_STORED: &str = "(not stored)";

/// Whether a header's values are credentials.
pub fn is_credential(name: &str) -> bool {
    CREDENTIAL_HEADERS
        .iter()
        .any(|credential| name.eq_ignore_ascii_case(credential))
}

/// One received HTTP request as raw facts, without interpretation. Most of its texts are so short
/// that they take no memory of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// When its last byte had arrived.
    pub received_at: DateTime<Utc>,
    /// The sender: address and port, or what a trusted proxy reports.
    pub peer: CompactString,
    /// The HTTP method.
    pub method: CompactString,
    /// The request target: path and query as sent.
    pub target: CompactString,
    /// The header fields.
    pub headers: Headers,
    /// The body's bytes, exactly.
    pub body: Bytes,
}

/// Header fields in order, with repeats; values are bytes, since HTTP allows any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(CompactString, Bytes)>);

impl Capture {
    /// About how many bytes it holds besides itself.
    pub fn weight(&self) -> usize {
        /// The places of a name and a value.
        const FIELD: usize = 64;
        let fields = self.headers.iter();
        let fields: usize = fields
            .map(|(name, value)| name.len() + value.len() + FIELD)
            .sum();
        self.body.len() + self.target.len() + fields
    }
}

impl Headers {
    /// No fields.
    pub fn new() -> Headers {
        Headers::default()
    }

    /// Adds a field. The value of a credential header is dropped here and stored nowhere.
    pub fn push(&mut self, name: impl Into<CompactString>, value: impl Into<Bytes>) {
        let name = name.into();
        let value = if is_credential(&name) {
            Bytes::from_static(NOT_STORED.as_bytes())
        } else {
            value.into()
        };
        self.0.push((name, value));
    }

    /// The first value of a field, by name in any case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> + Clone {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_get_into_a_capture() {
        let mut headers = Headers::new();
        headers.push("Authorization", "Basic c2VjcmV0");
        headers.push("cookie", "a=b");
        headers.push("X-Trace", "1");
        headers.push("x-trace", "2");
        assert_eq!(headers.get("authorization"), Some(NOT_STORED.as_bytes()));
        assert_eq!(headers.get("Cookie"), Some(NOT_STORED.as_bytes()));
        assert_eq!(
            headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case("x-trace"))
                .count(),
            2
        );
        assert_eq!(headers.get("x-trace"), Some(&b"1"[..]));
    }
}
