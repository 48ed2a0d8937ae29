//! Splits any input into lines.
//!
//! Lines come in blocks, so that several threads can work on them, or so that a single reader
//! takes them one by one. A line ends with LF or CRLF, and the last one may have no line end.
//! A byte order mark at the start of the input belongs to no line. A line longer than the
//! limit is skipped and only counted. Memory is bounded by the block size and the limit,
//! whatever the size of the input.

use std::io::{self, Read};
use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;

/// The default block size, in bytes.
const BLOCK: usize = 64 * 1024;

/// Bytes by which a buffer is filled further, at least.
const STEP: usize = 256 * 1024;

/// Bytes of a line that is very long.
const VERY_LONG: usize = 1024 * 1024;

/// Bytes that a record with the largest body of the receiver has at most, if that is not changed.
const USUALLY_LONGEST: usize = 32 * 1024 * 1024;

/// What some editors put at the start of a file.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes after which a line without an end is longer than `max_line`, also after a byte order
/// mark and before a CR.
fn most_room(max_line: usize) -> usize {
    max_line.saturating_add(BYTE_ORDER_MARK.len() + 2)
}

/// The next size of a buffer for a line: doubled, so that a long line is copied a few times only. A very
/// long one gets room for the longest at once, and is not copied for a last few bytes: both would take the
/// memory twice, and memory that was never written to costs nothing.
pub fn more_room(room: usize, max_line: usize) -> usize {
    let least = if room < VERY_LONG { 0 } else { USUALLY_LONGEST };
    let more = room.saturating_mul(2).max(least);
    if more < max_line {
        more
    } else {
        most_room(max_line)
    }
}

/// Reads blocks of whole lines from an input.
#[derive(Debug)]
pub struct LineReader<R> {
    input: R,
    max_line: usize,
    block_size: usize,
    /// What was read behind the last block.
    rest: Vec<u8>,
    is_start: bool,
    is_growing: bool,
    is_finished: bool,
}

/// Whole lines of an input.
#[derive(Debug, Default)]
pub struct Block {
    buffer: Buffer,
    /// Bytes of `buffer` that are lines.
    len: usize,
    max_line: usize,
    /// The input begins here.
    is_start: bool,
    /// The block is one line of that many bytes, which was skipped.
    skipped: Option<u64>,
}

/// Room to read into.
#[derive(Debug)]
enum Buffer {
    Heap(Vec<u8>),
    /// Room for a very long line. The system has it back at once, where an allocator would keep it.
    Pages(MmapMut),
}

/// A position between two lines of a block.
#[derive(Clone, Copy, Debug, Default)]
pub struct Position {
    start: usize,
    /// Lines before the position.
    pub lines: u64,
}

/// One line of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'b> {
    /// Its number in the block, from 1; blank lines count.
    pub number: u64,
    /// Its bytes, without line end and byte order mark; none if it was skipped.
    pub bytes: &'b [u8],
    /// It is the end of the input and has no line end.
    pub is_unended: bool,
    /// Its length if it is longer than the limit, a CR included.
    pub too_long: Option<u64>,
}

impl<R: Read> LineReader<R> {
    /// Reads lines of at most `max_line` bytes. `head` was read from the input before.
    pub fn new(head: Vec<u8>, input: R, max_line: usize) -> LineReader<R> {
        LineReader {
            input,
            max_line,
            block_size: BLOCK,
            rest: head,
            is_start: true,
            is_growing: false,
            is_finished: false,
        }
    }

    /// Sets the block size; a longer line still comes whole.
    #[must_use]
    pub fn with_block_size(mut self, bytes: usize) -> LineReader<R> {
        self.block_size = bytes;
        self
    }

    /// Expects the input to grow: at its end, an unended line is kept until its end has been
    /// written, and reading can be tried again.
    #[must_use]
    pub fn growing(mut self) -> LineReader<R> {
        self.is_growing = true;
        self
    }

