//! Reads the sources on a thread of its own, chooses, and hands over what is to be posted.
//!
//! Reading and choosing go on while the requests are on their way. What it hands over is
//! bounded by the channel, so that memory does not grow with the log.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::sync::mpsc::Sender;

use super::Headers;
use super::choice::{Choice, Seen, Speed};
use super::progress::{Done, Key};
use crate::capture::Content;
use crate::delivery::{Lane, Order, Parcel, ParcelError, Supplied};
use crate::error::Failure;
use crate::journal::{Item, ItemKind, Record, Source};
use crate::output::number::bytes;
use crate::report::Verdict;
use crate::validation::Validation;

/// Orders that are handed over at a time.
const BATCH: usize = 64;

/// What is known of an order besides its bytes.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) file: Arc<str>,
    pub(super) line: u64,
    pub(super) seq: Option<u64>,
    pub(super) event: Option<String>,
    pub(super) session: Option<Arc<str>>,
    pub(super) verdict: Verdict,
    pub(super) key: Key,
}

/// What the reading has to say besides orders.
#[derive(Debug)]
pub(super) enum Word {
    /// A warning.
    Warning(String),
    /// A line that was skipped.
    BadLine(String),
    /// A file that could not be read, or not to its end.
    Failed(Failure),
    /// All was read.
    End(Counts),
}

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Captures that fit.
    pub(super) selected: u64,
    /// Those among them that were done in an earlier run.
    pub(super) done_before: u64,
    /// Captures that fit but for being the same as one before.
    pub(super) duplicates: u64,
}

/// A source that is open, or why it is not.
pub(super) type Opened = (Arc<str>, Result<Source, Failure>);

/// What to hand over.
pub(super) struct Supply {
    pub(super) choice: Choice,
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) headers: Headers,
    pub(super) keep_path: bool,
    pub(super) speed: Speed,
    pub(super) max_gap: Option<Duration>,
    pub(super) max_document: usize,
    pub(super) validation: Validation,
    pub(super) done: Done,
    /// Whether several go out at a time, in lanes; else the order is that of the log.
    pub(super) in_lanes: bool,
    /// Whether a source may keep one waiting, so that nothing may be held back.
    pub(super) prompt: bool,
}

/// The other end went away.
struct Gone;

/// What is on its way to be an order, without its number and time.
struct Fitting {
    parcel: Parcel,
    received_at: Option<DateTime<Utc>>,
    tag: Tag,
}

impl Supply {
    /// Reads all sources, in order, and hands over what fits.
    pub(super) fn run(
        self,
        sources: impl Iterator<Item = Opened>,
        to: Sender<Supplied<Tag, Word>>,
    ) {
        let mut reading = Reading {
            duplicates: Seen::default(),
            counts: Counts::default(),
            number: 0,
            due: Duration::ZERO,
            before: None,
            batch: Vec::with_capacity(BATCH),
            last: VecDeque::new(),
            supply: self,
            to,
        };
        // The only fault is that nobody listens any more.
        let _ = reading.read_all(sources);
    }
}

struct Reading {
    supply: Supply,
    to: Sender<Supplied<Tag, Word>>,
    duplicates: Seen,
    counts: Counts,
    number: u64,
    /// When the order that came last is due, and when it was received.
    due: Duration,
    before: Option<DateTime<Utc>>,
    batch: Vec<Order<Tag>>,
    last: VecDeque<Fitting>,
}

