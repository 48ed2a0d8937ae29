//! Detects what an input holds: one JSON document over many lines, several of them, JSON lines,
//! a log, or what other tools recorded. The shape decides, so that no command needs a flag.
//!
//! An input is read line by line if its first line is JSON by itself, begins a record or is too
//! long to tell, or if the file extension says so and no document spans lines. Otherwise it is
//! one document if it parses as one, or several. If it does not, but most lines are JSON objects
//! or records, it is a JSONL file whose start is damaged. Memory is bounded by the largest
//! document that the caller takes.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;

use super::line::{Item, ItemKind, is_json, is_torn_start};
use super::record::RECORD_START;
use super::{documents, import};
use crate::files::lines::{more_room, without_mark};
use crate::json;

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

/// What an input holds.
pub(super) enum Format {
    /// One item a line.
    Lines,
    /// One document.
    Document(ItemKind),
    /// Requests that another tool recorded, or several documents over many lines.
    Items(Vec<Item>),
}

/// Detects the format of an input. What was read of it stands in `head`; only lines need to be
/// read on. `name` is the file name, whose extension counts.
pub(super) fn detect(
    input: &mut dyn Read,
    head: &mut Vec<u8>,
    name: &str,
    max_document: usize,
) -> io::Result<Format> {
    let mut search = FirstLine::default();
    let has_line = |head: &[u8]| search.find(head).is_some();
    let mut ended = fill(input, head, max_document, has_line)?;
    let first_line = search.find(head);
    // Other tools may write their whole file as one line.
    if let Some(items) = first_line.and_then(import::items) {
        return Ok(Format::Items(items));
    }
    let is_cut_off = !ended && first_line.is_none();
    let is_other = json::foreign_bytes(head).is_some();
    let says_lines = says_lines(name);
    let first_is_json = first_line.is_some_and(is_line);
    let is_lines =
        (first_is_json || says_lines && !begins_document(head)) && !memchr_any(head, SPANNING);
    let is_torn = ended && is_torn_start(head, false);
    if is_torn || begins_record(head) || (!is_other && (is_cut_off || is_lines)) {
        return Ok(Format::Lines);
    }
    if !ended {
        ended = fill(input, head, max_document, |_| false)?;
    }
    if let Some(items) = ended.then(|| import::items(head)).flatten() {
        return Ok(Format::Items(items));
    }
    let is_json = ended && is_json(head);
    if let Some(items) = (ended && !is_json)
        .then(|| documents::split(head))
        .flatten()
    {
        let all = |test: fn(&[u8], bool) -> bool| {
            items.iter().all(|item| match &item.kind {
                ItemKind::Body { bytes, is_json } => test(bytes, *is_json),
                _ => false,
            })
        };
        let is_sure = !first_is_json || all(|_, is_json| is_json);
        // Lines are read with less memory.
        if is_sure && !all(|bytes, _| memchr::memchr(b'\n', bytes).is_none()) {
            return Ok(Format::Items(items));
        }
    }
    if !is_json
        && !is_other
        && (first_is_json || mostly_lines(head) || (says_lines && !begins_document(head)))
    {
        return Ok(Format::Lines);
    }
    Ok(Format::Document(if ended {
        let bytes = Bytes::from(std::mem::take(head));
        ItemKind::Body { bytes, is_json }
    } else {
        let more = io::copy(input, &mut io::sink())?;
        let bytes = head.len() as u64 + more;
        ItemKind::TooLarge { bytes }
    }))
}

/// A line with nothing but an opening bracket: a document that goes on in the next line.
const SPANNING: [&[u8]; 4] = [b"\n{\n", b"\n{\r\n", b"\n[\n", b"\n[\r\n"];

fn memchr_any(text: &[u8], words: [&[u8]; 4]) -> bool {
    words
        .iter()
        .any(|word| memchr::memmem::find(text, word).is_some())
}

/// Whether a text begins with a bracket that its first line does not close.
fn begins_document(text: &[u8]) -> bool {
    let text = without_mark(text).trim_ascii_start();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    matches!(line.trim_ascii(), b"{" | b"[")
        || line.trim_ascii_end().ends_with(b",")
            && line.starts_with(b"{")
            && !is_json(line.trim_ascii_end().strip_suffix(b",").unwrap_or(line))
}

/// Reads until there is enough, the input ends (then true), or the limit is passed. It takes
/// what there is, since a pipe may deliver its lines slowly.
fn fill(
    input: &mut dyn Read,
    head: &mut Vec<u8>,
    limit: usize,
    mut enough: impl FnMut(&[u8]) -> bool,
) -> io::Result<bool> {
    while head.len() <= limit && !enough(head) {
        let start = head.len();
        let end = start + CHUNK.min(limit + 1 - start);
        if end > head.capacity() {
            let room = more_room(head.capacity(), limit).max(end);
            head.reserve_exact(room - start);
        }
        head.resize(end, 0);
        let read = input.read(&mut head[start..]);
        head.truncate(start + read.as_ref().map_or(0, |read| *read));
        match read {
            Ok(0) => return Ok(true),
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
    Ok(false)
}

/// Finds the first line that is not blank in a text that grows. It looks at each byte once, so
/// that a long line is not searched again and again.
#[derive(Default)]
struct FirstLine {
    /// Where the line begins.
    start: usize,
    /// No line ends before this place.
    searched: usize,
}

impl FirstLine {
    /// The line, once its end has been read. The text begins with the text of the last call.
    fn find<'t>(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        while let Some(length) = memchr::memchr(b'\n', &text[self.searched..]) {
            let end = self.searched + length;
            let line = &text[self.start..end];
            if !line.trim_ascii().is_empty() {
                return Some(line);
            }
            self.start = end + 1;
            self.searched = end + 1;
        }
        self.searched = text.len();
        None
    }
}

