//! One record of the log: a capture as one line of JSON, and back.
//!
//! The format is a promise to users, who read logs with their own tools. Whatever is
//! UTF-8 stands as text; what is not stands as base64, so that a body comes back byte
//! for byte. Fields that are not known are ignored: a later version may add some.
//!
//! It does no I/O, and does not look at what a body says.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};

use crate::capture::{Capture, Headers};
use crate::error::{Category, Explain};

/// The version of the record format that this program writes and reads.
pub const RECORD_VERSION: u64 = 1;

/// How every record begins that this program writes.
pub(super) const RECORD_START: &[u8] = b"{\"enx_hook\":";

/// The word that marks a header value as base64.
const BASE64_MARK: &str = "base64";

/// A capture and its number in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number: ascending through the log and its parts, from 1.
    pub seq: u64,
    /// What was received. Its time has microseconds.
    pub capture: Capture,
}

/// Why a line is no record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The version is not the one that this program reads.
    #[error(
        "its record version is {version}, and this program reads {RECORD_VERSION}: a newer enx-hook wrote it"
    )]
    Version {
        /// The version that it says.
        version: u64,
    },
    /// The line is not JSON, or not the JSON of a record.
    #[error("{message} at column {column}")]
    Json {
        /// What was found, or expected.
        message: String,
        /// The byte of the line, from 1; 0 stands before the first.
        column: usize,
        /// Whether the line is right as far as it goes, and simply ends early.
        ends_early: bool,
    },
    /// Neither `body` nor `body_base64`, or both.
    #[error("it must have either body or body_base64")]
    Body,
}

impl Explain for RecordError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        match self {
            RecordError::Version { .. } => Some("update enx-hook".to_owned()),
            RecordError::Json { .. } | RecordError::Body => None,
        }
    }
}

impl From<serde_json::Error> for RecordError {
    fn from(error: serde_json::Error) -> RecordError {
        let mut message = error.to_string();
        // The place is within one line, so its "line 1" would only mislead.
        if let Some(place) = message.rfind(" at line ") {
            message.truncate(place);
        }
        RecordError::Json {
            message,
            column: error.column(),
            ends_early: error.is_eof(),
        }
    }
}

/// Adds a capture to `out` as one line, its line end included. The time is cut to
/// microseconds.
pub fn write_record(seq: u64, capture: &Capture, out: &mut Vec<u8>) {
    out.reserve(capture.body.len() + capture.body.len() / 8 + 512);
    out.extend_from_slice(RECORD_START);
    out.extend_from_slice(RECORD_VERSION.to_string().as_bytes());
    out.extend_from_slice(b",\"seq\":");
    out.extend_from_slice(seq.to_string().as_bytes());
    out.extend_from_slice(b",\"received_at\":\"");
    let time = capture
        .received_at
        .to_rfc3339_opts(SecondsFormat::Micros, true);
    out.extend_from_slice(time.as_bytes());
    out.extend_from_slice(b"\",\"peer\":");
    write_text(&capture.peer, out);
    out.extend_from_slice(b",\"method\":");
    write_text(&capture.method, out);
    out.extend_from_slice(b",\"target\":");
    write_text(&capture.target, out);
    out.extend_from_slice(b",\"headers\":[");
    for (index, (name, value)) in capture.headers.iter().enumerate() {
        out.extend_from_slice(if index == 0 { b"[" } else { b",[" });
        write_text(name, out);
        out.push(b',');
        if let Ok(text) = str::from_utf8(value) {
            write_text(text, out);
        } else {
            write_base64(value, out);
            out.push(b',');
            write_text(BASE64_MARK, out);
        }
        out.push(b']');
    }
    if let Ok(text) = str::from_utf8(&capture.body) {
        out.extend_from_slice(b"],\"body\":");
        write_text(text, out);
    } else {
        out.extend_from_slice(b"],\"body_base64\":");
        write_base64(&capture.body, out);
    }
    out.extend_from_slice(b"}\n");
}

