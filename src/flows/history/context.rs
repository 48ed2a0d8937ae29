//! How a capture relates to earlier ones: the time since the previous event of its session, the
//! same body again, the same key with another body, events out of order.
//!
//! Memory is bounded: bodies and keys are remembered by their hashes, and only so many of them
//! and of sessions. Older captures are forgotten and never make a later one a duplicate.

use std::num::NonZero;
use std::time::{Duration, Instant};

use lru::LruCache;

use super::name::CaptureName;
use super::session::Session;
use super::sighting::{Context, Sighting};
use crate::catalog::{Catalog, Provider};
use crate::journal::{LogCursor, LogInfo};
use crate::validation::{JudgedCapture, Validation};

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

/// The captures that are remembered.
pub struct History {
    bodies: LruCache<u128, CaptureName>,
    keys: LruCache<u128, (CaptureName, u128)>,
    /// By a hash of provider and id.
    sessions: LruCache<u128, Session>,
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

    /// The same, where nobody asks for the same key.
    pub fn count_received(&mut self, judged: &JudgedCapture) {
        let at = Some(judged.capture.received_at);
        let class = judged.classification().clone();
        let sighting = Sighting::classed(class, &judged.content().bytes, at, judged.catalog());
        let name = CaptureName::of_log(judged.seq);
        self.observe(&name, &sighting, judged.catalog());
    }

    /// Compares a capture with the earlier ones, and remembers it. Also returns the session that
    /// was forgotten in favour of a new one.
    pub fn observe(
        &mut self,
        name: &CaptureName,
        sighting: &Sighting,
        catalog: &Catalog,
    ) -> (Context, Option<Session>) {
        let mut context = Context::default();
        let mut is_new = false;
        let known = self.bodies.get_or_insert_mut(sighting.body, || {
            is_new = true;
            name.clone()
        });
        if name.is_before(known) {
            // One that is looked at late is the earlier one.
            known.clone_from(name);
        } else if !is_new {
            context.duplicate_of = Some(known.clone());
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
        let (id, key) = (sighting.class.session.as_ref()?, sighting.session?);
        let mut forgotten = None;
        if !self.sessions.contains(&key) {
            self.begun += 1;
            let session = Session::new(provider, id, self.begun);
            forgotten = self.sessions.push(key, session);
        }
        let session = self.sessions.get_mut(&key)?;
        Some((session, forgotten.map(|(_, session)| session)))
    }

    /// The sessions that are remembered, the one with the latest capture first.
    pub fn latest_sessions(&self) -> impl Iterator<Item = &Session> {
        let sessions = self.sessions.iter().map(|(_, session)| session);
        sessions.filter(|session| session.captures > 0)
    }

    /// The sessions of that id, each of another provider.
    pub fn sessions_of(&self, id: &str) -> Vec<&Session> {
        let mut sessions: Vec<_> = self.latest_sessions().filter(|one| one.id == id).collect();
        sessions.sort_by_key(|session| session.ordinal);
        sessions
    }

    /// The sessions that are remembered, in the order in which they began.
    pub fn all_sessions(&self) -> Vec<Session> {
        let mut sessions: Vec<Session> = self.latest_sessions().cloned().collect();
        sessions.sort_by_key(|session| session.ordinal);
        sessions
    }
}
