//! Detects what an input holds: one JSON document over many lines, JSON lines, a log, or what
//! other tools recorded. The content decides, so that no command needs a flag for it.
//!
//! An input is read line by line if its first line is JSON by itself, begins a record or is too
//! long to tell, or if the file extension says so. Otherwise it is one document if it parses as
//! one. If it does not, but most lines are JSON objects or records, it is a JSONL file whose
//! start is damaged. Memory is bounded by the largest document that the caller takes.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;

use super::import;
use super::line::{ItemKind, is_json, is_torn_start};
use super::record::{RECORD_START, Record};
use crate::files::lines::without_mark;

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

/// What an input holds.
pub(super) enum Format {
    /// One item a line.
    Lines,
    /// One document.
    Document(ItemKind),
    /// Requests that another tool recorded.
    Requests(Vec<Record>),
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
    if let Some(records) = first_line.and_then(import::records) {
        return Ok(Format::Requests(records));
    }
    let is_cut_off = !ended && first_line.is_none();
    let is_torn = ended && is_torn_start(head, false);
    if says_lines(name)
        || is_cut_off
        || is_torn
        || begins_record(head)
        || first_line.is_some_and(is_line)
    {
        return Ok(Format::Lines);
    }
    if !ended {
        ended = fill(input, head, max_document, |_| false)?;
    }
    if let Some(records) = ended.then(|| import::records(head)).flatten() {
        return Ok(Format::Requests(records));
    }
    let is_json = ended && is_json(head);
    if !is_json && mostly_lines(head) {
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
            // Doubled, and no more than there may be.
            let room = (head.capacity() * 2).clamp(end, limit + 1);
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
    items > 0 && items * 2 >= all
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

fn says_lines(name: &str) -> bool {
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
