//! Payloads as people see them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::json::{Kind, Member};
use proptest::prelude::*;
use serde_json::Value;

fn node(kind: Kind) -> Node {
    Node { span: 0..0, kind }
}

fn string(text: &str) -> Node {
    node(Kind::String(text.into()))
}

fn number(digits: &str) -> Node {
    node(Kind::Number(digits.into()))
}

fn object(members: Vec<(&str, Node)>) -> Node {
    let member = |(key, value): (&str, Node)| Member {
        key: key.into(),
        key_span: 0..0,
        value,
    };
    node(Kind::Object(members.into_iter().map(member).collect()))
}

fn array(items: Vec<Node>) -> Node {
    node(Kind::Array(items))
}

fn written(style: TermStyle, layout: Layout, root: &Node) -> String {
    let annotate = |pointer: &str| match pointer {
        "/trans_date" => Some("14:03:20, 2.1 s before it arrived".to_owned()),
        _ => None,
    };
    let mut out = Vec::new();
    write_payload(&mut out, style, layout, root, &annotate).unwrap();
    String::from_utf8(out).unwrap().replace('\u{1b}', "␛")
}

fn session_begin() -> Node {
    object(vec![
        ("type", string("session_begin")),
        ("trans_date", number("1731000000")),
        ("room_id", string("r-9901")),
        ("room_id", string("written twice")),
        ("amount", number("1.0E+400")),
        (
            "videofile",
            string(
                "sftp://enx:hunter2@media.example/recordings/2026/11/20/7700123/participant-1.webm",
            ),
        ),
        ("empty", array(vec![])),
        ("nothing", object(vec![])),
        (
            "flags",
            array(vec![
                node(Kind::Bool(true)),
                node(Kind::Null),
                node(Kind::Bare("Number".into())),
            ]),
        ),
    ])
}

