//! What one capture teaches.

use serde_json::{Map, Value};

use super::draft::{Draft, DraftKind};
use super::place::Place;
use crate::catalog::{Catalog, Provider};
use crate::flows::history::Found;
use crate::validation::codes;

/// Fields that name the event of other providers, the likeliest first. Each body is looked at
/// alone, so that the order of captures does not matter.
const DISCRIMINATORS: [&str; 8] = [
    "type",
    "event",
    "event_type",
    "eventType",
    "event_name",
    "action",
    "kind",
    "topic",
];

/// How bodies are learned from.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// The provider of bodies that belong to none of the catalog; else it has the name of the
    /// field that names the event.
    pub provider: Option<String>,
    /// The field that names their event.
    pub discriminator: Option<String>,
    /// Keeps the values of short lists.
    pub keeps_values: bool,
}

/// What one capture teaches.
#[derive(Debug)]
pub enum Lesson {
    /// Nothing: the catalog knows it.
    Known,
    /// Nothing, for a reason.
    Refused(Refusal),
    /// An event or fields.
    New(Box<Draft>),
}

/// Why nothing can be learned from a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// It is not JSON.
    NotJson,
    /// It is no object, or the event stands inside something else.
    NoEvent,
    /// No field names the event.
    NoName,
    /// The name of the event cannot be the name of a file.
    OddName,
    /// There are too many different events.
    TooMany,
}

impl Refusal {
    /// The same for people, after "because".
    pub fn words(self) -> &'static str {
        match self {
            Refusal::NotJson => "the body is not JSON",
            Refusal::NoEvent => "the body is no event: not an object, or wrapped in something else",
            Refusal::NoName => {
                "no field names the event; --discriminator FIELD says which one does"
            }
            Refusal::OddName => "the name of the event cannot be the name of a file",
            Refusal::TooMany => "more than 500 events are new",
        }
    }
}

impl Lessons {
    /// What a capture teaches beyond a catalog.
    pub fn lesson(&self, found: &Found<'_>, catalog: &Catalog) -> Lesson {
        let report = found.report();
        if report.findings.is_empty() {
            return Lesson::Known;
        }
        let has = |code: &str| report.findings.iter().any(|finding| finding.code == code);
        let Ok(body) = serde_json::from_slice::<Value>(found.body()) else {
            return Lesson::Refused(Refusal::NotJson);
        };
        let Value::Object(members) = &body else {
            return Lesson::Refused(Refusal::NoEvent);
        };
        let provider = report.provider.as_deref();
        let provider = provider.and_then(|name| catalog.provider(name));
        match (provider, report.event.as_deref()) {
            (Some(provider), Some(name)) => match provider.event(name) {
                Some(event) if has(codes::UNKNOWN_FIELD.name) => {
                    let place = Place::beyond(&body, event.shape(), self.keeps_values);
                    if place.is_empty() {
                        return Lesson::Known;
                    }
                    let kind = DraftKind::Fields;
                    Lesson::new(provider.name.clone(), event.name.clone(), kind, place)
                }
                Some(_) => Lesson::Known,
                None if is_of_another(provider, members) => self.of_another(&body, members),
                None => {
                    let kind = DraftKind::Event(provider.discriminator.clone());
                    self.event(provider.name.clone(), name, kind, &body)
                }
            },
            (None, None) if has(codes::MISSING_DISCRIMINATOR.name) => {
                self.of_another(&body, members)
            }
            _ if has(codes::MISSING_DISCRIMINATOR.name) => Lesson::Refused(Refusal::NoName),
            _ => Lesson::Refused(Refusal::NoEvent),
        }
    }

    /// An event of a provider that the catalog does not have.
    fn of_another(&self, body: &Value, members: &Map<String, Value>) -> Lesson {
        let named = |field: &&str| members.get(*field).is_some_and(Value::is_string);
        let field = match &self.discriminator {
            Some(field) => Some(field.as_str()).filter(named),
            None => DISCRIMINATORS.into_iter().find(named),
        };
        let name = field.and_then(|field| Some((field, members.get(field)?.as_str()?)));
        let Some((field, name)) =
            name.filter(|(field, name)| is_file_name(field) && !name.is_empty())
        else {
            return Lesson::Refused(Refusal::NoName);
        };
        let own = || format!("learned-{field}");
        let provider = self.provider.clone().unwrap_or_else(own);
        self.event(provider, name, DraftKind::Event(field.to_owned()), body)
    }

    fn event(&self, provider: String, name: &str, kind: DraftKind, body: &Value) -> Lesson {
        if !is_file_name(name) {
            return Lesson::Refused(Refusal::OddName);
        }
        let place = Place::of(body, self.keeps_values);
        Lesson::new(provider, name.to_owned(), kind, place)
    }
}

impl Lesson {
    fn new(provider: String, event: String, kind: DraftKind, place: Place) -> Lesson {
        Lesson::New(Box::new(Draft {
            provider,
            event,
            kind,
            captures: 1,
            place,
        }))
    }
}

/// Whether a body has the provider's discriminator by chance: nothing else that all of its events
/// have is there.
fn is_of_another(provider: &Provider, members: &Map<String, Value>) -> bool {
    let mut common = provider
        .common
        .iter()
        .filter(|name| **name != provider.discriminator);
    !provider.common.is_empty() && !common.any(|name| members.contains_key(name))
}

/// Whether a name can be that of a file on every system, and is not `provider`.
pub fn is_file_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_device = ["con", "prn", "aux", "nul", "provider"].contains(&stem.as_str())
        || (stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")));
    let has_ends = name.starts_with('.') || name.ends_with('.');
    (1..=100).contains(&name.len()) && name.bytes().all(is_plain) && !is_device && !has_ends
}
