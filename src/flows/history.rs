//! How a capture relates to earlier ones: the time since the previous event of its session, the
//! same body again, the same key with another body, events out of order.
//!
//! Memory is bounded: `CAPTURES` bodies and keys by their hashes, `BODY_BYTES` of bodies for
//! a comparison byte by byte, and `SESSIONS` sessions. Older captures are forgotten and never
//! make a later one a duplicate.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::num::NonZero;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use lru::LruCache;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use crate::catalog::Provider;
use crate::journal::{LogCursor, LogInfo};
use crate::validation::{Classification, JudgedCapture, Validation};

/// Captures that are remembered. The help and the README name this number.
const CAPTURES: NonZero<usize> = NonZero::new(10_000).unwrap();
/// Sessions that are remembered. The help and the README name this number.
const SESSIONS: NonZero<usize> = NonZero::new(1000).unwrap();
/// Bytes of the newest bodies that are remembered.
const BODY_BYTES: usize = 4 * 1024 * 1024;
/// About how many bytes of the log are read at the start.
const TAIL: u64 = 32 * 1024 * 1024;

/// An earlier capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its number, where a log is kept.
    pub seq: Option<u64>,
}

/// How a capture relates to earlier ones.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The time since the previous event of its session.
    pub gap: Option<Duration>,
    /// The first capture with an identical body.
    pub duplicate_of: Option<Earlier>,
    /// The last capture with the same key, as the provider documents it, and another body.
    pub same_key_as: Option<Earlier>,
    /// An event of its session that arrived before it and belongs after it.
    pub out_of_order_after: Option<(String, Earlier)>,
    /// Events of its session that belong before it and have not arrived.
    pub missing_before: Vec<String>,
}

/// The captures that are remembered.
pub struct History {
    bodies: LruCache<u128, Body>,
    /// The bodies whose bytes are kept, oldest first, with their lengths.
    kept: VecDeque<(u128, usize)>,
    kept_bytes: usize,
    keys: LruCache<u128, (Earlier, u128)>,
    sessions: LruCache<(String, String), Session>,
    duplicates: u64,
    live_sessions: u64,
    /// Whether the captures are of this run.
    is_live: bool,
}

struct Body {
    first: Earlier,
    /// Dropped once all bodies together are too large.
    bytes: Option<Bytes>,
}

struct Session {
    last: DateTime<Utc>,
    /// Whether it had an event in this run.
    is_live: bool,
    /// For each event of the provider's order the last one that arrived.
    seen: Vec<Option<Earlier>>,
}

impl Default for History {
    fn default() -> History {
        History {
            bodies: LruCache::new(CAPTURES),
            kept: VecDeque::new(),
            kept_bytes: 0,
            keys: LruCache::new(CAPTURES),
            sessions: LruCache::new(SESSIONS),
            duplicates: 0,
            live_sessions: 0,
            is_live: true,
        }
    }
}

