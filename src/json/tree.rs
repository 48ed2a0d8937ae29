//! A JSON value that remembers how and where it was written.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Map, Number, Value};

use super::pointer::{self, PointerTree};

/// The most levels of nesting that are read; a deeper level is a fault. `serde_json` refuses
/// the 128th level.
pub const MAX_DEPTH: usize = 127;

/// The entries of an array or an object, at a level from 1, that an outline of a document has: many
/// more than any event, and few enough that they take no memory to speak of.
pub fn kept_at(level: usize) -> usize {
    if level > 2 { 0 } else { 10_000 }
}

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

    /// Finds the values that pointers lead to, in one pass over the tree: each with the number of
    /// its pointer, and the member whose value it is, if it stands in an object.
    pub fn locate<'n>(
        &'n self,
        pointers: &PointerTree,
        found: &mut dyn FnMut(usize, &'n Node, Option<&'n Member>),
    ) {
        self.locate_from(None, pointers, found);
    }

    fn locate_from<'n>(
        &'n self,
        member: Option<&'n Member>,
        pointers: &PointerTree,
        found: &mut dyn FnMut(usize, &'n Node, Option<&'n Member>),
    ) {
        for number in pointers.numbers() {
            found(*number, self, member);
        }
        match &self.kind {
            Kind::Object(members) => {
                let wanted = members.iter().filter_map(|member| {
                    let inner = pointers.inside(&member.key)?;
                    Some((member.key.as_str(), (member, inner)))
                });
                // Of repeated keys the last counts.
                let wanted: HashMap<_, _> = wanted.collect();
                for (member, inner) in wanted.into_values() {
                    member.value.locate_from(Some(member), inner, found);
                }
            }
            Kind::Array(items) => {
                for (token, inner) in pointers.tokens() {
                    let item = pointer::index(token).and_then(|index| items.get(index));
                    if let Some(item) = item {
                        item.locate_from(None, inner, found);
                    }
                }
            }
            _ => {}
        }
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
    use super::*;

    #[test]
    fn a_pointer_leads_to_the_value_and_to_the_key_that_count() {
        let text = br#"{"files": [{"u/l": 1, "u/l": 22}]}"#;
        let root = read(text).root.unwrap();
        let value = root.at("/files/0/u~1l").unwrap();
        assert_eq!(&text[value.span.clone()], b"22");
        assert_eq!(root.at("").unwrap().span, 0..text.len());
        assert_eq!(root.at("files"), None);
        let mut pointers = PointerTree::default();
        for (number, pointer) in ["/files/0/u~1l", "/files/0", "", "/files/1", "/x"]
            .into_iter()
            .enumerate()
        {
            assert!(pointers.insert(pointer, number));
        }
        let mut found = Vec::new();
        root.locate(&pointers, &mut |number, node, member| {
            let key = member.map(|member| member.key_span.clone());
            found.push((number, node.span.clone(), key));
        });
        found.sort_by_key(|(number, ..)| *number);
        let expected = [
            (0, value.span.clone(), Some(22..27)),
            (1, 11..32, None),
            (2, 0..text.len(), None),
        ];
        assert_eq!(found, expected);
    }
}