    /// Reads the next lines into a block and reuses its memory. It returns as soon as there is
    /// a whole line, so that a pipe delivers its lines at once. False means the end.
    ///
    /// # Errors
    ///
    /// When the input cannot be read, after the whole lines before that place. It ends then.
    pub fn read(&mut self, block: &mut Block) -> io::Result<bool> {
        if self.is_finished {
            return Ok(false);
        }
        block.max_line = self.max_line;
        block.is_start = self.is_start;
        block.skipped = None;
        block.len = 0;
        let read = self.fill(block);
        self.is_finished |= read.is_err();
        self.is_start &= !matches!(read, Ok(true));
        read
    }

    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        let mut end = self.rest.len();
        if end > self.block_size {
            // Copying it would need the memory twice.
            block.buffer = Buffer::Heap(std::mem::take(&mut self.rest));
        } else {
            block.buffer.make_room(self.block_size);
            block.buffer[..end].copy_from_slice(&self.rest);
            self.rest.clear();
        }
        let mut searched = 0;
        loop {
            if let Some(at) = memchr::memrchr(b'\n', &block.buffer[searched..end]) {
                block.len = searched + at + 1;
                self.rest.extend_from_slice(&block.buffer[block.len..end]);
                return Ok(true);
            }
            if end >= most_room(self.max_line) {
                return self.skip_line(block, end as u64);
            }
            // Not all at once: memory that was never written to costs nothing.
            let step = self.block_size.max(STEP);
            if end == block.buffer.len() {
                block.buffer.grow(step, self.max_line);
            }
            searched = end;
            let room = block.buffer.len().min(end + step);
            match self.read_some(&mut block.buffer[end..room])? {
                0 if self.is_growing => {
                    self.rest.extend_from_slice(&block.buffer[..end]);
                    block.shrink(self.block_size);
                    return Ok(false);
                }
                0 => {
                    self.is_finished = true;
                    block.len = end;
                    return Ok(end > 0);
                }
                read => end += read,
            }
        }
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.input.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Reads to the end of a line that is too long, without keeping it.
    fn skip_line(&mut self, block: &mut Block, mut bytes: u64) -> io::Result<bool> {
        block.shrink(self.block_size);
        loop {
            let end = self.read_some(&mut block.buffer)?;
            if let Some(at) = memchr::memchr(b'\n', &block.buffer[..end]) {
                bytes += at as u64;
                self.rest.extend_from_slice(&block.buffer[at + 1..end]);
                break;
            }
            if end == 0 {
                self.is_finished = true;
                break;
            }
            bytes += end as u64;
        }
        block.skipped = Some(bytes);
        Ok(true)
    }
}

impl Block {
    /// The text of its lines.
    pub fn text(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// The line at a position, which moves behind it; nothing at the end of the block.
    pub fn next_line(&self, at: &mut Position) -> Option<Line<'_>> {
        let mut line = Line {
            number: at.lines + 1,
            bytes: &[],
            is_unended: false,
            too_long: self.skipped,
        };
        if self.skipped.is_some() {
            if at.lines > 0 {
                return None;
            }
        } else {
            let rest = self
                .text()
                .get(at.start..)
                .filter(|rest| !rest.is_empty())?;
            let end = memchr::memchr(b'\n', rest);
            line.is_unended = end.is_none();
            let whole = &rest[..end.unwrap_or(rest.len())];
            at.start += whole.len() + 1;
            line.bytes = whole.strip_suffix(b"\r").unwrap_or(whole);
            if self.is_start && at.lines == 0 {
                line.bytes = without_mark(line.bytes);
            }
            if line.bytes.len() > self.max_line {
                line.bytes = &[];
                line.too_long = Some(whole.len() as u64);
            }
        }
        at.lines += 1;
        Some(line)
    }

    /// Gives back the memory of an unusually long line, if that position is behind it.
    pub fn release(&mut self, at: &Position) {
        if at.start >= self.len && self.buffer.len() > BLOCK.max(STEP) {
            *self = Block::default();
        }
    }

    /// Gives back the memory of an unusually long line.
    fn shrink(&mut self, size: usize) {
        self.buffer = Buffer::default();
        self.buffer.make_room(size);
    }
}

impl Default for Buffer {
    fn default() -> Buffer {
        Buffer::Heap(Vec::new())
    }
}

impl Buffer {
    /// Makes room for so many bytes in all.
    fn make_room(&mut self, bytes: usize) {
        match self {
            Buffer::Heap(vec) if vec.len() < bytes => vec.resize(bytes, 0),
            Buffer::Pages(pages) if pages.len() < bytes => {
                let mut vec = pages.to_vec();
                vec.resize(bytes, 0);
                *self = Buffer::Heap(vec);
            }
            Buffer::Heap(_) | Buffer::Pages(_) => {}
        }
    }

    /// Makes more room behind what is there: a step, as far as the heap has it.
    fn grow(&mut self, step: usize, max_line: usize) {
        let end = self.len();
        if let Buffer::Heap(vec) = self
            && end < vec.capacity()
        {
            let room = vec.capacity().min(end + step);
            return vec.resize(room, 0);
        }
        let room = more_room(end, max_line);
        if room > VERY_LONG
            && let Ok(mut pages) = MmapMut::map_anon(room)
        {
            pages[..end].copy_from_slice(self);
            *self = Buffer::Pages(pages);
            return;
        }
        if let Buffer::Heap(vec) = self {
            vec.reserve_exact(room - end);
        }
        self.make_room(room.min(end + step));
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Heap(vec) => vec,
            Buffer::Pages(pages) => pages,
        }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Buffer::Heap(vec) => vec,
            Buffer::Pages(pages) => pages,
        }
    }
}

/// A text without a byte order mark.
pub fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// Reads until the buffer is full or the input ends, and returns the number of bytes.
///
/// # Errors
///
/// When the input cannot be read.
pub fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests;
