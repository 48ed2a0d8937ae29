//! Texts near the samples of a catalog: many still valid, many just no longer.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::validation::Validation;

/// Texts that may stand where a text stands, right on one side or the other of what is asked.
const TEXTS: [&str; 58] = [
    "",
    " ",
    "a",
    "0",
    "7",
    "00012",
    "12 MB",
    "-1",
    "1.0",
    "1e3",
    "string",
    "String",
    "stringy",
    "$license_id",
    "$license_id ",
    "Unix Timestamp",
    "http://FQDN/path/file",
    "https://FQDN/x",
    "https://h",
    "https://h/x",
    "HTTPS://h/x",
    "http://h/x",
    "https://",
    "https:///x",
    "https://?x",
    "https://u:p@h/x",
    "https://h/x@y",
    "https://h/a b",
    "https://h/\u{a0}",
    "https://h/\u{e9}",
    "https://h/\u{3000}",
    "https://h/\u{7f}",
    "https://h/\t",
    "sftp://h/x",
    "s3://b/k",
    "//h/x",
    "h/x",
    "https:\\\\h",
    "é",
    "日本",
    "\u{1f600}",
    "\"",
    "\\",
    "\u{0}",
    "\u{1f}",
    "awss3",
    "ftp",
    "ssh",
    "scp",
    "true",
    "false",
    "null",
    "2024-11-14T08:00:12.084Z",
    "2024-11-14T08:00:12Z",
    "2024-11-14T08:00:12+01:00",
    "2024-11-14 08:00:12",
    "2025-02-29T00:00:00Z",
    "1731571200",
];

/// Numbers as they are written.
const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "-1",
    "-0",
    "7",
    "25",
    "99999999999",
    "100000000000",
    "999999999999999",
    "1000000000000000",
    "9007199254740992",
    "9007199254740993",
    "1.0",
    "1.5",
    "1e2",
    "1e400",
    "-7",
    "01",
    "+1",
    "3",
    "4294967296",
    "18446744073709551616",
];

fn value() -> impl Strategy<Value = Value> {
    let number = select(&NUMBERS[..])
        .prop_filter_map("no number", |text| serde_json::from_str::<Value>(text).ok());
    let other = select(vec![
        json!(null),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([null]),
        json!({"url": "https://h/x"}),
        json!([{"url": "https://h/x"}]),
        json!(["https://h/x"]),
        json!({"name": "ftp", "host": "h"}),
        json!({"name": "awss3", "account": ""}),
        json!({"a": true, "b": "false"}),
        json!({"string": true}),
        json!({"total_sessions": 3, "max_sessions": 2}),
        json!([[[]]]),
    ]);
    prop_oneof![
        5 => select(&TEXTS[..]).prop_map(Value::from),
        3 => number,
        2 => other,
        1 => any::<String>().prop_map(Value::from),
    ]
}

/// A change to one place of a document.
#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    Rename(String),
    Add(String, Value),
    /// A member again, at the end.
    Repeat,
    /// A member to another place.
    Move,
}

fn change() -> impl Strategy<Value = Change> {
    let names = select(vec![
        "type",
        "status",
        "url",
        "data",
        "body",
        "conf_num",
        "conf_key",
        "x",
        "",
        "é",
        "a\"b",
        "host",
        "account",
        "license_sessions",
        "total_sessions",
        "enx_hook",
        "client_id",
        "a",
        "b",
        "c",
    ])
    .prop_map(str::to_owned);
    prop_oneof![
        6 => value().prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => names.clone().prop_map(Change::Rename),
        1 => (names, value()).prop_map(|(name, value)| Change::Add(name, value)),
        1 => Just(Change::Repeat),
        2 => Just(Change::Move),
    ]
}

/// All places of a value: the way to each.
fn places(value: &Value, way: &mut Vec<Step>, out: &mut Vec<Vec<Step>>) {
    match value {
        Value::Object(members) => {
            for (index, member) in members.values().enumerate() {
                way.push(Step(index));
                out.push(way.clone());
                places(member, way, out);
                way.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                way.push(Step(index));
                out.push(way.clone());
                places(item, way, out);
                way.pop();
            }
        }
        _ => {}
    }
}

/// The number of a member or an item.
#[derive(Clone, Copy, Debug)]
struct Step(usize);

/// A document whose objects may have a name twice.
#[derive(Clone, Debug)]
enum Loose {
    Leaf(Value),
    Array(Vec<Loose>),
    Object(Vec<(String, Loose)>),
}

impl From<Value> for Loose {
    fn from(value: Value) -> Loose {
        match value {
            Value::Array(items) => Loose::Array(items.into_iter().map(Loose::from).collect()),
            Value::Object(members) => {
                let members = members.into_iter();
                Loose::Object(members.map(|(name, value)| (name, value.into())).collect())
            }
            leaf => Loose::Leaf(leaf),
        }
    }
}

