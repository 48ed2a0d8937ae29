//! Finds the captures of an index that a query means, the newest first, and reads captures of
//! its log.
//!
//! What the index knows is answered from it. A query about bodies reads the log from its end
//! towards its beginning, and stops when the time is over; what was found is kept for the next
//! page.

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::facts::CaptureFacts;
use super::index::Index;
use super::reader::{self, Found, Told};
use crate::files::Input;
use crate::journal::{Inputs, LogCursor};
use crate::model::error::Failure;
use crate::selection::{Bounds, Query};
use crate::validation::{JudgedCapture, Validation};

/// Queries whose matches are kept.
const QUERIES: usize = 8;
/// Captures of the log that are read at first, and at most at a time.
const PIECE: RangeInclusive<usize> = 1024..=65_536;
/// The longest line or document that is read, in bytes.
const MAX_DOCUMENT: usize = 32 * 1024 * 1024;

/// What of the matches is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// Only ids below this.
    pub before: Option<u64>,
    /// Only ids above this.
    pub after: Option<u64>,
    /// Matches to pass over.
    pub offset: usize,
    /// The most.
    pub limit: usize,
    /// How long the log may be read.
    pub within: Duration,
}

/// Matches of a query.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Their places in the index, the last first.
    pub places: Vec<usize>,
    /// The place down to which was searched. There may be more below it.
    pub down_to: usize,
    /// All matches, if that is known.
    pub matched: Option<usize>,
}

/// The matches of a query between two places.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    places: VecDeque<usize>,
    low: usize,
    high: usize,
}

/// A capture that was read, and when it was received, if that is known.
pub(super) type ReadCapture = (JudgedCapture, Option<DateTime<Utc>>);

/// An index, and the inputs that it was made of.
pub struct Search {
    index: RwLock<Index>,
    /// What the captures are judged by.
    pub validation: Validation,
    inputs: Vec<Input>,
    kept: Mutex<VecDeque<(String, Matches)>>,
}

impl Search {
    /// An empty index of these inputs. `is_log`: they are one log of this program.
    pub fn new(inputs: Vec<Input>, is_log: bool, validation: Validation) -> Search {
        Search {
            index: RwLock::new(Index::new(validation.clone(), is_log)),
            validation,
            inputs,
            kept: Mutex::default(),
        }
    }

    /// The log, if the index is that of one.
    pub fn log(&self) -> Option<&PathBuf> {
        match &self.inputs[..] {
            [Input::File(log)] if self.read(Index::is_log) => Some(log),
            _ => None,
        }
    }