#[test]
fn a_payload_is_shown_as_it_was_written() {
    let layout = Layout::default();
    insta::assert_snapshot!(written(TermStyle::new(false, Some(120)), layout, &session_begin()), @r#"
    {
      "type": "session_begin",
      "trans_date": 1731000000,                     // 14:03:20, 2.1 s before it arrived
      "room_id": "r-9901",
      "room_id": "written twice",
      "amount": 1.0E+400,
      "videofile": "sftp://enx:***@media.example/recordings/2026/11/20/7700123/participant-1.webm",
      "empty": [],
      "nothing": {},
      "flags": [
        true,
        null,
        Number
      ]
    }
    "#);
    insta::assert_snapshot!(written(TermStyle::new(true, Some(120)), layout, &session_begin()), @r#"
    ␛[2m{␛[0m
      ␛[94m"type"␛[0m␛[2m:␛[0m ␛[32m"session_begin"␛[0m␛[2m,␛[0m
      ␛[94m"trans_date"␛[0m␛[2m:␛[0m ␛[33m1731000000␛[0m␛[2m,␛[0m                     ␛[2m// 14:03:20, 2.1 s before it arrived␛[0m
      ␛[94m"room_id"␛[0m␛[2m:␛[0m ␛[32m"r-9901"␛[0m␛[2m,␛[0m
      ␛[94m"room_id"␛[0m␛[2m:␛[0m ␛[32m"written twice"␛[0m␛[2m,␛[0m
      ␛[94m"amount"␛[0m␛[2m:␛[0m ␛[33m1.0E+400␛[0m␛[2m,␛[0m
      ␛[94m"videofile"␛[0m␛[2m:␛[0m ␛[32m"sftp://enx:***@media.example/recordings/2026/11/20/7700123/participant-1.webm"␛[0m␛[2m,␛[0m
      ␛[94m"empty"␛[0m␛[2m:␛[0m ␛[2m[␛[0m␛[2m]␛[0m␛[2m,␛[0m
      ␛[94m"nothing"␛[0m␛[2m:␛[0m ␛[2m{␛[0m␛[2m}␛[0m␛[2m,␛[0m
      ␛[94m"flags"␛[0m␛[2m:␛[0m ␛[2m[␛[0m
        ␛[35mtrue␛[0m␛[2m,␛[0m
        ␛[35mnull␛[0m␛[2m,␛[0m
        ␛[1;31mNumber␛[0m
      ␛[2m]␛[0m
    ␛[2m}␛[0m
    "#);
}

#[test]
fn on_a_narrow_page_texts_are_cut_and_remarks_move_below() {
    let layout = Layout::default();
    insta::assert_snapshot!(written(TermStyle::new(false, Some(80)), layout, &session_begin()), @r#"
    {
      "type": "session_begin",
      "trans_date": 1731000000,  // 14:03:20, 2.1 s before it arrived
      "room_id": "r-9901",
      "room_id": "written twice",
      "amount": 1.0E+400,
      "videofile": "sftp://enx:***@media.example/recordings/202" … +34 characters,
      "empty": [],
      "nothing": {},
      "flags": [
        true,
        null,
        Number
      ]
    }
    "#);
    insta::assert_snapshot!(written(TermStyle::new(false, Some(40)), layout, &session_begin()), @r#"
    {
      "type": "session_begin",
      "trans_date": 1731000000,
      // 14:03:20, 2.1 s before it arrived
      "room_id": "r-9901",
      "room_id": "written twice",
      "amount": 1.0E+400,
      "videofile": "sftp://e" … +69 characters,
      "empty": [],
      "nothing": {},
      "flags": [
        true,
        null,
        Number
      ]
    }
    "#);
}

#[test]
fn hostile_text_is_shown_for_what_it_is() {
    let hostile = object(vec![
        (
            "\u{202e}epyt",
            string("line\nbreak \"quoted\" back\\slash \u{1b}]0;title\u{7}"),
        ),
        ("会議", string("\u{200b}\u{feff}\u{e0041} 👍\u{200d}👍")),
        (&"k".repeat(200), string(&"会".repeat(200))),
        ("n", number(&"9".repeat(200))),
    ]);
    insta::assert_snapshot!(written(TermStyle::new(false, Some(80)), Layout::default(), &hostile), @r#"
    {
      "\u{202e}epyt": "line\nbreak \"quoted\" back\\slash \u{1b}]0;title\u{7}",
      "会議": "\u{200b}\u{feff}\u{e0041} 👍\u{200d}👍",
      "kkkkkkkkkkkkkkkkkk" … +182 characters: "会会会会会会会" … +193 characters,
      "n": 99999999999999999999999999999999999999999999999999999 … +147 characters
    }
    "#);
}

#[test]
fn what_is_long_is_folded_with_a_count() {
    let many = array((0..5000).map(|n| number(&n.to_string())).collect());
    let layout = Layout {
        items: 3,
        ..Layout::default()
    };
    let root = object(vec![("a", many), ("b", string("x"))]);
    insta::assert_snapshot!(written(TermStyle::new(false, Some(80)), layout, &root), @r#"
    {
      "a": [
        0,
        1,
        2,
        … 4,997 more
      ],
      "b": "x"
    }
    "#);
    let full = Layout {
        full: true,
        ..layout
    };
    assert_eq!(
        written(TermStyle::new(false, Some(80)), full, &root)
            .lines()
            .count(),
        5005
    );
}

#[test]
fn the_whole_is_folded_too_however_it_branches() {
    let branch = |item: Node| array(vec![item; 5]);
    let root = branch(branch(branch(number("1"))));
    let layout = Layout {
        lines: 7,
        ..Layout::default()
    };
    insta::assert_snapshot!(written(TermStyle::default(), layout, &root), @r#"
    [
      [
        [
          1,
          1,
          1,
          1,
          … 1 more
        ],
        … 4 more
      ],
      … 4 more
    ]
    "#);
}

fn body(style: TermStyle, layout: Layout, body: &[u8]) -> String {
    let mut out = Vec::new();
    write_body(&mut out, style, layout, body).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_body_that_is_no_json_is_shown_as_text_or_as_bytes() {
    let style = TermStyle::new(false, Some(40));
    let layout = Layout {
        items: 3,
        ..Layout::default()
    };
    let html = "<h1>Not Found</h1>\r\n\t<p>at https://u:p@h/</p>\n".to_owned()
        + &"x".repeat(100)
        + "\n4\n5\n";
    insta::assert_snapshot!(body(style, layout, html.as_bytes()), @r#"
    <h1>Not Found</h1>\r
        <p>at https://u:***@h/</p>
    xxxxxxxxxxxxxxxxxxxx … +80 characters
    … +2 lines
    "#);
    insta::assert_snapshot!(body(style, layout, b"gr\xfc\xdfe \\ https://u:p\xfcq@h/\x1b"), @r#"
    (25 bytes, not UTF-8)
    gr\xfc\xdfe \\ https://u:***@h/\u{1b}
    "#);
    insta::assert_snapshot!(body(style, layout, &[0x89; 3200]), @r#"
    (3.2 kB, not UTF-8)
    \x89\x89\x89\x89\x89\x89\x89\x89\x89
    \x89\x89\x89\x89\x89\x89\x89\x89\x89
    \x89\x89\x89\x89\x89\x89\x89\x89\x89
    \x89\x89\x89\x89\x89\x89\x89\x89\x89
    … +3,164 bytes
    "#);
    assert_eq!(body(style, layout, b""), "  (empty)\n");
    assert_eq!(body(style, layout, b"\n"), "\n");
}

/// Any tree, with the texts of an attacker.
fn tree() -> impl Strategy<Value = Node> {
    let text = "[a-z\"\\\\\n\u{202e}\u{1b}会é]{0,30}";
    let leaf = prop_oneof![
        text.prop_map(|text| node(Kind::String(text))),
        any::<i64>().prop_map(|n| number(&n.to_string())),
        any::<bool>().prop_map(|b| node(Kind::Bool(b))),
        Just(node(Kind::Null)),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(array),
            prop::collection::vec((text, inner), 0..6).prop_map(|members| {
                object(
                    members
                        .iter()
                        .map(|(key, value)| (key.as_str(), value.clone()))
                        .collect(),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn in_full_it_is_the_same_json_but_for_what_is_escaped(root in tree()) {
        let full = Layout { full: true, ..Layout::default() };
        let text = written(TermStyle::default(), full, &root);
        // `\u{1b}` is for people; JSON has `\u001b`.
        let json = text.replace("\\u{202e}", "\\u202e").replace("\\u{1b}", "\\u001b");
        let read: Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(read, root.to_value());
    }

    #[test]
    fn shallow_payloads_fit_a_page_of_80_columns_or_more(root in tree(), width in 80_usize..140) {
        let text = written(TermStyle::new(false, Some(width)), Layout::default(), &root);
        for line in text.lines() {
            prop_assert!(crate::text::width::width(line) <= width, "{}", line);
            prop_assert!(!line.contains(crate::text::escape::is_unsafe));
        }
    }
}

#[test]
fn without_a_width_only_a_text_that_would_bury_the_rest_is_folded() {
    let text = |length: usize, full| {
        let layout = Layout {
            full,
            ..Layout::default()
        };
        written(TermStyle::default(), layout, &string(&"x".repeat(length)))
    };
    assert_eq!(text(1000, false).len(), 1000 + "  \"\"\n".len());
    assert_eq!(text(5000, true).len(), 5000 + "  \"\"\n".len());
    let folded = text(5000, false);
    assert!(folded.len() < 2100 && folded.contains("… +3,"), "{folded}");
}
