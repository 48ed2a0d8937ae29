//! Lines of any text, however it is read.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::rc::Rc;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Gives pieces of these lengths, over and over, and ends with an error if it is to.
struct Pieces {
    text: Vec<u8>,
    at: usize,
    lengths: Vec<usize>,
    turn: usize,
    breaks: bool,
}

impl Pieces {
    fn new(text: &[u8], lengths: &[usize], breaks: bool) -> Pieces {
        Pieces {
            text: text.to_vec(),
            at: 0,
            lengths: lengths.to_vec(),
            turn: 0,
            breaks,
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = &self.text[self.at..];
        if rest.is_empty() && self.breaks {
            return Err(io::Error::other("broken"));
        }
        let wanted = self.lengths[self.turn % self.lengths.len()];
        self.turn += 1;
        let len = wanted.min(rest.len()).min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(len)
    }
}

/// A line as a test sees it: number, bytes, unended, length if it was skipped.
type Seen = (u64, Vec<u8>, bool, Option<u64>);

/// All lines of a reader, and whether it ended well.
fn lines(mut reader: LineReader<impl Read>) -> (Vec<Seen>, bool) {
    let mut seen = Vec::new();
    let mut block = Block::default();
    let mut before = 0;
    let is_whole = loop {
        match reader.read(&mut block) {
            Ok(true) => {}
            end => break end.is_ok(),
        }
        let mut at = Position::default();
        while let Some(line) = block.next_line(&mut at) {
            let number = before + line.number;
            seen.push((number, line.bytes.to_vec(), line.is_unended, line.too_long));
        }
        before += at.lines;
    };
    assert!(!reader.read(&mut block).unwrap(), "the end is the end");
    (seen, is_whole)
}

/// The same, from the definition of a line.
fn expected(text: &[u8], limit: usize, breaks: bool) -> Vec<Seen> {
    let mut pieces: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    let last = pieces.pop().unwrap();
    let mut all: Vec<_> = pieces.into_iter().map(|piece| (piece, false)).collect();
    // What was read of a line when the input broke is no line.
    if !last.is_empty() && !breaks {
        all.push((last, true));
    }
    let line = |(index, (whole, is_unended)): (usize, (&[u8], bool))| {
        let bytes = whole.strip_suffix(b"\r").unwrap_or(whole);
        let bytes = if index == 0 {
            without_mark(bytes)
        } else {
            bytes
        };
        let number = index as u64 + 1;
        if bytes.len() > limit {
            (number, Vec::new(), false, Some(whole.len() as u64))
        } else {
            (number, bytes.to_vec(), is_unended, None)
        }
    };
    all.into_iter().enumerate().map(line).collect()
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = select(vec![
        &b"\n"[..],
        b"\n",
        b"\r\n",
        b"\r",
        b"{}",
        b"{\"a\":1}\n",
        b"\0",
        BYTE_ORDER_MARK,
        b"012345678901234567890123456789",
    ]);
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_reads_give_the_same_lines(
        text in text(), head in prop_oneof![Just(0), 0..200_usize], size in 1..80_usize,
        lengths in prop::collection::vec(1..40_usize, 1..5), limit in 1..100_usize, breaks: bool,
    ) {
        let (head, rest) = text.split_at(head.min(text.len()));
        let input = Pieces::new(rest, &lengths, breaks);
        let reader = LineReader::new(head.to_vec(), input, limit).with_block_size(size);
        let (mut seen, is_whole) = lines(reader);
        prop_assert_eq!(is_whole, !breaks);
        // A line that is skipped is known by its length alone.
        for line in &mut seen {
            line.2 &= line.3.is_none();
        }
        prop_assert_eq!(seen, expected(&text, limit, breaks));
    }

    #[test]
    fn a_growing_input_gives_each_line_once_its_end_is_written(
        texts in prop::collection::vec(text(), 1..5), size in 1..80_usize,
    ) {
        #[derive(Clone, Default)]
        struct Growing(Rc<RefCell<Vec<u8>>>);
        impl Read for Growing {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let mut text = self.0.borrow_mut();
                let read = (&text[..]).read(buffer)?;
                text.drain(..read);
                Ok(read)
            }
        }
        let file = Growing::default();
        let mut reader = LineReader::new(Vec::new(), file.clone(), usize::MAX)
            .with_block_size(size)
            .growing();
        let (mut written, mut seen) = (Vec::new(), Vec::new());
        let mut block = Block::default();
        for text in texts {
            file.0.borrow_mut().extend_from_slice(&text);
            written.extend(text);
            while reader.read(&mut block).unwrap() {
                let mut at = Position::default();
                while let Some(line) = block.next_line(&mut at) {
                    prop_assert!(!line.is_unended);
                    seen.push(line.bytes.to_vec());
                }
            }
            let ended = expected(&written, usize::MAX, true);
            let ended: Vec<_> = ended.into_iter().map(|line| line.1).collect();
            prop_assert_eq!(&seen, &ended);
        }
    }
}

#[test]
fn a_line_of_any_length_is_skipped_without_being_held() {
    let long = io::repeat(b'x').take(50_000_000).chain(&b"\n{}\n"[..]);
    let mut reader = LineReader::new(Vec::new(), long, 1_000_000);
    let mut block = Block::default();
    assert!(reader.read(&mut block).unwrap());
    let line = block.next_line(&mut Position::default()).unwrap();
    assert_eq!((line.number, line.too_long), (1, Some(50_000_000)));
    assert!(block.buffer.len() <= BLOCK);
    assert!(reader.read(&mut block).unwrap());
    assert_eq!(block.text(), b"{}\n");
    assert!(!reader.read(&mut block).unwrap());
}
