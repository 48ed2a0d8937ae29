//! Writes a capture as one line of the log.

use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Datelike as _, SecondsFormat, Timelike as _, Utc};

use super::definition::{BASE64_MARK, RECORD_START, RECORD_VERSION};
use super::log_id::LogId;
use super::origin::Origin;
use crate::model::capture::Capture;

/// Bytes of a body up to which UTF-8 always stands as text, for people and their tools.
const READABLE: usize = 4096;

/// Bytes of a body after which the text so far is offered. A multiple of three, so that only the last
/// piece of base64 is padded.
pub(super) const PIECE: usize = 768 * 1024;

/// Takes what it will of the text so far.
pub(in crate::journal) type Offer<'o> = dyn FnMut(&mut Vec<u8>) -> io::Result<()> + 'o;

/// Appends a capture to `out` as one line with its line end. The time is cut to microseconds.
pub fn write_record(seq: u64, log: Option<LogId>, capture: &Capture, out: &mut Vec<u8>) {
    let body = readable(&capture.body);
    let length = match body {
        Some((_, escaped)) => escaped,
        None => base64_length(&capture.body),
    };
    out.reserve(length + 512);
    // Nothing is taken, so nothing fails.
    let _ = write_record_from(seq, log, capture, None, out, &mut |_| Ok(()));
}

/// The same for a capture that `follow` may have read from a relay. The text is offered after each
/// large piece of the body: it must not be in memory a second time as a whole.
pub(in crate::journal) fn write_record_from(
    seq: u64,
    log: Option<LogId>,
    capture: &Capture,
    from: Option<&Origin>,
    out: &mut Vec<u8>,
    offer: &mut Offer<'_>,
) -> io::Result<()> {
    write_head(seq, log, out);
    out.extend_from_slice(b",\"received_at\":\"");
    write_time(capture.received_at, out);
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
    let is_text = readable(&capture.body).is_some();
    out.extend_from_slice(if is_text {
        b"],\"body\":\""
    } else {
        b"],\"body_base64\":\""
    });
    for piece in capture.body.chunks(PIECE) {
        if is_text {
            escape(piece, out);
        } else {
            encode(piece, out);
        }
        offer(out)?;
    }
    out.push(b'"');
    // Behind the rest, so that the head of a record is as long as ever. Numbers and texts always
    // serialise.
    if let Some(Ok(from)) = from.map(serde_json::to_vec) {
        out.extend_from_slice(b",\"from\":");
        out.extend_from_slice(&from);
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}

/// Appends what stays of a record whose capture is removed: its number, as one line without its
/// line end. So no number is given twice, and readers know that nothing was lost.
pub(in crate::journal) fn write_removed(seq: u64, log: Option<LogId>, out: &mut Vec<u8>) {
    write_head(seq, log, out);
    out.extend_from_slice(b",\"removed\":true}");
}

fn write_head(seq: u64, log: Option<LogId>, out: &mut Vec<u8>) {
    out.extend_from_slice(RECORD_START);
    // Writing to memory does not fail.
    let _ = write!(out, "{RECORD_VERSION},\"seq\":{seq}");
    if let Some(log) = log {
        let _ = write!(out, ",\"log\":\"{log}\"");
    }
}

/// A time with microseconds, in UTC. A usual one takes a tenth of what formatting any takes.
fn write_time(time: DateTime<Utc>, out: &mut Vec<u8>) {
    let Ok(year @ 0..=9999) = u32::try_from(time.year()) else {
        return write_unusual_time(time, out);
    };
    let micros = time.nanosecond() / 1000;
    // A leap second has more.
    if micros >= 1_000_000 {
        return write_unusual_time(time, out);
    }
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut put = |from: usize, to: usize, mut number: u32| {
        for digit in text[from..to].iter_mut().rev() {
            *digit += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
    };
    put(0, 4, year);
    put(5, 7, time.month());
    put(8, 10, time.day());
    put(11, 13, time.hour());
    put(14, 16, time.minute());
    put(17, 19, time.second());
    put(20, 26, micros);
    out.extend_from_slice(&text);
}

fn write_unusual_time(time: DateTime<Utc>, out: &mut Vec<u8>) {
    let text = time.to_rfc3339_opts(SecondsFormat::Micros, true);
    out.extend_from_slice(text.as_bytes());
}

/// A body as text, and about the length that escapes give it; nothing if it is not UTF-8, or so large
/// and so full of escapes that base64 is shorter.
fn readable(body: &[u8]) -> Option<(&str, usize)> {
    let text = str::from_utf8(body).ok()?;
    if body.len() <= READABLE {
        return Some((text, body.len()));
    }
    let extra: usize = body.iter().map(|&byte| escape_length(byte)).sum();
    let escaped = body.len() + extra;
    (escaped <= base64_length(body)).then_some((text, escaped))
}

/// How many bytes an escape adds to a byte.
fn escape_length(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..0x20 => 5,
        _ => 0,
    }
}

fn base64_length(bytes: &[u8]) -> usize {
    bytes.len().div_ceil(3) * 4
}

fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    encode(bytes, out);
    out.push(b'"');
}

/// Appends base64, in pieces that are small beside a large body.
fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    /// A multiple of three, so that only the last piece is padded.
    const PIECE: usize = 48 * 1024;
    for piece in bytes.chunks(PIECE) {
        out.extend_from_slice(BASE64.encode(piece).as_bytes());
    }
}

/// Writes a JSON string and escapes only what must be escaped (RFC 8259, section 7).
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escape(text.as_bytes(), out);
    out.push(b'"');
}

/// Appends UTF-8, or a part of it, as it stands inside a JSON string.
fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
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
}