/// Whether at least half of the lines are items. A document over many lines has one or two such
/// lines, a JSONL file with a damaged start has many.
fn mostly_lines(text: &[u8]) -> bool {
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty());
    let (mut all, mut items) = (0_usize, 0_usize);
    for line in lines {
        all += 1;
        items += usize::from(is_line(line));
    }
    // One line of JSON in another format is the body of an HTTP message, or fenced.
    items * 2 >= all && (items > 1 || (items == 1 && json::foreign(text).is_none()))
}

/// Whether a line is an item by itself: an object, or a record, damaged or not.
fn is_line(line: &[u8]) -> bool {
    begins_record(line) || (line.starts_with(b"{") && is_json(line))
}

fn begins_record(text: &[u8]) -> bool {
    without_mark(text)
        .trim_ascii_start()
        .starts_with(RECORD_START)
}

/// Whether a file's name says that it holds a document a line.
pub fn says_lines(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| {
        ["jsonl", "ndjson"]
            .iter()
            .any(|lines| ending.eq_ignore_ascii_case(lines))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::Cursor;

    use super::super::RecordReader;
    use super::*;

    /// The line and a word for each thing in a file.
    fn items(name: &str, text: &str, limit: usize) -> Vec<(u64, &'static str)> {
        let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
        RecordReader::new(input, name, limit)
            .unwrap()
            .map(|item| {
                let item = item.unwrap();
                let word = match item.kind {
                    ItemKind::Record(_) => "record",
                    ItemKind::Body { is_json: true, .. } => "json",
                    ItemKind::Body { is_json: false, .. } => "text",
                    ItemKind::Damaged {
                        torn_tail: true, ..
                    } => "torn",
                    ItemKind::Damaged { .. } => "damaged",
                    ItemKind::TooLarge { .. } => "too large",
                    ItemKind::Unusable { .. } => "unusable",
                };
                (item.line, word)
            })
            .collect()
    }

    #[test]
    fn a_document_over_many_lines_is_one_thing() {
        let pretty = "{\n  \"files\": [\n    { \"url\": \"x\" },\n{ \"url\": \"y\" }\n  ]\n}\n";
        assert_eq!(items("a.json", pretty, 1000), [(1, "json")]);
        assert_eq!(items("a.json", "{\n  \"a\": 1,\n}\n", 1000), [(1, "text")]);
        assert_eq!(items("a.json", "", 1000), [(1, "text")]);
        assert_eq!(items("a.json", "{\"a\":1}", 1000), [(1, "json")]);
    }

    #[test]
    fn several_documents_over_many_lines_are_things_of_their_own() {
        let pretty = "\n{\n  \"a\": [\n1]\n}\n";
        let all = pretty.repeat(2) + "{\"b\": 1}\n";
        for name in ["a.json", "a.jsonl", ""] {
            let found = [(1, "json"), (7, "json"), (11, "json")];
            assert_eq!(items(name, &all, 1000), found, "{name}");
            assert_eq!(items(name, pretty, 1000), [(1, "json")]);
            let first_on_a_line = "{\"b\": 1}".to_owned() + pretty;
            assert_eq!(
                items(name, &first_on_a_line, 1000),
                [(1, "json"), (2, "json")]
            );
        }
        // What is not JSON keeps its own brackets open.
        let broken = "{\n  \"a\": [,\n}\n{\n  \"b\": 1\n}\n";
        assert_eq!(items("a", broken, 1000), [(1, "text"), (4, "json")]);
    }

    #[test]
    fn another_format_is_one_thing_whatever_the_name_says() {
        let wide: Vec<u8> = "{\"a\":1}\n"
            .repeat(3)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let wide = String::from_utf8(wide).unwrap();
        for text in [
            &*wide,
            "HTTP/1.1 200 OK\n\n{\"a\":1}",
            "```\n{\"a\":1}\n```\n",
        ] {
            assert_eq!(items("a", text, 1000), [(1, "text")], "{text}");
        }
        assert_eq!(items("a.jsonl", &wide, 1000), [(1, "text")]);
    }

    #[test]
    fn lines_that_are_json_by_themselves_are_things_of_their_own() {
        assert_eq!(
            items("a", "{\"a\":1}\n\n{\"a\":2}\n", 1000),
            [(1, "json"), (3, "json")]
        );
        assert_eq!(
            items("a", "garbage\n{\"a\":2}\n", 1000),
            [(1, "text"), (2, "json")]
        );
        assert_eq!(
            items("a.JSONL", "garbage\nmore\n", 1000),
            [(1, "text"), (2, "text")]
        );
    }

    #[test]
    fn a_torn_record_at_the_end_is_told_from_damage() {
        let torn = "{\"enx_hook\":1,\"seq\":1,\"rec";
        assert_eq!(items("a", torn, 1000), [(1, "torn")]);
        let damaged = format!("{torn}\n{{\"a\":1}}\n");
        assert_eq!(items("a", &damaged, 1000), [(1, "damaged"), (2, "json")]);
    }

    #[test]
    fn what_is_too_large_is_skipped_and_told() {
        let long = "x".repeat(50);
        assert_eq!(
            items("a.json", &format!("{{\n\"a\":\"{long}\"\n}}"), 20),
            [(1, "too large")]
        );
        let lines = format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}\n{{\"a\":2}}\n");
        assert_eq!(
            items("a", &lines, 20),
            [(1, "json"), (2, "too large"), (3, "json")]
        );
        assert_eq!(items("a", &lines[8..], 20), [(1, "too large"), (2, "json")]);
    }
}
