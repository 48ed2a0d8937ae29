//! What holds for every text: `serde_json` is the judge of what is JSON.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::{MAX_DEPTH, MAX_FAULTS, fix, read, read_up_to};

/// Pieces of texts that are nearly JSON.
const PIECES: [&str; 72] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "“",
    "”",
    "‘",
    "’",
    "'",
    "`",
    "\\",
    "\n",
    "\r\n",
    " ",
    "\t",
    "//",
    "/*",
    "*/",
    "#",
    "/",
    "=",
    "=>",
    ";",
    "<",
    "...",
    "…",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\u{c}",
    "\u{1}",
    "\0",
    "0",
    "1",
    "-",
    "+",
    ".",
    "e",
    "E5",
    "0x1f",
    "1e999",
    "9007199254740993",
    "true",
    "false",
    "null",
    "True",
    "None",
    "NaN",
    "Number",
    "words in a row",
    "ä",
    "\"a\"",
    "\"b\": 1",
    "“c”: ‘d’",
    "e: 2",
    "{}",
    "[]",
    "\\u12",
    "\\ud83d",
    "\\ude00",
    "\\u0041",
    "\\x41",
    "\\\"",
    "\\n",
    "\"\"",
    "{\"a\": [1, {\"b\": ",
    "]}]}",
    "„",
    "«",
];

/// Texts of which some are JSON, many nearly, and some no text at all.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let any_bytes = prop::collection::vec(any::<u8>(), 0..40);
    let pieces = prop::collection::vec(select(&PIECES[..]), 0..24);
    prop_oneof![
        1 => any_bytes,
        4 => pieces.prop_map(|pieces| pieces.concat().into_bytes()),
        2 => json(),
        4 => mutated(),
    ]
}

/// JSON in many spellings.
fn json() -> impl Strategy<Value = Vec<u8>> {
    let string = prop_oneof![
        "[a-c]?",
        "\\PC{0,6}",
        Just("\\u00e9\\n\\\\\\\"\\/".to_owned()),
        Just("\\ud83d\\ude00".to_owned()),
    ]
    .prop_map(|text| {
        let plain =
            text.contains('\\') && serde_json::from_str::<Value>(&format!("\"{text}\"")).is_ok();
        if plain {
            format!("\"{text}\"")
        } else {
            serde_json::to_string(&text).unwrap()
        }
    });
    let number = "-?(0|[1-9][0-9]{0,22})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?";
    let leaf = prop_oneof![
        string.clone(),
        number,
        select(vec!["null", "true", "false"]).prop_map(str::to_owned),
    ];
    let blank = || select(vec!["", " ", "\n", "\r\n\t", "  "]);
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let item = (blank(), inner, blank()).prop_map(|(a, item, b)| format!("{a}{item}{b}"));
        let member = (blank(), string.clone(), blank(), item.clone())
            .prop_map(|(a, key, b, value)| format!("{a}{key}{b}:{value}"));
        prop_oneof![
            prop::collection::vec(item, 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..5)
                .prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
    .prop_map(String::into_bytes)
}

/// JSON with pieces put in, and bytes taken out.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<Index>(), 0..3_usize, select(&PIECES[..]));
    (json(), prop::collection::vec(change, 1..5)).prop_map(|(mut text, changes)| {
        for (place, removed, piece) in changes {
            let at = place.index(text.len() + 1);
            let end = text.len().min(at + removed);
            text.splice(at..end, piece.bytes());
        }
        text
    })
}

/// JSON whose strings are in other quotes, with comments and commas too many: fixable.
fn dressed() -> impl Strategy<Value = Vec<u8>> {
    let dress = select(vec![
        ("\"", "“"),
        ("\"", "”"),
        ("\"", "'"),
        (",", ",/* c */"),
        (",", "\n# c\n"),
        (",", " "),
        (":", " "),
        (":", " = "),
        ("]", ",]"),
        ("}", ",}"),
        ("true", "True"),
        ("null", "None"),
        ("0", ".5"),
        (" ", "\u{a0}"),
        ("{", "{,"),
        ("a", "\t"),
        ("b", "\n"),
        ("{\"a\"", "{a"),
    ]);
    (json(), prop::collection::vec((any::<Index>(), dress), 1..6)).prop_map(|(text, dresses)| {
        let mut text = String::from_utf8(text).unwrap();
        for (place, (from, to)) in dresses {
            let places: Vec<_> = text.match_indices(from).map(|(at, _)| at).collect();
            if !places.is_empty() {
                let at = places[place.index(places.len())];
                text.replace_range(at..at + from.len(), to);
            }
        }
        text.into_bytes()
    })
}

