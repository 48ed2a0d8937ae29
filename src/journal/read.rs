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
    /// The same input in blocks of lines; itself if a line was taken.
    pub(super) fn into_blocks(mut self: Box<Self>) -> Result<Blocks, Box<Self>> {
        if self.line > 0 || self.finished {
            return Err(self);
        }
        self.buffer.truncate(self.end);
        Ok(Blocks::new(
            self.buffer,
            self.input,
            self.name,
            self.max_document,
        ))
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

    /// Reads on where somebody else began: these bytes of the input come first.
    pub(super) fn begun(mut head: Vec<u8>, input: R, name: &str, max_document: usize) -> Reader<R> {
        let end = head.len();
        head.resize(end.max(CHUNK), 0);
        Reader {
            end,
            buffer: head,
            ..Reader::new(input, name, max_document)
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
mod tests;
