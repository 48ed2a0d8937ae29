//! The lines of a large file, many at a time, so that several threads can look at them.
//!
//! A block is whole lines, whatever their number; whoever takes the blocks may look at
//! them in any order. Memory is bounded by the size of a block and the longest line
//! that the caller wants, not by the file. What a line is, is told as for a [`Reader`],
//! and where a record is written as this program writes them, its body is had without
//! reading the rest.
//!
//! [`Reader`]: super::Reader

use std::io::{self, Read};

use super::line::judge;
use super::read::EntryKind;
use super::record::RECORD_START;
use super::source::ItemKind;
use super::{ReadError, shortcut};

/// Bytes read at a time: large enough to be worth a thread's while, small enough to stay
/// in its cache.
const SIZE: usize = 256 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What marks a record, wherever in its line it stands.
const RECORD_MARK: &[u8] = b"\"enx_hook\"";

/// The blocks of an input, one by one.
pub struct Blocks {
    input: Box<dyn Read + Send>,
    name: String,
    max_document: usize,
    /// Bytes of a block, if no line is longer.
    size: usize,
    /// What is read and in no block: the beginning of a line whose end is in the next one.
    rest: Vec<u8>,
    is_first: bool,
    /// Comes after what was read before it.
    error: Option<io::Error>,
    finished: bool,
}

/// Whole lines of an input.
#[derive(Debug, Default)]
pub struct Block {
    buffer: Vec<u8>,
    /// The bytes of `buffer` that are lines.
    len: usize,
    max_document: usize,
    /// It is the beginning of the input.
    is_first: bool,
    /// It is one line, too long to be held, of that many bytes.
    skipped: Option<u64>,
}

/// One line of a block.
#[derive(Clone, Copy, Debug)]
pub struct Line<'b> {
    /// The line of the block, from 1; blank lines count.
    pub number: u64,
    /// Without its end, and without a byte order mark.
    bytes: &'b [u8],
    /// No line end follows it.
    is_unended: bool,
    /// The block holds a record's mark somewhere.
    may_be_record: bool,
    /// Too long, of that many bytes.
    too_long: Option<u64>,
}

/// A document that could be had from a line at little cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document<'b> {
    /// The number of the record whose body it is.
    pub seq: Option<u64>,
    /// Its bytes.
    pub bytes: &'b [u8],
}

impl Blocks {
    /// Reads on behind the bytes that were read already.
    pub(super) fn new(
        head: Vec<u8>,
        input: Box<dyn Read + Send>,
        name: String,
        max_document: usize,
    ) -> Blocks {
        Blocks {
            input,
            name,
            max_document,
            size: SIZE,
            rest: head,
            is_first: true,
            error: None,
            finished: false,
        }
    }

    /// Reads the next lines into a block, whose memory is used again. False: there are none.
    ///
    /// # Errors
    ///
    /// When the input cannot be read; the whole lines before that place come first.
    pub fn read(&mut self, block: &mut Block) -> Result<bool, ReadError> {
        if self.finished {
            return Ok(false);
        }
        block.max_document = self.max_document;
        block.is_first = std::mem::take(&mut self.is_first);
        block.skipped = None;
        block.len = 0;
        let mut end = self.rest.len();
        if end > self.size {
            // What holds much already serves as the block: copied, it would be there twice.
            block.buffer = std::mem::take(&mut self.rest);
        } else {
            if block.buffer.len() < self.size {
                block.buffer.resize(self.size, 0);
            }
            block.buffer[..end].copy_from_slice(&self.rest);
            self.rest.clear();
        }
        if let Some(at) = memchr::memrchr(b'\n', &block.buffer[..end]) {
            // Behind a line that was skipped, or read before.
            block.len = at + 1;
            self.rest.extend_from_slice(&block.buffer[block.len..end]);
            return Ok(true);
        }
        loop {
            if end > self.max_document.saturating_add(BYTE_ORDER_MARK.len() + 1) {
                return self.skip_line(block, end as u64);
            }
            if end == block.buffer.len() {
                // One line fills it: doubled, so that a long line is not searched once a piece.
                let longer = (end * 2).min(self.max_document.saturating_add(self.size));
                block.buffer.resize(longer.max(end + self.size), 0);
            }
            let searched = end;
            match self.read_on(&mut block.buffer[end..]) {
                Ok(0) => {
                    // The last line may have no end.
                    self.finished = true;
                    block.len = end;
                    return Ok(end > 0);
                }
                Ok(read) => end += read,
                Err(source) => {
                    block.len = memchr::memrchr(b'\n', &block.buffer[..end]).map_or(0, |at| at + 1);
                    if block.len > 0 {
                        self.error = Some(source);
                        return Ok(true);
                    }
                    self.finished = true;
                    let name = self.name.clone();
                    return Err(ReadError { name, source });
                }
            }
            // What comes through a pipe is not waited for, once there is a line.
            if let Some(at) = memchr::memrchr(b'\n', &block.buffer[searched..end]) {
                block.len = searched + at + 1;
                self.rest.extend_from_slice(&block.buffer[block.len..end]);
                return Ok(true);
            }
        }
    }

