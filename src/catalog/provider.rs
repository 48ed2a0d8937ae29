//! A provider: its events, how to tell them apart, and which of them belong to one session.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::document::Document;
use super::error::CatalogError;
use super::event::Event;
use super::files::{File, Files};
use super::named_files::NamedFiles;
use super::question::Question;
use super::words::{CodeWords, Words};
use crate::model::name::Name;
use crate::text::bounded_name;

/// A service that sends webhooks, as its `provider.json` describes it.
#[derive(Debug)]
pub struct Provider {
    /// Its name in flags and output.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// A description, in one or two sentences.
    pub description: String,
    /// The field whose value names the event.
    pub discriminator: String,
    /// The fields that can hold the session id; the first that exists is used.
    pub session: Vec<String>,
    /// The fields that the documents recommend as the deduplication key.
    pub same_key: Vec<String>,
    /// The events of which one session may have several, with different bodies.
    pub repeats: Vec<String>,
    /// The fields that every event has in addition to the discriminator.
    pub common: Vec<String>,
    /// The documented content type, if there is one.
    pub content_type: Option<String>,
    /// Other spellings of event names, each with its event.
    pub aliases: BTreeMap<String, String>,
    /// Members under which a whole event is sometimes found wrapped.
    pub wrappers: Vec<String>,
    /// The fields of a sample that get a new value before it is sent.
    pub fresh: Vec<(String, Fresh)>,
    /// The ids that a user may choose for a sample, by the name of their flag.
    pub ids: BTreeMap<String, Id>,
    /// The documents that this provider's files cite.
    pub documents: Vec<Document>,
    /// Contradictions in the documents, and how this tool resolves them.
    pub contradictions: Vec<Contradiction>,
    /// The steps to set up the webhook at the provider.
    pub setup: Vec<String>,
    /// The rules of the documents for a receiver.
    pub rules: Vec<Rule>,
    /// Bodies that are often mistaken for an event of this provider.
    pub lookalikes: Vec<Lookalike>,
    /// The fields whose values are about people, or lead to what is: `--mask personal` hides them.
    pub personal: Vec<String>,
    /// The events with a documented order.
    pub order: Vec<String>,
    /// Which events of a session the documents promise, and which come only in some cases; in
    /// the order of a session.
    pub presence: Vec<Presence>,
    /// The files that events name, by event.
    pub files: BTreeMap<String, NamedFiles>,
    /// All events, in the order of a session.
    events: Vec<Event>,
    life: Vec<String>,
    /// Seconds from the event before, by event.
    pauses: BTreeMap<String, f64>,
    words: Words,
}

/// When an event of a session comes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// The event, or alternatives of which one comes.
    pub events: Vec<String>,
    /// The case in which it comes, such as `with Recording Delivery`; nothing if it always comes.
    pub only: Option<String>,
    /// The event after which it comes without anybody's action.
    pub after: Option<String>,
    /// A quotation of the document.
    pub quote: String,
    /// The id of the document.
    pub document: String,
    /// The section of the document.
    pub section: String,
}

/// The new value of a field of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Fresh {
    /// A time: all such fields of a sample move together, so that the latest is now.
    Now {
        /// The format of the time.
        now: Clock,
    },
    /// A new value for each session, also where other texts of the sample contain the old one.
    Random(Random),
}

/// The format of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// Seconds since 1970, UTC.
    UnixSeconds,
    /// RFC 3339.
    Rfc3339,
}

/// The format of a generated id.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "random", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Random {
    /// Decimal digits, the first not 0.
    Digits {
        /// The number of digits.
        length: usize,
    },
    /// Hexadecimal digits in lower case.
    Hex {
        /// The number of digits.
        length: usize,
    },
    /// A random UUID.
    Uuid,
}

/// An id of a sample that a user may choose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Id {
    /// The field that holds it.
    pub field: String,
    /// A short description for the help.
    pub help: String,
}

/// A place where the documents contradict each other or themselves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contradiction {
    /// The field or question.
    pub about: String,
    /// The statements of the documents.
    pub documents: String,
    /// The behaviour of this tool.
    pub tool: String,
}

/// A rule of the documents for a receiver.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its kebab-case name.
    pub rule: String,
    /// A quotation of the document.
    pub quote: String,
    /// The id of the document.
    pub document: String,
    /// The section of the document.
    pub section: String,
}

