//! How a capture stands to those before it: how long after, the same again, out of order.
//!
//! What is remembered is bounded, and begins with the end of the log: [`CAPTURES`] bodies and
//! keys by their hashes, [`BODIES`] of bodies to compare byte by byte, and [`SESSIONS`] sessions.
//! What is older counts as never seen, so that nothing is called a duplicate that is none.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_128;

use super::recent::Recent;
use crate::catalog::{Catalog, Provider};
use crate::journal::{Follower, LogInfo, Record};
use crate::model::capture::Capture;
use crate::validation::{Classification, Validation};

/// Captures that are remembered. The help and the README name this number.
const CAPTURES: usize = 10_000;
/// Sessions that are remembered. The help and the README name this number.
const SESSIONS: usize = 1000;
/// Bytes of bodies that are remembered, the newest.
const BODIES: usize = 4 * 1024 * 1024;
/// Bytes of the log that are read at the start, about.
const TAIL: u64 = 32 * 1024 * 1024;

/// A capture that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Earlier {
    /// Its number, where a log is kept.
    pub(super) seq: Option<u64>,
}

/// How a capture stands to those before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Since the event before it in its session.
    pub(super) gap: Option<Duration>,
    /// One with an identical body.
    pub(super) duplicate_of: Option<Earlier>,
    /// One with the same key, as the provider documents it, and another body.
    pub(super) same_key_as: Option<Earlier>,
    /// An event of its session that came before it and belongs after it.
    pub(super) after: Option<(String, Earlier)>,
    /// Events of its session that belong before it, after one that was seen, and were not.
    pub(super) missing: Vec<String>,
}

impl Context {
    /// It in words: `duplicate of #1207`.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let number = |earlier: &Earlier| match earlier.seq {
            Some(seq) => format!("#{seq}"),
            None => "an earlier one".to_owned(),
        };
        if let Some(earlier) = &self.duplicate_of {
            remarks.push(format!("duplicate of {}", number(earlier)));
        }
        if let Some(earlier) = &self.same_key_as {
            remarks.push(format!("same key as {}, another body", number(earlier)));
        }
        if let Some((event, earlier)) = &self.after {
            remarks.push(format!("out of order: after {event} {}", number(earlier)));
        }
        if !self.missing.is_empty() {
            remarks.push(format!("no {} before it", self.missing.join(", ")));
        }
        remarks
    }
}

/// What is remembered of the captures so far.
pub(super) struct Memory {
    bodies: Recent<u128, Body>,
    /// The bodies that are kept, oldest first, with their lengths.
    kept: VecDeque<(u128, usize)>,
    kept_bytes: usize,
    keys: Recent<u128, (Earlier, u128)>,
    sessions: Recent<(String, String), Session>,
    /// Captures of this run that were duplicates.
    pub(super) duplicates: u64,
    /// Sessions that had an event in this run.
    pub(super) sessions_begun: u64,
    /// Whether what comes was received by this run.
    is_live: bool,
}

struct Body {
    first: Earlier,
    /// Until there are too many.
    bytes: Option<Bytes>,
}

struct Session {
    last: DateTime<Utc>,
    /// Whether it had an event in this run.
    is_live: bool,
    /// For each event of the provider's order the last one that came.
    seen: Vec<Option<Earlier>>,
}

impl Memory {
    pub(super) fn new() -> Memory {
        Memory {
            bodies: Recent::new(CAPTURES),
            kept: VecDeque::new(),
            kept_bytes: 0,
            keys: Recent::new(CAPTURES),
            sessions: Recent::new(SESSIONS),
            duplicates: 0,
            sessions_begun: 0,
            is_live: true,
        }
    }

    /// Remembers the end of a log that was written by earlier runs. What cannot be read is not
    /// remembered, and that is all: whoever writes the log tells of its faults.
    pub(super) fn recall(&mut self, log: &LogInfo, validation: &Validation) {
        let length = log.bytes / log.captures().max(1);
        let captures = (TAIL / length.max(1)).min(CAPTURES as u64);
        let first = (log.last_seq + 1).saturating_sub(captures);
        let mut follower = Follower::new(&log.path, first);
        self.is_live = false;
        while let Ok(Some(record)) = follower.next(log.last_seq) {
            let Record { seq, capture } = record;
            let content = capture.content();
            let glance = validation.classify(&content);
            let catalog = validation.catalog();
            self.place(catalog, Some(seq), &capture, &content.bytes, &glance);
        }
        self.is_live = true;
    }