    /// Reads what there is; nothing at the end of the input.
    fn read_on(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        loop {
            match self.input.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Reads on behind a line that is too long already, keeping nothing of it.
    fn skip_line(&mut self, block: &mut Block, mut bytes: u64) -> Result<bool, ReadError> {
        block.buffer.truncate(self.size);
        block.buffer.shrink_to_fit();
        loop {
            let end = match self.read_on(&mut block.buffer) {
                Ok(0) => {
                    self.finished = true;
                    break;
                }
                Ok(end) => end,
                Err(source) => {
                    self.finished = true;
                    let name = self.name.clone();
                    return Err(ReadError { name, source });
                }
            };
            if let Some(at) = memchr::memchr(b'\n', &block.buffer[..end]) {
                bytes += at as u64;
                self.rest.extend_from_slice(&block.buffer[at + 1..end]);
                break;
            }
            bytes += end as u64;
        }
        block.skipped = Some(bytes);
        Ok(true)
    }
}

impl Block {
    /// How many bytes its lines have.
    pub fn bytes(&self) -> usize {
        self.len
    }

    /// Its lines, blank ones included.
    pub fn lines(&self) -> Lines<'_> {
        let text = &self.buffer[..self.len];
        Lines {
            block: self,
            start: 0,
            number: 0,
            may_be_record: memchr::memmem::find(text, RECORD_MARK).is_some(),
        }
    }
}

/// The lines of a block.
#[derive(Debug)]
pub struct Lines<'b> {
    block: &'b Block,
    start: usize,
    number: u64,
    may_be_record: bool,
}

impl<'b> Iterator for Lines<'b> {
    type Item = Line<'b>;

    fn next(&mut self) -> Option<Line<'b>> {
        let block = self.block;
        let text = &block.buffer[..block.len];
        let mut line = Line {
            number: self.number + 1,
            bytes: &[],
            is_unended: false,
            may_be_record: self.may_be_record,
            too_long: None,
        };
        if let Some(bytes) = block.skipped {
            if self.number > 0 {
                return None;
            }
            line.too_long = Some(bytes);
        } else {
            let rest = text.get(self.start..).filter(|rest| !rest.is_empty())?;
            let end = memchr::memchr(b'\n', rest);
            line.is_unended = end.is_none();
            let whole = &rest[..end.unwrap_or(rest.len())];
            self.start += whole.len() + 1;
            line.bytes = whole.strip_suffix(b"\r").unwrap_or(whole);
            if block.is_first && self.number == 0 {
                line.bytes = line
                    .bytes
                    .strip_prefix(BYTE_ORDER_MARK)
                    .unwrap_or(line.bytes);
            }
            if line.bytes.len() > block.max_document {
                line.too_long = Some(whole.len() as u64);
            }
        }
        self.number += 1;
        Some(line)
    }
}

