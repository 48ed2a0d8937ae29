//! What is written is read back, and looks as promised.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use chrono::DateTime;
use proptest::prelude::*;

use super::write::{PIECE, write_text};
use super::*;
use crate::model::capture::{Capture, Headers};
use crate::model::growing::LARGE;

fn line(seq: u64, capture: &Capture) -> String {
    let mut out = Vec::new();
    write_record(seq, None, capture, &mut out);
    String::from_utf8(out).unwrap()
}

fn sample(body: &'static [u8]) -> Capture {
    let mut headers = Headers::new();
    headers.push("content-type", "application/json");
    Capture {
        received_at: "2026-11-20T14:03:22.118042Z".parse().unwrap(),
        peer: "127.0.0.1:53122".into(),
        method: "POST".into(),
        target: "/hook?x=1".into(),
        headers,
        body: Bytes::from_static(body),
    }
}

prop_compose! {
    fn bytes()(text in any::<String>(), raw in any::<Vec<u8>>(), as_text: bool) -> Bytes {
        if as_text { text.into() } else { raw.into() }
    }
}

prop_compose! {
    fn captures()(
        micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000,
        peer: String, method: String, target: String,
        fields in proptest::collection::vec((any::<String>(), bytes()), 0..5),
        body in bytes(),
    ) -> Capture {
        let mut headers = Headers::new();
        for (name, value) in fields {
            headers.push(name, value);
        }
        let received_at = DateTime::from_timestamp_micros(micros).unwrap();
        Capture { received_at, peer: peer.into(), method: method.into(), target: target.into(), headers, body }
    }
}

proptest! {
    #[test]
    fn any_capture_comes_back_as_it_was(seq in 0..=LAST_SEQ, capture in captures()) {
        let text = line(seq, &capture);
        prop_assert_eq!(memchr::memchr_iter(b'\n', text.as_bytes()).count(), 1);
        prop_assert_eq!(parse_record(text.as_bytes()).unwrap(), Record { seq, log: None, capture, from: None });
    }

    #[test]
    fn what_was_read_from_a_relay_says_from_where(capture in captures(), text: String, stream_seq: u64, resume_after: Option<u64>) {
        let from = Origin {
            relay: text.clone(), created: text.clone(), stream_seq, resume_after,
            source: text.clone(), log: text, seq: 5,
        };
        let mut line = Vec::new();
        write_record_from(7, None, &capture, Some(&from), &mut line, &mut |_| Ok(())).unwrap();
        prop_assert_eq!(memchr::memchr_iter(b'\n', &line).count(), 1);
        let record = Record { seq: 7, log: None, capture, from: Some(Box::new(from)) };
        prop_assert_eq!(parse_record(&line).unwrap(), record);
    }

    #[test]
    fn a_text_is_what_another_reader_of_json_takes_it_for(text: String) {
        let mut out = Vec::new();
        write_text(&text, &mut out);
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }

    #[test]
    fn no_line_makes_the_reader_panic(line: Vec<u8>) {
        let _ = parse_record(&line);
    }

    #[test]
    fn a_record_that_was_cut_says_that_it_ends_early(capture in captures(), at: prop::sample::Index) {
        let text = line(1, &capture);
        let cut = at.index(text.len() - 2);
        let error = parse_record(&text.as_bytes()[..cut]).unwrap_err();
        prop_assert!(matches!(error, RecordError::Json { ends_early: true, .. }), "{:?}", error);
    }
}

#[test]
fn a_record_looks_as_promised() {
    let expected = concat!(
        r#"{"enx_hook":1,"seq":17,"received_at":"2026-11-20T14:03:22.118042Z","#,
        r#""peer":"127.0.0.1:53122","method":"POST","target":"/hook?x=1","#,
        r#""headers":[["content-type","application/json"]],"body":"{\"a\":\u00011}"}"#,
        "\n"
    );
    assert_eq!(line(17, &sample(b"{\"a\":\x011}")), expected);
}

