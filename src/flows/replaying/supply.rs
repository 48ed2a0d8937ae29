//! Reads the sources on a thread of its own, selects captures, and supplies jobs.
//!
//! Reading and selecting go on while requests are in flight. The channel limits the number of
//! jobs, so that memory does not grow with the log. A body is analysed only as far as the options
//! need it.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::mpsc::{Sender, WeakSender};

use super::choice::{Choice, Seen};
use super::done::{Another, By, Done, Key};
use super::envelope::Envelope;
use super::gaps::Gaps;
use super::overrides::Overrides;
use super::progress::ProgressError;
use super::tag::{Counts, Tag, Word};
use crate::catalog::Entry;
use crate::delivery::{Job, Lane, OutgoingRequest, Supplied};
use crate::journal::{Item, ItemKind, OpenInput, Record};
use crate::json;
use crate::model::content::Content;
use crate::model::error::Failure;
use crate::model::report::{Identification, Severity, Verdict};
use crate::selection::{Facts, Relation, Selector};
use crate::text::number::bytes;
use crate::validation::{Classification, Validation, codes};

/// Jobs that are sent together.
const BATCH: usize = 64;

/// How often it is told that nothing was found so far.
const TICK: Duration = Duration::from_millis(100);

/// A pause from which on it is announced.
const LONG_PAUSE: Duration = Duration::from_secs(10);

/// How far the reader is, for the progress bar.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    /// Bytes that were read.
    pub(crate) bytes: Arc<AtomicU64>,
    /// Captures that were supplied.
    pub(crate) ordered: AtomicU64,
}

impl Ahead {
    pub(crate) fn new(bytes: Arc<AtomicU64>) -> Ahead {
        Ahead {
            bytes,
            ordered: AtomicU64::default(),
        }
    }
}

/// What to supply.
pub(crate) struct Supply {
    pub(crate) choice: Choice,
    /// What selects by the query of the choice.
    pub(crate) selector: Arc<Selector>,
    pub(crate) envelope: Envelope,
    pub(crate) overrides: Overrides,
    pub(crate) gaps: Gaps,
    pub(crate) max_document: usize,
    pub(crate) validation: Validation,
    pub(crate) done: Done,
    /// How many sources were named.
    pub(crate) named: usize,
    /// Whether the output has the verdict on each body.
    pub(crate) tells_verdicts: bool,
    /// Whether sessions are lanes. Otherwise captures are sent one after the other.
    pub(crate) in_lanes: bool,
    /// Whether jobs are sent at once, without waiting for a full batch: for a source that grows, or
    /// for a pace.
    pub(crate) prompt: bool,
    pub(crate) ahead: Arc<Ahead>,
    /// Says how a capture relates to earlier ones, if the query asks for that.
    pub(crate) relate: Option<Relate>,
}

/// Says how the next capture of the sources relates to earlier ones.
pub(crate) type Relate = Box<dyn FnMut(&Content, Option<&Record>) -> Vec<Relation> + Send>;

/// Reading ends here: the receiver was dropped, or got the reason.
struct Gone;

/// A selected capture, before it becomes a job.
struct Selected {
    request: OutgoingRequest,
    tag: Tag,
}

/// The place of an item.
struct Place {
    file: Arc<str>,
    /// The numbers of lines are known.
    has_lines: bool,
    /// The number of the last record, or 0.
    seq: u64,
    /// The source of numbers, and the source of lines.
    numbers: u32,
    lines: u32,
}

impl Place {
    /// The words for a line.
    fn of(&self, line: u64) -> String {
        let Place { file, seq, .. } = self;
        match (self.has_lines, seq) {
            (true, _) => format!("{file}:{line}"),
            (false, 0) => file.to_string(),
            (false, _) => format!("{file}, behind #{seq}"),
        }
    }
}

impl Supply {
    /// Reads all sources in order, and supplies what is selected.
    pub(crate) fn run(
        self,
        sources: impl Iterator<Item = OpenInput>,
        to: Sender<Supplied<Tag, Word>>,
    ) {
        tick(self.ahead.clone(), to.downgrade());
        let mut reading = Reading {
            duplicates: Seen::default(),
            counts: Counts::default(),
            has_warned: false,
            number: 0,
            due: Duration::ZERO,
            batch: Vec::with_capacity(BATCH),
            last: VecDeque::new(),
            supply: self,
            to,
        };
        // The only error means that reading ends here.
        let _ = reading.read_all(sources);
    }
}

