//! What differs between two captures: by JSON Pointer in the body, by name in the headers.

use std::sync::Arc;

use bytes::Bytes;
use compact_str::CompactString;
use serde_json::{Map, Value};

use crate::catalog::{Fresh, Provider};
use crate::json::{push_index, push_token};
use crate::model::capture::{Capture, Headers};
use crate::model::name::Name;
use crate::validation::{JudgedCapture, Validation};

/// A header that follows from the body.
const FOLLOWS: &str = "content-length";

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where it is.
    pub part: Part,
    /// JSON Pointer into the body; or the name of the header, in lower case, as a pointer.
    pub pointer: String,
    /// The value in the first; nothing if it has none.
    pub a: Option<Value>,
    /// The value in the second; nothing if it has none.
    pub b: Option<Value>,
}

/// A part of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The body.
    Body,
    /// The header fields.
    Header,
}

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the second has it.
    Added,
    /// Only the first has it.
    Removed,
    /// Both have it, with different values.
    Changed,
}

impl Difference {
    /// The kind.
    pub fn change(&self) -> Change {
        match (&self.a, &self.b) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ => Change::Changed,
        }
    }
}

/// What counts as a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Everything.
    Exact,
    /// Not the fields that are new in every event or session.
    Fresh,
    /// Also not the values: only which fields there are, and their types.
    Shape,
}

/// What differs between two captures. Bodies that are not JSON differ as a whole.
pub fn differences(a: &JudgedCapture, b: &JudgedCapture, depth: Depth) -> Vec<Difference> {
    let mut found = match [a, b].map(|one| one.capture.method.is_empty()) {
        [false, false] => headers(&a.capture.headers, &b.capture.headers, depth),
        // Of a bare body the headers are not known.
        _ => Vec::new(),
    };
    let (text_a, text_b) = (&a.content().bytes, &b.content().bytes);
    let parsed = [text_a, text_b].map(|text| serde_json::from_slice::<Value>(text).ok());
    if let [Some(value_a), Some(value_b)] = parsed {
        let provider = a.classification().provider.as_deref();
        let provider = provider.and_then(|name| a.catalog().provider(name));
        found.splice(0..0, bodies(value_a, value_b, provider, depth));
    } else if text_a != text_b {
        let text = |bytes: &[u8]| Some(Value::from(String::from_utf8_lossy(bytes)));
        let whole = Difference {
            part: Part::Body,
            pointer: String::new(),
            a: text(text_a),
            b: text(text_b),
        };
        found.insert(0, whole);
    }
    found
}

/// Compares two sessions: the first capture of an event with the first one of that event, and so
/// on. Returns the event of each pair and what differs.
pub fn pairs(
    [mut a, mut b]: [Vec<Arc<JudgedCapture>>; 2],
    depth: Depth,
) -> Vec<(Option<Name>, Vec<Difference>)> {
    let event_of = |judged: &JudgedCapture| judged.classification().event.clone();
    let mut pairs = Vec::new();
    for one in a.drain(..) {
        let event = event_of(&one);
        let other = b.iter().position(|other| event_of(other) == event);
        let found = match other.map(|index| b.remove(index)) {
            Some(other) => differences(&one, &other, depth),
            None => vec![only_in(Some(&one), None)],
        };
        pairs.push((event, found));
    }
    let rest = b
        .iter()
        .map(|one| (event_of(one), vec![only_in(None, Some(one))]));
    pairs.extend(rest);
    pairs
}

/// An event that only one of the sessions has.
fn only_in(a: Option<&JudgedCapture>, b: Option<&JudgedCapture>) -> Difference {
    let body = |judged: &JudgedCapture| {
        let bytes = &judged.content().bytes;
        let value = serde_json::from_slice(bytes).ok();
        value.unwrap_or_else(|| String::from_utf8_lossy(bytes).into())
    };
    Difference {
        part: Part::Body,
        pointer: String::new(),
        a: a.map(body),
        b: b.map(body),
    }
}

/// The sample of the event of a capture, as a capture.
pub fn sample(judged: &JudgedCapture, validation: &Validation) -> Option<JudgedCapture> {
    let class = judged.classification();
    let provider = validation.catalog().provider(class.provider.as_deref()?)?;
    let event = provider.event(class.event.as_deref()?)?;
    let capture = Capture {
        received_at: judged.capture.received_at,
        peer: CompactString::default(),
        method: CompactString::default(),
        target: CompactString::default(),
        headers: Headers::new(),
        body: Bytes::from(event.sample_text().to_owned()),
    };
    Some(validation.capture(None, Arc::new(capture)))
}

/// What differs between two bodies of a provider.
fn bodies(
    mut a: Value,
    mut b: Value,
    provider: Option<&Provider>,
    depth: Depth,
) -> Vec<Difference> {
    if let (Some(provider), true) = (provider, depth != Depth::Exact) {
        settle(provider, &mut a, &mut b);
    }
    let mut found = Vec::new();
    compare(&mut String::new(), &a, &b, depth, &mut found);
    found
}

