//! What is remembered of every capture of a log, so that a page can list, filter and relate any
//! number of them without reading the log again: [`Row`], 64 bytes each, and each name, session
//! id and list of codes once. Bodies stay in the log.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::context::History;
use super::name::CaptureName;
use super::session::{Session, SessionState};
use super::sighting::{Context, Sighting};
use super::timeline::{MOST_STEPS, Step, Timeline};
use crate::journal::{LogCursor, ReadError};
use crate::model::report::Verdict;
use crate::selection::{Facts, Relation};
use crate::text::number::count;
use crate::validation::{JudgedCapture, Validation};

/// No other row, or no such list.
const NONE: u32 = u32::MAX;

/// What a capture adds to the index. It is worked out on any thread.
#[derive(Clone, Debug)]
pub struct Indexed {
    sighting: Sighting,
    received_at: Option<DateTime<Utc>>,
    /// The codes of its findings, the worst first.
    codes: Vec<String>,
    bytes: u32,
}

impl Indexed {
    /// Looks at a capture that was received at that time, if it is known.
    pub fn of(judged: &JudgedCapture, received_at: Option<DateTime<Utc>>) -> Indexed {
        let mut findings: Vec<_> = judged.report().findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let mut codes: Vec<String> = Vec::new();
        for finding in findings {
            if codes.iter().all(|known| *known != finding.code) {
                codes.push(finding.code.to_string());
            }
        }
        Indexed {
            sighting: Sighting::of(judged, received_at),
            received_at,
            codes,
            bytes: u32::try_from(judged.capture.body.len()).unwrap_or(u32::MAX),
        }
    }
}

/// What is remembered of one capture. Other captures are named by their places in the index.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Its number in its input.
    number: u64,
    /// When it was received, in microseconds; the least number if that is not known.
    at: i64,
    bytes: u32,
    /// Its provider and event.
    kind: u32,
    session: u32,
    /// The capture before it in its session, and how long ago that was.
    before: u32,
    gap_ms: u32,
    duplicate_of: u32,
    same_key_as: u32,
    out_of_order_after: u32,
    /// Lists of words.
    codes: u32,
    missing: u32,
    file: u16,
    verdict: Verdict,
}

/// Words that occur often, each once.
#[derive(Debug)]
struct Words<T: ?Sized> {
    places: HashMap<Arc<T>, u32>,
    all: Vec<Arc<T>>,
    /// How many captures have it.
    counts: Vec<u64>,
}

impl<T: ?Sized> Default for Words<T> {
    fn default() -> Words<T> {
        Words {
            places: HashMap::new(),
            all: Vec::new(),
            counts: Vec::new(),
        }
    }
}

impl<T: ?Sized + Eq + std::hash::Hash> Words<T> {
    fn place(&mut self, word: &T) -> u32
    where
        Arc<T>: for<'t> From<&'t T>,
    {
        if let Some(place) = self.places.get(word) {
            self.counts[*place as usize] += 1;
            return *place;
        }
        let place = u32::try_from(self.all.len()).unwrap_or(NONE);
        let word: Arc<T> = Arc::from(word);
        self.places.insert(Arc::clone(&word), place);
        self.all.push(word);
        self.counts.push(1);
        place
    }

    fn get(&self, place: u32) -> Option<&T> {
        self.all.get(place as usize).map(|word| &**word)
    }
}

/// The captures of a session that are in the index.
#[derive(Clone, Copy, Debug)]
struct Last {
    row: u32,
    captures: u64,
}

/// The captures of a log, or of several inputs, in their order.
pub struct Index {
    validation: Validation,
    history: History,
    rows: Vec<Row>,
    /// Rows from the beginning whose captures were deleted.
    deleted: usize,
    /// The captures are named by their numbers in one log.
    is_log: bool,
    words: Words<str>,
    /// Provider and event.
    kinds: Words<[u32]>,
    lists: Words<[u32]>,
    files: Vec<Arc<str>>,
    /// By provider and session.
    sessions: HashMap<(u32, u32), Last>,
    verdicts: [u64; 4],
    duplicates: u64,
    codes: HashMap<u32, u64>,
    forgotten: [u64; SessionState::ALL.len()],
    /// Captures that were sent from the inspector, and the captures that they were made of: ids.
    replays: HashMap<u64, u64>,
}

