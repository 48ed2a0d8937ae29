//! The rules of one known event: its schema, the annotations beside it, and nothing else.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::remark::{Anchor, Remark, Remarks, Say, Worst};
use super::{codes, compare, parts};
use crate::catalog::{Entry, Remark as Rule, Shape};
use crate::json::{LONGEST_POINTER, PointerTree, bounded, brief, push_index, push_token};
use crate::model::report::{Severity, Verdict};
use crate::text::{foreign_letter, nearest};

/// The verdict on a body that is that event, at the least cost.
pub(super) fn verdict(entry: Entry<'_>, body: &Value) -> Verdict {
    if !entry.event.validator().is_valid(body) {
        return Verdict::Invalid;
    }
    let mut worst = Worst(Verdict::Valid);
    oddities(entry.event.shape(), body, &Way::Start(""), None, &mut worst);
    worst.0
}

/// Says all that the event's rules find in a body.
///
/// The schema's validator lists all that it rejects at once, and each of a million items may be
/// rejected for several reasons. So long lists are judged in parts.
pub(super) fn remarks<'r>(entry: Entry<'r>, body: &Value, say: &mut Remarks<'r>) {
    let shape = entry.event.shape();
    let (first, mut later) = parts::split(shape, body);
    part(entry, &first, None, say);
    let is_split = matches!(first, Cow::Owned(_));
    drop(first);
    while let Some(list) = later.pop() {
        list.each(&mut later, &mut |body, place| {
            part(entry, body, Some(place), say);
        });
    }
    if is_split && say.verdict() < Verdict::Invalid && !entry.event.validator().is_valid(body) {
        say.say(codes::UNUSABLE_VALUE.name, Severity::Error, || {
            let message = "a list is too long, or something in it is not of a documented shape";
            let code = codes::UNUSABLE_VALUE.name;
            Remark::new(code, Severity::Error, "", Anchor::Opening, message)
        });
    }
}

/// Says what the rules find in a body, or only in a list that is a part of one.
fn part<'r>(
    entry: Entry<'r>,
    body: &Value,
    list: Option<&parts::Place<'r>>,
    say: &mut Remarks<'r>,
) {
    let shape = entry.event.shape();
    let mut rejected = PointerTree::default();
    for error in entry.event.validator().iter_errors(body) {
        for rejection in Rejection::specific(&error) {
            if list.is_some_and(|list| !list.has(rejection.place())) {
                continue;
            }
            // One value gets one explanation, however many keywords reject it.
            if let Rejection::Value { pointer } = &rejection
                && !rejected.insert(pointer, 0)
            {
                continue;
            }
            let mut remark = rejection.explain(shape, body);
            // A misnamed member is not unknown as well.
            if remark.anchor == Anchor::Key {
                rejected.insert(&remark.pointer, 0);
            }
            remark.pointer = match list {
                Some(list) => list.in_document(&remark.pointer),
                None => bounded(&remark.pointer).to_owned(),
            };
            say.add(remark);
        }
    }
    match list {
        None => oddities(shape, body, &Way::Start(""), Some(&rejected), say),
        Some(list) => {
            let Some(value) = body.pointer(&list.pointer) else {
                return;
            };
            let rejected = rejected.at(&list.pointer);
            let way = Way::Start(&list.document);
            inside(list.shape, value, &way, list.offset, rejected, say);
        }
    }
}

/// What a schema rejects, in the places that a person would name.
enum Rejection {
    /// A member that must be there is not.
    Missing { parent: String, name: String },
    /// A value is there and cannot be used.
    Value { pointer: String },
}

impl Rejection {
    /// The value that is meant, or that lacks a member.
    fn place(&self) -> &str {
        match self {
            Rejection::Missing { parent, .. } => parent,
            Rejection::Value { pointer } => pointer,
        }
    }

