//! How a capture relates to earlier ones: the time since the previous event of its session, the
//! same body again, the same key with another body, events out of order.
//!
//! Memory is bounded: bodies and keys are remembered by their hashes, and only so many of them
//! and of sessions. Older captures are forgotten and never make a later one a duplicate.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZero;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use lru::LruCache;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::name::CaptureName;
use super::session::Session;
use crate::catalog::{Catalog, Fresh, Provider};
use crate::journal::{LogCursor, LogInfo};
use crate::selection::Relation;
use crate::validation::{Classification, JudgedCapture, Outline, Validation};

/// Captures that `listen` remembers. The help and the README name this number.
pub(super) const CAPTURES: NonZero<usize> = NonZero::new(10_000).unwrap();
/// Sessions that `listen` remembers. The help and the README name this number.
const SESSIONS: NonZero<usize> = NonZero::new(1000).unwrap();
/// Captures and sessions that the commands of `log` remember. Their help names this number.
const MANY: NonZero<usize> = NonZero::new(100_000).unwrap();
/// About how many bytes of the log are read at the start.
const TAIL: u64 = 32 * 1024 * 1024;
/// The largest content of a capture in the log that is looked at then, in bytes.
const LARGEST: usize = 1024 * 1024;
/// How long the log is read then: meanwhile nothing is shown.
const PATIENCE: Duration = Duration::from_secs(3);

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
    body: u128,
    /// A hash of the key that its provider documents against duplicates.
    key: Option<u128>,
}

impl Sighting {
    /// Looks at a capture that was received at that time, if it is known.
    pub fn of(judged: &JudgedCapture, received_at: Option<DateTime<Utc>>) -> Sighting {
        let (body, class) = (&judged.content().bytes, judged.classification());
        Sighting::of_body(class, body, received_at, judged.catalog())
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
            // Two bodies share 128 bits by chance less likely than a disk breaks.
            body: xxh3_128(body),
            key: provider.and_then(|provider| key(provider, body, class)),
        }
    }
}

/// The captures that are remembered.
pub struct History {
    bodies: LruCache<u128, CaptureName>,
    keys: LruCache<u128, (CaptureName, u128)>,
    sessions: LruCache<(String, String), Session>,
    duplicates: u64,
    begun: u64,
    live_sessions: u64,
    /// Whether the captures are of this run.
    is_live: bool,
}

impl Default for History {
    /// As much as `listen` remembers.
    fn default() -> History {
        History::remembering(CAPTURES, SESSIONS)
    }
}

impl History {
    fn remembering(captures: NonZero<usize>, sessions: NonZero<usize>) -> History {
        History {
            bodies: LruCache::new(captures),
            keys: LruCache::new(captures),
            sessions: LruCache::new(sessions),
            duplicates: 0,
            begun: 0,
            live_sessions: 0,
            is_live: true,
        }
    }

    /// As much as the commands of `log` remember.
    pub fn of_log() -> History {
        History::remembering(MANY, MANY)
    }

    /// Remembers the end of the log of earlier runs. Unreadable records are skipped: the writer of
    /// the log reports them. So are large captures: a log full of them must not keep the display
    /// waiting.
    pub fn recall(&mut self, log: &LogInfo, validation: &Validation) {
        let length = log.bytes / log.captures().max(1);
        let captures = (TAIL / length.max(1)).min(CAPTURES.get() as u64);
        let first = (log.last_seq + 1).saturating_sub(captures);
        let mut cursor = LogCursor::new(&log.path, first);
        self.is_live = false;
        let start = Instant::now();
        while start.elapsed() < PATIENCE
            && let Ok(Some(record)) = cursor.next(log.last_seq)
        {
            let judged = validation.capture(Some(record.seq), record.capture.into());
            if judged.capture.body.len() <= LARGEST && judged.content().bytes.len() <= LARGEST {
                self.observe_received(&judged);
            }
        }
        self.is_live = true;
    }

    /// Captures of this run that were duplicates.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Sessions that had an event in this run.
    pub fn sessions(&self) -> u64 {
        self.live_sessions
    }

    /// Compares a received capture with the earlier ones, and remembers it.
    pub fn observe_received(&mut self, judged: &JudgedCapture) -> Context {
        let sighting = Sighting::of(judged, Some(judged.capture.received_at));
        let name = CaptureName::of_log(judged.seq);
        self.observe(&name, &sighting, judged.catalog()).0
    }

    /// Compares a capture with the earlier ones, and remembers it. Also returns the session that
    /// was forgotten in favour of a new one.
    pub fn observe(
        &mut self,
        name: &CaptureName,
        sighting: &Sighting,
        catalog: &Catalog,
    ) -> (Context, Option<Session>) {
        let mut context = Context {
            // One that is looked at late is the earlier one.
            duplicate_of: self
                .bodies
                .get(&sighting.body)
                .filter(|known| !name.is_before(known))
                .cloned(),
            ..Context::default()
        };
        if context.duplicate_of.is_none() {
            self.bodies.put(sighting.body, name.clone());
        }
        self.duplicates += u64::from(self.is_live && context.duplicate_of.is_some());
        let provider = sighting.class.provider.as_deref();
        let Some(provider) = provider.and_then(|name| catalog.provider(name)) else {
            return (context, None);
        };
        if let Some(key) = sighting.key
            && let Some((earlier, body)) = self.keys.put(key, (name.clone(), sighting.body))
            && body != sighting.body
            && !name.is_before(&earlier)
            && context.duplicate_of.is_none()
        {
            context.same_key_as = Some(earlier);
        }
        let is_live = self.is_live;
        let Some((session, forgotten)) = self.session(provider, sighting) else {
            return (context, None);
        };
        session.observe(provider, name, sighting, &mut context);
        let is_new = is_live && !session.is_live;
        session.is_live |= is_live;
        self.live_sessions += u64::from(is_new);
        (context, forgotten)
    }

    /// Remembers only that the session of this capture has captures that are left out.
    pub fn leave_out(&mut self, sighting: &Sighting, catalog: &Catalog) -> Option<Session> {
        let provider = catalog.provider(sighting.class.provider.as_deref()?)?;
        let (session, forgotten) = self.session(provider, sighting)?;
        session.is_cut = true;
        forgotten
    }

    /// The session of a capture, new or not, and the one that was forgotten in its favour.
    fn session(
        &mut self,
        provider: &Provider,
        sighting: &Sighting,
    ) -> Option<(&mut Session, Option<Session>)> {
        let id = sighting.class.session.as_ref()?;
        let key = (provider.name.clone(), id.clone());
        let mut forgotten = None;
        if !self.sessions.contains(&key) {
            self.begun += 1;
            let session = Session::new(provider, id, self.begun);
            forgotten = self.sessions.push(key.clone(), session);
        }
        let session = self.sessions.get_mut(&key)?;
        Some((session, forgotten.map(|(_, session)| session)))
    }

    /// The sessions that are remembered, in the order in which they began.
    pub fn all_sessions(&self) -> Vec<Session> {
        let sessions = self.sessions.iter().map(|(_, session)| session);
        let sessions = sessions.filter(|session| session.captures > 0);
        let mut sessions: Vec<Session> = sessions.cloned().collect();
        sessions.sort_by_key(|session| session.ordinal);
        sessions
    }
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
