//! Whose event a body is, and which; or what else it is.
//!
//! The order of judgement: wrapper, known event, lookalike, unknown. A lookalike is
//! considered only where the fields common to all of a provider's events are absent, so that
//! an event with an extra field is never taken for something else.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::candidate::{Candidate, best_candidate};
use super::codes;
use super::remark::{Anchor, Remark, top_level};
use super::wrapped::wrapped;
use crate::catalog::{Catalog, Entry, Lookalike, Provider};
use crate::json::brief;
use crate::model::name::Name;
use crate::model::report::Severity;
use crate::text::{bounded_name, foreign_letter, nearest};

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

    /// Whether a body is meant to be an event: an object that names itself as one, or any
    /// object if bodies are taken for an event.
    pub(super) fn may_fix(&self, body: &Value) -> bool {
        let mut providers = self.catalog.providers().iter();
        body.as_object().is_some_and(|object| {
            self.taken_for.is_some()
                || providers.any(|provider| object.contains_key(&provider.discriminator))
        })
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
    pub(super) event: Option<Name>,
    /// The known event to validate it by; nothing where it is no event or an unknown one.
    pub(super) entry: Option<Entry<'c>>,
    /// What the classification alone tells, before the rules of the event.
    pub(super) remarks: Vec<Remark<'c>>,
}

impl<'c> Class<'c> {
    /// The class of a body that the user says is that event.
    fn taken_for(entry: Entry<'c>, body: &Value) -> Class<'c> {
        let is_object = body.is_object();
        let remark = (!is_object).then(|| not_an_object(body));
        Class {
            provider: Some(entry.provider),
            event: Some(Name::new(&entry.event.name)),
            entry: is_object.then_some(entry),
            remarks: remark.into_iter().collect(),
        }
    }

    /// The class of a body that is no event.
    fn none(remark: Remark<'c>) -> Class<'c> {
        Class {
            provider: None,
            event: None,
            entry: None,
            remarks: vec![remark],
        }
    }

    /// The session that the body belongs to.
    pub(super) fn session(&self, body: &Value) -> Option<Name> {
        self.provider?.session_of(body)
    }
}

fn not_an_object<'c>(body: &Value) -> Remark<'c> {
    let help = if body.is_array() {
        "post each event alone, as one object"
    } else {
        "every event is one JSON object"
    };
    let message = format!("the body is {}; an event is an object", type_of(body));
    Remark::error(&codes::NOT_AN_OBJECT, "", Anchor::Opening, message, help)
}

fn lookalike(lookalike: &Lookalike) -> Remark<'_> {
    let (code, message) = (&*lookalike.code, &*lookalike.message);
    Remark::new(code, Severity::Error, "", Anchor::Opening, message)
        .advised(lookalike.help.as_deref())
}

/// Two providers' discriminators are there, and the second did not count.
fn two_discriminators<'c>(first: &str, second: &str) -> Remark<'c> {
    let message =
        format!("both `{first}` and `{second}` are there; `{first}` was taken to name the event");
    let (code, pointer) = (codes::TWO_DISCRIMINATORS.name, top_level(second));
    Remark::new(code, Severity::Warning, pointer, Anchor::Key, message)
        .advised(Some("send only the one that the provider documents"))
}

fn unknown<'c>(provider: &Provider, name: &str) -> Remark<'c> {
    let is_placeholder = name.eq_ignore_ascii_case("string");
    let message = if is_placeholder {
        format!("`{name}` is a placeholder from a document, not an event")
    } else {
        format!("{} documents no event `{}`", provider.title, brief(name))
    };
    let help = match nearest(name, provider.spellings()) {
        Some(nearest) => {
            let exactly = || "names are spelled exactly".to_owned();
            let letter = foreign_letter(name).unwrap_or_else(exactly);
            format!("did you mean `{nearest}`? {letter}")
        }
        None if is_placeholder => "put the name of an event there".to_owned(),
        None => "new events may come without notice: a receiver answers 200 to them".to_owned(),
    };
    let (code, pointer) = (
        codes::UNKNOWN_EVENT.name,
        top_level(&provider.discriminator),
    );
    Remark::new(code, Severity::Unknown, pointer, Anchor::Value, message).advised(Some(help))
}

/// Finds out what a body is, by its own fields.
fn classify<'c>(catalog: &'c Catalog, body: &Value) -> Class<'c> {
    let Some(object) = body.as_object() else {
        let remark = wrapped(catalog, body, false);
        return Class::none(remark.unwrap_or_else(|| not_an_object(body)));
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
        let is_known = candidate
            .as_ref()
            .is_some_and(|found| found.entry.is_some());
        if let Some(remark) = wrapped(catalog, body, is_known) {
            return Class::none(remark);
        }
        let lookalikes = catalog.providers().iter().flat_map(|owner| {
            owner
                .lookalikes
                .iter()
                .filter(move |_| bare(provider.unwrap_or(owner)))
        });
        if let Some(found) = lookalikes.into_iter().find(|lookalike| lookalike.is(body)) {
            return Class::none(lookalike(found));
        }
    }
    match candidate {
        Some(candidate) => candidate.class(catalog, object),
        None => undiscriminated(catalog, object),
    }
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
        let mut remarks = Vec::new();
        if self.entry.is_none() {
            remarks.push(unknown(self.provider, self.name));
        }
        remarks.extend(second.map(|second| two_discriminators(own, second)));
        let name = self.entry.map_or(self.name, |entry| &entry.event.name);
        Class {
            provider: Some(self.provider),
            event: Some(bounded_name(name)),
            entry: self.entry,
            remarks,
        }
    }
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
        let field = &owner.discriminator;
        let value = object.get(field).unwrap_or(&Value::Null);
        let what = if value.as_str() == Some("") {
            "empty"
        } else {
            type_of(value)
        };
        return Class {
            provider: Some(owner),
            ..Class::none(Remark::error(
                &codes::BAD_DISCRIMINATOR,
                top_level(field),
                Anchor::Value,
                format!("`{field}` is {what}; it must be the name of the event, a string"),
                "`enx-hook events` lists the names",
            ))
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
        .find(|key| fields.iter().any(|field| field.eq_ignore_ascii_case(key)));
    let quoted: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    let expected = match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "discriminator".to_owned(),
    };
    let (pointer, anchor, help) = match found {
        Some(found) => (
            top_level(found),
            Anchor::Key,
            format!("is `{found}` meant? names are spelled exactly"),
        ),
        None => (
            String::new(),
            Anchor::Opening,
            "every event names itself there; `enx-hook events` lists them".to_owned(),
        ),
    };
    let message = format!("no {expected}: this does not say which event it is");
    let code = &codes::MISSING_DISCRIMINATOR;
    Class {
        provider,
        ..Class::none(Remark::error(code, pointer, anchor, message, help))
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