/// Reads one line of a log, with or without its line end.
///
/// # Errors
///
/// [`RecordError::Version`] for a record of another version, and the others for what
/// is no record at all.
pub fn parse_record(line: &[u8]) -> Result<Record, RecordError> {
    // serde would take an array for a struct.
    if line.trim_ascii_start().first().is_some_and(|&b| b != b'{') {
        return Err(RecordError::Json {
            message: "expected an object".to_owned(),
            column: 1,
            ends_early: false,
        });
    }
    let fields: Fields = match serde_json::from_slice(line) {
        Ok(fields) => fields,
        Err(error) => {
            // Another version may have other fields: then its number is the reason.
            return Err(match serde_json::from_slice::<Head>(line) {
                Ok(head) if head.enx_hook != RECORD_VERSION => RecordError::Version {
                    version: head.enx_hook,
                },
                _ => error.into(),
            });
        }
    };
    if fields.enx_hook != RECORD_VERSION {
        return Err(RecordError::Version {
            version: fields.enx_hook,
        });
    }
    let body = match (fields.body, fields.body_base64) {
        (Some(text), None) => Bytes::from(text),
        (None, Some(Base64(bytes))) => bytes,
        _ => return Err(RecordError::Body),
    };
    let mut headers = Headers::new();
    for Field { name, value } in fields.headers {
        headers.push(name, value);
    }
    Ok(Record {
        seq: fields.seq,
        capture: Capture {
            received_at: fields.received_at,
            peer: fields.peer,
            method: fields.method,
            target: fields.target,
            headers,
            body,
        },
    })
}

/// What a line of any version has that claims to be a record.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) enx_hook: u64,
    #[serde(default)]
    pub(super) seq: u64,
}

/// Whether an object says at its top level that it is a record of some version.
pub(super) fn is_headed(text: &[u8]) -> bool {
    text.first() == Some(&b'{') && serde_json::from_slice::<Head>(text).is_ok()
}

#[derive(Deserialize)]
struct Fields {
    enx_hook: u64,
    seq: u64,
    received_at: DateTime<Utc>,
    peer: String,
    method: String,
    target: String,
    headers: Vec<Field>,
    body: Option<String>,
    body_base64: Option<Base64>,
}

struct Base64(Bytes);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Base64, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text).map_err(D::Error::custom)?;
        Ok(Base64(bytes.into()))
    }
}