impl Reading {
    fn read_all(&mut self, sources: impl Iterator<Item = Opened>) -> Result<(), Gone> {
        'sources: for (index, (file, source)) in sources.enumerate() {
            let source = match source {
                Ok(source) => source,
                Err(failure) => {
                    self.say(Word::Failed(failure))?;
                    continue;
                }
            };
            for item in source {
                if self
                    .supply
                    .choice
                    .limit
                    .is_some_and(|limit| self.counts.selected >= limit)
                {
                    break 'sources;
                }
                match item {
                    Ok(item) => self.see(index, &file, item)?,
                    Err(error) => {
                        self.say(Word::Failed(error.into()))?;
                        break;
                    }
                }
            }
        }
        while let Some(fitting) = self.last.pop_front() {
            self.order(fitting)?;
        }
        let counts = self.counts;
        self.say(Word::End(counts))
    }

    fn say(&mut self, word: Word) -> Result<(), Gone> {
        self.flush()?;
        self.to
            .blocking_send(Supplied::Word(word))
            .map_err(|_| Gone)
    }

    fn flush(&mut self) -> Result<(), Gone> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.to
            .blocking_send(Supplied::Orders(batch))
            .map_err(|_| Gone)
    }

    /// Takes an item for what it is, and hands it on if it fits.
    fn see(&mut self, index: usize, file: &Arc<str>, item: Item) -> Result<(), Gone> {
        let Item { line, kind } = item;
        let bad = |why: &str| Word::BadLine(format!("{file}:{line}: {why}; skipped"));
        let (body, record) = match kind {
            ItemKind::Record(record) => (record.capture.body.clone(), Some(record)),
            ItemKind::Body {
                bytes,
                is_json: true,
            } => (bytes, None),
            ItemKind::Body { is_json: false, .. } => {
                return self.say(bad("neither a record nor JSON"));
            }
            ItemKind::Damaged {
                reason,
                torn_tail: true,
            } => {
                return self.say(Word::Warning(format!(
                    "{file}:{line}: the last record is torn, as a crash leaves it: {reason}; skipped"
                )));
            }
            ItemKind::Damaged { reason, .. } => {
                return self.say(bad(&format!("a record that cannot be read: {reason}")));
            }
            ItemKind::TooLarge { bytes: length } => {
                let limit = bytes(self.supply.max_document as u64);
                return self.say(bad(&format!(
                    "{} long, more than the {limit} of --max-document",
                    bytes(length)
                )));
            }
        };
        let Some((tag, content)) = self.fits(index, file, line, &body, record.as_ref()) else {
            return Ok(());
        };
        if self.supply.choice.skip_duplicates && self.duplicates.before(&content) {
            self.counts.duplicates += 1;
            return Ok(());
        }
        let received_at = record.as_ref().map(|record| record.capture.received_at);
        match self.parcel(body, record.as_ref()) {
            Ok(parcel) => {
                let fitting = Fitting {
                    parcel,
                    received_at,
                    tag,
                };
                let Some(last) = self.supply.choice.last else {
                    return self.order(fitting);
                };
                self.last.push_back(fitting);
                if self.last.len() > last {
                    self.last.pop_front();
                }
                Ok(())
            }
            Err(error) => self.say(bad(&error.to_string())),
        }
    }

    /// What is known of a body, if it is one that is asked for, and what it holds. What costs
    /// least is asked first.
    fn fits(
        &self,
        index: usize,
        file: &Arc<str>,
        line: u64,
        body: &Bytes,
        record: Option<&Record>,
    ) -> Option<(Tag, Bytes)> {
        let Supply {
            choice,
            since,
            until,
            ..
        } = &self.supply;
        let seq = record.map(|record| record.seq);
        if !choice.seqs.is_empty() {
            let seq = seq?;
            choice.seqs.iter().find(|range| range.contains(seq))?;
        }
        if since.is_some() || until.is_some() {
            let at = record?.capture.received_at;
            if since.is_some_and(|since| at < since) || until.is_some_and(|until| at >= until) {
                return None;
            }
        }
        let content = match record {
            Some(record) => record.capture.content(),
            None => Content::plain(body.clone()),
        };
        let glance = self.supply.validation.glance_content(&content);
        let one_of = |wanted: &[String], found: Option<&String>| {
            wanted.is_empty() || found.is_some_and(|found| wanted.contains(found))
        };
        if !one_of(&choice.events, glance.event.as_ref())
            || !one_of(&choice.sessions, glance.session.as_ref())
            || !(choice.verdicts.is_empty() || choice.verdicts.contains(&glance.verdict))
        {
            return None;
        }
        if !choice.conditions.is_empty() {
            let value = serde_json::from_slice(&content.bytes).ok()?;
            if !choice.conditions.iter().all(|one| one.holds(&value)) {
                return None;
            }
        }
        let tag = Tag {
            file: Arc::clone(file),
            line,
            seq,
            event: glance.event,
            session: glance.session.map(Arc::from),
            verdict: glance.verdict,
            key: Key::new(index, line, seq),
        };
        Some((tag, content.bytes))
    }

    fn parcel(&self, body: Bytes, record: Option<&Record>) -> Result<Parcel, ParcelError> {
        let Some(record) = record else {
            // A bare body came without headers; the providers send JSON.
            return match self.supply.headers {
                Headers::None => Parcel::new(body, None),
                Headers::Provider | Headers::Original => Ok(Parcel::json(body)),
            };
        };
        let headers = &record.capture.headers;
        if let Some(content_type) = headers.get("content-type") {
            // What HTTP does not allow is a fault of the record, and not silently left out.
            Parcel::new(Bytes::new(), Some(content_type))?;
        }
        let parcel = match self.supply.headers {
            Headers::None => Parcel::new(body, None)?,
            Headers::Original => Parcel::passed_on(body, headers.iter()),
            Headers::Provider => {
                Parcel::passed_on(body, headers.iter().filter(|(name, _)| !of_the_way(name)))
            }
        };
        if self.supply.keep_path {
            return parcel.to_path(&record.capture.target);
        }
        Ok(parcel)
    }

    /// Hands on what fits, unless it was done in an earlier run.
    fn order(&mut self, fitting: Fitting) -> Result<(), Gone> {
        self.counts.selected += 1;
        if self.supply.done.contains(fitting.tag.key) {
            self.counts.done_before += 1;
            return Ok(());
        }
        let prompt = self.supply.prompt || self.supply.speed != Speed::Max;
        if let (Speed::Times(factor), Some(at)) = (self.supply.speed, fitting.received_at) {
            let gap = self
                .before
                .replace(at)
                .and_then(|before| (at - before).to_std().ok())
                .unwrap_or_default();
            let gap = Duration::try_from_secs_f64(gap.as_secs_f64() / factor)
                .unwrap_or(Duration::MAX)
                .min(self.supply.max_gap.unwrap_or(Duration::MAX));
            self.due = self.due.saturating_add(gap);
        }
        self.number += 1;
        let session = fitting.tag.session.as_ref();
        let lane: Lane = session.filter(|_| self.supply.in_lanes).map(Arc::clone);
        self.batch.push(Order {
            number: self.number,
            lane,
            parcel: fitting.parcel,
            due: self.due,
            tag: Arc::new(fitting.tag),
        });
        // What has a time must not wait for others to fill the batch.
        if prompt || self.batch.len() >= BATCH || self.number < BATCH as u64 {
            self.flush()?;
        }
        Ok(())
    }
}

/// Whether a header tells of the way to the old receiver, not of the provider.
fn of_the_way(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "x-forwarded-",
        "ngrok-",
        "cf-",
        "x-amzn-",
        "x-vercel-",
        "fly-",
    ]
    .iter()
    .any(|start| name.starts_with(start))
        || [
            "forwarded",
            "via",
            "x-real-ip",
            "true-client-ip",
            "cdn-loop",
            "accept-encoding",
        ]
        .contains(&&*name)
}