    /// Of alternatives that all failed, the one that fits the value's type is meant.
    fn specific(error: &ValidationError<'_>) -> Vec<Rejection> {
        let pointer = error.instance_path().to_string();
        let branches = match error.kind() {
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => context,
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default().to_owned();
                return vec![Rejection::Missing {
                    parent: pointer,
                    name,
                }];
            }
            _ => return vec![Rejection::Value { pointer }],
        };
        let mut fitting = branches.iter().filter(|errors| {
            errors.iter().all(|error| {
                error.instance_path().as_str() != pointer
                    || matches!(error.kind(), ValidationErrorKind::Required { .. })
            })
        });
        match (fitting.next(), fitting.next()) {
            (Some(errors), None) => errors.iter().flat_map(Rejection::specific).collect(),
            _ => vec![Rejection::Value { pointer }],
        }
    }

    fn explain<'r>(&self, shape: &'r Shape, body: &Value) -> Remark<'r> {
        match self {
            Rejection::Missing { parent, name } => missing(shape, body, parent, name),
            Rejection::Value { pointer } => unusable(shape, body, pointer),
        }
    }
}

fn missing<'r>(shape: &'r Shape, body: &Value, parent: &str, name: &str) -> Remark<'r> {
    let place = shape.at(parent).and_then(|place| place.member(name));
    let object = body.pointer(parent).and_then(Value::as_object);
    let mut others = place
        .into_iter()
        .flat_map(|place| &place.misnamed)
        .filter(|other| object.is_some_and(|object| object.contains_key(&other.name)));
    if let Some(other) = others.next() {
        // Of two names one may be right.
        let rename = others.next().is_none().then(|| name.to_owned());
        let mut pointer = parent.to_owned();
        push_token(&mut pointer, &other.name);
        let (code, message) = (codes::MISNAMED_FIELD.name, &*other.message);
        return Remark {
            rename,
            missing: Some(name.to_owned()),
            ..Remark::new(code, Severity::Error, pointer, Anchor::Key, message)
                .advised(other.help.as_deref())
        };
    }
    let (code, message) = (codes::MISSING_FIELD.name, format!("`{name}` is missing"));
    Remark {
        missing: Some(name.to_owned()),
        ..Remark::new(code, Severity::Error, parent, Anchor::Opening, message)
            .advised(documented(place))
    }
}

fn unusable<'r>(shape: &'r Shape, body: &Value, pointer: &str) -> Remark<'r> {
    let place = shape.at(pointer);
    let null = Value::Null;
    let value = body.pointer(pointer).unwrap_or(&null);
    let explained = place
        .into_iter()
        .flat_map(|place| &place.explain)
        .find(|rule| rule.applies_to(value));
    if let Some(rule) = explained {
        return from_rule(rule, Severity::Error, pointer, value);
    }
    let name = brief(pointer.rsplit('/').next().unwrap_or_default());
    let empty = value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty);
    let (code, message) = match value {
        Value::Null => (codes::NULL_VALUE.name, format!("`{name}` is null")),
        _ if empty => (codes::EMPTY_VALUE.name, format!("`{name}` is empty")),
        _ => (
            codes::UNUSABLE_VALUE.name,
            format!("the value of `{name}` is not of a documented shape"),
        ),
    };
    Remark::new(code, Severity::Error, pointer, Anchor::Value, message).advised(documented(place))
}

fn documented(place: Option<&Shape>) -> Option<String> {
    let description = place?.description.as_deref()?;
    Some(format!("documented as: {description}"))
}

fn from_rule<'r>(rule: &'r Rule, severity: Severity, pointer: &str, value: &Value) -> Remark<'r> {
    let anchor = if severity == Severity::Warning && pointer.is_empty() {
        Anchor::Opening
    } else {
        Anchor::Value
    };
    let message = match hidden(value) {
        Some(found) if rule.message.contains(CHARACTER) => {
            let name = format!("U+{:04X}", u32::from(found));
            Cow::Owned(rule.message.replace(CHARACTER, &name))
        }
        _ => Cow::Borrowed(&*rule.message),
    };
    Remark::new(&rule.code, severity, pointer, anchor, message).advised(rule.help.as_deref())
}

/// What stands in a message for the character that does not show.
const CHARACTER: &str = "{character}";

