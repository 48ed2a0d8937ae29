//! The lines of a file of a log, byte for byte, with what each of them is.

use std::io::{self, BufRead as _, BufReader, Read};

use super::line::{ItemKind, RECORD_MARK, items};
use super::packed;
use super::record::removed_seq;
use crate::files::lines::{BYTE_ORDER_MARK, Line};

/// Reads one line after the other. Memory is bounded by the longest one.
pub(super) struct RawLines {
    input: BufReader<Box<dyn Read + Send>>,
    /// The number of the line, from 1.
    pub(super) number: u64,
    /// The line with its line end.
    pub(super) bytes: Vec<u8>,
    in_log: bool,
}

impl RawLines {
    /// The lines of an input, unpacked.
    pub(super) fn of(input: Box<dyn Read + Send>) -> io::Result<RawLines> {
        Ok(RawLines {
            input: BufReader::new(packed::unpacked(input)?),
            number: 0,
            bytes: Vec::new(),
            in_log: false,
        })
    }

    /// Goes to the next line; false at the end.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.bytes.clear();
        self.number += 1;
        let read = self.input.read_until(b'\n', &mut self.bytes)?;
        self.in_log = self.in_log || memchr::memmem::find(&self.bytes, RECORD_MARK).is_some();
        Ok(read > 0)
    }

    /// The line without its end and a byte order mark.
    pub(super) fn text(&self) -> &[u8] {
        let text = match self.number {
            1 => self.bytes.strip_prefix(BYTE_ORDER_MARK),
            _ => None,
        };
        let text = text.unwrap_or(&self.bytes);
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    /// Its line end; nothing if the input ends without one.
    pub(super) fn line_end(&self) -> &[u8] {
        let start = if self.bytes.ends_with(b"\r\n") {
            self.bytes.len() - 2
        } else {
            self.bytes.len() - usize::from(self.bytes.ends_with(b"\n"))
        };
        &self.bytes[start..]
    }

    /// What stands on it.
    pub(super) fn items(&self) -> impl Iterator<Item = ItemKind> + use<> {
        let line = Line {
            number: self.number,
            bytes: self.text(),
            is_unended: !self.bytes.ends_with(b"\n"),
            too_long: None,
        };
        items(&line, self.in_log)
    }

    /// Where the record on the line begins: behind a mark, or a hole that a crash left.
    pub(super) fn record_start(&self) -> usize {
        match memchr::memrchr(0, &self.bytes) {
            Some(hole) => hole + 1,
            None if self.number == 1 && self.bytes.starts_with(BYTE_ORDER_MARK) => {
                BYTE_ORDER_MARK.len()
            }
            None => 0,
        }
    }

    /// The number of a record whose capture was removed.
    pub(super) fn removed(&self) -> Option<u64> {
        removed_seq(self.text())
    }
}
