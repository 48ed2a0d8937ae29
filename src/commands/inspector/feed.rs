//! What a stream sends: a place in the index that moves on.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::backend::InspectorBackend;
use crate::flows::history::Index;
use crate::flows::inspector::{Feed, Message};
use crate::render::inspect::row;
use crate::selection::Query;
use crate::wire::inspect::{LaggedJson, StreamAtJson};
use crate::wire::object_text;

/// Captures that are sent at once at most, those that are sent in a second for longer, and those that
/// are looked at for them. Nobody reads more, and what they take of two busy cores, the listener loses.
const MOST: usize = 1000;
const MOST_A_SECOND: usize = 2000;
const MOST_LOOKED_AT: usize = 100_000;
/// The same if the log must be read for each.
const MOST_READ: usize = 2000;
/// How often it tells how far it is.
const PACE: Duration = Duration::from_millis(250);
const SEEN_PACE: Duration = Duration::from_secs(1);

/// The feed of one stream.
pub(super) struct IndexFeed {
    backend: Arc<InspectorBackend>,
    query: Query,
    /// The last capture that the client knows.
    after: Option<u64>,
    /// The place of the next capture. Nothing until the index is complete: what was there before is
    /// sent only to a client that knows a capture.
    at: Option<usize>,
    has_begun: bool,
    /// Captures that may be sent now, and since when that holds.
    room: (usize, Instant),
    /// The status that was told last, and when.
    told: (bool, Option<u64>, Instant),
    seen: Instant,
    /// The number of the next piece of news.
    news: u64,
}

impl IndexFeed {
    pub(super) fn new(
        backend: Arc<InspectorBackend>,
        query: Query,
        after: Option<u64>,
    ) -> IndexFeed {
        let now = Instant::now();
        let is_ready = backend.progress.is_ready.load(Ordering::Relaxed);
        let place = || backend.search.read(|index| place(index, after));
        let at = is_ready.then(place);
        IndexFeed {
            news: backend.news.end(),
            backend,
            query,
            after,
            at,
            has_begun: false,
            room: (MOST, now),
            told: (is_ready, None, now),
            seen: now,
        }
    }

    fn status(&mut self, event: &'static str, messages: &mut Vec<Message>) {
        let is_ready = self.backend.progress.is_ready.load(Ordering::Relaxed);
        let search = &self.backend.search;
        let (first, here) = search.read(|index| {
            let first = index.at(index.places().start).map(|first| first.id());
            let before = self.at.and_then(|at| index.at(at.checked_sub(1)?));
            (first, before.map(|last| last.id()).or(self.after))
        });
        let is_due = !self.has_begun
            || (!is_ready && self.told.2.elapsed() > PACE)
            || (is_ready, first) != (self.told.0, self.told.1);
        if is_due {
            self.told = (is_ready, first, Instant::now());
            messages.push(Message {
                event,
                id: here.filter(|_| event == "hello"),
                data: object_text(event, &self.backend.status()),
            });
        }
    }

    /// Captures that may be sent now.
    fn refill(&mut self) -> usize {
        let (room, since) = self.room;
        let refilled = since.elapsed().as_millis() * MOST_A_SECOND as u128 / 1000;
        let refilled = usize::try_from(refilled).unwrap_or(MOST);
        if refilled > 0 {
            self.room = (room.saturating_add(refilled).min(MOST), Instant::now());
        }
        self.room.0
    }

    /// What is new in the index.
    fn captures(&mut self, messages: &mut Vec<Message>) {
        let room = self.refill();
        let search = &self.backend.search;
        let end = search.read(|index| index.places().end);
        // A stream that began before the index was ready misses nothing that came since.
        let ready = self.backend.progress.end.get().copied();
        let at = self.at.or(ready.filter(|_| self.after.is_none()));
        let at = at.unwrap_or_else(|| search.read(|index| place(index, self.after)));
        let pending = end.saturating_sub(at);
        let most = match (self.query.is_everything(), self.query.asks_body()) {
            (true, _) => room,
            (_, true) => MOST_READ,
            _ => MOST_LOOKED_AT,
        };
        // What cannot be read is told to whoever asks for the capture.
        let matching = || search.matching(&self.query, at, end).ok();
        let found = if pending > most { None } else { matching() };
        self.at = Some(end);
        if pending == 0 {
            return;
        }
        let last = search.read(|index| index.at(end - 1).map(|last| last.id()));
        let Some(found) = found.filter(|found| found.len() <= room) else {
            let data = object_text("lagged", &LaggedJson { skipped: pending });
            messages.push(Message {
                event: "lagged",
                id: last,
                data,
            });
            return;
        };
        self.room.0 -= found.len();
        let is_log = search.log().is_some();
        search.read(|index| {
            let captures = found.iter().filter_map(|place| index.at(*place));
            messages.extend(captures.map(|capture| Message {
                event: "capture",
                id: Some(capture.id()),
                data: object_text("row", &row(&capture, is_log)),
            }));
        });
        if let (true, Some(last_id)) = (found.is_empty() && self.seen.elapsed() > SEEN_PACE, last) {
            self.seen = Instant::now();
            let captures = search.read(|index| index.places().len());
            messages.push(Message {
                event: "seen",
                id: last,
                data: object_text("seen", &StreamAtJson { last_id, captures }),
            });
        }
    }
}

/// The place where a stream begins.
fn place(index: &Index, after: Option<u64>) -> usize {
    let all = index.places();
    let behind = |after: u64| index.from(after.saturating_add(1)).max(all.start);
    after.map_or(all.end, behind)
}

impl Feed for IndexFeed {
    fn next(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        let is_ready = self.backend.progress.is_ready.load(Ordering::Acquire);
        let event = if self.has_begun { "status" } else { "hello" };
        self.status(event, &mut messages);
        self.has_begun = true;
        if is_ready {
            self.captures(&mut messages);
        }
        let (news, end) = self.backend.news.since(self.news);
        self.news = end;
        messages.extend(news.into_iter().map(|(event, data)| Message {
            event,
            id: None,
            data,
        }));
        messages
    }
}