struct Field {
    name: String,
    value: Bytes,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field, D::Error> {
        deserializer.deserialize_seq(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a header as [name, value] or [name, value, \"base64\"]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Field, A::Error> {
        let name = seq
            .next_element()?
            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let value: String = seq
            .next_element()?
            .ok_or_else(|| A::Error::invalid_length(1, &self))?;
        let value = match seq.next_element::<String>()?.as_deref() {
            None => Bytes::from(value),
            Some(BASE64_MARK) => BASE64.decode(value).map_err(A::Error::custom)?.into(),
            Some(other) => {
                return Err(A::Error::custom(format_args!(
                    "the encoding {other:?} of a header is not known"
                )));
            }
        };
        if seq.next_element::<IgnoredAny>()?.is_some() {
            return Err(A::Error::invalid_length(4, &self));
        }
        Ok(Field { name, value })
    }
}

fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(BASE64.encode(bytes).as_bytes());
    out.push(b'"');
}

/// Writes a JSON string (RFC 8259, section 7): only what must be escaped is.
fn write_text(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (index, &byte) in bytes.iter().enumerate() {
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..0x20 => b'u',
            _ => continue,
        };
        out.extend_from_slice(&bytes[copied..index]);
        copied = index + 1;
        out.extend_from_slice(&[b'\\', short]);
        if short == b'u' {
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            out.extend_from_slice(b"00");
            out.extend_from_slice(&digits);
        }
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(seq: u64, capture: &Capture) -> String {
        let mut out = Vec::new();
        write_record(seq, capture, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn sample(body: &'static [u8]) -> Capture {
        let mut headers = Headers::new();
        headers.push("content-type", "application/json");
        Capture {
            received_at: "2026-11-20T14:03:22.118042Z".parse().unwrap(),
            peer: "127.0.0.1:53122".to_owned(),
            method: "POST".to_owned(),
            target: "/hook?x=1".to_owned(),
            headers,
            body: Bytes::from_static(body),
        }
    }

    prop_compose! {
        fn bytes()(text in any::<String>(), raw in any::<Vec<u8>>(), as_text: bool) -> Bytes {
            if as_text { text.into() } else { raw.into() }
        }
    }

    prop_compose! {
        fn captures()(
            micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000,
            peer: String, method: String, target: String,
            fields in proptest::collection::vec((any::<String>(), bytes()), 0..5),
            body in bytes(),
        ) -> Capture {
            let mut headers = Headers::new();
            for (name, value) in fields {
                headers.push(name, value);
            }
            let received_at = DateTime::from_timestamp_micros(micros).unwrap();
            Capture { received_at, peer, method, target, headers, body }
        }
    }

    proptest! {
        #[test]
        fn any_capture_comes_back_as_it_was(seq: u64, capture in captures()) {
            let text = line(seq, &capture);
            prop_assert_eq!(memchr::memchr_iter(b'\n', text.as_bytes()).count(), 1);
            prop_assert_eq!(parse_record(text.as_bytes()).unwrap(), Record { seq, capture });
        }

        #[test]
        fn a_text_is_what_another_reader_of_json_takes_it_for(text: String) {
            let mut out = Vec::new();
            write_text(&text, &mut out);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }

        #[test]
        fn no_line_makes_the_reader_panic(line: Vec<u8>) {
            let _ = parse_record(&line);
        }

        #[test]
        fn a_record_that_was_cut_says_that_it_ends_early(capture in captures(), at: prop::sample::Index) {
            let text = line(1, &capture);
            let cut = at.index(text.len() - 2);
            let error = parse_record(&text.as_bytes()[..cut]).unwrap_err();
            prop_assert!(matches!(error, RecordError::Json { ends_early: true, .. }), "{:?}", error);
        }
    }

    #[test]
    fn a_record_looks_as_promised() {
        let expected = concat!(
            r#"{"enx_hook":1,"seq":17,"received_at":"2026-11-20T14:03:22.118042Z","#,
            r#""peer":"127.0.0.1:53122","method":"POST","target":"/hook?x=1","#,
            r#""headers":[["content-type","application/json"]],"body":"{\"a\":\u00011}"}"#,
            "\n"
        );
        assert_eq!(line(17, &sample(b"{\"a\":\x011}")), expected);
    }

    #[test]
    fn a_time_on_the_full_second_has_six_decimals_too() {
        let mut capture = sample(b"");
        capture.received_at = "2026-11-20T14:03:22Z".parse().unwrap();
        assert!(line(1, &capture).contains(r#""2026-11-20T14:03:22.000000Z""#));
    }

    #[test]
    fn what_is_not_utf8_stands_as_base64() {
        let mut capture = sample(b"\xff\x00");
        capture.headers.push("x-name", &b"\xe9"[..]);
        let text = line(1, &capture);
        assert!(text.contains(r#"["x-name","6Q==","base64"]"#), "{text}");
        assert!(text.ends_with("\"body_base64\":\"/wA=\"}\n"), "{text}");
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let text = line(1, &sample(b"x")).replacen('{', r#"{"new":[1,{"a":2}],"#, 1);
        assert_eq!(parse_record(text.as_bytes()).unwrap().capture, sample(b"x"));
    }

    #[test]
    fn a_record_of_another_version_says_who_wrote_it() {
        let same_fields = line(1, &sample(b"x")).replacen(":1", ":2", 1);
        for text in [&*same_fields, r#"{"enx_hook":2,"number":1}"#] {
            let error = parse_record(text.as_bytes()).unwrap_err();
            assert_eq!(error, RecordError::Version { version: 2 });
            assert!(error.to_string().contains("a newer enx-hook"), "{error}");
        }
    }

    #[test]
    fn a_record_without_a_body_or_with_two_is_none() {
        let text = line(1, &sample(b"x"));
        let without = text.replacen("\"body\"", "\"other\"", 1);
        let both = text.replacen("\"body\"", "\"body_base64\":\"\",\"body\"", 1);
        for text in [without, both] {
            assert_eq!(parse_record(text.as_bytes()), Err(RecordError::Body));
        }
    }
}