    /// The inputs.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// Looks at the index.
    pub fn read<T>(&self, look: impl FnOnce(&Index) -> T) -> T {
        look(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the index.
    pub fn change<T>(&self, change: impl FnOnce(&mut Index) -> T) -> T {
        change(&mut self.index.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The matches of a query, the last first.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub fn find(&self, query: &Query, rows: Rows) -> Result<Sought, Failure> {
        if query.is_everything() {
            return Ok(self.read(|index| {
                let places = bounded(index, rows);
                let matched = Some(index.places().len());
                let sought = places.clone().rev().skip(rows.offset).take(rows.limit);
                let sought: Vec<usize> = sought.collect();
                Sought {
                    down_to: sought.last().copied().unwrap_or(places.start),
                    places: sought,
                    matched,
                }
            }));
        }
        let key = query.to_string();
        let mut matches = self.take(&key);
        let found = self.extend(query, rows, &mut matches);
        let sought = self.read(|index| {
            let wanted = bounded(index, rows);
            let fits = |place: &&usize| wanted.contains(place);
            let places = matches.places.iter().rev().filter(fits);
            let places: Vec<usize> = places.skip(rows.offset).take(rows.limit).copied().collect();
            let is_whole = matches.low <= index.places().start;
            Sought {
                down_to: match places.last() {
                    Some(last) if places.len() == rows.limit => *last,
                    _ => matches.low.max(wanted.start),
                },
                places,
                matched: is_whole.then_some(matches.places.len()),
            }
        });
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((key, matches));
        kept.truncate(QUERIES);
        found.map(|()| sought)
    }

    fn take(&self, key: &str) -> Matches {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == key);
        let known = at
            .and_then(|at| kept.remove(at))
            .map(|(_, matches)| matches);
        known.unwrap_or_else(|| {
            let end = self.read(|index| index.places().end);
            Matches {
                places: VecDeque::new(),
                low: end,
                high: end,
            }
        })
    }

    /// Searches what came since, and downwards until there are enough.
    fn extend(&self, query: &Query, rows: Rows, matches: &mut Matches) -> Result<(), Failure> {
        let start = Instant::now();
        let (all, wanted) = self.read(|index| (index.places(), bounded(index, rows)));
        let found = self.matching(query, matches.high, all.end)?;
        matches.places.extend(found);
        matches.high = all.end;
        while matches
            .places
            .front()
            .is_some_and(|place| *place < all.start)
        {
            matches.places.pop_front();
        }
        let reads = query.asks_body();
        let mut piece = if reads { *PIECE.start() } else { usize::MAX };
        while matches.low > wanted.start {
            let is_fit = |place: &&usize| wanted.contains(place);
            let enough =
                || matches.places.iter().filter(is_fit).count() >= rows.offset + rows.limit;
            if reads && (start.elapsed() > rows.within || enough()) {
                break;
            }
            // Without numbers, all must be read to find any.
            let is_log = self.log().is_some();
            let piece_start = matches.low.saturating_sub(piece).max(all.start);
            let low = if is_log { piece_start } else { all.start };
            let found = self.matching(query, low, matches.low)?;
            for place in found.into_iter().rev() {
                matches.places.push_front(place);
            }
            matches.low = low;
            piece = piece.saturating_mul(4).min(*PIECE.end());
        }
        Ok(())
    }

    /// The places between two of the captures that a query means.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub fn matching(&self, query: &Query, low: usize, high: usize) -> Result<Vec<usize>, Failure> {
        if low >= high {
            return Ok(Vec::new());
        }
        if !query.asks_body() {
            return Ok(self.read(|index| {
                let is_meant = |place: &usize| {
                    let found = index.at(*place);
                    found.is_some_and(|found| query.matches(&found))
                };
                (low..high).filter(is_meant).collect()
            }));
        }
        let ids = self.read(|index| {
            let id = |place: usize| index.at(place).map_or(u64::MAX, |found| found.id());
            id(low)..=id(high - 1)
        });
        let is_meant = |id: u64, judged: &JudgedCapture, at: Option<DateTime<Utc>>| {
            // How it relates to others, only the index knows.
            let context = self.read(|index| index.find(id).map(|known| known.context()));
            query.matches(&CaptureFacts::new(judged, at, context.as_ref()))
        };
        let digest = |id: Option<u64>, found: Found<'_>| match id {
            Some(id) => Looked::At(is_meant(id, found.judged(), found.received_at)),
            None => Looked::Not(found.received_at, Box::new(found.into_judged())),
        };
        let mut found = Vec::new();
        self.each(ids, &digest, &mut |id, looked| {
            let is_meant = match looked {
                Looked::At(is_meant) => is_meant,
                Looked::Not(at, judged) => is_meant(id, &judged, at),
            };
            if is_meant {
                found.push(self.read(|index| index.from(id)));
            }
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// Reads captures in order: `digest` makes something of each on several threads. It is told
    /// the id if the captures are those of one log; in other inputs only their order tells it.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub fn each<T: Send>(
        &self,
        ids: RangeInclusive<u64>,
        digest: &(dyn Fn(Option<u64>, Found<'_>) -> T + Sync),
        take: &mut dyn FnMut(u64, T) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        let is_log = self.log().is_some();
        let inputs = self.inputs.iter().cloned().map(Ok).collect();
        let mut inputs = Inputs::new(inputs, Box::new(std::io::empty()), MAX_DOCUMENT);
        if is_log {
            inputs = inputs.within(Bounds {
                first: *ids.start(),
                last: *ids.end(),
                ..Bounds::default()
            });
        }
        let digest = |found: Found<'_>| {
            let id = found.seq.filter(|_| is_log);
            let is_wanted = id.is_none_or(|id| ids.contains(&id)) && id.is_some() == is_log;
            is_wanted.then(|| digest(id, found))
        };
        let mut position = 0;
        reader::read(inputs, &self.validation, &digest, &mut |told| match told {
            Told::Capture(name, made) => {
                position += 1;
                let id = name.number.filter(|_| is_log).unwrap_or(position);
                Ok(match made.filter(|_| ids.contains(&id)) {
                    Some(made) => take(id, made),
                    None if !is_log && id > *ids.end() => ControlFlow::Break(()),
                    None => ControlFlow::Continue(()),
                })
            }
            Told::Unread(_) => Ok(ControlFlow::Continue(())),
            Told::Failed(failure) => Err(failure),
        })
    }

    /// Reads one capture, and when it was received. Nothing: it is not in the log any more.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub fn capture(&self, id: u64) -> Result<Option<ReadCapture>, Failure> {
        if let Some(log) = self.log() {
            let record = LogCursor::new(log, id).next(id)?;
            return Ok(record.map(|record| {
                let at = Some(record.capture.received_at);
                let capture = Arc::new(record.capture);
                (self.validation.capture(Some(record.seq), capture), at)
            }));
        }
        let mut found = None;
        let whole = |_: Option<u64>, one: Found<'_>| {
            let at = one.received_at;
            (one.whole(), at)
        };
        self.each(id..=id, &whole, &mut |_, one| {
            found = Some(one);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }
}

/// What was seen of a capture.
enum Looked {
    /// Its id was known, and so whether it is meant.
    At(bool),
    Not(Option<DateTime<Utc>>, Box<JudgedCapture>),
}

/// The places that are wanted.
fn bounded(index: &Index, rows: Rows) -> Range<usize> {
    let all = index.places();
    let start = rows.after.map_or(0, |id| index.from(id.saturating_add(1)));
    let end = rows.before.map_or(usize::MAX, |id| index.from(id));
    let end = end.clamp(all.start, all.end);
    start.clamp(all.start, end)..end
}
