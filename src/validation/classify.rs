//! Whose event a body is, and which; or what else it is.
//!
//! The order of judgement: wrapper, known event, lookalike, unknown. A lookalike is
//! considered only where the fields common to all of a provider's events are absent, so that
//! an event with an extra field is never taken for something else.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::codes;
use super::remark::{Anchor, Remark, join};
use crate::catalog::{Catalog, Entry, Lookalike, Provider};
use crate::model::report::Severity;
use crate::text::nearest;

/// What bodies are judged by.
#[derive(Clone, Debug)]
pub(super) struct Criteria {
    catalog: Arc<Catalog>,
    /// Provider and event that every body is taken for.
    taken_for: Option<(String, String)>,
}

impl Criteria {
    pub(super) fn new(catalog: Arc<Catalog>) -> Criteria {
        Criteria {
            catalog,
            taken_for: None,
        }
    }

    /// Takes every body for that event.
    pub(super) fn taking_for(self, entry: Entry<'_>) -> Criteria {
        let taken_for = Some((entry.provider.name.clone(), entry.event.name.clone()));
        Criteria { taken_for, ..self }
    }

    pub(super) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Finds out what a body is.
    pub(super) fn classify(&self, body: &Value) -> Class<'_> {
        let taken_for = self.taken_for.as_ref().and_then(|(provider, event)| {
            let provider = self.catalog.provider(provider)?;
            let event = provider.event(event)?;
            Some(Entry { provider, event })
        });
        match taken_for {
            Some(entry) => Class::taken_for(entry, body),
            None => classify(&self.catalog, body),
        }
    }
}

/// What a body was found to be.
#[derive(Debug)]
pub(super) struct Class<'c> {
    /// Whose it is, if that could be told.
    pub(super) provider: Option<&'c Provider>,
    /// The event by its name in the catalog, or the unknown name as received.
    pub(super) event: Option<String>,
    /// The known event to validate it by; nothing where it is no event or an unknown one.
    pub(super) entry: Option<Entry<'c>>,
    kind: Kind<'c>,
    /// Two providers' discriminators are there: the field that did not count.
    second: Option<&'c str>,
}