impl Index {
    /// An empty one. `is_log`: the captures are those of one log, and have its numbers.
    pub fn new(validation: Validation, is_log: bool) -> Index {
        Index {
            validation,
            history: History::of_log(),
            rows: Vec::new(),
            deleted: 0,
            is_log,
            words: Words::default(),
            kinds: Words::default(),
            lists: Words::default(),
            files: Vec::new(),
            sessions: HashMap::new(),
            verdicts: [0; 4],
            duplicates: 0,
            codes: HashMap::new(),
            forgotten: [0; SessionState::ALL.len()],
            replays: HashMap::new(),
        }
    }

    /// Adds the next capture. False: its number is not above those before it, so that it cannot
    /// be told from another one.
    pub fn add(&mut self, name: &CaptureName, new: &Indexed) -> bool {
        let number = name.number.unwrap_or_default();
        let is_next = self.rows.last().is_none_or(|last| last.number < number);
        if self.is_log && (name.file.is_some() || !is_next) || self.rows.len() >= NONE as usize {
            return false;
        }
        let (context, forgotten) =
            self.history
                .observe(name, &new.sighting, self.validation.catalog());
        self.forget(forgotten.as_ref());
        let file = self.file(name.file.as_ref());
        let class = &new.sighting.class;
        let mut word = |word: Option<&String>| word.map_or(NONE, |word| self.words.place(word));
        let kind = [word(class.provider.as_ref()), word(class.event.as_ref())];
        let session = word(class.session.as_ref());
        let codes: Vec<u32> = new.codes.iter().map(|code| word(Some(code))).collect();
        let missing = &context.missing_before;
        let missing: Vec<u32> = missing.iter().map(|event| word(Some(event))).collect();
        for code in &codes {
            *self.codes.entry(*code).or_default() += 1;
        }
        let place = u32::try_from(self.rows.len()).unwrap_or(NONE);
        let mut before = NONE;
        if session != NONE {
            let last = self.sessions.entry((kind[0], session));
            let last = last.or_insert(Last {
                row: NONE,
                captures: 0,
            });
            before = std::mem::replace(&mut last.row, place);
            last.captures += 1;
        }
        let earlier = |name: Option<&CaptureName>| {
            let found = name.and_then(|name| self.place_of(name));
            found.and_then(|at| u32::try_from(at).ok()).unwrap_or(NONE)
        };
        let later = context.out_of_order_after.as_ref();
        let row = Row {
            number,
            at: new.received_at.map_or(i64::MIN, |at| at.timestamp_micros()),
            bytes: new.bytes,
            session,
            before,
            gap_ms: context.gap.map_or(NONE, |gap| {
                u32::try_from(gap.as_millis()).unwrap_or(NONE - 1)
            }),
            duplicate_of: earlier(context.duplicate_of.as_ref()),
            same_key_as: earlier(context.same_key_as.as_ref()),
            out_of_order_after: earlier(later.map(|(_, name)| name)),
            kind: self.kinds.place(&kind),
            codes: self.lists.place(&codes),
            missing: self.lists.place(&missing),
            file,
            verdict: class.verdict,
        };
        self.verdicts[class.verdict as usize] += 1;
        self.duplicates += u64::from(row.duplicate_of != NONE);
        self.rows.push(row);
        true
    }

    fn forget(&mut self, session: Option<&Session>) {
        let Some(session) = session.filter(|session| session.captures > 0) else {
            return;
        };
        let Some(provider) = self.validation.catalog().provider(&session.provider) else {
            return;
        };
        let standings = session.standings(provider, Utc::now(), Duration::ZERO);
        let problems = session.problems(provider, &standings);
        let state = problems.first().unwrap_or(&SessionState::Complete);
        self.forgotten[*state as usize] += 1;
    }

