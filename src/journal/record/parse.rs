//! Parses a line of the log.

use std::{fmt, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use base64::read::DecoderReader;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use compact_str::CompactString;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::value::RawValue;

use super::definition::{BASE64_MARK, LAST_SEQ, RECORD_VERSION, Record, RecordError};
use super::log_id::LogId;
use super::origin::Origin;
use crate::json::raw::unescape_to;
use crate::model::capture::{Capture, Headers};
use crate::model::growing::{Growing, LARGE};

/// Reads one line of a log, with or without its line end.
///
/// # Errors
///
/// [`RecordError::Version`] for a record of another version, the others for any other text.
pub fn parse_record(line: &[u8]) -> Result<Record, RecordError> {
    // serde accepts an array for a struct.
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
            // Another version may have other fields: then the version is the reason.
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
    if fields.seq > LAST_SEQ {
        return Err(RecordError::Seq(fields.seq));
    }
    let body = match (fields.body, fields.body_base64) {
        (Some(text), None) => body(text)?,
        (None, Some(Base64(bytes))) => bytes,
        _ => return Err(RecordError::Body),
    };
    let mut headers = Headers::new();
    for Field { name, value } in fields.headers {
        headers.push(name, value);
    }
    Ok(Record {
        seq: fields.seq,
        log: fields.log,
        capture: Capture {
            received_at: fields.received_at,
            peer: fields.peer,
            method: fields.method,
            target: fields.target,
            headers,
            body,
        },
        from: fields.from,
    })
}

/// The fields that a record of any version has.
#[derive(Deserialize)]
pub(in crate::journal) struct Head {
    pub(in crate::journal) enx_hook: u64,
    #[serde(default)]
    pub(in crate::journal) seq: u64,
    #[serde(default, deserialize_with = "log_id")]
    pub(in crate::journal) log: Option<LogId>,
}

/// The id of the log. Anything else in its place is a field of another program.
fn log_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LogId>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_str().and_then(|id| LogId::parse(id.as_bytes())))
}

/// Where `follow` read it. Anything else in its place is a field of another program.
fn origin<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<Origin>>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Whether an object has the head of a record at its top level.
pub(in crate::journal) fn is_headed(text: &[u8]) -> bool {
    text.first() == Some(&b'{') && serde_json::from_slice::<Head>(text).is_ok()
}

/// The number of a record whose capture was removed; nothing for any other line.
pub(in crate::journal) fn removed_seq(line: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Mark {
        enx_hook: u64,
        seq: u64,
        removed: bool,
    }
    let mark: Mark = serde_json::from_slice(line).ok()?;
    (mark.enx_hook == RECORD_VERSION && mark.removed && mark.seq <= LAST_SEQ).then_some(mark.seq)
}

#[derive(Deserialize)]
struct Fields<'l> {
    enx_hook: u64,
    seq: u64,
    #[serde(default, deserialize_with = "log_id")]
    log: Option<LogId>,
    received_at: DateTime<Utc>,
    peer: CompactString,
    method: CompactString,
    target: CompactString,
    headers: Vec<Field>,
    #[serde(borrow)]
    body: Option<&'l RawValue>,
    body_base64: Option<Base64>,
    #[serde(default, deserialize_with = "origin")]
    from: Option<Box<Origin>>,
}

/// A body from its text. It is unescaped at once: the parser would do so in a buffer of its own, and
/// copy it.
fn body(text: &RawValue) -> Result<Bytes, RecordError> {
    let raw = text
        .get()
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    if let Some(raw) = raw {
        let mut body = Growing::new(raw.len(), raw.len());
        if unescape_to(raw.as_bytes(), |bytes| body.extend_from_slice(bytes)) {
            return Ok(body.into_bytes());
        }
    }
    Ok(serde_json::from_str::<String>(text.get())?.into())
}

struct Base64(Bytes);

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Base64, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Base64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            // From where it stands: the text of a large body must not be in memory twice.
            fn visit_str<E: Error>(self, text: &str) -> Result<Base64, E> {
                let most = base64::decoded_len_estimate(text.len());
                if most <= LARGE {
                    let bytes = BASE64.decode(text).map_err(E::custom)?;
                    return Ok(Base64(bytes.into()));
                }
                let mut bytes = Growing::new(0, most);
                let mut decoder = DecoderReader::new(text.as_bytes(), &BASE64);
                io::copy(&mut decoder, &mut bytes).map_err(E::custom)?;
                Ok(Base64(bytes.into_bytes()))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[derive(Deserialize)]
#[serde(try_from = "Header")]
struct Field {
    name: CompactString,
    value: Bytes,
}

#[derive(Deserialize)]
#[serde(expecting = "a header as [name, value] or [name, value, \"base64\"]")]
struct Header(CompactString, String, #[serde(default)] Option<String>);

impl TryFrom<Header> for Field {
    type Error = String;

    fn try_from(Header(name, value, encoding): Header) -> Result<Field, String> {
        let value = match encoding.as_deref() {
            None => Bytes::from(value),
            Some(BASE64_MARK) => BASE64
                .decode(value)
                .map_err(|error| error.to_string())?
                .into(),
            Some(other) => return Err(format!("unknown header encoding {other:?}")),
        };
        Ok(Field { name, value })
    }
}
