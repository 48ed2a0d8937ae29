//! Every kind of line, and damage of every kind.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::files::lines::BYTE_ORDER_MARK;
use crate::journal::blocks::{Block as Many, Line};
use crate::journal::write_record;
use crate::model::capture::{Capture, Headers};

/// Gives a few bytes at a time, so that lines span reads, and then an error if it is to.
struct Slow(Vec<u8>, usize, bool);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() && self.2 {
            return Err(io::Error::other("broken"));
        }
        let len = self.1.min(self.0.len()).min(buffer.len());
        buffer[..len].copy_from_slice(&self.0[..len]);
        self.0.drain(..len);
        Ok(len)
    }
}

fn all(text: &[u8], max_document: usize) -> Vec<Item> {
    let whole: Vec<_> = RecordReader::by_lines(text, "test", max_document)
        .map(Result::unwrap)
        .collect();
    let slow = Slow(text.to_vec(), 3, false);
    let slow: Vec<_> = RecordReader::by_lines(slow, "test", max_document)
        .map(Result::unwrap)
        .collect();
    assert_eq!(whole, slow);
    whole
}

/// A document that is found without parsing the line is the only item of the line.
fn assert_document_is_the_item(line: &Line<'_>) {
    let mut scratch = Vec::new();
    let Some(document) = line.document(&mut scratch) else {
        return;
    };
    let items: Vec<_> = line.items().collect();
    let expected = match &items[..] {
        [ItemKind::Record(record)] => (Some(record.seq), record.capture.content().bytes),
        [ItemKind::Body { bytes, .. }] => (None, bytes.clone()),
        other => panic!("{document:?} is not in {other:?}"),
    };
    assert_eq!(
        (document.seq, document.bytes),
        (expected.0, &expected.1[..])
    );
}

/// All items of the blocks of a text, and whether it ended well.
fn all_in_blocks(mut blocks: Blocks) -> (Vec<Item>, bool) {
    let mut found: Vec<Item> = Vec::new();
    let mut block = Many::default();
    let mut before = 0;
    let is_whole = loop {
        match blocks.read(&mut block) {
            Ok(true) => {}
            end => break end.is_ok(),
        }
        let mut last = 0;
        for line in block.lines() {
            last = line.number;
            let line_number = before + line.number;
            assert_document_is_the_item(&line);
            found.extend(line.items().map(|kind| Item {
                line: line_number,
                kind,
            }));
        }
        before += last;
    };
    // What ends early and is not the end of the input is known to the owner of all blocks.
    let count = found.len();
    for (index, item) in found.iter_mut().enumerate() {
        if let ItemKind::Damaged { torn_tail, .. } = &mut item.kind {
            *torn_tail &= is_whole && index + 1 == count;
        }
    }
    (found, is_whole)
}

fn record(seq: u64) -> Vec<u8> {
    let capture = Capture {
        received_at: "2026-11-20T14:03:22Z".parse().unwrap(),
        peer: "p".into(),
        method: "POST".into(),
        target: "/".into(),
        headers: Headers::new(),
        body: "{\"é\":1}".into(),
    };
    let mut line = Vec::new();
    write_record(seq, None, &capture, &mut line);
    line
}

/// One word a line: what it is.
fn words(text: &[u8]) -> Vec<String> {
    let word = |item: Item| match item.kind {
        ItemKind::Record(record) => format!("{}:record {}", item.line, record.seq),
        ItemKind::Body {
            bytes,
            is_json: true,
        } => format!("{}:body {}", item.line, bytes.escape_ascii()),
        ItemKind::Body { is_json: false, .. } => format!("{}:text", item.line),
        ItemKind::TooLarge { bytes } => format!("{}:long {bytes}", item.line),
        ItemKind::Damaged {
            torn_tail: true, ..
        } => format!("{}:torn", item.line),
        ItemKind::Damaged { .. } | ItemKind::Unusable { .. } => format!("{}:damaged", item.line),
    };
    all(text, 1000).into_iter().map(word).collect()
}

#[test]
fn records_and_bare_bodies_are_told_apart() {
    let mut text = record(7);
    text.extend_from_slice(b"{\"type\": \"roomdrop\" }\r\n\r\n \n[1]\n42\n{\"a\":\"enx_hook\"}");
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
    let text = text
        .replacen("\"enx_hook\":1,", "", 1)
        .replacen("\"}\n", "\",\"enx_hook\":1}\n", 1);
    assert!(text.starts_with("{\"seq\""));
    assert_eq!(words(text.as_bytes()), ["1:record 7"]);
}

#[test]
fn a_torn_last_line_is_told_apart_from_damage() {
    let whole = record(1);
    for cut in 1..whole.len() - 2 {
        let torn = [&whole[..], &whole[..cut]].concat();
        assert_eq!(words(&torn), ["1:record 1", "2:torn"], "{cut}");
        let closed = [&torn[..], b"\n\n"].concat();
        assert_eq!(words(&closed), ["1:record 1", "2:torn"]);
        let continued = [&closed[..], &record(2)].concat();
        assert_eq!(words(&continued), ["1:record 1", "2:damaged", "4:record 2"]);
    }
    let zeros = [&whole[..], b"\0\0\0"].concat();
    assert_eq!(words(&zeros), ["1:record 1", "2:torn"]);
    // A brace alone can be the beginning of anything.
    for (alone, word) in [
        (&b"{"[..], "1:text"),
        (b"{\"", "1:text"),
        (b"{\"en", "1:torn"),
    ] {
        assert_eq!(words(alone), [word]);
    }
    assert_eq!(words(b"{}\n{\"type\":\"ro"), ["1:body {}", "2:text"]);
    assert_eq!(words(b"{}\n{\"type\":\"ro\n"), ["1:body {}", "2:text"]);
}