/// Tells now and then that the sources are read, until something is found.
fn tick(ahead: Arc<Ahead>, to: WeakSender<Supplied<Tag, Word>>) {
    let ticker = std::thread::Builder::new().name("ticker".to_owned());
    // Without a thread, nothing is told.
    let _ = ticker.spawn(move || {
        while ahead.ordered.load(Ordering::Relaxed) == 0 {
            std::thread::sleep(TICK);
            let Some(to) = to.upgrade() else { return };
            let _ = to.try_send(Supplied::Word(Word::Reading));
        }
    });
}

/// A body and its record. Facts about them are computed when they are needed.
struct Candidate<'c> {
    supply: &'c Supply,
    body: &'c Bytes,
    record: Option<&'c Record>,
    content: OnceCell<Content>,
    identification: OnceCell<Identification>,
    classification: OnceCell<Classification>,
    value: OnceCell<Option<Value>>,
    relations: Vec<Relation>,
}

impl Candidate<'_> {
    fn content(&self) -> &Content {
        self.content.get_or_init(|| match self.record {
            Some(record) => record.capture.content(),
            None => Content::plain(self.body.clone()),
        })
    }

    fn classification(&self) -> &Classification {
        self.classification
            .get_or_init(|| self.supply.validation.classify(self.content()))
    }

    /// Costs less than the verdict, which may be known already.
    fn identification(&self) -> &Identification {
        self.identification
            .get_or_init(|| match self.classification.get() {
                Some(known) => Identification::from(known),
                None => self.supply.validation.identification(self.content()),
            })
    }

    fn into_parts(self) -> (Classification, Content) {
        let content = self.content().clone();
        let classification = if self.supply.tells_verdicts {
            self.classification().clone()
        } else {
            self.identification().clone().judged(Verdict::Valid)
        };
        (classification, content)
    }
}

impl Facts for Candidate<'_> {
    fn seq(&self) -> Option<u64> {
        self.record.map(|record| record.seq)
    }

    fn received_at(&self) -> Option<DateTime<Utc>> {
        self.record.map(|record| record.capture.received_at)
    }

    fn event(&self) -> Option<&str> {
        self.identification().event.as_deref()
    }

    fn session(&self) -> Option<&str> {
        self.identification().session.as_deref()
    }

    fn body(&self) -> &[u8] {
        &self.content().bytes
    }

    fn value(&self) -> Option<&Value> {
        let value = || serde_json::from_slice(self.body()).ok();
        self.value.get_or_init(value).as_ref()
    }

    fn verdict(&self) -> Verdict {
        self.classification().verdict
    }

    fn each_code(&self, see: &mut dyn FnMut(&str)) {
        let report = self.supply.validation.report(self.content());
        report.findings.iter().for_each(|one| see(&one.code));
    }

    fn is(&self, relation: Relation) -> bool {
        self.relations.contains(&relation)
    }
}

struct Reading {
    supply: Supply,
    to: Sender<Supplied<Tag, Word>>,
    duplicates: Seen,
    counts: Counts,
    /// A change of a repeated key was told.
    has_warned: bool,
    number: u64,
    /// When the last job is due.
    due: Duration,
    batch: Vec<Job<Tag>>,
    last: VecDeque<Selected>,
}

impl Reading {
    fn read_all(&mut self, sources: impl Iterator<Item = OpenInput>) -> Result<(), Gone> {
        'sources: for opened in sources {
            let source = match opened.reader {
                Ok(source) => source,
                Err(failure) => {
                    self.say(Word::Failed(failure))?;
                    continue;
                }
            };
            let numbers = u32::try_from(opened.index).unwrap_or(u32::MAX);
            let mut place = Place {
                file: opened.name,
                has_lines: opened.is_whole,
                seq: 0,
                numbers,
                lines: numbers,
            };
            if let Some(part) = opened.part {
                let (lines, is_new) = self.supply.done.source(&part, self.supply.named);
                place.lines = lines;
                if is_new {
                    self.say(Word::Source(lines, part))?;
                }
            }
            for item in source {
                let limit = self.supply.choice.limit;
                if limit.is_some_and(|limit| self.counts.selected >= limit) {
                    break 'sources;
                }
                match item {
                    Ok(item) => self.see(&mut place, item)?,
                    Err(error) => {
                        self.say(Word::Failed(error.into()))?;
                        break;
                    }
                }
            }
        }
        while let Some(selected) = self.last.pop_front() {
            self.supply(selected)?;
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
        self.supply
            .ahead
            .ordered
            .fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.to
            .blocking_send(Supplied::Jobs(batch))
            .map_err(|_| Gone)
    }

