//! Output for machines: one JSON object a line, its `kind` first.
//!
//! A line is written whole and flushed, so that a reader sees it at once and never half of it.
//! Treacherous characters are written as JSON escapes (`\u202e`): the same text for a machine,
//! and no deception of a person who watches. So is a part of what a CI runner takes for a command.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::model::error::OutputError;
use crate::text::escape::{is_command_sign, is_unsafe};

/// Writes objects as lines of JSON.
pub struct JsonLines<'a> {
    out: &'a mut dyn Write,
    line: Vec<u8>,
}

/// An object with its `kind` first.
#[derive(Debug, Serialize)]
pub struct OfKind<'a, T> {
    /// The kind.
    pub kind: &'a str,
    /// Its other fields.
    #[serde(flatten)]
    pub object: &'a T,
}

impl<'a> JsonLines<'a> {
    /// Lines on that stream.
    pub fn new(out: &'a mut dyn Write) -> JsonLines<'a> {
        JsonLines {
            out,
            line: Vec::new(),
        }
    }

    /// Writes one object: `kind`, then its own fields. It must serialise as a struct or a
    /// map, without a field `kind` of its own; anything else is an error, and nothing is written.
    pub fn write<T: Serialize>(&mut self, kind: &str, object: &T) -> Result<(), OutputError> {
        self.line.clear();
        let mut serializer = Serializer::with_formatter(&mut self.line, Harmless(CompactFormatter));
        OfKind { kind, object }
            .serialize(&mut serializer)
            .map_err(io::Error::from)?;
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        Ok(self.out.flush()?)
    }
}

/// Writes one value as compact JSON without an unsafe character, and nothing around it.
pub fn write_value<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Harmless(CompactFormatter));
    Ok(value.serialize(&mut serializer)?)
}

/// One object as JSON, its `kind` first.
pub fn object_text<T: Serialize>(kind: &str, object: &T) -> Vec<u8> {
    let mut text = Vec::new();
    // An object of ours can always be written into memory.
    let _ = write_value(&OfKind { kind, object }, &mut text);
    text
}

/// A duration in milliseconds, with three decimals.
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// Compact JSON without an unsafe character.
struct Harmless(CompactFormatter);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        let is_escaped = |rest: &str, (at, c): (usize, char)| {
            is_unsafe(c) || (c == '#' && is_command_sign(rest, at))
        };
        while let Some((at, _)) = rest.char_indices().find(|found| is_escaped(rest, *found)) {
            self.0.write_string_fragment(writer, &rest[..at])?;
            let after = rest[at..].chars().next().map_or(0, char::len_utf8) + at;
            for unit in rest[at..after].encode_utf16() {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[after..];
        }
        self.0.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[derive(Serialize)]
    struct Answer<'a> {
        status: u16,
        body: &'a str,
    }

    #[test]
    fn each_object_is_a_line_with_its_kind_first() {
        let mut out = Vec::new();
        let mut lines = JsonLines::new(&mut out);
        let answer = Answer {
            status: 200,
            body: "a\n\u{202e}\u{e0041}\u{7f}é",
        };
        lines.write("answer", &answer).unwrap();
        lines.write("end", &json!({})).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"kind\":\"answer\",\"status\":200,\"body\":\"a\\n\\u202e\\udb40\\udc41\\u007fé\"}\n{\"kind\":\"end\"}\n"
        );
    }

    #[test]
    fn what_is_no_object_is_an_error_and_leaves_no_trace() {
        let mut out = Vec::new();
        let result = JsonLines::new(&mut out).write("number", &7);
        assert!(matches!(result, Err(OutputError::Write(_))));
        assert_eq!(out, b"");
    }

    /// A stream whose reader went away.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_told_from_other_failures() {
        let result = JsonLines::new(&mut Closed).write("end", &json!({}));
        assert!(matches!(result, Err(OutputError::ClosedPipe)));
    }

    /// Counts what reaches the stream between two flushes.
    #[derive(Default)]
    struct Flushed {
        pending: usize,
        lines: usize,
    }

    impl Write for Flushed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.pending += 1;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            assert_eq!(self.pending, 1, "one write a line");
            (self.pending, self.lines) = (0, self.lines + 1);
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_at_once_and_flushed() {
        let mut out = Flushed::default();
        let mut lines = JsonLines::new(&mut out);
        lines.write("a", &json!({"x": ["y", 1]})).unwrap();
        lines.write("b", &json!({})).unwrap();
        assert_eq!(out.lines, 2);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_as_it_was(text: String) {
            let mut out = Vec::new();
            JsonLines::new(&mut out).write("text", &json!({ "text": text })).unwrap();
            let line = String::from_utf8(out).unwrap();
            prop_assert!(!line.trim_end_matches('\n').contains(is_unsafe));
            let read: Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(&read["text"], &Value::String(text));
        }
    }
}