#[test]
fn a_last_record_whose_line_end_alone_is_missing_counts() {
    let text = record(1);
    assert_eq!(words(text.trim_ascii_end()), ["1:record 1"]);
}

#[test]
fn what_is_neither_record_nor_json_is_damage_or_text() {
    for (line, word) in [
        ("{\"enx_hook\":1,\"seq\":1}", "1:damaged"),
        ("{\"enx_hook\":2}", "1:damaged"),
        ("{\"seq\":1,\"enx_hook\":2}", "1:text"),
        ("{\"a\":1,}", "1:text"),
        ("hello", "1:text"),
    ] {
        let text = format!("{line}\n{{}}\n");
        assert_eq!(words(text.as_bytes()), [word, "2:body {}"], "{line}");
    }
    assert_eq!(words(b"{\"a\":\"\xff\"}"), ["1:text"]);
}

#[test]
fn a_hole_that_a_crash_left_hides_no_record_behind_it() {
    let torn = &record(1)[..30];
    let text = [torn, b"\0\0\0", &record(2)].concat();
    assert_eq!(words(&text), ["1:damaged", "1:record 2"]);
    assert_eq!(words(&[torn, b"\0\0\0"].concat()), ["1:torn"]);
    let text = [b"\0\0", &record(2)[..], b"\0\0\0"].concat();
    assert_eq!(words(&text), ["1:text", "1:record 2", "2:torn"]);
}

#[test]
fn a_byte_order_mark_at_the_start_is_tolerated_and_only_there() {
    let text = b"\xEF\xBB\xBF{}\n\xEF\xBB\xBF{}\n{}";
    assert_eq!(words(text), ["1:body {}", "2:text", "3:body {}"]);
}

#[test]
fn the_limit_is_exact() {
    let text = format!("\u{feff}\"{}\"\r\n\"{}\"", "a".repeat(998), "a".repeat(999));
    let kinds: Vec<_> = all(text.as_bytes(), 1000)
        .into_iter()
        .map(|item| matches!(item.kind, ItemKind::Body { .. }))
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
    let mut reader = RecordReader::by_lines(b"{}\n{\"enx_hook\":1,\n".chain(Broken), "test", 1000);
    assert!(matches!(
        reader.next(),
        Some(Ok(Item {
            kind: ItemKind::Body { .. },
            ..
        }))
    ));
    let Some(Ok(item)) = reader.next() else {
        panic!("the damaged line comes before the error");
    };
    assert!(matches!(
        item.kind,
        ItemKind::Damaged {
            torn_tail: false,
            ..
        }
    ));
    assert_eq!(reader.next().unwrap().unwrap_err().name, "test");
    assert!(reader.next().is_none());
}

#[test]
fn a_document_is_found_in_a_body_and_in_a_record_and_not_in_what_only_looks_like_one() {
    let record = "{\"enx_hook\":1,\"seq\":7,\"received_at\":\"2026-11-20T14:03:22.118042Z\",\"peer\":\"p\",\"method\":\"POST\",\"target\":\"/\",\"headers\":[],\"body\":\"{\\\"a\\\":1}\"}";
    let text = format!(
        "{record}\n{{\"b\":2}}\n{{\"a\":\"enx_hook\"}}\n{} \n",
        record.replace("\"p\"", "1")
    );
    let input = Box::new(io::Cursor::new(text.into_bytes()));
    let Ok(mut blocks) = RecordReader::new(input, "test", 1000).unwrap().blocks() else {
        panic!("a log is read by lines");
    };
    let mut block = Many::default();
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

/// Bytes of any kind, and pieces of logs.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = select(vec![
        &b"\n"[..],
        b"\n",
        b"\r\n",
        b"{}",
        b"{\"a\":1}\n",
        b"x",
        b"\0",
        BYTE_ORDER_MARK,
        b"{\"enx_hook\":1,",
        b"{\"enx_hook\":1,\"seq\":1,\"received_at\":\"2026-11-20T14:03:22Z\",\"peer\":\"p\",\"method\":\"m\",\"target\":\"/\",\"headers\":[],\"body\":\"{}\"}\n",
        b"012345678901234567890123456789",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat()),
        prop::collection::vec(
            prop_oneof![Just(b'\n'), Just(0), Just(b'{'), any::<u8>()],
            0..300
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn blocks_and_single_reads_of_any_text_give_the_same_items(
        text in text(), head in prop_oneof![Just(0), 0..300_usize], size in 1..80_usize,
        limit in 1..200_usize, breaks: bool,
    ) {
        let (head, rest) = text.split_at(head.min(text.len()));
        let input: AnyInput = Box::new(Slow(rest.to_vec(), 5, breaks));
        let blocks = Blocks {
            in_log: false,
            lines: LineReader::new(head.to_vec(), input, limit).with_block_size(size),
            name: "test".to_owned(),
        };
        let (found, is_whole) = all_in_blocks(blocks);
        prop_assert_eq!(is_whole, !breaks);
        let reader = RecordReader::by_lines(Slow(text, 3, breaks), "test", limit);
        let expected: Vec<Item> = reader.map_while(Result::ok).collect();
        for item in &expected {
            prop_assert!(item.line >= 1);
            if let ItemKind::Body { bytes, .. } = &item.kind {
                prop_assert!(bytes.len() <= limit);
            }
        }
        prop_assert_eq!(found, expected);
    }
}
