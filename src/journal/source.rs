//! What stands in a file, whatever kind of file it is: one JSON document over many lines,
//! JSONL, a log, or what other tools recorded, compressed or not. The content decides, so that no command needs a flag for it.
//!
//! A file is read line by line if its first line is JSON by itself, begins a record or is too
//! long to tell, or if its name says so. Else it is one document, if it parses as one; and
//! if it does not, many lines that are JSON by themselves, from their first column on, tell
//! a JSONL file with a damaged start. Memory is bounded by the largest document that the
//! caller takes.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use serde::de::IgnoredAny;

use super::blocks::Blocks;
use super::import;
use super::packed;
use super::read::{Entry, EntryKind, Reader};
use super::record::RECORD_START;
use super::{ReadError, Record};

/// Bytes asked for at a time while finding out what a file is.
const CHUNK: usize = 64 * 1024;

/// One thing that stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// What it is.
    pub kind: ItemKind,
}

/// What a thing in a file is.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// A capture, as `listen` logged it.
    Record(Record),
    /// A body by itself: JSON, or what was meant to be.
    Body {
        /// Its bytes.
        bytes: Bytes,
        /// Whether it is JSON.
        is_json: bool,
    },
    /// A record that cannot be read.
    Damaged {
        /// Why.
        reason: String,
        /// It is the last line, torn by a crash: worth a warning and no more.
        torn_tail: bool,
    },
    /// Larger than the caller takes; it was skipped.
    TooLarge {
        /// Its length in bytes, or what is known of it.
        bytes: u64,
    },
}

/// The things in a file, one by one.
pub struct Source {
    inner: Inner,
}

enum Inner {
    Whole(Option<Item>),
    Imported(std::vec::IntoIter<Record>),
    Lines(Box<Reader<Box<dyn Read + Send>>>),
}

impl Source {
    /// Finds out what kind of file it is. `name` is for errors, and its ending may tell JSONL.
    pub fn new(
        input: Box<dyn Read + Send>,
        name: &str,
        max_document: usize,
    ) -> Result<Source, ReadError> {
        let fail = |source| ReadError {
            name: name.to_owned(),
            source,
        };
        let mut input = packed::unpacked(input).map_err(fail)?;
        let mut head = Vec::new();
        let mut search = FirstLine::default();
        let mut ended = fill(&mut *input, &mut head, max_document, |head| {
            search.find(head).is_some()
        })
        .map_err(fail)?;
        let first_line = search.find(&head);
        // Other tools write their list on one line as well.
        if let Some(records) = first_line.and_then(import::records) {
            return Ok(Source {
                inner: Inner::Imported(records.into_iter()),
            });
        }
        let cut_off = !ended && first_line.is_none();
        let by_lines =
            says_lines(name) || cut_off || begins_record(&head) || first_line.is_some_and(is_line);
        if !by_lines {
            if !ended {
                ended = fill(&mut *input, &mut head, max_document, |_| false).map_err(fail)?;
            }
            if let Some(records) = ended.then(|| import::records(&head)).flatten() {
                return Ok(Source {
                    inner: Inner::Imported(records.into_iter()),
                });
            }
            let is_json = ended && is_json(&head);
            if is_json || !mostly_lines(&head) {
                let kind = if ended {
                    ItemKind::Body {
                        bytes: Bytes::from(head),
                        is_json,
                    }
                } else {
                    let mut rest = std::io::sink();
                    let more = std::io::copy(&mut input, &mut rest).map_err(fail)?;
                    ItemKind::TooLarge {
                        bytes: head.len() as u64 + more,
                    }
                };
                return Ok(Source {
                    inner: Inner::Whole(Some(Item { line: 1, kind })),
                });
            }
        }
        let lines = Box::new(Reader::begun(head, input, name, max_document));
        Ok(Source {
            inner: Inner::Lines(lines),
        })
    }

    /// Its lines in blocks, for a file that is read line by line and of which nothing was
    /// taken yet.
    ///
    /// # Errors
    ///
    /// The source itself, where it is not.
    pub fn blocks(self) -> Result<Blocks, Box<Source>> {
        match self.inner {
            Inner::Lines(lines) => lines.into_blocks().map_err(|lines| {
                Box::new(Source {
                    inner: Inner::Lines(lines),
                })
            }),
            inner => Err(Box::new(Source { inner })),
        }
    }
}

impl Iterator for Source {
    type Item = Result<Item, ReadError>;

    fn next(&mut self) -> Option<Result<Item, ReadError>> {
        match &mut self.inner {
            Inner::Whole(item) => item.take().map(Ok),
            Inner::Imported(records) => records.next().map(|record| {
                Ok(Item {
                    line: record.seq,
                    kind: ItemKind::Record(record),
                })
            }),
            Inner::Lines(lines) => lines.next().map(|entry| entry.map(Item::from)),
        }
    }
}

impl From<Entry> for Item {
    fn from(entry: Entry) -> Item {
        Item {
            line: entry.line,
            kind: entry.kind.into(),
        }
    }
}

impl From<EntryKind> for ItemKind {
    fn from(kind: EntryKind) -> ItemKind {
        match kind {
            EntryKind::Record(record) => ItemKind::Record(record),
            EntryKind::Body(bytes) => ItemKind::Body {
                bytes,
                is_json: true,
            },
            // A line that never was a record was meant to be a body.
            EntryKind::Damaged { bytes, .. } if !bytes.starts_with(RECORD_START) => {
                ItemKind::Body {
                    bytes,
                    is_json: false,
                }
            }
            EntryKind::Damaged {
                reason, torn, last, ..
            } => ItemKind::Damaged {
                reason: reason.to_string(),
                torn_tail: torn && last,
            },
            EntryKind::TooLong { bytes } => ItemKind::TooLarge { bytes },
        }
    }
}

/// Reads on until there is enough, the input ends (then true), or the limit is passed. Takes
/// what there is: an input that is still being written must not be waited for.
fn fill(
    input: &mut dyn Read,
    head: &mut Vec<u8>,
    limit: usize,
    mut enough: impl FnMut(&[u8]) -> bool,
) -> std::io::Result<bool> {
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
            Err(error) if error.kind() != std::io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
    Ok(false)
}

/// Looks for the first line that is not blank in a text that grows, at each byte once: else a
/// long line, or many blank ones, would be searched over and over.
#[derive(Default)]
struct FirstLine {
    /// Where it begins, if it is not the end of the text.
    start: usize,
    /// Up to here no line ends.
    searched: usize,
}

impl FirstLine {
    /// The line, if its end has been read. The text begins with all that was told before.
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

/// Whether at least half of the lines are something by themselves: a document over many
/// lines has one or two such lines at most, JSONL with a damaged start many.
fn mostly_lines(text: &[u8]) -> bool {
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty());
    let (mut all, mut things) = (0_usize, 0_usize);
    for line in lines {
        all += 1;
        things += usize::from(is_line(line));
    }
    things > 0 && things * 2 >= all
}

/// Whether a line is something by itself: an object, or a record, damaged or not.
fn is_line(line: &[u8]) -> bool {
    begins_record(line) || (line.starts_with(b"{") && is_json(line))
}

fn begins_record(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    text.trim_ascii_start().starts_with(RECORD_START)
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
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

    use super::*;

    /// The line and a word for each thing in a file.
    fn items(name: &str, text: &str, limit: usize) -> Vec<(u64, &'static str)> {
        let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
        Source::new(input, name, limit)
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