    fn file(&mut self, file: Option<&Arc<str>>) -> u16 {
        let Some(file) = file else { return u16::MAX };
        if self.files.last() != Some(file) {
            self.files.push(Arc::clone(file));
        }
        u16::try_from(self.files.len() - 1).unwrap_or(u16::MAX)
    }

    fn place_of(&self, name: &CaptureName) -> Option<usize> {
        let file = match &name.file {
            None => u16::MAX,
            Some(file) => u16::try_from(self.files.iter().rposition(|one| one == file)?).ok()?,
        };
        let key = (file, name.number.unwrap_or_default());
        self.rows
            .binary_search_by_key(&key, |row| (row.file, row.number))
            .ok()
    }

    /// The id of a capture that is in the index.
    pub fn id_of(&self, name: &CaptureName) -> Option<u64> {
        let found = self.at(self.place_of(name)?)?;
        Some(found.id())
    }

    /// The places of all captures that are still in the log.
    pub fn places(&self) -> std::ops::Range<usize> {
        self.deleted..self.rows.len()
    }

    /// Passes over the captures before this id, which are not in the log any more.
    pub fn delete_before(&mut self, id: u64) {
        self.deleted = self.deleted.max(self.from(id));
    }

    /// The place of the first capture with that id or a higher one.
    pub fn from(&self, id: u64) -> usize {
        if self.is_log {
            self.rows.partition_point(|row| row.number < id)
        } else {
            let place = usize::try_from(id.saturating_sub(1)).unwrap_or(usize::MAX);
            place.min(self.rows.len())
        }
    }

