//! Changes one value of a JSON text and leaves every other byte as it is.
//!
//! Numbers beyond 2^53, repeats and white space elsewhere survive, which they would not if
//! the text were parsed and printed again. What is not JSON is not changed.

use super::path::{Path, quoted};
use super::pointer::index;
use super::reading::read_up_to;
use super::tree::{Kind, MAX_DEPTH, Member, Node};

/// Why a text was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The text is no JSON.
    #[error("the text is not JSON")]
    NotJson,
    /// A value on the way has no members and no items.
    #[error("`{0}` is neither an object nor an array")]
    Leaf(Path),
    /// An array on the way has no such place.
    #[error("`{0}` is not a place in an array of {1}")]
    Place(String, usize),
    /// The path is longer than a document may be deep.
    #[error("the path is too long")]
    Depth,
}

/// Puts a value, given as JSON text, at a path. Members on the way are
/// made where they are missing; the index behind the last item, or `-`, adds an item.
pub fn put(text: &[u8], path: &Path, value: &str) -> Result<Vec<u8>, ChangeError> {
    let root = root(text, path)?;
    let mut node = &root;
    let keys = path.keys();
    for (at, token) in keys.iter().enumerate() {
        let rest = &keys[at + 1..];
        match &node.kind {
            Kind::Object(members) => match node.member(token) {
                Some(member) => node = &member.value,
                None => return Ok(add_member(text, node, members, token, &nested(rest, value))),
            },
            Kind::Array(items) => match place(token, items.len(), true)? {
                Some(index) if index < items.len() => node = &items[index],
                _ => return Ok(add_item(text, node, items, &nested(rest, value))),
            },
            _ => return Err(ChangeError::Leaf(Path::new(keys[..at].to_vec()))),
        }
    }
    Ok(spliced(
        text,
        node.span.start,
        node.span.end,
        value.as_bytes(),
    ))
}

/// The first key of a path that its object has more than once, with the way to it: [`put`] goes
/// by the last of them.
pub fn repeated(text: &[u8], path: &Path) -> Option<Path> {
    let root = root(text, path).ok()?;
    let mut node = &root;
    for (at, key) in path.keys().iter().enumerate() {
        if let Kind::Object(members) = &node.kind
            && members.iter().filter(|member| member.key == *key).count() > 1
        {
            return Some(Path::new(path.keys()[..=at].to_vec()));
        }
        node = node.child(key)?;
    }
    None
}

/// Takes away what stands at a path, each repeat of it; nothing if it is not there.
pub fn remove(text: &[u8], path: &Path) -> Result<Option<Vec<u8>>, ChangeError> {
    let mut changed: Option<Vec<u8>> = None;
    while let Some(next) = remove_one(changed.as_deref().unwrap_or(text), path)? {
        let is_item = next.1;
        changed = Some(next.0);
        if is_item {
            break;
        }
    }
    Ok(changed)
}

/// The text without the value, and whether that was the item of an array.
fn remove_one(text: &[u8], path: &Path) -> Result<Option<(Vec<u8>, bool)>, ChangeError> {
    let root = root(text, path)?;
    let Some((last, way)) = path.keys().split_last() else {
        return Ok(None);
    };
    let Some(node) = way.iter().try_fold(&root, |node, key| node.child(key)) else {
        return Ok(None);
    };
    let (spans, at, is_item): (Vec<_>, _, _) = match &node.kind {
        Kind::Object(members) => (
            members
                .iter()
                .map(|member| (member.key_span.start, member.value.span.end))
                .collect(),
            members.iter().position(|member| member.key == *last),
            false,
        ),
        Kind::Array(items) => (
            items
                .iter()
                .map(|item| (item.span.start, item.span.end))
                .collect(),
            place(last, items.len(), false)?,
            true,
        ),
        _ => return Ok(None),
    };
    Ok(at.map(|at| {
        let (start, end) = match (at, spans.len()) {
            (0, 1) => (node.span.start + 1, node.span.end - 1),
            (0, _) => (spans[0].0, spans[1].0),
            _ => (spans[at - 1].1, spans[at].1),
        };
        (spliced(text, start, end, b""), is_item)
    }))
}

fn root(text: &[u8], path: &Path) -> Result<Node, ChangeError> {
    if path.keys().len() >= MAX_DEPTH {
        return Err(ChangeError::Depth);
    }
    let reading = read_up_to(text, 1);
    match reading.root {
        Some(root) if reading.faults.is_empty() => Ok(root),
        _ => Err(ChangeError::NotJson),
    }
}

/// The index that a token means; nothing for the place behind the last item.
fn place(token: &str, length: usize, may_add: bool) -> Result<Option<usize>, ChangeError> {
    match index(token) {
        Some(index) if index < length => Ok(Some(index)),
        Some(index) if may_add && index == length => Ok(None),
        None if may_add && token == "-" => Ok(None),
        Some(_) if !may_add => Ok(None),
        _ => Err(ChangeError::Place(token.to_owned(), length)),
    }
}

/// The value inside what the rest of the path needs around it.
fn nested(rest: &[String], value: &str) -> String {
    rest.iter().rev().fold(value.to_owned(), |inner, token| {
        if token == "-" || token == "0" {
            format!("[{inner}]")
        } else {
            format!("{{{}:{inner}}}", quoted(token))
        }
    })
}

