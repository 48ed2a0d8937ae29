//! The fast path: a document that can be proved valid without findings in one walk over its
//! bytes needs no tree.
//!
//! It is derived from the catalog's files, so that every event has it, those of a folder too;
//! what a schema asks that it cannot answer, and whatever is in the least unusual about a
//! document, it leaves to the full validator, which alone decides. It says nothing but yes, and
//! property tests hold its yes to the full validator's.
//!
//! A schema is compiled once enough documents of its event have come that this pays, or a large one.

mod algebra;
mod compile;
mod container;
mod pattern;
mod place;
mod scalar;
mod table;
mod text;
mod walk;

#[cfg(test)]
mod tests;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use compact_str::ToCompactString as _;
use serde_json::{Value, json};

use crate::catalog::{Catalog, Entry, Event, Provider};
use crate::json::raw::{string, unescape};
use crate::model::name::Name;
use crate::model::report::{Classification, Report, Verdict};
use crate::text::bounded_name;
use algebra::{Asker, Formula, Kind, Unable};
use compile::{Automata, Compiler, Places};
use container::{Has, ObjectQuestion};
use text::Question;
use walk::{Captured, Scratch, walk};

/// Documents of one event after which it pays to compile its schema: that takes about as long
/// as judging that many documents with a tree.
const ENOUGH: u32 = 50;
/// Bytes of a document for which alone it pays.
const LARGE: usize = 64 << 10;

/// A document that is valid and has no findings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted<'c, 't> {
    /// The event that it is.
    pub(super) entry: Entry<'c>,
    /// The value of the field that names the session.
    session: Captured<'t>,
}

impl Accepted<'_, '_> {
    /// Everything that there is to say about it.
    pub(super) fn report(&self) -> Report {
        Report {
            provider: Some(Name::new(&self.entry.provider.name)),
            event: Some(Name::new(&self.entry.event.name)),
            session: self.session(),
            findings: Vec::new(),
        }
    }

    pub(super) fn classification(&self) -> Classification {
        Classification {
            provider: Some(Name::new(&self.entry.provider.name)),
            event: Some(Name::new(&self.entry.event.name)),
            session: self.session(),
            verdict: Verdict::Valid,
        }
    }

    /// The value of the provider's session key.
    fn session(&self) -> Option<Name> {
        match self.session {
            Captured::Integer(number) => Some(number.to_compact_string()),
            Captured::Text(raw) => {
                let mut text = Vec::new();
                if raw.has_escape {
                    unescape(raw.bytes, &mut text);
                }
                let text = if raw.has_escape { &text } else { raw.bytes };
                str::from_utf8(text).ok().map(bounded_name)
            }
            Captured::Absent | Captured::Other => None,
        }
    }
}

/// The fast paths of a catalog's events, and how to find the right one.
#[derive(Debug, Default)]
pub(super) struct Fast {
    paths: Vec<Path>,
    /// Each field that names events, in quotes, with the names and their paths.
    fields: Vec<(Vec<u8>, Names)>,
    /// What every document is taken for.
    taken_for: Option<usize>,
    automata: Automata,
    /// Every schema is compiled when its event first comes.
    expects_many: AtomicBool,
}

/// Names of events, and their paths.
type Names = Vec<(Vec<u8>, usize)>;

/// The fast path of one event.
#[derive(Debug)]
struct Path {
    /// Among the catalog's providers.
    provider: usize,
    /// Among the provider's events.
    event: usize,
    /// How many documents seemed to be that event before it was compiled.
    seen: AtomicU32,
    /// None: its schema asks what cannot be answered here.
    places: OnceLock<Option<Places>>,
}

impl Fast {
    /// No fast path: it accepts nothing.
    pub(super) fn none() -> Fast {
        Fast::default()
    }

    /// Compiles every schema when its event first comes.
    pub(super) fn expect_many(&self) {
        self.expects_many.store(true, Ordering::Relaxed);
    }

