//! A session: what of it came, and what the documents promise and did not come.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::name::CaptureName;
use super::sighting::{Context, Sighting};
use crate::catalog::{Presence, Provider};
use crate::model::report::Verdict;

/// Different events of a session that the catalog does not have and that are counted by name.
const MOST_EVENTS: usize = 64;
/// The parts of the time of a session in which its captures are counted.
const PARTS: usize = 16;

/// A session, as far as it was observed.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its provider.
    pub provider: String,
    /// Its id.
    pub id: String,
    /// Its first and its last capture.
    pub ends: [CaptureName; 2],
    /// The earliest and the latest time of its captures, if any time is known.
    pub times: Option<[DateTime<Utc>; 2]>,
    /// Its captures, duplicates included.
    pub captures: u64,
    /// Captures whose body came before.
    pub duplicates: u64,
    /// Captures whose verdict is `invalid`.
    pub invalid: u64,
    /// The worst verdict.
    pub verdict: Verdict,
    /// Captures by the part of its time in which they came.
    pub activity: Activity,
    /// Its place among all sessions.
    pub(super) ordinal: u64,
    /// Captures of it were left out.
    pub(super) is_cut: bool,
    /// It had an event in this run of `listen`.
    pub(super) is_live: bool,
    is_out_of_order: bool,
    /// The events of the provider that came.
    seen: Vec<Seen>,
    /// How many captures of other events there are, by name.
    others: Vec<(String, u64)>,
    /// Which of the events with a documented order came, by their places in it.
    ordered: Vec<bool>,
}

/// An event of the provider that came.
#[derive(Clone, Debug)]
struct Seen {
    /// Its place among the events of the provider.
    index: u16,
    captures: u64,
    last: CaptureName,
    first_at: Option<DateTime<Utc>>,
}

/// The state of a session: the first of these that applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum SessionState {
    /// An event that the documents promise has not come, and its time is over.
    Missing,
    /// An event came after one that belongs after it.
    OutOfOrder,
    /// Its beginning, or some other part, lies outside of what was read.
    Truncated,
    /// A promised event may still come.
    Open,
    /// All that the documents promise has come.
    Complete,
}

impl SessionState {
    /// All of them, in order.
    pub const ALL: [SessionState; 5] = [
        SessionState::Missing,
        SessionState::OutOfOrder,
        SessionState::Truncated,
        SessionState::Open,
        SessionState::Complete,
    ];

    /// The word for it in output and flags.
    pub fn word(self) -> &'static str {
        match self {
            SessionState::Missing => "missing",
            SessionState::OutOfOrder => "out-of-order",
            SessionState::Truncated => "truncated",
            SessionState::Open => "open",
            SessionState::Complete => "complete",
        }
    }
}

/// How an event that the documents describe stands in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It came.
    Came,
    /// It has not come, and its time is over.
    Missing(Why),
    /// It may still come.
    Open,
    /// It has not come, and need not.
    Optional,
    /// It has not come, and nothing can be said: the session is truncated.
    NotKnown,
}

/// Why the time of an event is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// This event came, which only comes later.
    Later(String),
    /// It should follow this event, and the time to wait has passed.
    Settled(String),
}

/// The promises of a provider, and how a session stands to them.
#[derive(Clone, Debug)]
pub struct Standings<'p>(Vec<(&'p Presence, Standing)>);

impl<'p> Standings<'p> {
    /// Each in the order of a session's life.
    pub fn iter(&self) -> impl Iterator<Item = (&'p Presence, &Standing)> {
        self.0
            .iter()
            .map(|(presence, standing)| (*presence, standing))
    }

    /// The names of what is missing; alternatives are joined by `|`.
    pub fn missing(&self) -> Vec<String> {
        let missing = self
            .iter()
            .filter(|(_, one)| matches!(one, Standing::Missing(_)));
        missing
            .map(|(presence, _)| presence.events.join("|"))
            .collect()
    }

    /// Promised events that came, and all that are promised.
    pub fn promised(&self) -> [u64; 2] {
        let mut counts = [0, 0];
        for (_, standing) in self.iter().filter(|(one, _)| one.only.is_none()) {
            counts[0] += u64::from(*standing == Standing::Came);
            counts[1] += 1;
        }
        counts
    }
}

impl Session {
    pub(super) fn new(provider: &Provider, id: &str, ordinal: u64) -> Session {
        Session {
            provider: provider.name.clone(),
            id: id.to_owned(),
            ends: Default::default(),
            times: None,
            captures: 0,
            duplicates: 0,
            invalid: 0,
            verdict: Verdict::Valid,
            activity: Activity::default(),
            ordinal,
            is_cut: false,
            is_live: false,
            is_out_of_order: false,
            seen: Vec::new(),
            others: Vec::new(),
            ordered: vec![false; provider.order.len()],
        }
    }