impl Loose {
    fn apply(&mut self, way: &[Step], change: Change) {
        let Some((Step(index), rest)) = way.split_first() else {
            return;
        };
        match self {
            Loose::Leaf(_) => {}
            Loose::Array(items) => {
                let Some(item) = items.get_mut(*index) else {
                    return;
                };
                match (rest.is_empty(), change) {
                    (false, change) => item.apply(rest, change),
                    (true, Change::Replace(value)) => *item = value.into(),
                    (true, Change::Remove) => drop(items.remove(*index)),
                    (true, Change::Repeat) => {
                        let item = item.clone();
                        items.push(item);
                    }
                    _ => items.reverse(),
                }
            }
            Loose::Object(members) => {
                let Some((name, member)) = members.get_mut(*index) else {
                    return;
                };
                match (rest.is_empty(), change) {
                    (false, change) => member.apply(rest, change),
                    (true, Change::Replace(value)) => *member = value.into(),
                    (true, Change::Rename(other)) => *name = other,
                    (true, Change::Remove) => drop(members.remove(*index)),
                    (true, Change::Add(name, value)) => members.push((name, value.into())),
                    (true, Change::Repeat) => {
                        let again = members[*index].clone();
                        members.push(again);
                    }
                    (true, Change::Move) => members.rotate_left(*index),
                }
            }
        }
    }

    fn write(&self, style: Style, out: &mut String) {
        match self {
            Loose::Leaf(Value::String(text)) => style.quoted(text, out),
            Loose::Leaf(leaf) => out.push_str(&leaf.to_string()),
            Loose::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    style.blank(out);
                    item.write(style, out);
                    style.blank(out);
                }
                out.push(']');
            }
            Loose::Object(members) => {
                out.push('{');
                for (index, (name, member)) in members.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    style.blank(out);
                    Style {
                        escapes: Escapes::Few,
                        ..style
                    }
                    .quoted(name, out);
                    out.push(':');
                    style.blank(out);
                    member.write(style, out);
                    style.blank(out);
                }
                out.push('}');
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Style {
    blank: &'static str,
    escapes: Escapes,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Escapes {
    Few,
    /// As PHP writes them.
    Slashes,
    /// Every second character.
    Many,
}

impl Style {
    fn blank(self, out: &mut String) {
        out.push_str(self.blank);
    }

    fn quoted(self, text: &str, out: &mut String) {
        let plain = Value::from(text).to_string();
        match self.escapes {
            Escapes::Few => out.push_str(&plain),
            // The name of an event is never escaped: else its path is not found.
            _ if text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_') =>
            {
                out.push_str(&plain);
            }
            Escapes::Slashes => out.push_str(&plain.replace('/', "\\/")),
            Escapes::Many => {
                out.push('"');
                for (index, unit) in text.encode_utf16().enumerate() {
                    match char::from_u32(unit.into()) {
                        Some(c) if index % 2 == 0 && c.is_ascii_alphanumeric() => out.push(c),
                        _ => write!(out, "\\u{unit:04x}").unwrap(),
                    }
                }
                out.push('"');
            }
        }
    }
}

fn style() -> impl Strategy<Value = Style> {
    let blank = select(vec!["", "", "", " ", "\n\t", "\r\n  ", "\u{b}", "\u{a0}"]);
    let escapes = select(vec![
        Escapes::Few,
        Escapes::Few,
        Escapes::Slashes,
        Escapes::Many,
    ]);
    (blank, escapes).prop_map(|(blank, escapes)| Style { blank, escapes })
}

/// Samples after a few changes, in several spellings, and some with a byte or two off.
pub(super) fn texts(validation: &Validation) -> impl Strategy<Value = Vec<u8>> + use<> {
    let samples: Vec<Value> = validation
        .catalog()
        .entries()
        .map(|entry| entry.event.sample().unwrap())
        .collect();
    let changes = prop::collection::vec((any::<Index>(), change()), 0..4);
    let bytes = select(vec![
        &b""[..],
        b"\"",
        b"\\",
        b",",
        b":",
        b"{",
        b"}",
        b"]",
        b"[",
        b"0",
        b".",
        b"e",
        b"-",
        b" ",
        b"\0",
        b"\x1f",
        b"\x7f",
        b"\x80",
        b"\xc3",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"x",
        b"\n",
        b"@",
        b"/",
    ]);
    let scratches = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec((any::<Index>(), 0..2_usize, bytes), 1..3),
    ];
    (select(samples), changes, style(), scratches).prop_map(
        |(sample, changes, style, scratches)| {
            let mut document = Loose::from(sample.clone());
            for (index, change) in changes {
                let mut ways = Vec::new();
                places(&sample, &mut Vec::new(), &mut ways);
                document.apply(&ways[index.index(ways.len())], change);
            }
            let mut text = String::new();
            document.write(style, &mut text);
            let mut text = text.into_bytes();
            for (index, removed, piece) in scratches {
                let at = index.index(text.len());
                let end = text.len().min(at + removed);
                text.splice(at..end, piece.iter().copied());
            }
            text
        },
    )
}