#[derive(Debug)]
enum Kind<'c> {
    Event,
    Unknown {
        nearest: Option<&'c str>,
    },
    Wrapper {
        member: String,
        inner: String,
        as_text: bool,
    },
    Lookalike(&'c Lookalike),
    NoDiscriminator {
        expected: String,
        found: Option<String>,
    },
    BadDiscriminator {
        field: &'c str,
    },
    NoObject(&'static str),
}

impl<'c> Class<'c> {
    /// The class of a body that the user says is that event.
    fn taken_for(entry: Entry<'c>, body: &Value) -> Class<'c> {
        let known = Class {
            provider: Some(entry.provider),
            event: Some(entry.event.name.clone()),
            entry: Some(entry),
            kind: Kind::Event,
            second: None,
        };
        match body {
            Value::Object(_) => known,
            _ => Class {
                entry: None,
                kind: Kind::NoObject(type_of(body)),
                ..known
            },
        }
    }

    fn none(kind: Kind<'c>) -> Class<'c> {
        Class {
            provider: None,
            event: None,
            entry: None,
            kind,
            second: None,
        }
    }

    /// The session that the body belongs to.
    pub(super) fn session(&self, body: &Value) -> Option<String> {
        self.provider?.session_of(body)
    }

    /// Says what the classification alone tells, the rules of the event aside.
    pub(super) fn remarks(&self, body: &Value, say: &mut dyn FnMut(Remark<'_>)) {
        match &self.kind {
            Kind::Event => {}
            Kind::Unknown { nearest } => {
                if let (Some(provider), Some(name)) = (self.provider, &self.event) {
                    say(unknown(provider, name, *nearest));
                }
            }
            Kind::Wrapper {
                member,
                inner,
                as_text,
            } => {
                let written = if *as_text { " as text" } else { "" };
                say(Remark::error(
                    &codes::WRAPPED_EVENT,
                    join("", member),
                    Anchor::Key,
                    format!(
                        "the event stands inside `{member}`{written}; the documents show it at the top"
                    ),
                    format!("send the `{inner}` object itself as the body"),
                ));
            }
            Kind::Lookalike(lookalike) => say(Remark {
                code: Cow::Borrowed(&lookalike.code),
                severity: Severity::Error,
                pointer: String::new(),
                anchor: Anchor::Opening,
                message: Cow::Borrowed(&lookalike.message),
                help: lookalike.help.as_deref().map(Cow::Borrowed),
                rename: None,
            }),
            Kind::NoDiscriminator { expected, found } => {
                let help = match found {
                    Some(found) => format!("is `{found}` meant? names are spelled exactly"),
                    None => {
                        "every event names itself there; `enx-hook events` lists them".to_owned()
                    }
                };
                let pointer = found
                    .as_ref()
                    .map_or_else(String::new, |found| join("", found));
                let anchor = if found.is_some() {
                    Anchor::Key
                } else {
                    Anchor::Opening
                };
                let message = format!("no {expected}: this does not say which event it is");
                say(Remark::error(
                    &codes::MISSING_DISCRIMINATOR,
                    pointer,
                    anchor,
                    message,
                    help,
                ));
            }
            Kind::BadDiscriminator { field } => {
                let value = body.get(*field).unwrap_or(&Value::Null);
                let what = if value.as_str() == Some("") {
                    "empty"
                } else {
                    type_of(value)
                };
                say(Remark::error(
                    &codes::BAD_DISCRIMINATOR,
                    join("", field),
                    Anchor::Value,
                    format!("`{field}` is {what}; it must be the name of the event, a string"),
                    "`enx-hook events` lists the names",
                ));
            }
            Kind::NoObject(what) => {
                let help = if body.is_array() {
                    "post each event alone, as one object"
                } else {
                    "every event is one JSON object"
                };
                let message = format!("the body is {what}; an event is an object");
                say(Remark::error(
                    &codes::NOT_AN_OBJECT,
                    "",
                    Anchor::Opening,
                    message,
                    help,
                ));
            }
        }
        self.say_second(say);
    }

    /// Says that two providers' discriminators are there.
    fn say_second(&self, say: &mut dyn FnMut(Remark<'_>)) {
        if let (Some(second), Some(provider)) = (self.second, self.provider) {
            let first = &provider.discriminator;
            say(Remark {
                code: Cow::Borrowed(codes::TWO_DISCRIMINATORS.name),
                severity: Severity::Warning,
                pointer: join("", second),
                anchor: Anchor::Key,
                message: format!(
                    "both `{first}` and `{second}` are there; `{first}` was taken to name the event"
                )
                .into(),
                help: Some("send only the one that the provider documents".into()),
                rename: None,
            });
        }
    }
}

fn unknown<'r>(provider: &Provider, name: &str, nearest: Option<&str>) -> Remark<'r> {
    let placeholder = name.eq_ignore_ascii_case("string");
    let message = if placeholder {
        format!("`{name}` is a placeholder from a document, not an event")
    } else {
        format!("{} documents no event `{name}`", provider.title)
    };
    let help = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`? names are spelled exactly"),
        None if placeholder => "put the name of an event there".to_owned(),
        None => "new events may come without notice: a receiver answers 200 to them".to_owned(),
    };
    Remark {
        code: codes::UNKNOWN_EVENT.name.into(),
        severity: Severity::Unknown,
        pointer: join("", &provider.discriminator),
        anchor: Anchor::Value,
        message: message.into(),
        help: Some(help.into()),
        rename: None,
    }
}

/// Finds out what a body is, by its own fields.
fn classify<'c>(catalog: &'c Catalog, body: &Value) -> Class<'c> {
    let Some(object) = body.as_object() else {
        return Class::none(Kind::NoObject(type_of(body)));
    };
    let candidate = best_candidate(catalog, object);
    let bare = |provider: &Provider| {
        !provider
            .common
            .iter()
            .any(|field| object.contains_key(field))
    };
    let provider = candidate.as_ref().map(|candidate| candidate.provider);
    if provider.is_none_or(bare) {
        if let Some(kind) = wrapper(catalog, object) {
            return Class::none(kind);
        }
        let lookalikes = catalog.providers().iter().flat_map(|owner| {
            owner
                .lookalikes
                .iter()
                .filter(move |_| bare(provider.unwrap_or(owner)))
        });
        if let Some(found) = lookalikes.into_iter().find(|lookalike| lookalike.is(body)) {
            return Class::none(Kind::Lookalike(found));
        }
    }
    match candidate {
        Some(candidate) => candidate.class(catalog, object),
        None => undiscriminated(catalog, object),
    }
}

/// A provider whose discriminator is there.
struct Candidate<'c, 'b> {
    provider: &'c Provider,
    name: &'b str,
    entry: Option<Entry<'c>>,
    /// The share of the fields to be expected that are there, from 0 to 1.
    fit: f64,
}

impl<'c> Candidate<'c, '_> {
    fn class(self, catalog: &'c Catalog, object: &Map<String, Value>) -> Class<'c> {
        let own = &self.provider.discriminator;
        let others = catalog
            .providers()
            .iter()
            .map(|provider| &provider.discriminator);
        let second = others
            .filter(|field| *field != own)
            .find(|field| object.get(*field).is_some_and(Value::is_string));
        let kind = match self.entry {
            Some(_) => Kind::Event,
            None => Kind::Unknown {
                nearest: nearest(self.name, self.provider.spellings()),
            },
        };
        Class {
            provider: Some(self.provider),
            event: Some(
                self.entry
                    .map_or_else(|| self.name.to_owned(), |entry| entry.event.name.clone()),
            ),
            entry: self.entry,
            kind,
            second: second.map(String::as_str),
        }
    }
}

/// The provider that the body seems to belong to: the first whose discriminator is there,
/// unless a later one knows the event and its companion fields fit better.
fn best_candidate<'c, 'b>(
    catalog: &'c Catalog,
    object: &'b Map<String, Value>,
) -> Option<Candidate<'c, 'b>> {
    catalog
        .providers()
        .iter()
        .filter_map(|provider| {
            let name = object.get(&provider.discriminator)?.as_str()?;
            let event = provider.event(name);
            let fit = match event {
                Some(event) => {
                    let required = event.schema().get("required").and_then(Value::as_array);
                    share(
                        object,
                        required.into_iter().flatten().filter_map(Value::as_str),
                    )
                }
                None => share(object, provider.common.iter().map(String::as_str)),
            };
            let entry = event.map(|event| Entry { provider, event });
            (!name.is_empty()).then_some(Candidate {
                provider,
                name,
                entry,
                fit,
            })
        })
        .reduce(|best, next| {
            let better = next.entry.is_some() && next.fit > best.fit;
            if better { next } else { best }
        })
}

#[expect(clippy::cast_precision_loss, reason = "a handful of fields")]
fn share<'f>(object: &Map<String, Value>, fields: impl Iterator<Item = &'f str>) -> f64 {
    let (mut there, mut all) = (0_usize, 0_usize);
    for field in fields {
        all += 1;
        there += usize::from(object.contains_key(field));
    }
    there as f64 / all.max(1) as f64
}

/// An event inside a member of the body, as an object or as JSON text.
fn wrapper<'c>(catalog: &'c Catalog, object: &Map<String, Value>) -> Option<Kind<'c>> {
    let names = catalog
        .providers()
        .iter()
        .flat_map(|provider| &provider.wrappers);
    names.into_iter().find_map(|member| {
        let inside = object.get(member)?;
        let parsed: Value;
        let (inner, as_text) = match inside {
            Value::Object(inner) => (inner, false),
            Value::String(text) => {
                parsed = serde_json::from_str(text).ok()?;
                (parsed.as_object()?, true)
            }
            _ => return None,
        };
        let entry = best_candidate(catalog, inner)?.entry?;
        Some(Kind::Wrapper {
            member: member.clone(),
            inner: entry.event.name.clone(),
            as_text,
        })
    })
}

/// A body that names no event: its discriminator is of the wrong type, misspelled or missing.
fn undiscriminated<'c>(catalog: &'c Catalog, object: &Map<String, Value>) -> Class<'c> {
    let provider = catalog.providers().iter().find(|provider| {
        provider
            .common
            .iter()
            .any(|field| object.contains_key(field))
    });
    let present = catalog
        .providers()
        .iter()
        .find(|provider| object.contains_key(&provider.discriminator));
    if let Some(owner) = present {
        let kind = Kind::BadDiscriminator {
            field: &owner.discriminator,
        };
        return Class {
            provider: Some(owner),
            ..Class::none(kind)
        };
    }
    let mut fields: Vec<&str> = Vec::new();
    for candidate in catalog.providers() {
        if !fields.contains(&candidate.discriminator.as_str()) {
            fields.push(&candidate.discriminator);
        }
    }
    let found = object
        .keys()
        .find(|key| fields.iter().any(|field| field.eq_ignore_ascii_case(key)))
        .cloned();
    let quoted: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    let expected = match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "discriminator".to_owned(),
    };
    let kind = Kind::NoDiscriminator { expected, found };
    Class {
        provider,
        ..Class::none(kind)
    }
}

/// The type of a value, with its article.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