    /// Takes the next capture of this session, and says how it relates to the earlier ones.
    pub(super) fn observe(
        &mut self,
        provider: &Provider,
        name: &CaptureName,
        sighting: &Sighting,
        context: &mut Context,
    ) {
        if self.captures == 0 {
            self.ends[0] = name.clone();
        }
        self.ends[1] = name.clone();
        self.captures += 1;
        self.verdict = self.verdict.max(sighting.class.verdict);
        self.duplicates += u64::from(context.duplicate_of.is_some());
        self.invalid += u64::from(sighting.class.verdict == Verdict::Invalid);
        if let Some(at) = sighting.at {
            if let Some([first, last]) = &mut self.times {
                context.gap = Some((at - *last).to_std().unwrap_or_default());
                // Two requests may overtake each other on their way here.
                (*first, *last) = ((*first).min(at), (*last).max(at));
            } else {
                self.times = Some([at, at]);
            }
            self.activity.count(at);
        }
        let Some(event) = &sighting.class.event else {
            return;
        };
        // A duplicate of a timely event says nothing about the order.
        if let Some(place) = provider.order.iter().position(|other| other == event) {
            if context.duplicate_of.is_none() {
                self.order(provider, place, name, context);
            }
            self.ordered[place] = true;
        }
        self.count(provider, event, name, sighting.at);
    }

    /// Says which events came before the one at that place of the order and belong after it, and
    /// which belong before it and have not come.
    fn order(
        &mut self,
        provider: &Provider,
        place: usize,
        name: &CaptureName,
        context: &mut Context,
    ) {
        let order = &provider.order;
        let later = (place + 1..order.len())
            .rev()
            .filter(|at| self.ordered[*at]);
        context.out_of_order_after = later.map(|at| &order[at]).find_map(|later| {
            let last = &self.seen_of(provider, later)?.last;
            (!name.is_before(last)).then(|| (later.clone(), last.clone()))
        });
        let begun = (0..place).skip_while(|at| !self.ordered[*at]);
        let missing = begun.filter(|at| !self.ordered[*at]);
        context.missing_before = missing.map(|at| order[at].clone()).collect();
        self.is_out_of_order |= context.out_of_order_after.is_some();
    }

    /// Counts a capture of an event.
    fn count(
        &mut self,
        provider: &Provider,
        event: &str,
        name: &CaptureName,
        at: Option<DateTime<Utc>>,
    ) {
        if let Some(index) = place_of(provider, event) {
            if let Some(seen) = self.seen.iter_mut().find(|seen| seen.index == index) {
                seen.captures += 1;
                seen.last = name.clone();
                return;
            }
            return self.seen.push(Seen {
                index,
                captures: 1,
                last: name.clone(),
                first_at: at,
            });
        }
        let is_room = self.others.len() < MOST_EVENTS;
        match self.others.iter_mut().find(|(known, _)| known == event) {
            Some((_, captures)) => *captures += 1,
            None if is_room => self.others.push((event.to_owned(), 1)),
            None => {}
        }
    }