    /// Says how a capture stands to those before it, and remembers it. The body is what it
    /// holds, unpacked.
    pub(super) fn place(
        &mut self,
        catalog: &Catalog,
        seq: Option<u64>,
        capture: &Capture,
        body: &Bytes,
        glance: &Classification,
    ) -> Context {
        let this = Earlier { seq };
        let hash = xxh3_128(body);
        let duplicate_of = self.same_body(hash, this, body);
        self.duplicates += u64::from(self.is_live && duplicate_of.is_some());
        let mut context = Context {
            duplicate_of,
            ..Context::default()
        };
        let provider = glance
            .provider
            .as_deref()
            .and_then(|name| catalog.provider(name));
        if let Some(provider) = provider {
            context.same_key_as = self
                .same_key(provider, hash, this, body, glance)
                .filter(|_| duplicate_of.is_none());
            if let Some(session) = &glance.session {
                self.in_session(
                    provider,
                    session,
                    this,
                    capture.received_at,
                    glance,
                    &mut context,
                );
            }
        }
        context
    }

    /// The first one with this body.
    fn same_body(&mut self, hash: u128, this: Earlier, body: &Bytes) -> Option<Earlier> {
        let known = self.bodies.get_mut(&hash);
        // Of a body that is not kept any more the hash must do; it has 128 bits.
        let same = known.filter(|known| known.bytes.as_ref().is_none_or(|bytes| bytes == body));
        if let Some(known) = same {
            let (first, bytes) = (known.first, known.bytes.take());
            self.bodies.put(hash, Body { first, bytes });
            return Some(first);
        }
        let bytes = Some(body.clone());
        self.bodies.put(hash, Body { first: this, bytes });
        self.kept.push_back((hash, body.len()));
        self.kept_bytes += body.len();
        while (self.kept_bytes > BODIES || self.kept.len() > CAPTURES)
            && let Some((oldest, length)) = self.kept.pop_front()
        {
            self.kept_bytes -= length;
            if let Some(body) = self.bodies.get_mut(&oldest) {
                body.bytes = None;
            }
        }
        None
    }

    /// The last one with the same key and another body.
    fn same_key(
        &mut self,
        provider: &Provider,
        hash: u128,
        this: Earlier,
        body: &Bytes,
        glance: &Classification,
    ) -> Option<Earlier> {
        let key = key(provider, body, glance)?;
        let before = self
            .keys
            .get_mut(&key)
            .map(|(earlier, body)| (*earlier, *body));
        self.keys.put(key, (this, hash));
        before
            .filter(|(_, body)| *body != hash)
            .map(|(earlier, _)| earlier)
    }

    fn in_session(
        &mut self,
        provider: &Provider,
        session: &str,
        this: Earlier,
        received_at: DateTime<Utc>,
        glance: &Classification,
        context: &mut Context,
    ) {
        let key = (provider.name.clone(), session.to_owned());
        let known = self.sessions.get_mut(&key);
        let (last, is_live, mut seen) = match known {
            Some(known) => (
                Some(known.last),
                known.is_live,
                std::mem::take(&mut known.seen),
            ),
            None => (None, false, vec![None; provider.order.len()]),
        };
        self.sessions_begun += u64::from(self.is_live && !is_live);
        context.gap = last.map(|last| (received_at - last).to_std().unwrap_or_default());
        let place = glance
            .event
            .as_ref()
            .and_then(|event| provider.order.iter().position(|name| name == event));
        if let Some(place) = place {
            // A copy of what came at its time says nothing of the order.
            if context.duplicate_of.is_none() {
                let later = (place + 1..seen.len()).rev().find_map(|at| {
                    let earlier = seen[at]?;
                    Some((provider.order[at].clone(), earlier))
                });
                context.after = later;
                let begun = seen.iter().position(Option::is_some).unwrap_or(place);
                context.missing = (begun..place)
                    .filter(|at| seen[*at].is_none())
                    .map(|at| provider.order[at].clone())
                    .collect();
            }
            seen[place] = Some(this);
        }
        // Two requests may overtake each other on their way here.
        let last = last.map_or(received_at, |last| last.max(received_at));
        let is_live = self.is_live;
        self.sessions.put(
            key,
            Session {
                last,
                is_live,
                seen,
            },
        );
    }
}

/// A hash of the key that the provider documents against duplicates; nothing where a part of
/// it is missing. An event counts by its name, however it is spelled.
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

/// The values of some fields of an object. The others are passed over, so that it costs little.
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
