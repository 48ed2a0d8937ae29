//! What the reader says of texts as people copy them out of documents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use serde_json::{Value, json};

use super::{Lines, MAX_FAULTS, fix, read, read_up_to};

/// Each fault as `line:column code`.
fn faults(text: &str) -> Vec<String> {
    let lines = Lines::new(text.as_bytes());
    let told = |fault: super::Fault| {
        let place = lines.place(fault.span);
        format!("{}:{} {}", place.line, place.column, fault.code)
    };
    read(text.as_bytes()).faults.into_iter().map(told).collect()
}

fn fixed(text: &str) -> String {
    let reading = read(text.as_bytes());
    let fixed = fix(text.as_bytes(), &reading.faults);
    let fixed = fixed.unwrap_or_else(|| panic!("{text} has no repair: {:?}", reading.faults));
    let value: Value = serde_json::from_slice(&fixed).unwrap();
    assert_eq!(value, reading.root.unwrap().to_value());
    String::from_utf8(fixed).unwrap()
}

fn value(text: &str) -> Value {
    read(text.as_bytes()).root.expect("a document").to_value()
}

#[test]
fn a_sample_with_comments_curly_quotes_and_bare_words_has_each_place_reported() {
    let text = "{\n\
        \t“type”: “some_event”,\n\
        \"trans_date\": Number, // In Unix Timestamp (UTC)\n\
        \t“app_id”:String,\n\
        \"$license_id\": boolean, // License Numbers\n\
        \"file_size\": \"String\", /* In byte */\n\
        }\n";
    assert_eq!(
        faults(text),
        [
            "2:2 curly-quotes",
            "2:10 curly-quotes",
            "3:15 bare-word",
            "3:23 comment",
            "4:2 curly-quotes",
            "4:11 bare-word",
            "5:16 bare-word",
            "5:25 comment",
            "6:22 trailing-comma",
            "6:24 comment",
        ]
    );
    assert_eq!(
        value(text),
        json!({"type": "some_event", "trans_date": "Number", "app_id": "String",
               "$license_id": "boolean", "file_size": "String"})
    );
}

