//! `--mask`: hides values of bodies from people and reports. The log always has them.
//!
//! In doubt too much is hidden: a body in which the values cannot be found is hidden as a whole.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::catalog::Catalog;
use crate::json::{Edit, Kind, Node, Path, PathError, edited, has_too_many_values, quoted, read};
use crate::model::name::Name;
use crate::model::report::Report;

/// What stands in place of a value.
const MASK: &str = "***";
/// The characters of a value by which a text that names it is recognised. Shorter values are too
/// common.
const RECOGNISED: std::ops::RangeInclusive<usize> = 4..=12;
/// The longest file extension that is kept.
const EXTENSION: usize = 5;

/// One `--mask`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaskTerm {
    /// The fields that the providers call personal, wherever they stand.
    Personal,
    /// The value at a path, and all values in it. `*` stands for every member or item.
    Path(Path),
}

impl FromStr for MaskTerm {
    type Err = PathError;

    fn from_str(text: &str) -> Result<MaskTerm, PathError> {
        match text {
            "personal" => Ok(MaskTerm::Personal),
            _ => text.parse().map(MaskTerm::Path),
        }
    }
}

/// What is masked. Clones share what was found.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    terms: Vec<MaskTerm>,
    found: Arc<[AtomicBool]>,
}

/// A body with masked values.
pub(super) struct MaskedBody {
    pub(super) bytes: Vec<u8>,
    /// The values that were masked.
    values: Vec<String>,
    is_whole: bool,
}

impl Mask {
    /// Masks all of these; nothing is masked if there is none.
    pub fn new(terms: Vec<MaskTerm>) -> Mask {
        let found = terms.iter().map(|_| AtomicBool::new(false)).collect();
        Mask { terms, found }
    }

    /// Whether nothing is masked.
    pub fn is_off(&self) -> bool {
        self.terms.is_empty()
    }

    /// The paths that were in no body so far: perhaps they are misspelled, and the values show.
    pub fn not_found(&self) -> Vec<&Path> {
        let all = self.terms.iter().zip(&*self.found);
        let paths = all.filter_map(|(term, found)| match term {
            MaskTerm::Path(path) if !found.load(Ordering::Relaxed) => Some(path),
            _ => None,
        });
        paths.collect()
    }

    /// The bytes of a body with masked values.
    pub fn bytes(&self, text: &[u8], catalog: &Catalog) -> Vec<u8> {
        self.body(text, catalog).bytes
    }

    /// A body with masked values.
    pub(super) fn body(&self, text: &[u8], catalog: &Catalog) -> MaskedBody {
        let whole = || MaskedBody {
            bytes: MASK.as_bytes().to_vec(),
            values: Vec::new(),
            is_whole: true,
        };
        if has_too_many_values(text) {
            return whole();
        }
        let reading = read(text);
        let root = reading.root.filter(|_| reading.faults.is_empty());
        let Some(root) = root.filter(|root| matches!(root.kind, Kind::Array(_) | Kind::Object(_)))
        else {
            return whole();
        };
        let mut walk = Walk {
            mask: self,
            catalog,
            keys: Vec::new(),
            edits: Vec::new(),
            values: Vec::new(),
        };
        walk.node(&root);
        let Walk { edits, values, .. } = walk;
        match edited(text, edits.iter()) {
            Some(bytes) => MaskedBody {
                bytes,
                values,
                is_whole: false,
            },
            None => whole(),
        }
    }

    /// Whether the value that the keys lead to is masked.
    fn holds(&self, keys: &[String], catalog: &Catalog) -> bool {
        let mut holds = false;
        for (term, found) in self.terms.iter().zip(&*self.found) {
            let is_it = match term {
                MaskTerm::Personal => keys.last().is_some_and(|key| {
                    let mut fields = catalog.providers().iter().flat_map(|one| &one.personal);
                    fields.any(|field| field == key)
                }),
                MaskTerm::Path(path) => {
                    let fits = |(wanted, key): (&String, &String)| wanted == "*" || wanted == key;
                    path.keys().len() == keys.len() && path.keys().iter().zip(keys).all(fits)
                }
            };
            if is_it {
                found.store(true, Ordering::Relaxed);
            }
            holds |= is_it;
        }
        holds
    }
}

/// A walk through a body.
struct Walk<'w> {
    mask: &'w Mask,
    catalog: &'w Catalog,
    keys: Vec<String>,
    edits: Vec<Edit>,
    values: Vec<String>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node) {
        if self.mask.holds(&self.keys, self.catalog) {
            return self.hide(node);
        }
        match &node.kind {
            Kind::Object(members) => {
                for member in members {
                    self.inside(member.key.clone(), &member.value);
                }
            }
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.inside(index.to_string(), item);
                }
            }
            _ => {}
        }
    }

    fn inside(&mut self, key: String, node: &Node) {
        self.keys.push(key);
        self.node(node);
        self.keys.pop();
    }

    /// Hides all values in a value. Their types stay.
    fn hide(&mut self, node: &Node) {
        let (value, with) = match &node.kind {
            Kind::Object(members) => {
                for member in members {
                    self.hide(&member.value);
                }
                return;
            }
            Kind::Array(items) => {
                for item in items {
                    self.hide(item);
                }
                return;
            }
            Kind::String(text) | Kind::Bare(text) => (text, quoted(&hidden(text))),
            Kind::Number(text) => (text, "0".to_owned()),
            Kind::Null | Kind::Bool(_) => return,
        };
        self.values.push(value.clone());
        let span = node.span.clone();
        self.edits.push(Edit { span, with });
    }
}