/// A body that is often mistaken for an event.
#[derive(Debug)]
pub struct Lookalike {
    /// The code of the finding.
    pub code: String,
    /// The description.
    pub message: String,
    /// The advice.
    pub help: Option<String>,
    test: Question,
}

impl Lookalike {
    /// The schema that such a body matches.
    pub fn test(&self) -> &Value {
        &self.test.schema
    }

    /// Whether the body matches.
    pub fn is(&self, body: &Value) -> bool {
        self.test.matches(body)
    }
}

/// `provider.json` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    name: String,
    title: String,
    description: String,
    discriminator: String,
    #[serde(default)]
    session: Vec<String>,
    #[serde(default)]
    same_key: Vec<String>,
    #[serde(default)]
    repeats: Vec<String>,
    #[serde(default)]
    common: Vec<String>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    aliases: BTreeMap<String, String>,
    #[serde(default)]
    wrappers: Vec<String>,
    #[serde(default)]
    fresh: BTreeMap<String, Fresh>,
    #[serde(default)]
    ids: BTreeMap<String, Id>,
    #[serde(default)]
    life: Vec<String>,
    #[serde(default)]
    personal: Vec<String>,
    #[serde(default)]
    order: Vec<String>,
    #[serde(default)]
    presence: Vec<Presence>,
    #[serde(default)]
    pauses: BTreeMap<String, f64>,
    #[serde(default)]
    files: BTreeMap<String, NamedFiles>,
    #[serde(default)]
    documents: Vec<Document>,
    #[serde(default)]
    contradictions: Vec<Contradiction>,
    #[serde(default)]
    setup: Vec<String>,
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    lookalikes: Vec<WrittenLookalike>,
    /// Parsed on first use; see [`Words`].
    #[serde(default, rename = "codes")]
    _codes: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLookalike {
    code: String,
    #[serde(rename = "if")]
    test: Value,
    message: String,
    help: Option<String>,
}

impl Provider {
    /// Reads the file of a provider. [`Provider::add_events`] adds its events.
    pub(super) fn load(name: &str, files: &Files) -> Result<Provider, CatalogError> {
        let Some(file) = files.provider_file(name) else {
            return Err(CatalogError::at(
                &format!("schemas/{name}"),
                "",
                "no provider.json in it, and the catalog has no such provider".to_owned(),
            ));
        };
        let written: Written = serde_json::from_str(&file.text)
            .map_err(|error| CatalogError::json(&file.path, &error))?;
        if written.name != name {
            let message = format!("the name must be that of its folder, `{name}`");
            return Err(CatalogError::at(&file.path, "/name", message));
        }
        let is_cited = |list: &str, index: usize, id: &String| {
            if written.documents.iter().any(|document| document.id == *id) {
                return Ok(());
            }
            let message = format!("no document has the id `{id}`");
            let pointer = format!("/{list}/{index}/document");
            Err(CatalogError::at(&file.path, pointer, message))
        };
        for (index, rule) in written.rules.iter().enumerate() {
            is_cited("rules", index, &rule.document)?;
        }
        for (index, presence) in written.presence.iter().enumerate() {
            is_cited("presence", index, &presence.document)?;
        }
        let mut lookalikes = Vec::new();
        for (index, lookalike) in written.lookalikes.into_iter().enumerate() {
            let test = Question::new(lookalike.test);
            if let Some((inner, message)) = (!file.embedded).then(|| test.fault()).flatten() {
                let pointer = format!("/lookalikes/{index}/if{inner}");
                return Err(CatalogError::at(&file.path, pointer, message));
            }
            lookalikes.push(Lookalike {
                code: lookalike.code,
                message: lookalike.message,
                help: lookalike.help,
                test,
            });
        }
        Ok(Provider {
            name: written.name,
            title: written.title,
            description: written.description,
            discriminator: written.discriminator,
            session: written.session,
            same_key: written.same_key,
            repeats: written.repeats,
            common: written.common,
            content_type: written.content_type,
            aliases: written.aliases,
            wrappers: written.wrappers,
            fresh: written.fresh.into_iter().collect(),
            ids: written.ids,
            documents: written.documents,
            contradictions: written.contradictions,
            setup: written.setup,
            rules: written.rules,
            lookalikes,
            personal: written.personal,
            order: written.order,
            presence: written.presence,
            files: written.files,
            events: Vec::new(),
            life: written.life,
            pauses: written.pauses,
            words: Words::new(file),
        })
    }

