//! One header field as the user types it: `Name: value`.

use std::str::FromStr;

use reqwest::header::{CONTENT_LENGTH, HeaderName, HeaderValue, TRANSFER_ENCODING};

use crate::model::error::{Category, Explain};

/// A header field to send. The value may be a secret, so Debug output hides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    name: HeaderName,
    value: HeaderValue,
}

impl Header {
    /// Reads a field as curl's `-H` does: `Name: value`, or `Name;` for an empty value.
    pub fn parse(text: &str) -> Result<Header, HeaderError> {
        let (name, value) = text
            .split_once(':')
            .or_else(|| Some((text.strip_suffix(';')?, "")))
            .ok_or(HeaderError::NoColon)?;
        let name = HeaderName::from_str(name)
            .map_err(|_| HeaderError::Name(name.escape_debug().to_string()))?;
        if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
            return Err(HeaderError::Framing(name));
        }
        let value = value.trim_matches([' ', '\t']);
        if value.is_empty() && text.contains(':') {
            return Err(HeaderError::Empty(name));
        }
        let mut value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| HeaderError::Value(name.clone()))?;
        value.set_sensitive(true);
        Ok(Header { name, value })
    }

    /// Adds header fields. They replace those of the same name.
    pub fn replace(headers: &mut Vec<Header>, others: Vec<Header>) {
        headers.retain(|header| others.iter().all(|other| other.name != header.name));
        headers.extend(others);
    }

    /// The name, in lower case.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The value.
    pub fn value(&self) -> &[u8] {
        self.value.as_bytes()
    }

    /// Name and value for the request.
    pub(super) fn field(&self) -> (HeaderName, HeaderValue) {
        (self.name.clone(), self.value.clone())
    }
}

impl FromStr for Header {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Header, HeaderError> {
        Header::parse(text)
    }
}

/// Why a text is not a header field. The value may be a secret, so no message shows it.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// There is no colon.
    #[error("a header has no colon between its name and its value")]
    NoColon,
    /// The name is not valid.
    #[error("`{0}` is not a header name")]
    Name(String),
    /// The value holds a control character.
    #[error("the value of the header {0} holds a character that HTTP does not allow")]
    Value(HeaderName),
    /// The value is empty.
    #[error("the header {0} has no value")]
    Empty(HeaderName),
    /// The field describes the length of the body.
    #[error("the header {0} cannot be set, it follows from the body")]
    Framing(HeaderName),
}

impl Explain for HeaderError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        match self {
            HeaderError::NoColon | HeaderError::Name(_) => {
                Some("write it like \"X-Trace: 1\"".to_owned())
            }
            HeaderError::Value(_) => Some("leave out line breaks and control characters".into()),
            HeaderError::Empty(name) => Some(format!("write \"{name};\" to send it empty")),
            HeaderError::Framing(_) => None,
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> (String, Vec<u8>) {
        let header = Header::parse(text).unwrap();
        (header.name().to_owned(), header.value.as_bytes().to_vec())
    }

    #[test]
    fn a_header_is_a_name_a_colon_and_a_value() {
        assert_eq!(parsed("X-Trace: 1"), ("x-trace".into(), b"1".to_vec()));
        assert_eq!(
            parsed("X-Trace:\t1 2 "),
            ("x-trace".into(), b"1 2".to_vec())
        );
        assert_eq!(
            parsed("X-Time: 10:30"),
            ("x-time".into(), b"10:30".to_vec())
        );
        assert_eq!(parsed("X-Empty;"), ("x-empty".into(), Vec::new()));
        assert_eq!(parsed("X-Semi: ;"), ("x-semi".into(), b";".to_vec()));
        assert_eq!(parsed("X-Name: é"), ("x-name".into(), "é".into()));
    }

    #[test]
    fn text_that_is_not_a_header_is_refused_with_the_reason() {
        let error = |text| Header::parse(text).unwrap_err();
        assert!(matches!(error("X-Trace"), HeaderError::NoColon));
        assert!(matches!(error(": 1"), HeaderError::Name(_)));
        assert!(matches!(error("X Trace: 1"), HeaderError::Name(_)));
        assert!(matches!(error("X-Trace: "), HeaderError::Empty(_)));
        assert!(matches!(
            error("X-Trace: a\r\nX-B: c"),
            HeaderError::Value(_)
        ));
        assert!(matches!(
            error("Content-Length: 3"),
            HeaderError::Framing(_)
        ));
        assert!(matches!(
            error("transfer-encoding: chunked"),
            HeaderError::Framing(_)
        ));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic_or_show_a_value(text in "\\PC{0,20}", end in "[a-z]{0,3}\n?") {
            let line = format!("X-Key:hunter2{text}{end}");
            let shown = match Header::parse(&line) {
                Ok(header) => format!("{header:?}"),
                Err(error) => format!("{error:?} {error} {:?}", error.advice()),
            };
            prop_assert!(!shown.contains("hunter2"), "{}", shown);
            let _ = Header::parse(&text);
        }
    }
}