    /// Handles an item: supplies it if it is selected.
    fn see(&mut self, place: &mut Place, item: Item) -> Result<(), Gone> {
        let Item { line, kind } = item;
        let (mut body, record) = match usable(place, line, kind, self.supply.max_document) {
            Ok(usable) => usable,
            Err(word) => return self.say(word),
        };
        place.seq = record.as_ref().map_or(place.seq, |record| record.seq);
        let at = match &record {
            Some(record) if !place.has_lines => format!("{}#{}", place.file, record.seq),
            _ => place.of(line),
        };
        let bad = |why: &str| Word::BadLine(format!("{at}: {why}; skipped"));
        let Some((mut classification, content)) = self.fits(&body, record.as_ref()) else {
            return Ok(());
        };
        if record.is_none()
            && classification.provider.is_none()
            && let Some(why) = self.why_no_event(&body)
        {
            return self.say(bad(&why));
        }
        if self.supply.choice.skip_duplicates && self.duplicates.before(&content.bytes) {
            self.counts.duplicates += 1;
            return Ok(());
        }
        let logged = body.clone();
        let mut is_unpacked = false;
        if !self.supply.overrides.is_empty() {
            // It is said once: what comes is often alike.
            if !self.has_warned
                && let Some(warning) = self.supply.overrides.warning(&content.bytes)
            {
                self.has_warned = true;
                self.say(Word::Warning(format!("{at}: {warning}")))?;
            }
            match self.change(&content.bytes, &classification) {
                Ok(Some(changed)) => {
                    body = changed;
                    is_unpacked = true;
                    // The change may move it to another session, and so to another lane.
                    classification = self.classify(&Content::plain(body.clone()));
                }
                Ok(None) => self.counts.unchanged += 1,
                Err(failure) => return self.say(bad(&failure.message())),
            }
        }
        let received_at = record.as_ref().map(|record| record.capture.received_at);
        let seq = record.as_ref().map(|record| record.seq);
        let (source, by, number) = match seq {
            Some(seq) => (place.numbers, By::Seq, seq),
            None => (place.lines, By::Line, line),
        };
        let key = Key {
            source,
            by,
            number,
            mark: mark(&logged, received_at),
        };
        let envelope = self.supply.envelope;
        let request =
            match envelope.request(body, record.as_ref().map(|one| &one.capture), is_unpacked) {
                Ok(request) => request,
                Err(error) => return self.say(bad(&error.to_string())),
            };
        let tag = Tag {
            file: Arc::clone(&place.file),
            line: place.has_lines.then_some(line),
            seq,
            received_at,
            event: classification.event,
            session: classification.session,
            verdict: classification.verdict,
            key,
        };
        let selected = Selected { request, tag };
        let Some(last) = self.supply.choice.last else {
            return self.supply(selected);
        };
        self.last.push_back(selected);
        if self.last.len() > last {
            self.last.pop_front();
        }
        Ok(())
    }

    /// Why a body without a capture is not posted. An object that stands on a line of its own was
    /// meant to be one, whatever is in it; the settings of a program, a list, or what another
    /// tool put around an event were not.
    fn why_no_event(&self, body: &Bytes) -> Option<String> {
        let mut findings = self.supply.validation.report(body).findings.into_iter();
        let error = findings.find(|finding| finding.severity == Severity::Error)?;
        let is_other =
            [codes::NOT_AN_OBJECT.name, codes::WRAPPED_EVENT.name].contains(&&*error.code);
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let spans_lines = memchr::memchr(b'\n', body.trim_ascii()).is_some();
        (is_other || spans_lines || !is_object).then_some(error.message)
    }

    /// The classification and content of a body, if it is selected.
    fn fits(&mut self, body: &Bytes, record: Option<&Record>) -> Option<(Classification, Content)> {
        self.counts.seen += 1;
        let relations = self.supply.relate.as_mut().map(|relate| {
            let content = match record {
                Some(record) => record.capture.content(),
                None => Content::plain(body.clone()),
            };
            relate(&content, record)
        });
        let candidate = Candidate {
            supply: &self.supply,
            body,
            record,
            content: OnceCell::new(),
            identification: OnceCell::new(),
            classification: OnceCell::new(),
            value: OnceCell::new(),
            relations: relations.unwrap_or_default(),
        };
        let fits = self.supply.selector.matches(&candidate);
        fits.then(|| candidate.into_parts())
    }

