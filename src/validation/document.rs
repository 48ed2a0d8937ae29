//! What is judged: bytes, and how they came.
//!
//! A received body is judged unpacked. A body that cannot be unpacked is invalid, unless it is
//! plain JSON as it stands: then only its header is wrong, which is a warning.

use bytes::Bytes;

use super::codes;
use crate::json::{Foreign, MAX_VALUES, foreign_of_type};
use crate::model::content::{Content, ContentFault};
use crate::model::report::{Finding, Severity};
use crate::text::number::grouped;

/// A document to be judged: a text, or the body of a capture.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    /// Its bytes, unpacked.
    pub(super) bytes: &'d [u8],
    /// Why a body could not be unpacked.
    pub(super) fault: Option<&'d ContentFault>,
    /// The content type that its header names.
    pub(super) content_type: Option<&'d str>,
}

impl<'d> From<&'d [u8]> for Document<'d> {
    fn from(bytes: &'d [u8]) -> Document<'d> {
        Document {
            bytes,
            fault: None,
            content_type: None,
        }
    }
}

impl<'d> From<&'d Vec<u8>> for Document<'d> {
    fn from(bytes: &'d Vec<u8>) -> Document<'d> {
        bytes.as_slice().into()
    }
}

impl<'d> From<&'d Bytes> for Document<'d> {
    fn from(bytes: &'d Bytes) -> Document<'d> {
        bytes[..].into()
    }
}

impl<'d> From<&'d Content> for Document<'d> {
    fn from(content: &'d Content) -> Document<'d> {
        Document {
            bytes: &content.bytes,
            fault: content.fault.as_ref(),
            content_type: content.content_type.as_deref(),
        }
    }
}

impl Document<'_> {
    /// The format that the content type names, if the text is not JSON.
    pub(super) fn foreign(&self) -> Option<Foreign> {
        let format = foreign_of_type(self.content_type?, self.bytes)?;
        (!is_json(self.bytes)).then_some(format)
    }
}

/// Whether a text is JSON, by the strict reader: `--reject-malformed` asks this.
pub fn is_json(text: &[u8]) -> bool {
    // serde_json does not check skipped bytes of a slice for UTF-8.
    str::from_utf8(text)
        .is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

/// The finding on a document with too many values.
pub(super) fn too_many_values() -> Finding {
    Finding::on_document(
        codes::TOO_MANY_VALUES.name,
        Severity::Error,
        format!(
            "more than the {} values that are judged",
            grouped(MAX_VALUES as u64)
        ),
        "an event has some dozens; this may be an attack",
    )
}

/// The finding on a body that could not be unpacked.
pub(super) fn packing(fault: &ContentFault, severity: Severity) -> Finding {
    let help = match fault {
        ContentFault::Unknown(_) => "gzip, deflate, br and zstd are known",
        ContentFault::Broken(_) => "pack the body, or leave the header out",
        ContentFault::Unmarked(_) => "add the header, or send the body plain",
        ContentFault::TooLarge(_) | ContentFault::TooDense(_) => {
            "an event has a few hundred bytes; this may be an attack"
        }
        ContentFault::TooOften => "pack the body once, or not at all",
    };
    Finding::on_document(
        codes::CONTENT_ENCODING.name,
        severity,
        fault.to_string(),
        help,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_are_not_json_even_inside_a_string() {
        assert!(is_json("{\"type\":\"é\"}".as_bytes()));
        assert!(!is_json(b"{\"type\":\"\xff\"}"));
        assert!(!is_json(b"{\"type\":}"));
    }
}