    /// How many captures of each event there are.
    pub fn events<'s>(&'s self, provider: &'s Provider) -> impl Iterator<Item = (&'s str, u64)> {
        let known = self.seen.iter().filter_map(|seen| {
            let event = provider.events().get(usize::from(seen.index))?;
            Some((&*event.name, seen.captures))
        });
        let others = self.others.iter();
        known.chain(others.map(|(name, captures)| (&**name, *captures)))
    }

    fn seen_of(&self, provider: &Provider, event: &str) -> Option<&Seen> {
        let index = place_of(provider, event)?;
        self.seen.iter().find(|seen| seen.index == index)
    }

    /// How the session stands to what the documents describe. An event is missing only if they
    /// promise it, and a later event came or it has not come for `settle_after` after the event
    /// that it follows. Nothing is missing in a truncated session.
    pub fn standings<'p>(
        &self,
        provider: &'p Provider,
        now: DateTime<Utc>,
        settle_after: Duration,
    ) -> Standings<'p> {
        let is_truncated = self.is_truncated(provider);
        let standing = |presence: &Presence| {
            if self.came(provider, presence) {
                return Standing::Came;
            }
            if presence.only.is_some() {
                return Standing::Optional;
            }
            if is_truncated {
                return Standing::NotKnown;
            }
            if let Some((event, _)) = self.later(provider, presence) {
                return Standing::Missing(Why::Later(event));
            }
            let follows = presence.after.as_deref();
            match follows.and_then(|after| Some((after, self.over_at(provider, after)?))) {
                Some((after, at)) if has_passed(now, at, settle_after) => {
                    Standing::Missing(Why::Settled(after.to_owned()))
                }
                _ => Standing::Open,
            }
        };
        let standings = provider.presence.iter().map(|one| (one, standing(one)));
        Standings(standings.collect())
    }

    fn came(&self, provider: &Provider, presence: &Presence) -> bool {
        let mut events = presence.events.iter();
        events.any(|event| self.seen_of(provider, event).is_some())
    }

    /// An event that came and that only comes after this one, and when it came.
    fn later(
        &self,
        provider: &Provider,
        presence: &Presence,
    ) -> Option<(String, Option<DateTime<Utc>>)> {
        let place = |event: &String| provider.order.iter().position(|one| one == event);
        let place_of_this = presence.events.iter().find_map(place);
        let is_later = |event: &String| {
            let is_ordered_later = place(event) > place_of_this && place_of_this.is_some();
            let mut others = provider.presence.iter();
            let follows = others.any(|other| {
                let after = other.after.as_ref();
                other.events.contains(event)
                    && after.is_some_and(|one| presence.events.contains(one))
            });
            is_ordered_later || follows
        };
        provider.events().iter().find_map(|event| {
            let seen = self.seen_of(provider, &event.name);
            let seen = seen.filter(|_| is_later(&event.name))?;
            Some((event.name.clone(), seen.first_at))
        })
    }

    /// When an event came, or when a later one proved that its time was over.
    fn over_at(&self, provider: &Provider, event: &str) -> Option<DateTime<Utc>> {
        if let Some(seen) = self.seen_of(provider, event) {
            return seen.first_at;
        }
        let mut all = provider.presence.iter();
        let presence = all.find(|one| one.events.iter().any(|name| name == event))?;
        self.later(provider, presence)?.1
    }

    /// Whether its beginning, or some other part, lies outside of what was read.
    fn is_truncated(&self, provider: &Provider) -> bool {
        let mut promised = provider.presence.iter().filter(|one| one.only.is_none());
        let first = promised.next();
        self.is_cut || first.is_some_and(|first| !self.came(provider, first))
    }

    /// What applies to it, the state first; nothing if it is complete.
    pub fn problems(&self, provider: &Provider, standings: &Standings<'_>) -> Vec<SessionState> {
        let any = |wanted: fn(&Standing) -> bool| standings.iter().any(|(_, one)| wanted(one));
        let applies = |state: SessionState| match state {
            SessionState::Missing => any(|one| matches!(one, Standing::Missing(_))),
            SessionState::OutOfOrder => self.is_out_of_order,
            SessionState::Truncated => self.is_truncated(provider),
            SessionState::Open => any(|one| *one == Standing::Open),
            SessionState::Complete => false,
        };
        let mut states = SessionState::ALL.to_vec();
        states.retain(|state| applies(*state));
        states
    }

    /// Whether somebody should look at it: an event is missing or out of order, or a capture is
    /// invalid or a duplicate. `problems` is what applies to it.
    pub fn has_problems(&self, problems: &[SessionState]) -> bool {
        let is_wrong = |state: &SessionState| {
            matches!(state, SessionState::Missing | SessionState::OutOfOrder)
        };
        self.invalid > 0 || self.duplicates > 0 || problems.iter().any(is_wrong)
    }

    /// The time from its first to its last capture.
    pub fn length(&self) -> Option<Duration> {
        let [first, last] = self.times?;
        (last - first).to_std().ok()
    }
}

/// The place of an event among those of its provider.
fn place_of(provider: &Provider, event: &str) -> Option<u16> {
    let index = provider.events().iter().position(|one| one.name == event)?;
    u16::try_from(index).ok()
}

fn has_passed(now: DateTime<Utc>, since: DateTime<Utc>, wait: Duration) -> bool {
    (now - since).to_std().is_ok_and(|passed| passed >= wait)
}

/// Captures by the part of a session's time in which they came. The parts double in length as
/// the session goes on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Activity {
    begin: Option<DateTime<Utc>>,
    /// Seconds of a part.
    part: u32,
    counts: [u32; PARTS],
}

impl Activity {
    fn count(&mut self, at: DateTime<Utc>) {
        let begin = *self.begin.get_or_insert(at);
        self.part = self.part.max(1);
        let seconds = u64::try_from((at - begin).num_seconds()).unwrap_or(0);
        while seconds / u64::from(self.part) >= PARTS as u64 {
            if self.part > u32::MAX / 2 {
                return;
            }
            self.part *= 2;
            for index in 0..PARTS {
                let pair = self.counts.get(2 * index..2 * index + 2);
                self.counts[index] = pair.map_or(0, |pair| pair[0].saturating_add(pair[1]));
            }
        }
        let part = usize::try_from(seconds / u64::from(self.part)).unwrap_or(0);
        self.counts[part] = self.counts[part].saturating_add(1);
    }

    /// The counts of the parts, up to the last one that has any.
    pub fn counts(&self) -> &[u32] {
        let end = self.counts.iter().rposition(|count| *count > 0);
        &self.counts[..end.map_or(0, |end| end + 1)]
    }
}