impl History {
    /// Remembers the end of the log of earlier runs. Unreadable records are skipped: the writer of
    /// the log reports them.
    pub fn recall(&mut self, log: &LogInfo, validation: &Validation) {
        let length = log.bytes / log.captures().max(1);
        let captures = (TAIL / length.max(1)).min(CAPTURES.get() as u64);
        let first = (log.last_seq + 1).saturating_sub(captures);
        let mut cursor = LogCursor::new(&log.path, first);
        self.is_live = false;
        while let Ok(Some(record)) = cursor.next(log.last_seq) {
            self.observe(&validation.capture(Some(record.seq), record.capture.into()));
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

    /// Compares a capture with the earlier ones, and remembers it.
    pub fn observe(&mut self, judged: &JudgedCapture) -> Context {
        let this = Earlier { seq: judged.seq };
        let (body, glance) = (&judged.content().bytes, judged.classification());
        let hash = xxh3_128(body);
        let duplicate_of = self.same_body(hash, this, body);
        self.duplicates += u64::from(self.is_live && duplicate_of.is_some());
        let mut context = Context {
            duplicate_of,
            ..Context::default()
        };
        let provider = glance.provider.as_deref();
        if let Some(provider) = provider.and_then(|name| judged.catalog().provider(name)) {
            context.same_key_as = self
                .same_key(provider, hash, this, body, glance)
                .filter(|_| duplicate_of.is_none());
            self.in_session(provider, this, judged, &mut context);
        }
        context
    }

    /// The first capture with this body.
    fn same_body(&mut self, hash: u128, this: Earlier, body: &Bytes) -> Option<Earlier> {
        // Once the bytes of a body are dropped, its 128-bit hash decides.
        if let Some(known) = self.bodies.get_mut(&hash)
            && known.bytes.as_ref().is_none_or(|bytes| bytes == body)
        {
            // It may be shown late: then the other one is the duplicate.
            if this.seq < known.first.seq {
                known.first = this;
                return None;
            }
            return Some(known.first);
        }
        let bytes = Some(body.clone());
        self.bodies.put(hash, Body { first: this, bytes });
        self.kept.push_back((hash, body.len()));
        self.kept_bytes += body.len();
        while (self.kept_bytes > BODY_BYTES || self.kept.len() > CAPTURES.get())
            && let Some((oldest, length)) = self.kept.pop_front()
        {
            self.kept_bytes -= length;
            if let Some(body) = self.bodies.peek_mut(&oldest) {
                body.bytes = None;
            }
        }
        None
    }

    /// The last capture with the same key and another body.
    fn same_key(
        &mut self,
        provider: &Provider,
        hash: u128,
        this: Earlier,
        body: &Bytes,
        glance: &Classification,
    ) -> Option<Earlier> {
        let (earlier, other) = self.keys.put(key(provider, body, glance)?, (this, hash))?;
        (other != hash && earlier.seq <= this.seq).then_some(earlier)
    }

    fn in_session(
        &mut self,
        provider: &Provider,
        this: Earlier,
        judged: &JudgedCapture,
        context: &mut Context,
    ) {
        let glance = judged.classification();
        let Some(id) = &glance.session else {
            return;
        };
        let received_at = judged.capture.received_at;
        let key = (provider.name.clone(), id.clone());
        let session = if let Some(session) = self.sessions.get_mut(&key) {
            let gap = received_at - session.last;
            context.gap = Some(gap.to_std().unwrap_or_default());
            // Two requests may overtake each other on their way here.
            session.last = session.last.max(received_at);
            session
        } else {
            self.sessions.get_or_insert_mut(key, || Session {
                last: received_at,
                is_live: false,
                seen: vec![None; provider.order.len()],
            })
        };
        self.live_sessions += u64::from(self.is_live && !session.is_live);
        session.is_live |= self.is_live;
        let event = glance.event.as_ref();
        let position = event.and_then(|event| provider.order.iter().position(|name| name == event));
        let Some(position) = position else {
            return;
        };
        let seen = &mut session.seen;
        // A duplicate of a timely event says nothing about the order.
        if context.duplicate_of.is_none() {
            let mut later = (position + 1..seen.len()).rev();
            context.out_of_order_after = later.find_map(|at| {
                let earlier = seen[at].filter(|earlier| earlier.seq <= this.seq)?;
                Some((provider.order[at].clone(), earlier))
            });
            let begun = seen.iter().position(Option::is_some).unwrap_or(position);
            context.missing_before = (begun..position)
                .filter(|at| seen[*at].is_none())
                .map(|at| provider.order[at].clone())
                .collect();
        }
        seen[position] = Some(this);
    }
}

/// A hash of the key that the provider documents against duplicates; nothing if a part of it is
/// missing. All spellings of an event's name count as the same.
fn key(provider: &Provider, body: &Bytes, glance: &Classification) -> Option<u128> {
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

/// The values of some fields of an object. The others are skipped without being built.
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
                    Some(index) => values[index] = Some(map.next_value()?),
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(values)
        }
    }

    let mut reader = serde_json::Deserializer::from_slice(body);
    serde::Deserializer::deserialize_map(&mut reader, Fields(names)).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