    /// The fast paths of a catalog, none of them compiled yet.
    pub(super) fn new(catalog: &Catalog, taken_for: Option<Entry<'_>>) -> Fast {
        let mut fast = Fast::default();
        let providers = catalog.providers().iter().enumerate();
        let events = providers.flat_map(|(number, provider)| {
            let events = provider.events().iter().enumerate();
            events.map(move |(event_number, event)| (number, provider, event_number, event))
        });
        for (number, provider, event_number, event) in events {
            let path = fast.paths.len();
            fast.paths.push(Path {
                provider: number,
                event: event_number,
                seen: AtomicU32::new(0),
                places: OnceLock::new(),
            });
            if taken_for.is_some_and(|taken| std::ptr::eq(taken.event, event)) {
                fast.taken_for = Some(path);
            }
            let field = in_quotes(&provider.discriminator);
            let index = fast.fields.iter().position(|(known, _)| *known == field);
            let index = index.unwrap_or_else(|| {
                fast.fields.push((field, Vec::new()));
                fast.fields.len() - 1
            });
            let names = spellings(provider, event);
            let names = names.map(|name| (name.as_bytes().to_vec(), path));
            fast.fields[index].1.extend(names);
        }
        fast
    }

    /// The event that a document is, if it is that without doubt, valid, and has no findings.
    pub(super) fn accept<'c, 't>(
        &self,
        catalog: &'c Catalog,
        text: &'t [u8],
    ) -> Option<Accepted<'c, 't>> {
        if let Some(path) = self.taken_for {
            return self.walk(path, catalog, text);
        }
        let (names, name) = self.named(text)?;
        // Two providers may have an event of one name.
        let mut paths = names.iter().filter(|(known, _)| known == name);
        paths.find_map(|(_, path)| self.walk(*path, catalog, text))
    }

    fn walk<'c, 't>(
        &self,
        path: usize,
        catalog: &'c Catalog,
        text: &'t [u8],
    ) -> Option<Accepted<'c, 't>> {
        let path = &self.paths[path];
        let places = match path.places.get() {
            Some(places) => places,
            None if text.len() > LARGE || self.pays(path) => {
                path.places.get_or_init(|| self.compile(catalog, path))
            }
            None => return None,
        };
        let session = walk(text, places.as_ref()?, &mut Scratch::default())?;
        let entry = path.entry(catalog)?;
        Some(Accepted { entry, session })
    }

    fn pays(&self, path: &Path) -> bool {
        self.expects_many.load(Ordering::Relaxed)
            || path.seen.fetch_add(1, Ordering::Relaxed) >= ENOUGH
    }

    /// The name of the event that the text seems to be, and the names that it is one of. It is
    /// no more than a guess: the path itself asks for the name again, at the right place.
    fn named<'t>(&self, text: &'t [u8]) -> Option<(&Names, &'t [u8])> {
        let first = text.iter().position(|byte| *byte == b'"')?;
        let at_first = self
            .fields
            .iter()
            .find(|(field, _)| text[first..].starts_with(field));
        if let Some((field, names)) = at_first {
            return Some((names, name_behind(&text[first + field.len()..])?));
        }
        self.fields.iter().find_map(|(field, names)| {
            let at = memchr::memmem::find(text, field)?;
            Some((names, name_behind(&text[at + field.len()..])?))
        })
    }

    fn compile(&self, catalog: &Catalog, path: &Path) -> Option<Places> {
        let entry = path.entry(catalog)?;
        let Entry { provider, event } = entry;
        let session: Vec<&str> = provider.session.iter().map(String::as_str).collect();
        let names: Vec<&str> = spellings(provider, event).collect();
        let more = if self.taken_for.is_some() {
            Value::Bool(true)
        } else {
            let field = provider.discriminator.as_str();
            json!({ "required": [field], "properties": { field: { "enum": names } } })
        };
        let places = Compiler::compile(
            event.schema(),
            event.shape(),
            &more,
            &session,
            &self.automata,
        )
        .ok()?;
        let is_clear = self.taken_for.is_some() || is_told_apart(catalog, entry, &places);
        is_clear.then_some(places)
    }
}

