//! Reads the records and bodies of any input, one by one: a log, JSONL, one JSON document, or
//! what other tools recorded, compressed or not.
//!
//! Nothing stops it but an error of the disk: damage is an item like others, and what follows
//! from it (a warning, an exit code) is decided by the caller. Memory is bounded by the
//! largest document that the caller takes, not by the size of the input.

use std::collections::VecDeque;
use std::io::Read;

use super::blocks::{BLOCK, Blocks};
use super::error::ReadError;
use super::format::{self, Format};
use super::line::{Item, ItemKind, RECORD_MARK, items};
use super::packed;
use super::record::removed_seq;
use super::section::Section;
use super::seek::{is_outside, seq_of};
use crate::files::lines::{Block, Line, LineReader, Position};
use crate::model::ranges::Ranges;

/// An input of any kind: a file, a pipe, a part that is unpacked while it is read.
type AnyInput = Box<dyn Read + Send>;

/// The records and bodies of an input, in order. After an error there are no more.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct RecordReader<R = AnyInput> {
    name: String,
    lines: LineReader<R>,
    block: Block,
    at: Position,
    /// Lines of the blocks before.
    lines_before: u64,
    /// A record was read.
    in_log: bool,
    /// Records before this number are skipped.
    first_seq: u64,
    section: Section,
    ready: VecDeque<Item>,
    /// Numbers whose captures were removed; only of an input that grows.
    removed: Ranges,
    error: Option<ReadError>,
    /// No line has been read, and all items stand on lines.
    is_fresh: bool,
    is_growing: bool,
    is_finished: bool,
}

impl RecordReader {
    /// Detects what the input is and reads it. `name` is its name in errors; its extension may
    /// say that it is read line by line. A document longer than `max_document` bytes is skipped.
    ///
    /// # Errors
    ///
    /// When the input cannot be read.
    pub fn new(
        input: AnyInput,
        name: &str,
        max_document: usize,
    ) -> Result<RecordReader, ReadError> {
        let mut head = Vec::new();
        let detected = packed::unpacked(input).and_then(|mut input| {
            let format = format::detect(&mut *input, &mut head, name, max_document)?;
            Ok((input, format))
        });
        let (input, format) = detected.map_err(|source| ReadError {
            name: name.to_owned(),
            source,
        })?;
        let ready = match format {
            Format::Lines => return Ok(RecordReader::begin(head, input, name, max_document)),
            Format::Document(kind) => VecDeque::from([Item { line: 1, kind }]),
            Format::Items(items) => items.into(),
        };
        Ok(RecordReader {
            ready,
            is_fresh: false,
            is_finished: true,
            ..RecordReader::begin(Vec::new(), input, name, max_document)
        })
    }

    /// A file that is not read for that reason: one item of damage.
    pub(super) fn of_damaged(name: &str, reason: &str) -> RecordReader {
        let kind = ItemKind::Damaged {
            reason: reason.to_owned(),
            torn_tail: false,
        };
        RecordReader {
            ready: VecDeque::from([Item { line: 1, kind }]),
            is_fresh: false,
            is_finished: true,
            ..RecordReader::begin(Vec::new(), Box::new(std::io::empty()), name, 0)
        }
    }

    /// The same input as blocks of lines.
    ///
    /// # Errors
    ///
    /// The reader itself, if it does not read line by line or has begun to.
    pub fn blocks(self) -> Result<Blocks, Box<RecordReader>> {
        if !self.is_fresh {
            return Err(Box::new(self));
        }
        Ok(Blocks {
            lines: self.lines.with_block_size(BLOCK),
            name: self.name,
            in_log: false,
        })
    }
}

impl<R: Read> RecordReader<R> {
    /// Reads an input line by line, whatever it is.
    pub(super) fn by_lines(input: R, name: &str, max_document: usize) -> RecordReader<R> {
        RecordReader::begin(Vec::new(), input, name, max_document)
    }

    /// `head` was read from the input before.
    fn begin(head: Vec<u8>, input: R, name: &str, max_document: usize) -> RecordReader<R> {
        RecordReader {
            name: name.to_owned(),
            lines: LineReader::new(head, input, max_document),
            block: Block::default(),
            at: Position::default(),
            lines_before: 0,
            in_log: false,
            first_seq: 0,
            section: Section::default(),
            ready: VecDeque::new(),
            removed: Ranges::default(),
            error: None,
            is_fresh: true,
            is_growing: false,
            is_finished: false,
        }
    }

    /// Skips the records outside of a section, most of them without parsing.
    pub(super) fn within(mut self, section: Section) -> RecordReader<R> {
        self.section = section;
        self
    }

    /// Skips the records before a number, most of them without parsing.
    pub(super) fn skipping_before(mut self, seq: u64) -> RecordReader<R> {
        self.first_seq = seq;
        self
    }

    /// Expects the input to grow: no item now does not mean that there will be none.
    pub(super) fn growing(mut self) -> RecordReader<R> {
        self.lines = self.lines.growing();
        self.is_growing = true;
        self
    }

    /// The numbers whose captures were removed, among those that were passed since the last call.
    pub(super) fn take_removed(&mut self) -> Ranges {
        std::mem::take(&mut self.removed)
    }

    fn leaves_out(&self, line: &Line<'_>) -> bool {
        let is_left_out =
            self.section.bounds.limits_times() && is_outside(line.bytes, &self.section.bounds);
        if is_left_out {
            self.section.leave_out().count += 1;
        }
        is_left_out
    }

    /// Reads until an item is ready, or there are no more.
    fn advance(&mut self) {
        while self.ready.is_empty() && !self.is_finished {
            if let Some(line) = self.block.next_line(&mut self.at) {
                self.in_log =
                    self.in_log || memchr::memmem::find(line.bytes, RECORD_MARK).is_some();
                if !is_before(&line, self.first_seq) && !self.leaves_out(&line) {
                    let number = self.lines_before + line.number;
                    let item = |kind| Item { line: number, kind };
                    self.ready.extend(items(&line, self.in_log).map(item));
                    if self.is_growing
                        && self.ready.is_empty()
                        && let Some(seq) = removed_seq(line.bytes)
                    {
                        self.removed.insert(seq, seq);
                    }
                }
                self.block.release(&self.at);
                continue;
            }
            self.is_fresh = false;
            self.lines_before += self.at.lines;
            self.at = Position::default();
            match self.lines.read(&mut self.block) {
                Ok(true) => {}
                Ok(false) if self.is_growing => return,
                Ok(false) => self.is_finished = true,
                Err(source) => {
                    self.is_finished = true;
                    self.error = Some(ReadError {
                        name: self.name.clone(),
                        source,
                    });
                }
            }
        }
    }
}

/// Whether a line is one record with a lower number, as far as its beginning tells. A hole that
/// a crash left may hide another one.
fn is_before(line: &Line<'_>, seq: u64) -> bool {
    seq > 0
        && seq_of(line.bytes).is_some_and(|found| found < seq)
        && memchr::memchr(0, line.bytes).is_none()
}

impl<R: Read> Iterator for RecordReader<R> {
    type Item = Result<Item, ReadError>;

    fn next(&mut self) -> Option<Result<Item, ReadError>> {
        self.advance();
        let Some(mut item) = self.ready.pop_front() else {
            return self.error.take().map(Err);
        };
        if let ItemKind::Damaged { torn_tail, .. } = &mut item.kind
            && *torn_tail
        {
            // Only what comes after it can tell.
            self.advance();
            *torn_tail = self.ready.is_empty() && self.error.is_none();
        }
        Some(Ok(item))
    }
}

#[cfg(test)]
mod tests;
