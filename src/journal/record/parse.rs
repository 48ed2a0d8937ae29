//! A line of the log as a record.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};

use super::{BASE64_MARK, RECORD_VERSION, Record, RecordError};
use crate::model::capture::{Capture, Headers};

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
pub(in crate::journal) struct Head {
    pub(in crate::journal) enx_hook: u64,
    #[serde(default)]
    pub(in crate::journal) seq: u64,
}

/// Whether an object says at its top level that it is a record of some version.
pub(in crate::journal) fn is_headed(text: &[u8]) -> bool {
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
