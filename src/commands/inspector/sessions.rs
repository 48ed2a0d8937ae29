//! Sessions, their timelines, and what differs.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::backend::{InspectorBackend, KNOWN_FOR};
use super::totals::{Totals, state};
use crate::commands::reading::deliveries;
use crate::flows::history::{Depth, Session, SessionState, Timeline, differences, pairs, sample};
use crate::flows::inspector::{ApiError, DiffCall, SessionsCall, Sides};
use crate::render::inspect::{self, timeline};
use crate::render::log::{SessionRow, ShownTimeline};
use crate::validation::JudgedCapture;
use crate::wire::inspect::{DiffJson, SessionsJson, TimelinesJson};
use crate::wire::object_text;

/// How long an event may take that follows another one, as `log sessions` has it.
const SETTLE_AFTER: Duration = Duration::from_secs(600);

/// The word for sessions of any state that have a problem.
const PROBLEMS: &str = "problems";

impl InspectorBackend {
    /// All sessions by state, as of a moment ago.
    pub(super) fn totals(&self) -> Totals {
        let mut known = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        let is_ready = self.progress.is_ready.load(Ordering::Relaxed);
        if let Some((at, was_ready, totals)) = &*known
            && at.elapsed() < KNOWN_FOR
            && *was_ready == is_ready
        {
            return *totals;
        }
        let (mut totals, now) = (Totals::default(), Utc::now());
        self.search.read(|index| {
            for session in index.sessions() {
                let problems = self.problems(session, now);
                totals.count(session, &problems);
            }
            for (state, count) in index.forgotten() {
                totals.forget(state, count);
            }
        });
        *known = Some((Instant::now(), is_ready, totals));
        totals
    }

    /// What applies to a session.
    fn problems(&self, session: &Session, now: DateTime<Utc>) -> Vec<SessionState> {
        let catalog = self.search.validation.catalog();
        let Some(provider) = catalog.provider(&session.provider) else {
            return Vec::new();
        };
        let standings = session.standings(provider, now, SETTLE_AFTER);
        session.problems(provider, &standings)
    }

    fn row(&self, session: &Session) -> Option<SessionRow> {
        let catalog = self.search.validation.catalog();
        let provider = catalog.provider(&session.provider)?;
        let standings = session.standings(provider, Utc::now(), SETTLE_AFTER);
        Some(SessionRow::new(session.clone(), provider, &standings))
    }

    pub(super) fn sessions(&self, call: &SessionsCall) -> Result<Vec<u8>, ApiError> {
        let known = |word: &String| {
            word == PROBLEMS || SessionState::ALL.iter().any(|state| state.word() == word)
        };
        if let Some(wrong) = call.states.iter().find(|word| !known(word)) {
            return Err(ApiError::request(format!("state: `{wrong}` is none")));
        }
        let now = Utc::now();
        let (rows, more) = self.search.read(|index| {
            let has_state = |session: &Session| {
                let problems = self.problems(session, now);
                let mut words = call.states.iter();
                words.any(|word| match &**word {
                    PROBLEMS => session.has_problems(&problems),
                    word => word == state(&problems).word(),
                })
            };
            let is_meant = |session: &&Session| {
                session.id.contains(&call.text) && (call.states.is_empty() || has_state(session))
            };
            let mut found = index.sessions().filter(is_meant).skip(call.offset);
            let rows: Vec<_> = found.by_ref().take(call.limit).collect();
            let rows: Vec<_> = rows.into_iter().filter_map(|one| self.row(one)).collect();
            (rows, found.next().is_some())
        });
        let summary = self.totals().object(rows.len());
        Ok(self.search.read(|index| {
            let answer = SessionsJson {
                sessions: rows
                    .iter()
                    .map(|row| inspect::session(row, index))
                    .collect(),
                next: more.then_some(call.offset + call.limit),
                summary,
            };
            object_text("sessions", &answer)
        }))
    }

    pub(super) fn session(&self, id: &str) -> Result<Vec<u8>, ApiError> {
        let (timelines, left_out) = self.search.read(|index| index.timelines(id));
        if timelines.is_empty() {
            let message = format!("there is no session {}", crate::text::show(id));
            return Err(ApiError::not_found(message));
        }
        let steps = timelines.iter().flat_map(|timeline| &timeline.steps);
        let captures = steps.flat_map(|step| {
            let copy = step.last_duplicate.clone();
            std::iter::once((step.name.clone(), step.at)).chain(copy)
        });
        let delivered = deliveries(&self.inputs, captures);
        let catalog = self.search.validation.catalog();
        let shown = |timeline: &'_ Timeline| {
            let session = timeline.session.clone();
            let provider = catalog.provider(&session.provider)?;
            let standings = session.standings(provider, Utc::now(), SETTLE_AFTER);
            Some((SessionRow::new(session, provider, &standings), standings))
        };
        let shown = timelines.iter().filter_map(|one| {
            let (row, standings) = shown(one)?;
            Some(ShownTimeline {
                row,
                steps: &one.steps,
                standings,
                deliveries: &delivered,
            })
        });
        let shown: Vec<_> = shown.collect();
        Ok(self.search.read(|index| {
            let answer = TimelinesJson {
                timelines: shown.iter().map(|one| timeline(one, index)).collect(),
                left_out,
            };
            object_text("timelines", &answer)
        }))
    }

    pub(super) fn diff(&self, call: &DiffCall) -> Result<Vec<u8>, ApiError> {
        let mut identical = false;
        let mut depth = if call.exact {
            Depth::Exact
        } else {
            Depth::Fresh
        };
        let validation = &self.search.validation;
        let found = match &call.sides {
            Sides::Captures(a, b) => {
                let (a, b) = (self.found(*a)?.0, self.found(*b)?.0);
                // Before values are masked, which could hide a difference.
                identical = a.content().bytes == b.content().bytes;
                let (a, b) = (self.setup.mask.of(a), self.setup.mask.of(b));
                vec![(None, differences(&a, &b, depth))]
            }
            Sides::Sample(id) => {
                let judged = self.shown(*id)?.0;
                let sample = sample(&judged, validation).ok_or_else(|| {
                    ApiError::not_found(format!("{id} is no event of the catalog"))
                })?;
                if !call.exact {
                    depth = Depth::Shape;
                }
                vec![(None, differences(&sample, &judged, depth))]
            }
            Sides::Sessions(a, b) => {
                let [a, b] = [a, b].map(|id| self.of_session(id));
                pairs([a?, b?], depth)
            }
        };
        let all = found.iter().flat_map(|(event, found)| {
            let shown = |one| inspect::difference(one, event.as_deref());
            found.iter().map(shown).collect::<Vec<_>>()
        });
        let answer = DiffJson {
            exact: call.exact,
            identical,
            compared: crate::text::number::count(found.len()),
            differences: all.collect(),
        };
        Ok(object_text("diff", &answer))
    }

    /// The captures of a session, without copies.
    fn of_session(&self, id: &str) -> Result<Vec<Arc<JudgedCapture>>, ApiError> {
        let (timelines, _) = self.search.read(|index| index.timelines(id));
        let mut captures = Vec::new();
        for step in timelines.iter().flat_map(|timeline| &timeline.steps) {
            let id = self.search.read(|index| index.id_of(&step.name));
            if let Some(id) = id {
                captures.push(Arc::new(self.shown(id)?.0));
            }
        }
        if captures.is_empty() {
            return Err(ApiError::not_found(format!("there is no session {id}")));
        }
        Ok(captures)
    }
}