    /// A capture by its place.
    pub fn at(&self, place: usize) -> Option<IndexedCapture<'_>> {
        let row = self.rows.get(place).filter(|_| place >= self.deleted)?;
        Some(IndexedCapture {
            index: self,
            place,
            row: *row,
        })
    }

    /// A capture by its id.
    pub fn find(&self, id: u64) -> Option<IndexedCapture<'_>> {
        self.at(self.from(id)).filter(|found| found.id() == id)
    }

    /// Marks a capture, which may come later, as made of another one. Whether it is here already.
    pub fn mark_replay(&mut self, id: u64, of: u64) -> bool {
        self.replays.insert(id, of);
        self.find(id).is_some()
    }

    /// Whether a capture of this id was in the log and is not any more: a log has each number once, and
    /// a capture may be deleted before it is read.
    pub fn is_deleted(&self, id: u64) -> bool {
        let last = self.rows.last().filter(|_| self.is_log);
        last.is_some_and(|last| (1..=last.number).contains(&id)) && self.find(id).is_none()
    }

    /// Whether the captures are those of one log, with its numbers.
    pub fn is_log(&self) -> bool {
        self.is_log
    }

    /// Captures by verdict, from the best to the worst.
    pub fn verdicts(&self) -> impl Iterator<Item = (Verdict, u64)> {
        Verdict::ALL.into_iter().zip(self.verdicts)
    }

    /// Captures whose body came before.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// The events that were seen, and how many captures each has.
    pub fn events(&self) -> impl Iterator<Item = (&str, u64)> {
        let kinds = self.kinds.all.iter().zip(&self.kinds.counts);
        kinds.filter_map(|(kind, count)| Some((self.words.get(kind[1])?, *count)))
    }

    /// The codes that were seen, and how many captures have each.
    pub fn codes(&self) -> impl Iterator<Item = (&str, u64)> {
        let codes = self.codes.iter();
        codes.filter_map(|(code, count)| Some((self.words.get(*code)?, *count)))
    }

    /// The sessions that are remembered, the one with the latest capture first.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.history.latest_sessions()
    }

    /// How many sessions were forgotten, by the state that they had.
    pub fn forgotten(&self) -> impl Iterator<Item = (SessionState, u64)> {
        SessionState::ALL.into_iter().zip(self.forgotten)
    }

    /// The timelines of the sessions with this id, one for each provider, and the number of
    /// captures that are too many for them.
    pub fn timelines(&self, id: &str) -> (Vec<Timeline>, u64) {
        let mut left_out = 0;
        let mut timelines = Vec::new();
        for session in self.history.sessions_of(id) {
            let (steps, more) = self.steps(session);
            left_out += more;
            timelines.push(Timeline {
                session: session.clone(),
                steps,
            });
        }
        (timelines, left_out)
    }

    /// The ids of all captures of the sessions with this id, in their order.
    pub fn ids_of(&self, id: &str, provider: Option<&str>) -> Vec<u64> {
        let sessions = self.history.sessions_of(id).into_iter();
        let sessions = sessions.filter(|one| provider.is_none_or(|name| one.provider == name));
        let mut places: Vec<usize> = sessions.flat_map(|one| self.places_of(one)).collect();
        places.sort_unstable();
        let captures = places.into_iter().filter_map(|place| self.at(place));
        captures.map(|found| found.id()).collect()
    }

    fn steps(&self, session: &Session) -> (Vec<Step>, u64) {
        let of = self.places_of(session);
        let left_out = of.len().saturating_sub(MOST_STEPS);
        let mut steps: Vec<Step> = Vec::new();
        let mut places = HashMap::new();
        for place in &of[..of.len() - left_out] {
            let Some(found) = self.at(*place) else {
                continue;
            };
            if let Some(first) = places.get(&(found.row.duplicate_of as usize)) {
                let step: &mut Step = &mut steps[*first];
                step.duplicates += 1;
                step.last_duplicate = Some((found.name(), found.received_at()));
                continue;
            }
            places.insert(*place, steps.len());
            steps.push(Step {
                name: found.name(),
                event: found.event().map(str::to_owned),
                at: found.received_at(),
                verdict: found.row.verdict,
                code: found.codes().next().map(str::to_owned),
                context: found.context(),
                duplicates: 0,
                last_duplicate: None,
            });
        }
        (steps, count(left_out))
    }

    /// The places of the captures of a session, in order.
    fn places_of(&self, session: &Session) -> Vec<usize> {
        let key = [&session.provider, &session.id].map(|word| self.words.places.get(&**word));
        let [Some(provider), Some(id)] = key else {
            return Vec::new();
        };
        let Some(last) = self.sessions.get(&(*provider, *id)) else {
            return Vec::new();
        };
        let mut places = Vec::new();
        let mut at = last.row;
        while let Some(row) = self.rows.get(at as usize) {
            places.push(at as usize);
            at = row.before;
        }
        places.reverse();
        places
    }
}

/// A capture of the index: facts for a query, and what a list shows.
#[derive(Clone, Copy)]
pub struct IndexedCapture<'i> {
    index: &'i Index,
    place: usize,
    row: Row,
}

impl<'i> IndexedCapture<'i> {
    /// Its number among all captures, in the order of arrival; of one log, that in the log.
    pub fn id(&self) -> u64 {
        if self.index.is_log {
            self.row.number
        } else {
            count(self.place) + 1
        }
    }

    /// Its name on the command line.
    pub fn name(&self) -> CaptureName {
        CaptureName {
            file: self.index.files.get(usize::from(self.row.file)).cloned(),
            number: Some(self.row.number),
        }
    }