#[test]
fn a_time_on_the_full_second_has_six_decimals_too() {
    let mut capture = sample(b"");
    capture.received_at = "2026-11-20T14:03:22Z".parse().unwrap();
    assert!(line(1, &capture).contains(r#""2026-11-20T14:03:22.000000Z""#));
}

#[test]
fn what_is_not_utf8_stands_as_base64() {
    let mut capture = sample(b"\xff\x00");
    capture.headers.push("x-name", &b"\xe9"[..]);
    let text = line(1, &capture);
    assert!(text.contains(r#"["x-name","6Q==","base64"]"#), "{text}");
    assert!(text.ends_with("\"body_base64\":\"/wA=\"}\n"), "{text}");
}

#[test]
fn a_large_body_full_of_escapes_stands_as_base64_and_a_small_one_as_text() {
    for (unit, count, is_text) in [
        ("\u{1}", 4096, true),
        ("\u{1}", 4097, false),
        ("\"", 5000, false),
        (
            "{\"type\":\"roomdrop\",\"conf_num\":\"7700123\"}\n",
            1000,
            true,
        ),
    ] {
        let mut capture = sample(b"");
        capture.body = unit.repeat(count).into();
        let text = line(1, &capture);
        assert_eq!(text.contains("\"body\":"), is_text, "{unit} {count}");
        let most = capture.body.len().max(6 * 4096) * 4 / 3;
        assert!(text.len() <= most + 300, "{}", text.len());
        assert_eq!(parse_record(text.as_bytes()).unwrap().capture, capture);
    }
}

#[test]
fn a_large_body_in_base64_is_read_as_strictly_as_a_small_one() {
    for length in [30, 3 * LARGE, 3 * LARGE + 1, 3 * LARGE + 2] {
        let mut capture = sample(b"");
        capture.body = vec![0xff; length].into();
        let text = line(1, &capture);
        assert_eq!(parse_record(text.as_bytes()).unwrap().capture, capture);
        // A character fewer at the end: of the data, or of the padding.
        let cut = text.replace("\"}\n", "");
        parse_record((cut[..cut.len() - 1].to_owned() + "\"}").as_bytes()).unwrap_err();
        let middle = text.len() - 20;
        let broken = text[..middle].to_owned() + "=" + &text[middle + 1..];
        parse_record(broken.as_bytes()).unwrap_err();
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let text = line(1, &sample(b"x")).replacen('{', r#"{"new":[1,{"a":2}],"#, 1);
    assert_eq!(parse_record(text.as_bytes()).unwrap().capture, sample(b"x"));
}

#[test]
fn a_record_of_another_version_says_who_wrote_it() {
    let same_fields = line(1, &sample(b"x")).replacen(":1", ":2", 1);
    for text in [&*same_fields, r#"{"enx_hook":2,"number":1}"#] {
        let error = parse_record(text.as_bytes()).unwrap_err();
        assert_eq!(error, RecordError::Version { version: 2 });
        assert!(error.to_string().contains("a newer enx-hook"), "{error}");
    }
}

#[test]
fn a_record_without_a_body_or_with_two_is_none() {
    let text = line(1, &sample(b"x"));
    let without = text.replacen("\"body\"", "\"other\"", 1);
    let both = text.replacen("\"body\"", "\"body_base64\":\"\",\"body\"", 1);
    for text in [without, both] {
        assert_eq!(parse_record(text.as_bytes()), Err(RecordError::Body));
    }
}

#[test]
fn a_large_record_is_the_same_in_pieces() {
    // Bytes of a character, and an escape, on both sides of each border.
    let text = "é\n".repeat(PIECE);
    let raw = vec![0xFF; 2 * PIECE + 1];
    for body in [Bytes::from(text), Bytes::from(raw)] {
        let capture = Capture {
            body,
            ..sample(b"")
        };
        let mut whole = Vec::new();
        write_record(7, None, &capture, &mut whole);
        let (mut pieces, mut rest, mut most) = (Vec::new(), Vec::new(), 0);
        let mut take = |text: &mut Vec<u8>| {
            most = most.max(text.len());
            pieces.append(text);
            Ok(())
        };
        write_record_from(7, None, &capture, None, &mut rest, &mut take).unwrap();
        pieces.append(&mut rest);
        assert!(pieces == whole);
        assert!(most <= 2 * PIECE, "{most}");
        assert_eq!(parse_record(&whole).unwrap().capture, capture);
    }
}