    /// The classification of a changed body; the verdict is `valid` if the output has none.
    fn classify(&self, content: &Content) -> Classification {
        let Supply {
            validation,
            tells_verdicts,
            ..
        } = &self.supply;
        if *tells_verdicts {
            validation.classify(content)
        } else {
            validation.identification(content).judged(Verdict::Valid)
        }
    }

    fn change(
        &self,
        body: &[u8],
        classification: &Classification,
    ) -> Result<Option<Bytes>, Failure> {
        let catalog = self.supply.validation.catalog();
        let provider = classification.provider.as_deref();
        let entry = provider.and_then(|name| {
            let provider = catalog.provider(name)?;
            let event = provider.event(classification.event.as_deref()?)?;
            Some(Entry { provider, event })
        });
        Ok(self.supply.overrides.apply(body, entry)?)
    }

    /// Supplies a job, unless an earlier run did it.
    fn supply(&mut self, selected: Selected) -> Result<(), Gone> {
        self.counts.selected += 1;
        match self.supply.done.contains(selected.tag.key) {
            Ok(false) => {}
            Ok(true) => {
                self.counts.done_before += 1;
                return Ok(());
            }
            Err(Another) => {
                let file = selected.tag.file.to_string();
                self.say(Word::Refused(ProgressError::Replaced(file).into()))?;
                return Err(Gone);
            }
        }
        let before = self.due;
        self.due = self.supply.gaps.due(selected.tag.received_at);
        let pause = self.due.saturating_sub(before);
        if pause >= LONG_PAUSE {
            self.say(Word::Pause(self.number, pause))?;
        }
        self.number += 1;
        let session = selected.tag.session.as_ref();
        let lane: Lane = session
            .filter(|_| self.supply.in_lanes)
            .map(|one| Arc::from(&**one));
        self.batch.push(Job {
            number: self.number,
            lane,
            request: selected.request,
            due: self.due,
            tag: Arc::new(selected.tag),
        });
        // A job with a due time must not wait for a full batch.
        if self.supply.prompt || self.batch.len() >= BATCH || self.number < BATCH as u64 {
            self.flush()?;
        }
        Ok(())
    }
}

/// The body of an item, and its record; or what is to be said of it instead.
fn usable(
    place: &Place,
    line: u64,
    kind: ItemKind,
    max_document: usize,
) -> Result<(Bytes, Option<Record>), Word> {
    let (file, at) = (&place.file, place.of(line));
    let bad = |why: &str| Err(Word::BadLine(format!("{at}: {why}; skipped")));
    match kind {
        ItemKind::Record(record) => Ok((record.capture.body.clone(), Some(record))),
        ItemKind::Body {
            bytes,
            is_json: true,
        } => Ok((bytes, None)),
        ItemKind::Body { bytes, .. } => {
            let format = json::foreign(&bytes).map(|format| format.message());
            bad(format.as_deref().unwrap_or("neither a record nor JSON"))
        }
        ItemKind::Unusable { reason } => Err(Word::BadLine(format!(
            "{file}: entry {line}: {reason}; skipped"
        ))),
        ItemKind::Damaged {
            reason,
            torn_tail: true,
        } => Err(Word::Warning(format!(
            "{at}: the last record is torn, as a crash leaves it: {reason}; skipped"
        ))),
        ItemKind::Damaged { reason, .. } => bad(&format!("a record that cannot be read: {reason}")),
        ItemKind::TooLarge { bytes: length } => {
            let (length, limit) = (bytes(length), bytes(max_document as u64));
            bad(&format!(
                "{length} long, more than the {limit} of --max-document"
            ))
        }
    }
}

/// A hash to tell a capture from another one with the same number.
fn mark(body: &[u8], received_at: Option<DateTime<Utc>>) -> u32 {
    let at = received_at.map_or(0, |at| at.timestamp_micros());
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a part of a hash is a hash"
    )]
    let mark = xxhash_rust::xxh3::xxh3_64_with_seed(body, at.cast_unsigned()) as u32;
    mark
}