fn check(text: &[u8]) {
    let reading = read(text);
    let starts: Vec<_> = reading
        .faults
        .iter()
        .map(|fault| fault.span.start)
        .collect();
    assert!(starts.is_sorted(), "{:?}", reading.faults);
    for fault in &reading.faults {
        let edits = fault.edits.iter().map(|edit| &edit.span);
        for span in edits.chain([&fault.span]) {
            assert!(
                span.start <= span.end && span.end <= text.len(),
                "{fault:?}"
            );
        }
        assert!(!fault.message.is_empty() && fault.help.as_ref().is_some_and(|h| !h.is_empty()));
    }
    let judged = serde_json::from_slice::<Value>(text);
    let error = judged.as_ref().err();
    assert_eq!(
        reading.faults.is_empty(),
        error.is_none(),
        "{error:?} {:?}",
        reading.faults
    );
    if let Ok(value) = judged {
        assert_eq!(reading.root.as_ref().unwrap().to_value(), value);
        assert_eq!(fix(text, &reading.faults).as_deref(), Some(text));
    } else if let Some(fixed) = fix(text, &reading.faults) {
        let value: Value = serde_json::from_slice(&fixed).unwrap_or_else(|error| {
            let fixed = String::from_utf8_lossy(&fixed);
            panic!("{error} in {fixed} after {:?}", reading.faults)
        });
        assert_eq!(
            reading.root.unwrap().to_value(),
            value,
            "{:?}",
            reading.faults
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_serde_json_takes_has_no_fault_and_what_is_fixed_is_json(text in texts()) {
        check(&text);
    }

    #[test]
    fn json_in_another_dress_is_read_alike(text in dressed()) {
        check(&text);
    }
}

#[test]
fn depth_is_accepted_as_far_as_serde_json_accepts_it() {
    for depth in MAX_DEPTH - 1..MAX_DEPTH + 3 {
        check(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes());
        check(
            format!(
                "{}1{}",
                "{\"a\":[".repeat(depth / 2),
                "]}".repeat(depth / 2)
            )
            .as_bytes(),
        );
    }
    let deep = format!("[{},[2, \"]\"], 3]", "[".repeat(200) + &"]".repeat(200));
    let reading = read(deep.as_bytes());
    let codes: Vec<_> = reading.faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["too-deep"]);
    assert_eq!(reading.root.unwrap().to_value()[2], 3);
}

/// Far above what a text takes by its length, far below what it takes by its square.
const LONG: Duration = Duration::from_secs(4);

fn check_time(opens: &[&str], piece: &str, size: usize) {
    for open in opens {
        let text = format!("{open}{}", piece.repeat(size / piece.len()));
        let bytes = [text.as_bytes(), b"\"\xFF"].concat();
        for text in [text.as_bytes(), &bytes] {
            let started = Instant::now();
            let faults = read(text).faults.len();
            assert!(started.elapsed() < LONG, "{open} {piece}");
            assert!((1..=MAX_FAULTS + 1).contains(&faults), "{open} {piece}");
        }
    }
}

#[test]
fn no_text_takes_more_than_time_in_proportion() {
    let unclosed = [
        "\"a\n",
        "“a\" b ",
        "‘a’b ",
        "'a'b ",
        "\\\"\n",
        "\"\\\"\n",
        "{\"a\n",
    ];
    let nested = ["[", "{\"a\":", "{", "]", "[1 ", "{a "];
    let loose = [
        ", ", "x ", "#\n", "/**/", "/*", "\u{a0} ", "... , ", "1e999 ", "{:", "\"\\x",
    ];
    for piece in unclosed {
        check_time(&["[", "{"], piece, 150_000);
    }
    for piece in nested.into_iter().chain(loose) {
        check_time(&["", "[", "{", "{\"a\": \"", "[“"], piece, 30_000);
    }
    let alternating = [b"\"".as_slice(), &b"a\xFF".repeat(100_000), b"\""].concat();
    assert_eq!(read_up_to(&alternating, usize::MAX).faults.len(), 100_000);
}
