//! A JSON value that remembers how and where it was written.

use std::ops::Range;

use serde_json::{Map, Number, Value};

use super::pointer;

/// The most levels of nesting that are read; a deeper level is a fault. `serde_json` refuses
/// the 128th level.
pub const MAX_DEPTH: usize = 127;

/// A value and the bytes of the text that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Bytes of the text, quotes and brackets included.
    pub span: Range<usize>,
    /// The value.
    pub kind: Kind,
}

/// A value as written: numbers keep their digits, objects their order and repeats.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, in the digits of the text.
    Number(String),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object: all members, repeated keys included.
    Object(Vec<Member>),
    /// What is not JSON: a bare word (`Number`, `undefined`, `…`), a number that is
    /// none; empty where a value is missing.
    Bare(String),
}

/// A key and its value in an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, its escapes resolved.
    pub key: String,
    /// Bytes of the key in the text, quotes included.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value as `serde_json` has it: of repeated keys the last counts. A bare word
    /// becomes a string, so that the rest of its document can still be judged.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(text) => number(text),
            Kind::String(text) | Kind::Bare(text) => Value::String(text.clone()),
            Kind::Array(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Kind::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|member| (member.key.clone(), member.value.to_value()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// The last member of that key, the one that counts; nothing if this is no object.
    pub fn member(&self, key: &str) -> Option<&Member> {
        match &self.kind {
            Kind::Object(members) => members.iter().rev().find(|member| member.key == key),
            _ => None,
        }
    }

    /// The value at a JSON Pointer (RFC 6901).
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        pointer::tokens(pointer)?.try_fold(self, |node, token| node.child(&token))
    }

    /// The value of a member, or the item at an index.
    pub(super) fn child(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Object(_) => self.member(key).map(|member| &member.value),
            Kind::Array(items) => items.get(pointer::index(key)?),
            _ => None,
        }
    }

    /// The member at a JSON Pointer, and so the place of its key; nothing for the
    /// root and for what stands in an array.
    pub fn member_at(&self, pointer: &str) -> Option<&Member> {
        let (object, key) = pointer.rsplit_once('/')?;
        self.at(object)?.member(&pointer::unescape(key))
    }
}

/// A number of the text as `serde_json` would read it; one out of range becomes null.
fn number(text: &str) -> Value {
    text.parse::<Number>().map_or(Value::Null, Value::Number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::read;

    #[test]
    fn a_pointer_leads_to_the_value_and_to_the_key_that_count() {
        let text = br#"{"files": [{"u/l": 1, "u/l": 22}]}"#;
        let root = read(text).root.unwrap();
        let value = root.at("/files/0/u~1l").unwrap();
        assert_eq!(&text[value.span.clone()], b"22");
        let member = root.member_at("/files/0/u~1l").unwrap();
        assert_eq!(member.key_span, 22..27);
        assert_eq!(root.member_at("/files/0"), None);
        assert_eq!(root.member_at(""), None);
        assert_eq!(root.at("").unwrap().span, 0..text.len());
        assert_eq!(root.at("files"), None);
    }
}