impl Path {
    fn entry<'c>(&self, catalog: &'c Catalog) -> Option<Entry<'c>> {
        let provider = catalog.providers().get(self.provider)?;
        let event = provider.events().get(self.event)?;
        Some(Entry { provider, event })
    }
}

/// The names by which a provider's events are told that mean this one.
fn spellings<'c>(provider: &'c Provider, event: &'c Event) -> impl Iterator<Item = &'c str> {
    provider.spellings().filter(|name| {
        provider
            .event(name)
            .is_some_and(|found| std::ptr::eq(found, event))
    })
}

fn in_quotes(name: &str) -> Vec<u8> {
    format!("\"{name}\"").into_bytes()
}

/// The name that stands behind a field.
fn name_behind(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start().strip_prefix(b":")?;
    let text = text.trim_ascii_start().strip_prefix(b"\"")?;
    Some(string(text, 0)?.bytes)
}

/// Whether a body that the places accept is this event to the classifier as well, whatever
/// else is in it, and nothing is to be said about that: what [`classify`] asks of a body,
/// asked once of all bodies that may come.
///
/// [`classify`]: super::classify
fn is_told_apart(catalog: &Catalog, entry: Entry<'_>, places: &Places) -> bool {
    let Entry { provider, event } = entry;
    let may_have = |name: &str| places.may_have(name);
    let required = names(event.schema().get("required"));
    // All of the event's required fields are there, so no other provider's can fit better:
    // but one that comes first may fit as well.
    if required.is_empty() {
        return false;
    }
    let own = &provider.discriminator;
    let mut is_before = true;
    for other in catalog.providers() {
        if std::ptr::eq(other, provider) {
            is_before = false;
            continue;
        }
        if other.discriminator != *own {
            if may_have(&other.discriminator) {
                return false;
            }
            continue;
        }
        let fits = spellings(provider, event).any(|name| {
            let expected: Vec<&str> = match other.event(name) {
                Some(event) => names(event.schema().get("required")),
                None => other.common.iter().map(String::as_str).collect(),
            };
            !expected.is_empty() && expected.iter().all(|name| may_have(name))
        });
        if is_before && fits {
            return false;
        }
    }
    let has_common = provider
        .common
        .iter()
        .any(|field| required.contains(&field.as_str()));
    // Without any of the provider's common fields it may be wrapped, or something else.
    has_common
        || catalog.providers().iter().all(|owner| {
            !owner.wrappers.iter().any(|name| may_have(name))
                && owner
                    .lookalikes
                    .iter()
                    .all(|lookalike| never_matches(lookalike.test(), entry, &required, &may_have))
        })
}

/// Whether a schema rejects every body that is this event, has these members and no others than
/// it may have.
fn never_matches(
    test: &Value,
    Entry { provider, event }: Entry<'_>,
    required: &[&str],
    may_have: &dyn Fn(&str) -> bool,
) -> bool {
    let asker = |kind| Asker { root: test, kind };
    let Ok(question) = asker(Kind::Object).ask::<ObjectQuestion<'_>>(test) else {
        return false;
    };
    let known = question.map(&mut |has| match has {
        Has::Member(name) if required.contains(&name) => Ok(Formula::Constant(true)),
        Has::Member(name) if !may_have(name) => Ok(Formula::Constant(false)),
        Has::Like(name, _) if !may_have(name) => Ok(Formula::Constant(true)),
        Has::Like(name, schema) if name == provider.discriminator => {
            let question = asker(Kind::String).ask::<Question>(schema)?;
            let mut answers = spellings(provider, event).map(|name| question.has(name));
            let first = answers.next().ok_or(Unable)??;
            let is_known = answers.all(|answer| answer == Ok(first));
            is_known.then_some(Formula::Constant(first)).ok_or(Unable)
        }
        _ => Ok::<_, Unable>(Formula::Atom(())),
    });
    matches!(known, Ok(Formula::Constant(false)))
}

fn names(list: Option<&Value>) -> Vec<&str> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}
