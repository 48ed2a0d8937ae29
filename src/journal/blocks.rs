//! The lines of a large input, a block at a time, so that several threads can judge them.
//!
//! The threads may take the blocks in any order. The body of a record that this program wrote
//! is found without parsing the rest of the record.

use std::io::Read;

use chrono::{DateTime, NaiveDate, Utc};

use super::ReadError;
use super::line::{ItemKind, RECORD_MARK, items};
use super::record::{RECORD_START, fast_body};
use crate::files::lines::{self, LineReader, Position};

/// Bytes of a block: enough work for a thread, and little enough for its cache.
pub(super) const BLOCK: usize = 256 * 1024;

/// The blocks of an input, one by one.
pub struct Blocks {
    pub(super) lines: LineReader<Box<dyn Read + Send>>,
    pub(super) name: String,
    /// A record was read.
    pub(super) in_log: bool,
}

/// Whole lines of an input.
#[derive(Debug, Default)]
pub struct Block {
    lines: lines::Block,
    /// A line before it has the mark of a record.
    in_log: bool,
}

/// One line of a block.
#[derive(Clone, Copy, Debug)]
pub struct Line<'b> {
    /// Its number in the block, from 1; blank lines count.
    pub number: u64,
    text: lines::Line<'b>,
    /// Some line of the block has the mark of a record.
    may_be_record: bool,
    in_log: bool,
}

/// A document that was found without parsing its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document<'b> {
    /// The number of the record that has it as its body.
    pub seq: Option<u64>,
    /// When that record was received, as it is written there.
    time: Option<&'b [u8]>,
    /// Its bytes.
    pub bytes: &'b [u8],
}

impl Document<'_> {
    /// When the record that has it as its body was received.
    pub fn received_at(&self) -> Option<DateTime<Utc>> {
        let time = self.time?;
        let plain = plain_time(time);
        plain.or_else(|| str::from_utf8(time).ok()?.parse().ok())
    }
}

/// A time of the one form in which we write it: this takes a tenth of what parsing any form takes.
fn plain_time(time: &[u8]) -> Option<DateTime<Utc>> {
    let number = |from: usize, to: usize| {
        let digits = time.get(from..to)?.iter();
        Some(digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let year = i32::try_from(number(0, 4)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let time = day.and_hms_micro_opt(hour, minute, second, number(20, 26)?)?;
    Some(time.and_utc())
}

impl Blocks {
    /// Reads the next lines into a block and reuses its memory. False means the end.
    ///
    /// # Errors
    ///
    /// When the input cannot be read, after the whole lines before that place.
    pub fn read(&mut self, block: &mut Block) -> Result<bool, ReadError> {
        let read = self.lines.read(&mut block.lines);
        block.in_log = self.in_log;
        self.in_log =
            self.in_log || block.may_be_record() && block.lines().any(|line| line.is_marked());
        read.map_err(|source| ReadError {
            name: self.name.clone(),
            source,
        })
    }
}

impl Block {
    /// The length of its lines in bytes.
    pub fn bytes(&self) -> usize {
        self.lines.text().len()
    }

    fn may_be_record(&self) -> bool {
        memchr::memmem::find(self.lines.text(), RECORD_MARK).is_some()
    }

    /// Its lines, blank ones included.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let may_be_record = self.may_be_record();
        let mut at = Position::default();
        let mut in_log = self.in_log;
        std::iter::from_fn(move || {
            let text = self.lines.next_line(&mut at)?;
            let line = Line {
                number: text.number,
                text,
                may_be_record,
                in_log,
            };
            in_log = in_log || may_be_record && line.is_marked();
            Some(line)
        })
    }
}

impl<'b> Line<'b> {
    fn is_marked(&self) -> bool {
        self.text.too_long.is_none() && memchr::memmem::find(self.text.bytes, RECORD_MARK).is_some()
    }

    /// The document of the line, if it can be found without parsing: the line itself if it is
    /// no record, or the body of a record of this program, unescaped into `scratch` if needed.
    /// It is the item that [`Line::items`] finds. None: `items` tells what the line is.
    pub fn document<'s>(&self, scratch: &'s mut Vec<u8>) -> Option<Document<'s>>
    where
        'b: 's,
    {
        let bytes = self.text.bytes;
        if self.text.too_long.is_some() {
            return None;
        }
        if !self.may_be_record || memchr::memmem::find(bytes, RECORD_MARK).is_none() {
            // A line with a NUL may be damaged, and a blank line has no item.
            let is_whole = memchr::memchr(0, bytes).is_none() && !bytes.trim_ascii().is_empty();
            let is_whole = is_whole && !RECORD_START.starts_with(bytes.trim_ascii_end());
            return is_whole.then_some(Document {
                seq: None,
                time: None,
                bytes,
            });
        }
        let (seq, time, bytes) = fast_body::body(bytes.strip_prefix(RECORD_START)?, scratch)?;
        Some(Document {
            seq: Some(seq),
            time: Some(time),
            bytes,
        })
    }

    /// What stands on the line: nothing if it is blank, two items if a crash joined two lines.
    /// `torn_tail` says that a record ends early; whether it is the last item of the input
    /// is known once all blocks are read.
    pub fn items(&self) -> impl Iterator<Item = ItemKind> + use<> {
        items(&self.text, self.in_log)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_time_is_what_the_full_parser_takes_it_for(
            text in "[0-9]{4}-(0[0-9]|1[0-3])-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{6}Z",
        ) {
            if let Some(time) = plain_time(text.as_bytes()) {
                prop_assert_eq!(text.parse::<DateTime<Utc>>(), Ok(time));
            }
        }
    }
}
