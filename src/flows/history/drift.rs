//! What arrives against what the documents say: the differences, each counted.
//!
//! The judgement of each capture is that of `validation`: its findings are sorted into classes
//! here. What no single document shows is counted besides: fields and events that never come,
//! fields that come only sometimes, the order within sessions, incomplete sessions, copies.
//!
//! [`DriftPlan::observe`] looks at one capture and runs on several threads; [`Drift`] takes what
//! it saw in order. Memory is bounded: so many rows and events, and as many sessions as
//! [`History`] remembers.

mod classes;
mod presence;
mod row;
mod seen;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::context::History;
use super::name::CaptureName;
use super::reader::Found;
use super::session::{Session, SessionState};
use super::sighting::{Context, Sighting};
use crate::catalog::Catalog;
use crate::model::name::Name;
use crate::model::report::Classification;
use classes::{Deviation, deviations};
use presence::{Fields, Presence, PresencePlan};

pub use classes::DriftClass;
pub use row::{DriftKey, DriftRow, Sentence};
use row::{example_at, sentence};
use seen::Seen;

/// Rows that are counted apart. What differs beyond is only counted in all.
const MOST_ROWS: usize = 2000;
/// Events without a place in the catalog that are counted by name.
const MOST_EVENTS: usize = 2000;

/// What is looked for in a capture, by event.
pub struct DriftPlan<'c> {
    catalog: &'c Catalog,
    presence: PresencePlan<'c>,
}

/// What one capture shows.
pub struct Observation {
    /// How it relates to others.
    pub sighting: Sighting,
    /// Its body, if an example may be taken from it.
    body: Option<Bytes>,
    deviations: Vec<Deviation>,
    presence: Option<Presence>,
}

impl<'c> DriftPlan<'c> {
    /// A plan for the events of a catalog.
    pub fn new(catalog: &'c Catalog) -> DriftPlan<'c> {
        DriftPlan {
            catalog,
            presence: PresencePlan::new(catalog),
        }
    }

    /// Looks at a capture.
    pub fn observe(&self, found: &Found<'_>) -> Observation {
        let (report, body) = (found.report(), found.body());
        let class = Classification::from(&*report);
        let presence = self.presence.of(&class, body);
        let deviations = deviations(&report, self.catalog, body);
        let is_example = presence
            .as_ref()
            .is_some_and(|one| self.presence.wants_body(one));
        Observation {
            body: (is_example || !deviations.is_empty()).then(|| Bytes::copy_from_slice(body)),
            sighting: Sighting::classed(class, body, found.received_at, self.catalog),
            deviations,
            presence,
        }
    }
}

/// The differences so far.
pub struct Drift<'p, 'c> {
    plan: &'p DriftPlan<'c>,
    history: History,
    captures: u64,
    left_out: u64,
    /// Captures by provider and event; empty names where they are not known.
    events: BTreeMap<String, BTreeMap<String, u64>>,
    fields: Fields,
    rows: BTreeMap<DriftKey, Seen>,
    sessions: JudgedSessions,
    beyond: u64,
    settle_after: Duration,
}

impl<'p, 'c> Drift<'p, 'c> {
    /// Nothing yet. An event that follows another one is missing after that time.
    pub fn new(plan: &'p DriftPlan<'c>, settle_after: Duration) -> Drift<'p, 'c> {
        Drift {
            plan,
            history: History::of_log(),
            captures: 0,
            left_out: 0,
            events: BTreeMap::new(),
            fields: Fields::default(),
            rows: BTreeMap::new(),
            sessions: JudgedSessions::default(),
            beyond: 0,
            settle_after,
        }
    }

    /// Captures that were compared.
    pub fn captures(&self) -> u64 {
        self.captures
    }

    /// Differences that were not counted apart, because there are too many.
    pub fn beyond(&self) -> u64 {
        self.beyond
    }

    /// Sessions that were forgotten in favour of others, and judged as they stood then.
    pub fn forgotten(&self) -> u64 {
        self.sessions.forgotten
    }

    /// Remembers that the selection leaves a capture out.
    pub fn leave_out(&mut self, observation: &Observation) {
        self.left_out += 1;
        let catalog = self.plan.catalog;
        let forgotten = self.history.leave_out(&observation.sighting, catalog);
        self.forget(forgotten);
    }

    /// Takes the next capture.
    pub fn take(&mut self, name: &CaptureName, observation: &Observation) {
        let (sighting, body) = (&observation.sighting, observation.body.as_deref());
        self.captures += 1;
        self.count_event(sighting);
        let (context, forgotten) = self.history.observe(name, sighting, self.plan.catalog);
        self.forget(forgotten);
        for deviation in &observation.deviations {
            let key = DriftKey {
                class: deviation.class,
                provider: sighting.class.provider.clone(),
                event: sighting.class.event.clone(),
                pointer: deviation.pointer.clone(),
                detail: Some(deviation.code.to_string()),
            };
            self.see(key, name, || example_at(body?, &deviation.place));
        }
        self.relate(sighting, &context, name);
        if let Some(presence) = &observation.presence {
            self.fields.count(presence, name, body, &self.plan.presence);
        }
    }