/// Gives both bodies the same values where every event or session has new ones.
fn settle(provider: &Provider, a: &mut Value, b: &mut Value) {
    for (field, fresh) in &provider.fresh {
        let (Some(old), Some(new)) = (a.get(field).cloned(), b.get(field).cloned()) else {
            continue;
        };
        if std::mem::discriminant(&old) != std::mem::discriminant(&new) {
            continue;
        }
        match (fresh, &old, &new) {
            // Other texts, such as URLs, contain the id too.
            (Fresh::Random(_), Value::String(old), Value::String(new)) if old.len() >= 4 => {
                replace(a, old, new);
            }
            _ => a[field] = new,
        }
    }
}

fn replace(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text.contains(old) => *text = text.replace(old, new),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, old, new)),
        Value::Object(fields) => fields.values_mut().for_each(|item| replace(item, old, new)),
        _ => {}
    }
}

fn compare(at: &mut String, a: &Value, b: &Value, depth: Depth, found: &mut Vec<Difference>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => objects(at, a, b, depth, found),
        (Value::Array(a), Value::Array(b)) => {
            for index in 0..a.len().max(b.len()) {
                let length = at.len();
                push_index(at, index);
                either(at, a.get(index), b.get(index), depth, found);
                at.truncate(length);
            }
        }
        _ => {
            let is_same = match depth {
                Depth::Shape => std::mem::discriminant(a) == std::mem::discriminant(b),
                Depth::Exact | Depth::Fresh => a == b,
            };
            if !is_same {
                found.push(difference(Part::Body, at, Some(a), Some(b)));
            }
        }
    }
}

fn objects(
    at: &mut String,
    a: &Map<String, Value>,
    b: &Map<String, Value>,
    depth: Depth,
    found: &mut Vec<Difference>,
) {
    let new = b.keys().filter(|name| !a.contains_key(*name));
    for name in a.keys().chain(new) {
        let length = at.len();
        push_token(at, name);
        either(at, a.get(name), b.get(name), depth, found);
        at.truncate(length);
    }
}

fn either(
    at: &mut String,
    a: Option<&Value>,
    b: Option<&Value>,
    depth: Depth,
    found: &mut Vec<Difference>,
) {
    match (a, b) {
        (Some(a), Some(b)) => compare(at, a, b, depth, found),
        _ => found.push(difference(Part::Body, at, a, b)),
    }
}

fn difference(part: Part, pointer: &str, a: Option<&Value>, b: Option<&Value>) -> Difference {
    Difference {
        part,
        pointer: pointer.to_owned(),
        a: a.cloned(),
        b: b.cloned(),
    }
}

/// What differs between the header fields. Repeats of a field count as one value.
fn headers(a: &Headers, b: &Headers, depth: Depth) -> Vec<Difference> {
    let names = |headers: &Headers| {
        let names = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        names.collect::<Vec<_>>()
    };
    let mut all = names(a);
    all.extend(names(b));
    let mut found: Vec<Difference> = Vec::new();
    for (index, name) in all.iter().enumerate() {
        let is_told = depth == Depth::Exact || (depth == Depth::Fresh && name != FOLLOWS);
        if !is_told || all[..index].contains(name) {
            continue;
        }
        let [a, b] = [a, b].map(|headers| value_of(headers, name));
        if a != b {
            let mut pointer = String::new();
            push_token(&mut pointer, name);
            found.push(difference(Part::Header, &pointer, a.as_ref(), b.as_ref()));
        }
    }
    found
}

fn value_of(headers: &Headers, wanted: &str) -> Option<Value> {
    let fields = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let values: Vec<_> = fields
        .map(|(_, value)| String::from_utf8_lossy(value))
        .collect();
    (!values.is_empty()).then(|| values.join(", ").into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..3_u8).prop_map(Value::from),
            "[a-c/~]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[a-b/~]{0,2}", inner, 0..3)
                    .prop_map(|map| map.into_iter().collect::<Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn there_is_a_difference_exactly_if_the_bodies_differ(a in value(), b in value()) {
            let found = bodies(a.clone(), b.clone(), None, Depth::Exact);
            prop_assert_eq!(found.is_empty(), a == b);
            for one in &found {
                prop_assert_eq!(a.pointer(&one.pointer), one.a.as_ref());
                prop_assert_eq!(b.pointer(&one.pointer), one.b.as_ref());
            }
            prop_assert_eq!(bodies(b, a, None, Depth::Exact).len(), found.len());
        }
    }

    #[test]
    fn a_shape_has_fields_and_types_and_no_values() {
        let (a, b) = (
            json!({"n": 1, "t": "x"}),
            json!({"n": 2, "t": 3, "more": null}),
        );
        let found = bodies(a, b, None, Depth::Shape);
        let pointers: Vec<_> = found.iter().map(|one| &*one.pointer).collect();
        assert_eq!(pointers, ["/t", "/more"]);
    }
}
