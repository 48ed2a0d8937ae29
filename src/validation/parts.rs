//! A body whose lists are too long to be judged at once, in parts.
//!
//! The first part is the whole body, each list cut to its first entries. Each further part is the
//! next entries of one list, alone at their place.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::catalog::Shape;
use crate::json::{bounded, push_index, push_token};

/// Entries of an array, or undocumented members of an object, that are judged at once.
const AT_ONCE: usize = 1000;

/// Where a part of a list is, and where it is in the document.
pub(super) struct Place<'r> {
    /// The pointer to the list in the part.
    pub(super) pointer: String,
    /// The pointer to the list in the document.
    pub(super) document: String,
    /// The entries of the array that come before.
    pub(super) offset: usize,
    /// The list's annotations.
    pub(super) shape: &'r Shape,
}

impl Place<'_> {
    /// Whether a pointer leads into the list.
    pub(super) fn has(&self, pointer: &str) -> bool {
        self.inside(pointer).is_some()
    }

    /// A pointer into the list as one into the document.
    pub(super) fn in_document(&self, pointer: &str) -> String {
        let inside = self.inside(pointer).unwrap_or_default();
        let (token, rest) = inside.split_once('/').unwrap_or((inside, ""));
        let mut outer = self.document.clone();
        match token.parse::<usize>() {
            Ok(index) if self.shape.item().is_some() => {
                push_index(&mut outer, self.offset + index);
            }
            _ => {
                outer.push('/');
                outer.push_str(token);
            }
        }
        if inside.len() > token.len() {
            outer.push('/');
            outer.push_str(rest);
        }
        bounded(&outer).to_owned()
    }

    fn inside<'p>(&self, pointer: &'p str) -> Option<&'p str> {
        pointer.strip_prefix(&self.pointer)?.strip_prefix('/')
    }
}

#[derive(Clone, Copy)]
enum Step<'b> {
    Member(&'b str),
    Item(usize),
}

/// A list of which the first entries are judged.
pub(super) struct Later<'b, 'r> {
    way: Vec<Step<'b>>,
    list: &'b Value,
    shape: &'r Shape,
}

/// The body with each list cut to its first entries, and the lists of which there are more; the
/// body itself if no list in it is long.
pub(super) fn split<'b, 'r>(
    shape: &'r Shape,
    body: &'b Value,
) -> (Cow<'b, Value>, Vec<Later<'b, 'r>>) {
    if !has_long(body) {
        return (Cow::Borrowed(body), Vec::new());
    }
    let mut later = Vec::new();
    let first = cut(Some(shape), body, &mut Vec::new(), &mut later);
    (Cow::Owned(first), later)
}

fn has_long(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.len() > AT_ONCE || items.iter().any(has_long),
        Value::Object(members) => members.len() > AT_ONCE || members.values().any(has_long),
        _ => false,
    }
}

/// Whether a member is kept with the first entries, wherever it stands.
fn is_named(shape: Option<&Shape>, name: &str) -> bool {
    shape.is_some_and(|shape| shape.member_names().any(|known| known == name))
}

/// A copy of a value, each list cut to its first entries. A list whose other entries have
/// a documented shape, or are to be noted as undocumented, is added to `later`.
fn cut<'b, 'r>(
    shape: Option<&'r Shape>,
    value: &'b Value,
    way: &mut Vec<Step<'b>>,
    later: &mut Vec<Later<'b, 'r>>,
) -> Value {
    let mut go_on = |way: &[Step<'b>], shape: &'r Shape| {
        let way = way.to_vec();
        let list = value;
        later.push(Later { way, list, shape });
    };
    match value {
        Value::Array(items) => {
            let place = shape.and_then(Shape::item);
            if let Some(shape) = shape.filter(|_| place.is_some() && items.len() > AT_ONCE) {
                go_on(way, shape);
            }
            let items = items.iter().take(AT_ONCE).enumerate();
            let items = items.map(|(index, item)| {
                way.push(Step::Item(index));
                let item = cut(place, item, way, later);
                way.pop();
                item
            });
            Value::Array(items.collect())
        }
        Value::Object(members) => {
            if let Some(shape) = shape.filter(|_| members.len() > AT_ONCE) {
                go_on(way, shape);
            }
            let mut others = 0;
            let members = members.iter().filter(|(name, _)| {
                is_named(shape, name) || {
                    others += 1;
                    others <= AT_ONCE
                }
            });
            let members = members.map(|(name, member)| {
                way.push(Step::Member(name));
                let place = shape.and_then(|shape| shape.member(name));
                let member = cut(place, member, way, later);
                way.pop();
                (name.clone(), member)
            });
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

impl<'b, 'r> Later<'b, 'r> {
    /// Hands over each part of the list behind its first entries, alone in a body. Lists in it
    /// that are too long are cut, and added to `later`.
    pub(super) fn each(
        self,
        later: &mut Vec<Later<'b, 'r>>,
        judge: &mut dyn FnMut(&Value, &Place<'r>),
    ) {
        let Later { way, list, shape } = self;
        let mut place = Place {
            pointer: String::new(),
            document: String::new(),
            offset: 0,
            shape,
        };
        for step in &way {
            match step {
                Step::Member(name) => {
                    push_token(&mut place.pointer, name);
                    push_token(&mut place.document, name);
                }
                Step::Item(index) => {
                    place.pointer.push_str("/0");
                    push_index(&mut place.document, *index);
                }
            }
        }
        let alone = |part| {
            way.iter().rev().fold(part, |inner, step| match step {
                Step::Member(name) => Value::Object(Map::from_iter([((*name).to_owned(), inner)])),
                Step::Item(_) => Value::Array(vec![inner]),
            })
        };
        let mut inner = way.clone();
        match list {
            Value::Array(items) => {
                for (part, items) in items.chunks(AT_ONCE).enumerate().skip(1) {
                    place.offset = part * AT_ONCE;
                    let items = items.iter().enumerate().map(|(index, item)| {
                        inner.push(Step::Item(place.offset + index));
                        let item = cut(shape.item(), item, &mut inner, later);
                        inner.pop();
                        item
                    });
                    let items = Value::Array(items.collect());
                    judge(&alone(items), &place);
                }
            }
            Value::Object(members) => {
                let others = members
                    .iter()
                    .filter(|(name, _)| !is_named(Some(shape), name));
                let mut others = others.skip(AT_ONCE).peekable();
                while others.peek().is_some() {
                    let part = others.by_ref().take(AT_ONCE).map(|(name, member)| {
                        inner.push(Step::Member(name));
                        let member = cut(shape.member(name), member, &mut inner, later);
                        inner.pop();
                        (name.clone(), member)
                    });
                    let part = Value::Object(part.collect());
                    judge(&alone(part), &place);
                }
            }
            _ => {}
        }
    }
}