    /// What only earlier captures show.
    fn relate(&mut self, sighting: &Sighting, context: &Context, name: &CaptureName) {
        let key = |class, detail: Option<&String>| DriftKey {
            class,
            provider: sighting.class.provider.clone(),
            event: sighting.class.event.clone(),
            pointer: None,
            detail: detail.cloned(),
        };
        if let Some((later, _)) = &context.out_of_order_after {
            let session = sighting.class.session.as_deref().map(Value::from);
            self.see(key(DriftClass::Order, Some(later)), name, || session);
        }
        if let Some(first) = &context.duplicate_of {
            let first = Value::from(first.to_string());
            self.see(key(DriftClass::Redelivery, None), name, || Some(first));
        }
    }

    fn see(&mut self, key: DriftKey, name: &CaptureName, example: impl FnOnce() -> Option<Value>) {
        if self.rows.len() >= MOST_ROWS && !self.rows.contains_key(&key) {
            self.beyond += 1;
            return;
        }
        self.rows.entry(key).or_default().count(name, example);
    }

    fn count_event(&mut self, sighting: &Sighting) {
        let class = &sighting.class;
        let provider = class.provider.as_deref().unwrap_or_default();
        let event = class.event.as_deref().unwrap_or_default();
        let events = self.events.get_mut(provider);
        if let Some(count) = events.and_then(|events| events.get_mut(event)) {
            *count += 1;
            return;
        }
        let events = self.events.entry(provider.to_owned()).or_default();
        let is_room = events.len() < MOST_EVENTS;
        let event = if is_room { event } else { "" };
        *events.entry(event.to_owned()).or_default() += 1;
    }

    fn forget(&mut self, session: Option<Session>) {
        if let Some(session) = session.filter(|session| session.captures > 0) {
            self.sessions.forgotten += 1;
            self.sessions
                .judge(&session, self.plan.catalog, Utc::now(), self.settle_after);
        }
    }

    /// All differences, by class, in the order of the catalog.
    pub fn rows(&mut self, now: DateTime<Utc>) -> Vec<DriftRow> {
        let mut sessions = self.sessions.clone();
        for session in self.history.all_sessions() {
            sessions.judge(&session, self.plan.catalog, now, self.settle_after);
        }
        let mut all: Vec<DriftRow> = self.rows.iter().map(|row| self.row(row)).collect();
        all.extend(sessions.rows());
        all.extend(self.unseen_events());
        all.extend(self.fields.rows(&self.plan.presence));
        for row in &mut all {
            row.source = sentence(&row.key, self.plan.catalog);
        }
        all.sort_by_cached_key(|row| row.place(self.plan.catalog));
        all
    }

    fn row(&self, (key, seen): (&DriftKey, &Seen)) -> DriftRow {
        let event = match key.class {
            DriftClass::UnplannedEvent => None,
            _ => key.event.as_deref(),
        };
        let of = self.captures_of(key.provider.as_deref(), event);
        seen.row(key.clone(), of)
    }

    /// Captures of an event; of a provider; of all.
    fn captures_of(&self, provider: Option<&str>, event: Option<&str>) -> u64 {
        let providers = self.events.iter();
        let events = providers
            .filter(|(name, _)| provider.is_none_or(|wanted| wanted == *name))
            .flat_map(|(_, events)| events);
        let events = events.filter(|(name, _)| event.is_none_or(|wanted| wanted == *name));
        events.map(|(_, count)| count).sum()
    }

    /// Documented events that never came. What the selection leaves out may have come.
    fn unseen_events(&self) -> Vec<DriftRow> {
        if self.left_out > 0 {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for provider in self.plan.catalog.providers() {
            let of = self.captures_of(Some(&provider.name), None);
            let events = provider.events().iter().filter(|_| of > 0);
            for event in events {
                if self.captures_of(Some(&provider.name), Some(&event.name)) > 0 {
                    continue;
                }
                let key = DriftKey {
                    class: DriftClass::NeverSeen,
                    provider: Some(Name::new(&provider.name)),
                    event: Some(Name::new(&event.name)),
                    pointer: None,
                    detail: None,
                };
                rows.push(Seen::default().row(key, of));
            }
        }
        rows
    }
}

/// What the sessions that can be judged are missing.
#[derive(Clone, Default)]
struct JudgedSessions {
    /// How many there are, by provider.
    judged: BTreeMap<String, u64>,
    /// Those that miss something, by provider and event.
    missing: BTreeMap<(String, String), Seen>,
    /// Those that were judged before all was read, because there are too many.
    forgotten: u64,
}

impl JudgedSessions {
    fn judge(
        &mut self,
        session: &Session,
        catalog: &Catalog,
        now: DateTime<Utc>,
        settle_after: Duration,
    ) {
        let provider = catalog.provider(&session.provider);
        let Some(provider) = provider.filter(|one| !one.presence.is_empty()) else {
            return;
        };
        let standings = session.standings(provider, now, settle_after);
        let problems = session.problems(provider, &standings);
        if problems.contains(&SessionState::Truncated) {
            return;
        }
        *self.judged.entry(provider.name.clone()).or_default() += 1;
        for event in standings.missing() {
            let seen = self.missing.entry((provider.name.clone(), event));
            let seen = seen.or_default();
            seen.count(&session.ends[0], || Some(Value::from(session.id.clone())));
            seen.ends[1] = session.ends[1].clone();
        }
    }

    fn rows(&self) -> impl Iterator<Item = DriftRow> {
        self.missing.iter().map(|((provider, event), seen)| {
            let key = DriftKey {
                class: DriftClass::IncompleteSession,
                provider: Some(Name::new(provider)),
                event: Some(Name::new(event)),
                pointer: None,
                detail: None,
            };
            seen.row(key, self.judged.get(provider).copied().unwrap_or_default())
        })
    }
}
