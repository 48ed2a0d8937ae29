//! Reads logs back, and any file of JSON lines that users wrote themselves.
//!
//! It tells what each line is and never stops at one: damage is an entry like others,
//! and what follows from it (a warning, an exit code) is the caller's business. Memory
//! is bounded by the longest line that the caller wants, not by the file. It judges no
//! event.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;

use super::blocks::Blocks;
use super::error::ReadError;
use super::line::judge;
use super::record::{Record, RecordError};

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One line of a log that is not blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The line of the file, from 1; blank lines count.
    pub line: u64,
    /// What it is.
    pub kind: EntryKind,
}

/// What a line of a log is.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryKind {
    /// A record of this program.
    Record(Record),
    /// Any other JSON: most likely the bare body of an event. The bytes of the line,
    /// without the line end.
    Body(Bytes),
    /// Neither: not JSON, or a record that cannot be read.
    Damaged {
        /// Why.
        reason: RecordError,
        /// Whether it is what a crash leaves of a record: right as far as it goes.
        /// With `last`, that is worth a warning and no more.
        torn: bool,
        /// Whether nothing follows it.
        last: bool,
        /// The bytes of the line, without the line end.
        bytes: Bytes,
    },
    /// Longer than the caller wants; it was skipped.
    TooLong {
        /// Its length in bytes, a CR before its line end included.
        bytes: u64,
    },
}

/// The entries of a log, one by one. After an error nothing more comes.
pub struct Reader<R> {
    input: R,
    name: String,
    max_document: usize,
    buffer: Vec<u8>,
    /// The bytes of `buffer` that were read and not yet taken.
    start: usize,
    end: usize,
    line: u64,
    ready: VecDeque<Entry>,
    error: Option<ReadError>,
    finished: bool,
}

impl Reader<File> {
    /// Opens a log. A line longer than `max_document` bytes is told, and skipped.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened.
    pub fn open(path: &Path, max_document: usize) -> Result<Reader<File>, ReadError> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(Reader::new(file, name, max_document)),
            Err(source) => Err(ReadError { name, source }),
        }
    }
}

impl Reader<Box<dyn Read + Send>> {
    /// The same input in blocks of lines; itself if it has begun to read.
    pub(super) fn into_blocks(self: Box<Self>) -> Result<Blocks, Box<Self>> {
        if self.line > 0 || self.end > 0 || self.finished {
            return Err(self);
        }
        Ok(Blocks::new(self.input, self.name, self.max_document))
    }
}

impl<R: Read> Reader<R> {
    /// Reads from anything; errors call it `name`. It has a buffer of its own.
    pub fn new(input: R, name: impl Into<String>, max_document: usize) -> Reader<R> {
        Reader {
            input,
            name: name.into(),
            max_document,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            line: 0,
            ready: VecDeque::new(),
            error: None,
            finished: false,
        }
    }

    /// Makes the next entries ready, if there are any.
    fn advance(&mut self) {
        while self.ready.is_empty() && !self.finished {
            if let Err(source) = self.take_line() {
                self.finished = true;
                self.error = Some(ReadError {
                    name: self.name.clone(),
                    source,
                });
            }
        }
    }

