//! Every kind of line, and damage of every kind.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::journal::write_record;
use crate::model::capture::{Capture, Headers};
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
