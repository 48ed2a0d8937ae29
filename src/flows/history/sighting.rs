//! What is remembered of a capture, and how one relates to those before it.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128, xxh3_128_with_seed};

use super::name::CaptureName;
use super::reader::Found;
use crate::catalog::{Catalog, Fresh, Provider};
use crate::selection::Relation;
use crate::validation::{Classification, JudgedCapture, Outline};

/// How a capture relates to earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The time since the previous event of its session.
    pub gap: Option<Duration>,
    /// The first capture with an identical body.
    pub duplicate_of: Option<CaptureName>,
    /// The last capture with the same key, as the provider documents it, and another body.
    pub same_key_as: Option<CaptureName>,
    /// An event of its session that arrived before it and belongs after it.
    pub out_of_order_after: Option<(String, CaptureName)>,
    /// Events of its session that belong before it and have not arrived.
    pub missing_before: Vec<String>,
}

impl Context {
    /// Whether the capture stands so to earlier ones.
    pub fn is(&self, relation: Relation) -> bool {
        match relation {
            Relation::Duplicate => self.duplicate_of.is_some(),
            Relation::OutOfOrder => self.out_of_order_after.is_some(),
            Relation::Missing => !self.missing_before.is_empty(),
        }
    }
}

/// What is remembered of a capture.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// When it was received; else the time that its body states.
    pub at: Option<DateTime<Utc>>,
    /// Provider, event, session and verdict.
    pub class: Classification,
    /// A hash of its body.
    pub(super) body: u128,
    /// A hash of the key that its provider documents against duplicates.
    pub(super) key: Option<u128>,
    /// A hash of its provider and its session.
    pub(super) session: Option<u128>,
}

impl Sighting {
    /// Looks at a capture that was received at that time, if it is known.
    pub fn of(judged: &JudgedCapture, received_at: Option<DateTime<Utc>>) -> Sighting {
        let (body, class) = (&judged.content().bytes, judged.classification());
        Sighting::of_body(class, body, received_at, judged.catalog())
    }

    /// The same without the key that its provider documents: for a reader that does not ask for
    /// the same key.
    pub fn without_key(found: &Found<'_>) -> Sighting {
        let class = found.classification();
        Sighting::classed(class, found.body(), found.received_at, found.catalog())
    }

    /// The same of a body that is that.
    pub(super) fn classed(
        class: Classification,
        body: &[u8],
        received_at: Option<DateTime<Utc>>,
        catalog: &Catalog,
    ) -> Sighting {
        let provider = || catalog.provider(class.provider.as_deref()?);
        Sighting {
            at: received_at.or_else(|| stated_time(provider()?, body)),
            body: xxh3_128(body),
            key: None,
            session: session_key(&class),
            class,
        }
    }

    /// Looks at a body that was judged so.
    pub fn of_body(
        class: &Classification,
        body: &[u8],
        received_at: Option<DateTime<Utc>>,
        catalog: &Catalog,
    ) -> Sighting {
        let provider = class.provider.as_deref();
        let provider = provider.and_then(|name| catalog.provider(name));
        Sighting {
            at: received_at.or_else(|| stated_time(provider?, body)),
            class: class.clone(),
            session: session_key(class),
            // Two bodies share 128 bits by chance less likely than a disk breaks.
            body: xxh3_128(body),
            key: provider.and_then(|provider| key(provider, body, class)),
        }
    }
}

/// A hash of provider and session.
fn session_key(class: &Classification) -> Option<u128> {
    let (provider, id) = (class.provider.as_ref()?, class.session.as_ref()?);
    let seed = xxh3_64(provider.as_bytes());
    Some(xxh3_128_with_seed(id.as_bytes(), seed))
}

/// The latest time that a body states as its own.
fn stated_time(provider: &Provider, body: &[u8]) -> Option<DateTime<Utc>> {
    let times = provider
        .fresh
        .iter()
        .filter_map(|(name, fresh)| match fresh {
            Fresh::Now { now } => Some((name.clone(), *now)),
            Fresh::Random(_) => None,
        });
    let (names, clocks): (Vec<String>, Vec<_>) = times.unzip();
    let values = fields(body, &names)?.into_iter().zip(clocks);
    values
        .filter_map(|(value, clock)| clock.read(&value?))
        .max()
}

/// A hash of the key that the provider documents against duplicates; nothing if a part of it is
/// missing. All spellings of an event's name count as the same.
fn key(provider: &Provider, body: &[u8], glance: &Classification) -> Option<u128> {
    if provider.same_key.is_empty() {
        return None;
    }
    let fields = fields(body, &provider.same_key)?;
    let mut text = provider.name.clone();
    for (field, value) in provider.same_key.iter().zip(fields) {
        let value = value?;
        text.push('\0');
        match (&glance.event, field == &provider.discriminator) {
            (Some(event), true) => text.push_str(event),
            _ => text.push_str(&value.to_string()),
        }
    }
    Some(xxh3_128(text.as_bytes()))
}

/// The values of some fields of an object. The others are skipped without being built, and so
/// is what is inside an array or an object.
fn fields(body: &[u8], names: &[String]) -> Option<Vec<Option<Value>>> {
    struct Fields<'n>(&'n [String]);

    impl<'de> Visitor<'de> for Fields<'_> {
        type Value = Vec<Option<Value>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut values = vec![None; self.0.len()];
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                match self.0.iter().position(|wanted| *wanted == name) {
                    Some(index) => values[index] = Some(map.next_value_seed(Outline::LEAF)?),
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(values)
        }
    }

    let mut reader = serde_json::Deserializer::from_slice(body);
    serde::Deserializer::deserialize_map(&mut reader, Fields(names)).ok()
}