#[test]
fn words_up_to_the_end_of_a_line_where_members_belong_are_one_fault() {
    let text = "{\n\"conf_num\": \"string\"\n...additional fields per event type\n}";
    assert_eq!(faults(text), ["3:1 bare-word"]);
    assert_eq!(value(text), json!({"conf_num": "string"}));
    assert_eq!(faults(r#"{"a": 1, ..., "b": 2}"#), ["1:10 bare-word"]);
    assert_eq!(
        faults(r#"{"a": 1, … and more, of all kinds }"#),
        ["1:10 bare-word"]
    );
    assert_eq!(faults("{... see: http://x}"), ["1:2 bare-word"]);
    assert_eq!(faults("[1, 2, ...]"), ["1:8 bare-word"]);
    // What the program itself did not show.
    let own = crate::json::read("[1, … 48 more]".as_bytes());
    let help = own.faults[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("log show NUMBER --raw"), "{help}");
}

#[test]
fn messages_name_a_placeholder_and_what_to_do() {
    let said = |text: &str| {
        let fault = read(text.as_bytes()).faults.remove(0);
        format!("{}: {}", fault.message, fault.help.unwrap())
    };
    let cases = [
        (
            "[Number]",
            "`Number` is a placeholder, not a value: put a real value in its place",
        ),
        (
            "[…]",
            "`…` is a placeholder for what was left out: write it out, or remove it",
        ),
        (
            "[-Infinity]",
            "`-Infinity` is not a JSON number: write null, or send a string",
        ),
        (
            "[7a]",
            "`7a` is not a JSON number: if it is text, put it in \"",
        ),
        (
            "[“a”]",
            "typographic quotes are not JSON quotes: replace them by \"",
        ),
        ("[1 /**/]", "JSON has no comments: remove it"),
        ("[True]", "`True` is not a JSON word: replace it by true"),
        (
            "{\"a\":\n [",
            "the text ends inside the array that begins at 2:2: \
             if it was not cut off, close all 2 that are open",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(said(text), expected);
    }
}

#[test]
fn what_is_beyond_doubt_is_fixed() {
    let cases = [
        ("\u{feff}{}", "{}"),
        ("{“a”: ‘b’}", r#"{"a": "b"}"#),
        ("{“a\": „b“, «c»: 1}", r#"{"a": "b", "c": 1}"#),
        ("[“say \"hi\" to Bob’s”]", r#"["say \"hi\" to Bob’s"]"#),
        (
            "{\"a\"：1，\"b\"：“c”，d： 'e'，}",
            r#"{"a":1,"b":"c","d": "e"}"#,
        ),
        ("['it\\'s', 'don't', `x`]", r#"["it's", "don't", "x"]"#),
        (r#"["a" "b" 1 2 true]"#, r#"["a", "b", 1, 2, true]"#),
        (r#"{"a" 1 "b":2 c:3}"#, r#"{"a": 1, "b":2, "c":3}"#),
        (r#"{"a" = 1, "b" => 2}"#, r#"{"a" : 1, "b" : 2}"#),
        ("{,\"a\":1,,}", "{\"a\":1}"),
        ("[1, 2,]", "[1, 2]"),
        ("[True, FALSE, None]", "[true, false, null]"),
        ("[+1, .5, 0x1F]", "[1, 0.5, 31]"),
        ("[\"a\tb\r\nc\"]", r#"["a\tb\r\nc"]"#),
        (r#"["\x41\'"]"#, r#"["\u0041'"]"#),
        ("[\u{a0}1,\u{200b}2]", "[ 1,2]"),
        ("{} ;", "{} "),
    ];
    for (text, expected) in cases {
        let fixed = fixed(text);
        let without = |text: &str| text.replace(' ', "");
        assert_eq!(without(&fixed), without(expected), "{text}");
    }
}

#[test]
fn a_comment_goes_with_its_blanks_or_with_its_line() {
    let text = "// head\n{ // one\n  # two\n  \"a\": 1, /* three\n */ \"b\": /* four */ 2\n}";
    assert_eq!(fixed(text), "{\n  \"a\": 1,  \"b\":  2\n}");
}

#[test]
fn a_typographic_quote_in_a_json_string_is_text() {
    assert_eq!(faults(r#"{"a": "“b” and ‘c’, 'd'"}"#), [""; 0]);
}

#[test]
fn a_string_that_loses_its_quote_costs_no_more_than_its_line() {
    let text = "{\n\"a\": \"x,\n\"b\": 2,\n\"c: 3,\n\"d\": “y\n}";
    assert_eq!(
        faults(text),
        [
            "2:6 unclosed-string",
            "4:1 unclosed-string",
            "4:1 missing-value",
            "5:6 unclosed-string"
        ]
    );
    assert_eq!(value(text), json!({"a": "x", "b": 2, "c: 3": "", "d": "y"}));
    assert_eq!(faults("{\"a”: 1,\n\"b\": 2}"), ["1:2 curly-quotes"]);
}

#[test]
fn brackets_that_do_not_match_are_told_once_and_the_rest_is_read() {
    assert_eq!(
        faults(r#"{"a": [1, {"b": 2], "c": 3}"#),
        ["1:18 unexpected-closer"]
    );
    assert_eq!(value(r#"{"a": [1, {"b": 2], "c": 3}"#)["c"], 3);
    assert_eq!(faults(r#"{"a": 1], "b": 2}"#), ["1:8 unexpected-closer"]);
    assert_eq!(faults("[1, 2}"), ["1:6 unexpected-closer"]);
    assert_eq!(faults("{}}"), ["1:3 unexpected-closer"]);
    assert_eq!(faults("] 1"), ["1:1 unexpected-closer"]);
    assert_eq!(faults(r#"{"a": {"b": ["#), ["1:14 unclosed"]);
}

#[test]
fn what_is_missing_is_told_where_it_is_missing() {
    assert_eq!(faults(r#"{"a": , "b": 1}"#), ["1:2 missing-value"]);
    assert_eq!(
        faults(r#"{"a", "b"}"#),
        ["1:2 missing-value", "1:7 missing-value"]
    );
    assert_eq!(faults("[1,,2]"), ["1:4 missing-value"]);
    assert_eq!(faults(r#"{"a": 1, {"b": 2}}"#), ["1:10 missing-key"]);
    assert_eq!(faults(r#"{"a": ; 1}"#), ["1:7 unexpected-character"]);
    assert_eq!(value(r#"{"a": ; 1}"#), json!({"a": 1}));
    assert_eq!(
        faults("[(a string), ... and more]"),
        ["1:2 bare-word", "1:14 bare-word"]
    );
}

#[test]
fn words_and_numbers_that_are_none_keep_the_rest_readable() {
    let text = r#"{"at": 2026-11-20T14:03:22Z, "url": http://FQDN/path, "n": 10 px, "t": 1e999}"#;
    assert_eq!(
        faults(text),
        [
            "1:8 bad-number",
            "1:37 bare-word",
            "1:60 bare-word",
            "1:72 number-out-of-range"
        ]
    );
    assert_eq!(value(text)["at"], "2026-11-20T14:03:22Z");
    assert_eq!(value(text)["url"], "http://FQDN/path");
}

#[test]
fn what_stands_around_the_document_is_told() {
    assert_eq!(faults(" \n"), ["2:1 empty-text"]);
    assert_eq!(faults("// nothing"), ["1:1 comment", "1:11 empty-text"]);
    assert_eq!(faults("payload: {\"a\": 1}"), ["1:1 extra-text"]);
    assert_eq!(faults("{} {}"), ["1:4 extra-text"]);
    assert_eq!(faults("<html>\n<p>{}"), ["1:1 not-json"]);
    assert_eq!(read(b"\xFF\xFE{\0}\0").faults[0].code, "not-json");
}

#[test]
fn bytes_that_are_no_text_are_told_and_the_string_goes_on() {
    let reading = read(b"{\"a\": \"gr\xFC\xDFe \xFC\"}");
    let spans: Vec<_> = reading
        .faults
        .iter()
        .map(|fault| fault.span.clone())
        .collect();
    assert_eq!(spans, [9..11, 13..14]);
    assert_eq!(reading.faults[0].code, "invalid-utf8");
    assert_eq!(reading.root.unwrap().at("/a").unwrap().span, 6..15);
}

#[test]
fn escapes_that_json_does_not_have_are_told() {
    let text = r#"["\d", "\u12", "\ud83d", "\ude00", "\ud83d\ude00"]"#;
    assert_eq!(
        faults(text),
        [
            "1:3 bad-escape",
            "1:9 bad-escape",
            "1:17 lone-surrogate",
            "1:27 lone-surrogate"
        ]
    );
    assert_eq!(value(text)[4], "😀");
}

#[test]
fn a_flood_of_faults_ends_with_one_that_says_how_many_more_there_are() {
    let text = format!("[{}]", "1 ".repeat(MAX_FAULTS + 6));
    let faults = read(text.as_bytes()).faults;
    assert_eq!(faults.len(), MAX_FAULTS + 1);
    assert_eq!(faults[MAX_FAULTS].code, "more-faults");
    assert_eq!(faults[MAX_FAULTS].message, "5 more places are not JSON");
    assert_eq!(fix(text.as_bytes(), &faults), None);
    let all = read_up_to(text.as_bytes(), usize::MAX).faults;
    assert!(fix(text.as_bytes(), &all).is_some());
}