/// What stands in place of a text. A URL stays one, with the extension of its file, so that an
/// event stays as valid as it was.
fn hidden(text: &str) -> String {
    let Some((scheme, rest)) = text
        .split_once("://")
        .filter(|(scheme, _)| ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()))
    else {
        return MASK.to_owned();
    };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit_once('/').map_or("", |(_, name)| name);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let is_plain = |text: &&str| {
        text.len() <= EXTENSION && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let extension = extension.filter(is_plain);
    let extension = extension.map_or_else(String::new, |extension| format!(".{extension}"));
    format!("{scheme}://masked.invalid/{MASK}{extension}")
}

impl MaskedBody {
    /// A name from the body, hidden if it is a value that is.
    pub(super) fn name(&self, name: Option<&Name>) -> Option<Name> {
        let name = name?;
        let is_hidden = self.values.iter().any(|value| value == name);
        Some(if is_hidden {
            Name::const_new(MASK)
        } else {
            name.clone()
        })
    }

    /// A report whose texts name no masked value. Its places are those of the whole body, and its
    /// repairs do not fit any more.
    pub(super) fn report(&self, report: &Report) -> Report {
        let starts: Vec<String> = self
            .values
            .iter()
            .filter_map(|value| start(value))
            .collect();
        let hides = |text: &str| starts.iter().any(|start| text.contains(start));
        let mut report = Report {
            event: self.name(report.event.as_ref()),
            session: self.name(report.session.as_ref()),
            ..report.clone()
        };
        for finding in &mut report.findings {
            finding.edits.clear();
            let is_quoted = hides(&finding.message) || finding.help.as_deref().is_some_and(hides);
            if is_quoted || self.is_whole {
                "the text of this finding names a masked value".clone_into(&mut finding.message);
                finding.help = None;
            }
        }
        report
    }
}

/// The characters by which a text that names the value is recognised.
fn start(value: &str) -> Option<String> {
    let start: String = value.chars().take(*RECOGNISED.end()).collect();
    (start.chars().count() >= *RECOGNISED.start()).then_some(start)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn mask(terms: &[&str]) -> Mask {
        Mask::new(terms.iter().map(|term| term.parse().unwrap()).collect())
    }

    fn masked(terms: &[&str], text: &str) -> String {
        let catalog = Catalog::embedded().unwrap();
        String::from_utf8(mask(terms).bytes(text.as_bytes(), &catalog)).unwrap()
    }

    #[test]
    fn values_are_hidden_with_their_types_and_all_else_stays_byte_for_byte() {
        let text = r#"{ "a":"x", "b":[{"c":1e40,"d":true},{"c":"y"}],"a":"z" }"#;
        assert_eq!(
            masked(&["/a", "b.*.c"], text),
            r#"{ "a":"***", "b":[{"c":0,"d":true},{"c":"***"}],"a":"***" }"#
        );
        assert_eq!(
            masked(&["b"], text),
            r#"{ "a":"x", "b":[{"c":0,"d":true},{"c":"***"}],"a":"z" }"#
        );
        assert_eq!(
            masked(&["b.1.c"], r#"{"b":[1,{"c":2}]}"#),
            r#"{"b":[1,{"c":0}]}"#
        );
    }

    #[test]
    fn a_url_stays_one() {
        for (url, expected) in [
            (
                "https://u:p@h/a/b.mp4?token=x#y",
                "https://masked.invalid/***.mp4",
            ),
            ("HTTP://h", "HTTP://masked.invalid/***"),
            ("http://h/a.verylong", "http://masked.invalid/***"),
            ("ftp://h/a.mp4", "***"),
        ] {
            assert_eq!(hidden(url), expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_hidden_as_a_whole() {
        for text in [
            "name=Ada",
            "{\"a\":\"Ada\"",
            "\"{\\\"a\\\":1}\"",
            "",
            "{\"a\":Ada}",
        ] {
            assert_eq!(masked(&["/a"], text), MASK, "{text}");
        }
    }

    #[test]
    fn a_path_that_is_nowhere_is_told() {
        let catalog = Catalog::embedded().unwrap();
        let mask = mask(&["/a", "/nowhere", "personal"]);
        let shared = mask.clone();
        shared.bytes(b"{\"a\":1}", &catalog);
        let not_found: Vec<_> = mask.not_found().iter().map(|path| path.pointer()).collect();
        assert_eq!(not_found, ["/nowhere"]);
    }

    #[test]
    fn personal_fields_are_hidden_wherever_they_stand() {
        let text = r#"{"data":[{"client_id":"ada","rec_id":"1"}]}"#;
        assert_eq!(
            masked(&["personal"], text),
            r#"{"data":[{"client_id":"***","rec_id":"1"}]}"#
        );
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z\"\\\\é/:]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[abc]", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_at_the_path_is_hidden_and_nothing_else_changes(inner in any_json(), other in any_json()) {
            let text = json!({"a": {"b": inner}, "c": other}).to_string();
            let after: Value = serde_json::from_str(&masked(&["a.b"], &text)).unwrap();
            prop_assert_eq!(&after["c"], &other);
            let shown = after["a"]["b"].to_string();
            let mut rest = shown.as_str();
            // Only keys, masks, zeros and what has no content are left.
            while let Some(at) = rest.find('"') {
                let end = rest[at + 1..].find('"').unwrap() + at + 1;
                let text = &rest[at + 1..end];
                prop_assert!(["a", "b", "c", MASK].contains(&text), "{}", shown);
                rest = &rest[end + 1..];
            }
        }
    }
}