    /// Adds the events that these files have for this provider.
    pub(super) fn add_events(&mut self, files: &Files) -> Result<(), CatalogError> {
        for (name, schema, sample) in files.events(&self.name) {
            if let Some(known) = self.events.iter_mut().find(|event| event.name == name)
                && known.extend(schema, sample)?
            {
                continue;
            }
            if self.event(name).is_some() {
                let message = format!("the catalog has the event `{name}` already");
                return Err(CatalogError::at(&schema.path, "", message));
            }
            self.events.push(Event::new(name, schema, sample));
        }
        let place = |event: &Event| {
            let place = self.life.iter().position(|name| *name == event.name);
            place.unwrap_or(usize::MAX)
        };
        self.events.sort_by_key(place);
        self.check_names(files.provider_file(&self.name))
    }

    /// Checks that everything that `provider.json` refers to exists.
    fn check_names(&self, file: Option<&File>) -> Result<(), CatalogError> {
        let Some(file) = file else { return Ok(()) };
        let known = |name: &str| self.events.iter().any(|event| event.name == name);
        let no_event = |pointer: String, name: &str| {
            CatalogError::at(&file.path, pointer, format!("no event is called `{name}`"))
        };
        for (list, names) in [("life", &self.life), ("order", &self.order)] {
            for (index, name) in names.iter().enumerate() {
                if !known(name) {
                    return Err(no_event(format!("/{list}/{index}"), name));
                }
            }
        }
        for (index, name) in self.repeats.iter().enumerate() {
            if !known(name) {
                return Err(no_event(format!("/repeats/{index}"), name));
            }
        }
        for (index, presence) in self.presence.iter().enumerate() {
            let mut names = presence.events.iter().chain(&presence.after);
            if let Some(name) = names.find(|name| !known(name)) {
                return Err(no_event(format!("/presence/{index}"), name));
            }
        }
        if !file.embedded {
            self.check_words()?;
        }
        for (name, seconds) in &self.pauses {
            let pointer = format!("/pauses/{name}");
            if !known(name) {
                return Err(no_event(pointer, name));
            }
            if Duration::try_from_secs_f64(*seconds).is_err() {
                let message = "a pause is a number of seconds".to_owned();
                return Err(CatalogError::at(&file.path, pointer, message));
            }
        }
        for name in self.files.keys() {
            if !known(name) {
                return Err(no_event(format!("/files/{name}"), name));
            }
        }
        for (alias, name) in &self.aliases {
            if !known(name) {
                return Err(no_event(format!("/aliases/{alias}"), name));
            }
        }
        Ok(())
    }

    /// That what is said about codes can be read, and names what is there.
    pub(super) fn check_words(&self) -> Result<(), CatalogError> {
        self.words.check(&self.documents, &self.events)
    }

    /// What there is to say about the codes of findings.
    pub fn codes(&self) -> &[CodeWords] {
        self.words.codes()
    }

    /// All events, in the order of a session.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The time since the previous event in a typical session.
    pub fn pause(&self, event: &str) -> Duration {
        let seconds = self.pauses.get(event).copied().unwrap_or_default();
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }

    /// An event by its name or an alias, spelled exactly.
    pub fn event(&self, name: &str) -> Option<&Event> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        self.events.iter().find(|event| event.name == name)
    }

    /// The other spellings of an event's name.
    pub fn aliases_of<'p>(&'p self, event: &'p Event) -> impl Iterator<Item = &'p str> {
        self.aliases
            .iter()
            .filter(|(_, name)| **name == event.name)
            .map(|(alias, _)| alias.as_str())
    }

    /// Every spelling of every event's name.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        let names = self.events.iter().map(|event| event.name.as_str());
        names.chain(self.aliases.keys().map(String::as_str))
    }

    /// The first of these rules that the documents of this provider state.
    pub fn rule(&self, names: &[impl AsRef<str>]) -> Option<&Rule> {
        names
            .iter()
            .find_map(|name| self.rules.iter().find(|rule| rule.rule == name.as_ref()))
    }

    /// A document by its id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.id == id)
    }

    /// The session id of a body, as text; of a long one its beginning and a hash.
    pub fn session_of(&self, body: &Value) -> Option<Name> {
        self.session
            .iter()
            .find_map(|field| match body.get(field)? {
                Value::String(text) if !text.is_empty() => Some(bounded_name(text)),
                Value::Number(number) => Some(bounded_name(&number.to_string())),
                _ => None,
            })
    }
}
