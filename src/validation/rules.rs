//! The rules of one known event: its schema, the annotations beside it, and nothing else.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::codes;
use super::compare;
use super::remark::{Anchor, Remark, join};
use crate::catalog::{Entry, Remark as Rule, Shape};
use crate::model::report::{Severity, Verdict};
use crate::text::{foreign_letter, nearest};

/// The verdict on a body that is that event, at the least cost.
pub(super) fn verdict(entry: Entry<'_>, body: &Value) -> Verdict {
    if !entry.event.validator().is_valid(body) {
        return Verdict::Invalid;
    }
    let mut verdict = Verdict::Valid;
    oddities(entry.event.shape(), body, "", &|_| false, &mut |_| {
        verdict = Verdict::Warning;
    });
    verdict
}

/// Says all that the event's rules find in a body.
pub(super) fn remarks<'r>(entry: Entry<'r>, body: &Value, say: &mut dyn FnMut(Remark<'r>)) {
    let shape = entry.event.shape();
    let mut rejected: Vec<String> = Vec::new();
    for error in entry.event.validator().iter_errors(body) {
        for error in Rejection::specific(&error) {
            // One value gets one explanation, however many keywords reject it.
            if let Rejection::Value { pointer } = &error {
                if rejected.contains(pointer) {
                    continue;
                }
                rejected.push(pointer.clone());
            }
            let remark = error.explain(shape, body);
            // A misnamed member is not unknown as well.
            if remark.anchor == Anchor::Key {
                rejected.push(remark.pointer.clone());
            }
            say(remark);
        }
    }
    let is_rejected = |pointer: &str| rejected.iter().any(|rejected| rejected == pointer);
    oddities(shape, body, "", &is_rejected, say);
    unknown_members(shape, body, "", &is_rejected, say);
}

/// What a schema rejects, in the places that a person would name.
enum Rejection {
    /// A member that must be there is not.
    Missing { parent: String, name: String },
    /// A value is there and cannot be used.
    Value { pointer: String },
}

impl Rejection {
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
        let pointer = join(parent, &other.name);
        let (code, message) = (codes::MISNAMED_FIELD.name, &*other.message);
        return Remark {
            rename,
            ..Remark::new(code, Severity::Error, pointer, Anchor::Key, message)
                .advised(other.help.as_deref())
        };
    }
    let (code, message) = (codes::MISSING_FIELD.name, format!("`{name}` is missing"));
    Remark::new(code, Severity::Error, parent, Anchor::Opening, message).advised(documented(place))
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
    let name = pointer.rsplit('/').next().unwrap_or_default();
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
    Remark::new(&*rule.code, severity, pointer, anchor, message).advised(rule.help.as_deref())
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

/// Says what is odd about a value and everything inside it, rejected values aside.
fn oddities<'r>(
    shape: &'r Shape,
    value: &Value,
    pointer: &str,
    is_rejected: &dyn Fn(&str) -> bool,
    say: &mut dyn FnMut(Remark<'r>),
) {
    if !is_rejected(pointer) {
        for rule in shape.warn.iter().filter(|rule| rule.applies_to(value)) {
            say(from_rule(rule, Severity::Warning, pointer, value));
        }
    }
    match value {
        Value::Object(members) => {
            for rule in &shape.compare {
                let usable = !rule
                    .fields
                    .iter()
                    .any(|field| is_rejected(&join(pointer, field)));
                if let Some(culprit) = compare::broken(rule, members).filter(|_| usable) {
                    let (pointer, message) = (join(pointer, culprit), &*rule.message);
                    let remark = Remark::new(
                        &*rule.code,
                        Severity::Warning,
                        pointer,
                        Anchor::Value,
                        message,
                    );
                    say(remark.advised(rule.help.as_deref()));
                }
            }
            for (name, member) in members {
                if let Some(place) = shape.member(name) {
                    oddities(place, member, &join(pointer, name), is_rejected, say);
                }
            }
        }
        Value::Array(items) => {
            let Some(place) = shape.item() else { return };
            for (index, item) in items.iter().enumerate() {
                oddities(place, item, &format!("{pointer}/{index}"), is_rejected, say);
            }
        }
        _ => {}
    }
}

/// Notes the members that the documents do not have: events grow, so this is no warning.
fn unknown_members<'r>(
    shape: &'r Shape,
    value: &Value,
    pointer: &str,
    is_rejected: &dyn Fn(&str) -> bool,
    say: &mut dyn FnMut(Remark<'r>),
) {
    match value {
        Value::Object(members) if shape.member_names().next().is_some() => {
            for (name, member) in members {
                let inner = join(pointer, name);
                match shape.member(name) {
                    Some(place) => unknown_members(place, member, &inner, is_rejected, say),
                    None if is_rejected(&inner) => {}
                    None => {
                        let message = format!("`{name}` is not in the documents");
                        let code = codes::UNKNOWN_FIELD.name;
                        let letter = foreign_letter(name).and_then(|letter| {
                            let meant = nearest(name, shape.member_names())?;
                            Some(format!("did you mean `{meant}`? {letter}"))
                        });
                        let remark = Remark::new(code, Severity::Note, inner, Anchor::Key, message);
                        say(remark.advised(letter));
                    }
                }
            }
        }
        Value::Array(items) => {
            let Some(place) = shape.item() else { return };
            for (index, item) in items.iter().enumerate() {
                unknown_members(place, item, &format!("{pointer}/{index}"), is_rejected, say);
            }
        }
        _ => {}
    }
}