/// The first character of a text that has no width, or turns the text around it.
fn hidden(value: &Value) -> Option<char> {
    value.as_str()?.chars().find(|c| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

/// The way from the document to a value: told as a pointer only if something is said of it.
#[derive(Clone, Copy)]
enum Way<'w> {
    /// A pointer.
    Start(&'w str),
    Member(&'w Way<'w>, &'w str),
    Item(&'w Way<'w>, usize),
}

impl Way<'_> {
    /// The pointer, or that of a place around it.
    fn pointer(self) -> String {
        let mut pointer = String::new();
        self.push(&mut pointer);
        pointer
    }

    /// False: the pointer has become too long, and leads to a place around this one.
    fn push(self, pointer: &mut String) -> bool {
        let (Way::Member(outer, _) | Way::Item(outer, _)) = self else {
            let Way::Start(start) = self else {
                return false;
            };
            pointer.push_str(start);
            return true;
        };
        if !outer.push(pointer) {
            return false;
        }
        let length = pointer.len();
        match self {
            Way::Member(_, key) if key.len() < LONGEST_POINTER => push_token(pointer, key),
            Way::Item(_, index) => push_index(pointer, index),
            _ => return false,
        }
        let fits = pointer.len() <= LONGEST_POINTER;
        if !fits {
            pointer.truncate(length);
        }
        fits
    }
}

/// Says what is odd about a value and everything inside it, rejected values aside; and names the
/// members that the documents do not have: events grow, so that is a note.
fn oddities<'r, S: Say<'r>>(
    shape: &'r Shape,
    value: &Value,
    way: &Way<'_>,
    rejected: Option<&PointerTree>,
    say: &mut S,
) {
    if !is_rejected(rejected) {
        for rule in shape.warn.iter().filter(|rule| rule.applies_to(value)) {
            say.say(&rule.code, Severity::Warning, || {
                from_rule(rule, Severity::Warning, &way.pointer(), value)
            });
        }
    }
    if let Value::Object(members) = value {
        for rule in &shape.compare {
            let Some(culprit) = compare::broken(rule, members) else {
                continue;
            };
            let mut fields = rule.fields.iter();
            if fields.any(|field| is_rejected(rejected.and_then(|tree| tree.inside(field)))) {
                continue;
            }
            say.say(&rule.code, Severity::Warning, || {
                let pointer = Way::Member(way, culprit).pointer();
                let (code, message) = (&*rule.code, &*rule.message);
                Remark::new(code, Severity::Warning, pointer, Anchor::Value, message)
                    .advised(rule.help.as_deref())
            });
        }
    }
    inside(shape, value, way, 0, rejected, say);
}

/// The same for what is inside a value alone, if that is an array from that index on.
fn inside<'r, S: Say<'r>>(
    shape: &'r Shape,
    value: &Value,
    way: &Way<'_>,
    offset: usize,
    rejected: Option<&PointerTree>,
    say: &mut S,
) {
    match value {
        Value::Object(members) => {
            let is_documented = shape.member_names().next().is_some();
            for (name, member) in members {
                let way = Way::Member(way, name);
                let rejected = rejected.and_then(|tree| tree.inside(name));
                match shape.member(name) {
                    Some(place) => oddities(place, member, &way, rejected, say),
                    None if !is_documented || is_rejected(rejected) => {}
                    None => say.say(codes::UNKNOWN_FIELD.name, Severity::Note, || {
                        let message = format!("`{}` is not in the documents", brief(name));
                        let code = codes::UNKNOWN_FIELD.name;
                        let letter = foreign_letter(name).and_then(|letter| {
                            let meant = nearest(name, shape.member_names())?;
                            Some(format!("did you mean `{meant}`? {letter}"))
                        });
                        Remark::new(code, Severity::Note, way.pointer(), Anchor::Key, message)
                            .advised(letter)
                    }),
                }
            }
        }
        Value::Array(items) => {
            let Some(place) = shape.item() else { return };
            for (index, item) in items.iter().enumerate() {
                let rejected = rejected
                    .filter(|tree| !tree.is_empty())
                    .and_then(|tree| tree.inside(&index.to_string()));
                let way = Way::Item(way, offset + index);
                oddities(place, item, &way, rejected, say);
            }
        }
        _ => {}
    }
}

fn is_rejected(place: Option<&PointerTree>) -> bool {
    place.is_some_and(|tree| !tree.numbers().is_empty())
}