/// A new last member, laid out as the one before it.
fn add_member(text: &[u8], node: &Node, members: &[Member], key: &str, value: &str) -> Vec<u8> {
    let key = quoted(key);
    let Some(last) = members.last() else {
        let inside = format!("{key}:{value}");
        return spliced(
            text,
            node.span.start + 1,
            node.span.end - 1,
            inside.as_bytes(),
        );
    };
    let added = [
        b",",
        blank_before(text, last.key_span.start),
        key.as_bytes(),
        &text[last.key_span.end..last.value.span.start],
        value.as_bytes(),
    ];
    let end = last.value.span.end;
    spliced(text, end, end, &added.concat())
}

/// A new last item, laid out as the one before it.
fn add_item(text: &[u8], node: &Node, items: &[Node], value: &str) -> Vec<u8> {
    let Some(last) = items.last() else {
        return spliced(
            text,
            node.span.start + 1,
            node.span.end - 1,
            value.as_bytes(),
        );
    };
    let added = [b",", blank_before(text, last.span.start), value.as_bytes()];
    spliced(text, last.span.end, last.span.end, &added.concat())
}

fn blank_before(text: &[u8], end: usize) -> &[u8] {
    let blank = text[..end]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    &text[end - blank..end]
}

fn spliced(text: &[u8], start: usize, end: usize, inside: &[u8]) -> Vec<u8> {
    [&text[..start], inside, &text[end..]].concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn path(text: &str) -> Path {
        text.parse().unwrap()
    }

    fn after(text: &str, at: &str, value: &str) -> String {
        String::from_utf8(put(text.as_bytes(), &path(at), value).unwrap()).unwrap()
    }

    fn without(text: &str, at: &str) -> Option<String> {
        let text = remove(text.as_bytes(), &path(at)).unwrap()?;
        Some(String::from_utf8(text).unwrap())
    }

    #[test]
    fn a_value_is_changed_and_the_rest_stays_as_written() {
        let text = "{ \"a\" : 1.0,\n  \"n\": 10000000000000000000001, \"a\" : 2 }\n";
        assert_eq!(
            after(text, "a", "\"x\""),
            "{ \"a\" : 1.0,\n  \"n\": 10000000000000000000001, \"a\" : \"x\" }\n"
        );
        assert_eq!(
            after(text, "b.c.0", "7"),
            "{ \"a\" : 1.0,\n  \"n\": 10000000000000000000001, \"a\" : 2, \"b\" : {\"c\":[7]} }\n"
        );
        assert_eq!(after("{}", "a", "1"), "{\"a\":1}");
        assert_eq!(after("{\"f\":[1]}", "f.-", "2"), "{\"f\":[1,2]}");
        assert_eq!(after("{\"f\":[]}", "f.0.u", "2"), "{\"f\":[{\"u\":2}]}");
    }

    #[test]
    fn what_is_removed_takes_its_comma_and_its_repeats_along() {
        let text = "{\"a\": 1, \"b\": [1, 2], \"a\": 3}";
        assert_eq!(without(text, "a").unwrap(), "{\"b\": [1, 2]}");
        assert_eq!(without(text, "b").unwrap(), "{\"a\": 1, \"a\": 3}");
        assert_eq!(
            without(text, "b.1").unwrap(),
            "{\"a\": 1, \"b\": [1], \"a\": 3}"
        );
        assert_eq!(without("{\"a\": 1}", "a").unwrap(), "{}");
        assert_eq!(without(text, "c"), None);
        assert_eq!(without(text, "b.7"), None);
        assert_eq!(without(text, "a.b"), None);
    }

    #[test]
    fn what_cannot_be_changed_is_an_error() {
        let error = |text: &str, at| put(text.as_bytes(), &path(at), "1").unwrap_err();
        assert_eq!(error("{\"a\":", "a"), ChangeError::NotJson);
        assert_eq!(error("{\"a\":1}", "a.b"), ChangeError::Leaf(path("a")));
        assert_eq!(
            error("{\"a\":[1]}", "a.3"),
            ChangeError::Place("3".to_owned(), 1)
        );
        assert_eq!(error("{}", &["a"; 200].join(".")), ChangeError::Depth);
    }

    proptest! {
        #[test]
        fn what_is_put_is_there_and_removed_is_gone(
            keys in proptest::collection::vec("[a-c\"\\\\é]{0,2}", 0..4),
            at in "[a-c\"\\\\é]{0,2}",
        ) {
            let members: Vec<String> =
                keys.iter().map(|key| format!(" {}: [{{}}, 1.50]", quoted(key))).collect();
            let text = format!("{{{} }}", members.join(","));
            let path = Path::new(vec![at.clone()]);
            let put = put(text.as_bytes(), &path, "true").unwrap();
            let value: Value = serde_json::from_slice(&put).unwrap();
            prop_assert_eq!(&value[&at], &Value::Bool(true));
            let gone = remove(&put, &path).unwrap().unwrap();
            let value: Value = serde_json::from_slice(&gone).unwrap();
            prop_assert_eq!(value.get(&at), None);
        }
    }
}