    /// The provider.
    pub fn provider(&self) -> Option<&'i str> {
        let kind = self.index.kinds.get(self.row.kind)?;
        self.index.words.get(kind[0])
    }

    /// The length of its body, as it was received.
    pub fn bytes(&self) -> u32 {
        self.row.bytes
    }

    /// The codes of its findings, the worst first.
    pub fn codes(&self) -> impl Iterator<Item = &'i str> + use<'i> {
        self.words(self.row.codes)
    }

    fn words(&self, list: u32) -> impl Iterator<Item = &'i str> + use<'i> {
        let index = self.index;
        let list = index.lists.get(list).unwrap_or_default();
        list.iter().filter_map(|word| index.words.get(*word))
    }

    fn other(&self, place: u32) -> Option<IndexedCapture<'i>> {
        let row = self.index.rows.get(place as usize)?;
        Some(IndexedCapture {
            index: self.index,
            place: place as usize,
            row: *row,
        })
    }

    /// The first capture with the same body.
    pub fn duplicate_of(&self) -> Option<IndexedCapture<'i>> {
        self.other(self.row.duplicate_of)
    }

    /// The id of the capture that it was made of, if it was sent from the inspector of this run.
    pub fn replay_of(&self) -> Option<u64> {
        self.index.replays.get(&self.id()).copied()
    }

    /// The last one with the same key and another body.
    pub fn same_key_as(&self) -> Option<IndexedCapture<'i>> {
        self.other(self.row.same_key_as)
    }

    /// A capture that came before it and belongs after it.
    pub fn out_of_order_after(&self) -> Option<IndexedCapture<'i>> {
        self.other(self.row.out_of_order_after)
    }

    /// The one before it in its session.
    pub fn before(&self) -> Option<IndexedCapture<'i>> {
        self.other(self.row.before)
    }

    /// The one behind it in its session.
    pub fn behind(&self) -> Option<IndexedCapture<'i>> {
        let kind = self.index.kinds.get(self.row.kind)?;
        let last = self.index.sessions.get(&(kind[0], self.row.session))?;
        let mut at = self.other(last.row)?;
        while at.place > self.place {
            let before = at.before()?;
            if before.place == self.place {
                return Some(at);
            }
            at = before;
        }
        None
    }

    /// Events of its session that belong before it and had not come.
    pub fn missing_before(&self) -> impl Iterator<Item = &'i str> + use<'i> {
        self.words(self.row.missing)
    }

    /// The time since the capture before it in its session.
    pub fn gap(&self) -> Option<Duration> {
        let known = self.row.gap_ms != NONE;
        known.then(|| Duration::from_millis(u64::from(self.row.gap_ms)))
    }

    /// How it relates to earlier captures.
    pub fn context(&self) -> Context {
        let later = self.out_of_order_after();
        Context {
            gap: self.gap(),
            duplicate_of: self.duplicate_of().map(|one| one.name()),
            same_key_as: self.same_key_as().map(|one| one.name()),
            out_of_order_after: later
                .map(|one| (one.event().unwrap_or_default().to_owned(), one.name())),
            missing_before: self.missing_before().map(str::to_owned).collect(),
        }
    }
}

impl Facts for IndexedCapture<'_> {
    fn seq(&self) -> Option<u64> {
        Some(self.row.number)
    }

    fn received_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.row.at).filter(|_| self.row.at != i64::MIN)
    }

    fn event(&self) -> Option<&str> {
        let kind = self.index.kinds.get(self.row.kind)?;
        self.index.words.get(kind[1])
    }

    fn session(&self) -> Option<&str> {
        self.index.words.get(self.row.session)
    }

    fn verdict(&self) -> Verdict {
        self.row.verdict
    }

    fn each_code(&self, see: &mut dyn FnMut(&str)) {
        self.codes().for_each(see);
    }

    fn is(&self, relation: Relation) -> bool {
        match relation {
            Relation::Duplicate => self.row.duplicate_of != NONE,
            Relation::OutOfOrder => self.row.out_of_order_after != NONE,
            Relation::Missing => self.missing_before().next().is_some(),
        }
    }
}

/// The first number that is still in a log.
///
/// # Errors
///
/// When a file cannot be read.
pub fn first_number(log: &std::path::Path, last: u64) -> Result<Option<u64>, ReadError> {
    let record = LogCursor::new(log, 1).next(last)?;
    Ok(record.map(|record| record.seq))
}