    /// Takes one line from the input.
    fn take_line(&mut self) -> io::Result<()> {
        let mut searched = self.start;
        let (line_end, next) = loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[searched..self.end]) {
                break (searched + at, searched + at + 1);
            }
            let held = self.end - self.start;
            if held > self.max_document.saturating_add(BYTE_ORDER_MARK.len() + 1) {
                return self.skip_line(held as u64);
            }
            searched = held;
            if self.read_more()? == 0 {
                self.finished = true;
                if self.start == self.end {
                    return Ok(());
                }
                break (self.end, self.end);
            }
        };
        self.line += 1;
        let mut line = &self.buffer[self.start..line_end];
        let len = line.len();
        self.start = next;
        line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.line == 1 {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        if line.len() > self.max_document {
            self.ready.push_back(Entry {
                line: self.line,
                kind: EntryKind::TooLong { bytes: len as u64 },
            });
        } else {
            for kind in judge(line, self.finished).into_iter().flatten() {
                self.ready.push_back(Entry {
                    line: self.line,
                    kind,
                });
            }
        }
        Ok(())
    }

    /// Reads on behind a line that is too long already, keeping nothing of it.
    fn skip_line(&mut self, mut bytes: u64) -> io::Result<()> {
        self.line += 1;
        loop {
            (self.start, self.end) = (0, 0);
            if self.read_more()? == 0 {
                self.finished = true;
                break;
            }
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[..self.end]) {
                bytes += at as u64;
                self.start = at + 1;
                break;
            }
            bytes += self.end as u64;
        }
        self.ready.push_back(Entry {
            line: self.line,
            kind: EntryKind::TooLong { bytes },
        });
        Ok(())
    }

    /// Moves what is held to the front, and reads some more behind it.
    fn read_more(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            // Doubled, so that a long line is not copied once a chunk.
            let len = (self.buffer.len() * 2).min(self.max_document.saturating_add(CHUNK));
            self.buffer.resize(len, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(read) => {
                    self.end += read;
                    return Ok(read);
                }
            }
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Result<Entry, ReadError>> {
        self.advance();
        let Some(mut entry) = self.ready.pop_front() else {
            return self.error.take().map(Err);
        };
        if let EntryKind::Damaged { last, .. } = &mut entry.kind {
            // Only what comes after it can tell.
            self.advance();
            *last = self.ready.is_empty() && self.error.is_none();
        }
        Some(Ok(entry))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::capture::{Capture, Headers};
    use crate::journal::write_record;
    use proptest::prelude::*;

    /// Gives a few bytes at a time, so that lines span reads.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = self.1.min(self.0.len()).min(buffer.len());
            buffer[..len].copy_from_slice(&self.0[..len]);
            self.0 = &self.0[len..];
            Ok(len)
        }
    }

    fn entries(text: &[u8], max_document: usize) -> Vec<Entry> {
        let whole: Vec<_> = Reader::new(text, "test", max_document)
            .map(Result::unwrap)
            .collect();
        let slow: Vec<_> = Reader::new(Slow(text, 3), "test", max_document)
            .map(Result::unwrap)
            .collect();
        assert_eq!(whole, slow);
        whole
    }

    fn record(seq: u64) -> Vec<u8> {
        let capture = Capture {
            received_at: "2026-11-20T14:03:22Z".parse().unwrap(),
            peer: "p".to_owned(),
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: Headers::new(),
            body: "{\"é\":1}".into(),
        };
        let mut line = Vec::new();
        write_record(seq, &capture, &mut line);
        line
    }

    /// One word a line: what it is.
    fn words(text: &[u8]) -> Vec<String> {
        let word = |entry: Entry| match entry.kind {
            EntryKind::Record(record) => format!("{}:record {}", entry.line, record.seq),
            EntryKind::Body(bytes) => format!("{}:body {}", entry.line, bytes.escape_ascii()),
            EntryKind::TooLong { bytes } => format!("{}:long {bytes}", entry.line),
            EntryKind::Damaged { torn, last, .. } => {
                let torn = if torn { " torn" } else { "" };
                let last = if last { " last" } else { "" };
                format!("{}:damaged{torn}{last}", entry.line)
            }
        };
        entries(text, 1000).into_iter().map(word).collect()
    }

    #[test]
    fn records_and_bare_bodies_are_told_apart() {
        let mut text = record(7);
        text.extend_from_slice(
            b"{\"type\": \"roomdrop\" }\r\n\r\n \n[1]\n42\n{\"a\":\"enx_hook\"}",
        );
        assert_eq!(
            words(&text),
            [
                "1:record 7",
                "2:body {\\\"type\\\": \\\"roomdrop\\\" }",
                "5:body [1]",
                "6:body 42",
                "7:body {\\\"a\\\":\\\"enx_hook\\\"}",
            ]
        );
    }

    #[test]
    fn a_record_with_its_fields_in_another_order_is_one() {
        let text = String::from_utf8(record(7)).unwrap();
        let text =
            text.replacen("\"enx_hook\":1,", "", 1)
                .replacen("\"}\n", "\",\"enx_hook\":1}\n", 1);
        assert!(text.starts_with("{\"seq\""));
        assert_eq!(words(text.as_bytes()), ["1:record 7"]);
    }

    #[test]
    fn a_torn_last_line_is_told_apart_from_damage() {
        let whole = record(1);
        for cut in 1..whole.len() - 2 {
            let torn = [&whole[..], &whole[..cut]].concat();
            assert_eq!(words(&torn), ["1:record 1", "2:damaged torn last"], "{cut}");
            let closed = [&torn[..], b"\n\n"].concat();
            assert_eq!(words(&closed), ["1:record 1", "2:damaged torn last"]);
            let continued = [&closed[..], &record(2)].concat();
            assert_eq!(
                words(&continued),
                ["1:record 1", "2:damaged torn", "4:record 2"]
            );
        }
        assert_eq!(
            words(b"{}\n{\"type\":\"ro"),
            ["1:body {}", "2:damaged torn last"]
        );
        assert_eq!(
            words(b"{}\n{\"type\":\"ro\n"),
            ["1:body {}", "2:damaged last"]
        );
    }

    #[test]
    fn a_last_record_whose_line_end_alone_is_missing_counts() {
        let text = record(1);
        assert_eq!(words(text.trim_ascii_end()), ["1:record 1"]);
    }

    #[test]
    fn what_is_neither_record_nor_json_is_damage() {
        for line in [
            "{\"enx_hook\":1,\"seq\":1}",
            "{\"enx_hook\":2}",
            "{\"seq\":1,\"enx_hook\":2}",
            "{\"a\":1,}",
            "hello",
        ] {
            let text = format!("{line}\n{{}}\n");
            assert_eq!(words(text.as_bytes()), ["1:damaged", "2:body {}"], "{line}");
        }
        assert_eq!(words(b"{\"a\":\"\xff\"}"), ["1:damaged last"]);
    }

    #[test]
    fn a_hole_that_a_crash_left_hides_no_record_behind_it() {
        let torn = &record(1)[..30];
        let text = [torn, b"\0\0\0", &record(2)].concat();
        assert_eq!(words(&text), ["1:damaged torn", "1:record 2"]);
        let text = [b"\0\0", &record(2)[..], b"\0\0\0"].concat();
        assert_eq!(
            words(&text),
            ["1:damaged torn", "1:record 2", "2:damaged torn last"]
        );
    }

    #[test]
    fn a_byte_order_mark_at_the_start_is_tolerated_and_only_there() {
        let text = b"\xEF\xBB\xBF{}\n\xEF\xBB\xBF{}\n{}";
        assert_eq!(words(text), ["1:body {}", "2:damaged", "3:body {}"]);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_without_being_held() {
        let mut reader = Reader::new(
            io::repeat(b'x').take(5_000_000).chain(&b"\n{}\n"[..]),
            "test",
            1000,
        );
        let long = reader.next().unwrap().unwrap();
        assert_eq!(long.kind, EntryKind::TooLong { bytes: 5_000_000 });
        let body = reader.next().unwrap().unwrap();
        assert_eq!((body.line, body.kind), (2, EntryKind::Body("{}".into())));
        assert!(reader.next().is_none());
        assert_eq!(reader.buffer.len(), CHUNK);
    }

    #[test]
    fn the_limit_is_exact() {
        let text = format!("\u{feff}\"{}\"\r\n\"{}\"", "a".repeat(998), "a".repeat(999));
        let kinds: Vec<_> = entries(text.as_bytes(), 1000)
            .into_iter()
            .map(|entry| matches!(entry.kind, EntryKind::Body(_)))
            .collect();
        assert_eq!(kinds, [true, false]);
    }

    #[test]
    fn an_error_comes_after_what_was_read_before_it_and_ends_the_reading() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let mut reader = Reader::new(b"{}\noops\n".chain(Broken), "test", 1000);
        assert!(matches!(
            reader.next(),
            Some(Ok(Entry {
                kind: EntryKind::Body(_),
                ..
            }))
        ));
        let Some(Ok(entry)) = reader.next() else {
            panic!("the damaged line comes before the error");
        };
        assert!(matches!(entry.kind, EntryKind::Damaged { last: false, .. }));
        assert_eq!(reader.next().unwrap().unwrap_err().name, "test");
        assert!(reader.next().is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end_however_they_come(
            text in proptest::collection::vec(
                prop_oneof![Just(b'\n'), Just(0), Just(b'{'), any::<u8>()], 0..300),
            max_document in 1..50_usize,
        ) {
            for entry in entries(&text, max_document) {
                prop_assert!(entry.line >= 1);
                let len = match &entry.kind {
                    EntryKind::Body(bytes) | EntryKind::Damaged { bytes, .. } => bytes.len(),
                    EntryKind::Record(_) | EntryKind::TooLong { .. } => 0,
                };
                prop_assert!(len <= max_document);
            }
        }
    }
}
