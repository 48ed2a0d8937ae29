//! A difference with its counts, an example and the sentence of the document.

use serde_json::Value;

use super::classes::DriftClass;
use crate::catalog::{Catalog, Provider};
use crate::flows::history::CaptureName;
use crate::model::name::Name;
use crate::text::width::cut;

/// The longest example, in columns.
const LONGEST: usize = 200;

/// What a difference is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DriftKey {
    /// Its class.
    pub class: DriftClass,
    /// The provider, if that could be told.
    pub provider: Option<Name>,
    /// The event, if that could be told.
    pub event: Option<Name>,
    /// JSON Pointer to the field, with `*` for the items of a list; nothing if it is about an
    /// event.
    pub pointer: Option<String>,
    /// The code of the findings; of an order, the event that came too early.
    pub detail: Option<String>,
}

/// A sentence of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What it says: a quotation, or what the data file says in its place.
    pub text: String,
    /// The title of the document, if it is known.
    pub document: Option<String>,
    /// The section of it.
    pub section: Option<String>,
}

/// A difference between what arrives and what the documents say.
#[derive(Clone, Debug)]
pub struct DriftRow {
    /// What it is about.
    pub key: DriftKey,
    /// How often it was seen.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// The first capture that shows it.
    pub first: Option<CaptureName>,
    /// The last capture that shows it.
    pub last: Option<CaptureName>,
    /// A value as it came, an earlier capture, or a session.
    pub example: Option<Value>,
    /// What the documents say.
    pub source: Option<Sentence>,
}

impl DriftRow {
    /// The share, from 0 to 1.
    #[allow(clippy::cast_precision_loss, reason = "a share has few digits")]
    pub fn share(&self) -> f64 {
        let share = self.count as f64 / self.of.max(1) as f64;
        (share * 1e6).round() / 1e6
    }

    /// Its place in a list: by class, then in the order of the catalog.
    pub(super) fn place(&self, catalog: &Catalog) -> impl Ord + use<> {
        let providers = catalog.providers();
        let provider = |one: &Provider| Some(&*one.name) == self.key.provider.as_deref();
        let at = providers.iter().position(provider);
        let events = at.map(|at| providers[at].events());
        let mut events = events.into_iter().flatten();
        let event = events.position(|one| Some(&*one.name) == self.key.event.as_deref());
        let is_field = self.key.pointer.is_some();
        let last = usize::MAX;
        (
            self.key.class,
            at.unwrap_or(last),
            is_field,
            event.unwrap_or(last),
            self.key.clone(),
        )
    }
}

/// What the documents say about it.
pub(super) fn sentence(key: &DriftKey, catalog: &Catalog) -> Option<Sentence> {
    let provider = catalog.provider(key.provider.as_deref()?)?;
    let cite = |text: &str, document: &str, section: &str| Sentence {
        text: text.to_owned(),
        document: provider.document(document).map(|one| one.title.clone()),
        section: Some(section.to_owned()),
    };
    let rule = |name: &str| {
        let rule = provider.rule(&[name])?;
        Some(cite(&rule.quote, &rule.document, &rule.section))
    };
    match key.class {
        DriftClass::UnplannedEvent => return rule("accept-unknown-types"),
        DriftClass::Redelivery => return rule("tolerate-duplicates").or(rule("expect-retries")),
        DriftClass::Order | DriftClass::IncompleteSession => {
            let event = key.event.as_deref()?;
            let mut all = provider.presence.iter();
            let presence = all.find(|one| one.events.iter().any(|name| event.contains(name)))?;
            return Some(cite(&presence.quote, &presence.document, &presence.section));
        }
        _ => {}
    }
    let event = provider.event(key.event.as_deref()?)?;
    let source = event.sources().next();
    let pointer = key.pointer.as_deref();
    let pointer = pointer.filter(|_| key.class != DriftClass::UnplannedField);
    let shape = pointer.map(|pointer| {
        // The items of a list share one place; plain ones are described with the list.
        let pointer = pointer.strip_suffix("/*").unwrap_or(pointer);
        event.shape().at(&pointer.replace("/*", "/0"))
    });
    let text = match shape {
        None => event.description(),
        Some(Some(shape)) => shape.description.as_deref()?,
        Some(None) => return None,
    };
    Some(Sentence {
        text: text.to_owned(),
        document: source.and_then(|one| Some(provider.document(one.document)?.title.clone())),
        section: source.map(|one| one.section.to_owned()),
    })
}

/// The value at a pointer, shortened.
pub(super) fn example_at(body: &[u8], pointer: &str) -> Option<Value> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.pointer(pointer).map(brief)
}

/// The first value at a pointer that may have `*` for the items of a list.
pub(super) fn example_at_any(body: &[u8], pointer: &str) -> Option<Value> {
    let body: Value = serde_json::from_slice(body).ok()?;
    first_at(&body, pointer).map(brief)
}

fn first_at<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    match pointer.split_once("/*") {
        None => value.pointer(pointer),
        Some((list, rest)) => {
            let mut items = value.pointer(list)?.as_array()?.iter();
            items.find_map(|item| first_at(item, rest))
        }
    }
}

/// A value, as text if it is long.
fn brief(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(cut(text, LONGEST)),
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            match cut(&text, LONGEST) {
                short if short == text => value.clone(),
                short => Value::from(short),
            }
        }
        value => value.clone(),
    }
}