impl<'b> Line<'b> {
    /// The document of the line, where a look at little cost finds one: the line itself
    /// where it cannot be a record, or the body of a record as this program writes them,
    /// unescaped into `scratch` where it must be. It is the one that [`Line::items`] finds.
    pub fn document<'s>(&self, scratch: &'s mut Vec<u8>) -> Option<Document<'s>>
    where
        'b: 's,
    {
        if self.too_long.is_some() {
            return None;
        }
        if !self.may_be_record || memchr::memmem::find(self.bytes, RECORD_MARK).is_none() {
            // A line with a NUL may be damaged, and a blank line is nothing.
            if self.bytes.trim_ascii().is_empty() || memchr::memchr(0, self.bytes).is_some() {
                return None;
            }
            return Some(Document {
                seq: None,
                bytes: self.bytes,
            });
        }
        let (seq, bytes) = shortcut::body(self.bytes.strip_prefix(RECORD_START)?, scratch)?;
        Some(Document {
            seq: Some(seq),
            bytes,
        })
    }

    /// What stands on the line: nothing if it is blank, two things where a crash glued them
    /// together. Of a torn record, `torn_tail` says that it looks torn; whether it is the
    /// last thing of the input, whoever has all the blocks must tell.
    pub fn items(&self) -> impl Iterator<Item = ItemKind> + use<> {
        let kinds = match self.too_long {
            Some(bytes) => [Some(EntryKind::TooLong { bytes }), None],
            None => judge(self.bytes, self.is_unended).map(|kind| {
                kind.map(|mut kind| {
                    if let EntryKind::Damaged { last, .. } = &mut kind {
                        *last = true;
                    }
                    kind
                })
            }),
        };
        kinds.into_iter().flatten().map(ItemKind::from)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::{Item, Source};
    use super::*;

    /// Gives a few bytes at a time, and at the end an error, if it is to.
    struct Slow(Cursor<Vec<u8>>, bool);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = buffer.len().min(5);
            match self.0.read(&mut buffer[..len]) {
                Ok(0) if self.1 => Err(io::Error::other("broken")),
                read => read,
            }
        }
    }

    /// The first bytes of the text were read before.
    fn blocks(text: &[u8], head: usize, size: usize, limit: usize, breaks: bool) -> Blocks {
        let (head, rest) = text.split_at(head.min(text.len()));
        let input = Slow(Cursor::new(rest.to_vec()), breaks);
        let mut blocks = Blocks::new(head.to_vec(), Box::new(input), "test".to_owned(), limit);
        blocks.size = size;
        blocks
    }

    /// Everything in the blocks of a text, and whether it ended well.
    fn items(mut blocks: Blocks) -> (Vec<Item>, bool) {
        let mut items = Vec::new();
        let mut block = Block::default();
        let mut lines = 0;
        let is_whole = loop {
            match blocks.read(&mut block) {
                Ok(true) => {}
                Ok(false) => break true,
                Err(_) => break false,
            }
            let mut last = 0;
            for line in block.lines() {
                last = line.number;
                items.extend(line.items().map(|kind| Item {
                    line: lines + line.number,
                    kind,
                }));
            }
            lines += last;
        };
        // What is torn and not the end is the business of whoever has all blocks.
        let count = items.len();
        for (index, item) in items.iter_mut().enumerate() {
            if let ItemKind::Damaged { torn_tail, .. } = &mut item.kind {
                *torn_tail &= is_whole && index + 1 == count;
            }
        }
        (items, is_whole)
    }

    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = select(vec![
            &b"\n"[..],
            b"\n",
            b"\r\n",
            b"{}",
            b"{\"a\":1}\n",
            b"x",
            b"\0",
            b"\xEF\xBB\xBF",
            b"{\"enx_hook\":1,",
            b"{\"enx_hook\":1,\"seq\":1,\"received_at\":\"2026-11-20T14:03:22Z\",\"peer\":\"p\",\"method\":\"m\",\"target\":\"/\",\"headers\":[],\"body\":\"{}\"}\n",
            b"012345678901234567890123456789",
        ]);
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn blocks_hold_what_a_reader_finds(
            text in pieces(), head in prop_oneof![Just(0), 0..300_usize], size in 1..80_usize,
            limit in 20..200_usize, breaks: bool,
        ) {
            let (found, is_whole) = items(blocks(&text, head, size, limit, breaks));
            prop_assert_eq!(is_whole, !breaks);
            let reader = super::super::Reader::new(Slow(Cursor::new(text), breaks), "test", limit);
            let expected: Vec<Item> = reader.map_while(Result::ok).map(Item::from).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_line_beyond_all_measure_is_skipped_without_being_held() {
        let long = io::repeat(b'x').take(50_000_000).chain(&b"\n{}\n"[..]);
        let mut blocks = Blocks::new(Vec::new(), Box::new(long), "test".to_owned(), 1_000_000);
        let mut block = Block::default();
        assert!(blocks.read(&mut block).unwrap());
        let kinds: Vec<_> = block.lines().flat_map(|line| line.items()).collect();
        assert_eq!(kinds, [ItemKind::TooLarge { bytes: 50_000_000 }]);
        assert!(block.buffer.capacity() <= 4_000_000);
        assert!(blocks.read(&mut block).unwrap());
        assert_eq!(block.lines().count(), 1);
        assert!(!blocks.read(&mut block).unwrap());
    }

    #[test]
    fn a_document_is_had_from_a_body_and_from_a_record_and_not_from_what_only_looks_like_one() {
        let record = "{\"enx_hook\":1,\"seq\":7,\"received_at\":\"2026-11-20T14:03:22.118042Z\",\"peer\":\"p\",\"method\":\"POST\",\"target\":\"/\",\"headers\":[],\"body\":\"{\\\"a\\\":1}\"}";
        let text = format!(
            "{record}\n{{\"b\":2}}\n{{\"a\":\"enx_hook\"}}\n{} \n",
            record.replace("\"p\"", "1")
        );
        let input = Box::new(Cursor::new(text.into_bytes()));
        let Ok(mut blocks) = Source::new(input, "test", 1000).unwrap().blocks() else {
            panic!("a log is read by lines");
        };
        let mut block = Block::default();
        blocks.read(&mut block).unwrap();
        let mut scratch = Vec::new();
        let mut found = Vec::new();
        for line in block.lines() {
            found.push(
                line.document(&mut scratch)
                    .map(|document| (document.seq, document.bytes.to_vec())),
            );
        }
        let expected = [
            Some((Some(7), b"{\"a\":1}".to_vec())),
            Some((None, b"{\"b\":2}".to_vec())),
            None,
            None,
        ];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn a_document_is_the_one_thing_that_stands_on_its_line(text in pieces()) {
            let mut blocks = blocks(&text, 0, SIZE, 1000, false);
            let mut block = Block::default();
            let mut scratch = Vec::new();
            while blocks.read(&mut block).unwrap() {
                for line in block.lines() {
                    let Some(document) = line.document(&mut scratch) else { continue };
                    let items: Vec<_> = line.items().collect();
                    let found = match &items[..] {
                        [ItemKind::Body { bytes, .. }] => (None, bytes.clone()),
                        [ItemKind::Record(record)] => (Some(record.seq), record.capture.body.clone()),
                        other => panic!("{other:?}"),
                    };
                    prop_assert_eq!((document.seq, document.bytes), (found.0, &found.1[..]));
                }
            }
        }
    }
}
