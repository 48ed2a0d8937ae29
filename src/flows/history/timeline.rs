//! The timeline of one session: its captures in order, copies folded into the first one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::context::History;
use super::name::CaptureName;
use super::session::Session;
use super::sighting::{Context, Sighting};
use crate::catalog::Catalog;
use crate::model::name::Name;
use crate::model::report::Verdict;
use crate::selection::Relation;

/// Steps of a timeline that are remembered.
pub(super) const MOST_STEPS: usize = 10_000;

/// One capture of a session, and its copies.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name.
    pub name: CaptureName,
    /// The event, if the body names one.
    pub event: Option<Name>,
    /// When it was received, or the time that it states itself.
    pub at: Option<DateTime<Utc>>,
    /// The verdict.
    pub verdict: Verdict,
    /// The code of its worst finding, if it is not valid.
    pub code: Option<String>,
    /// How it relates to the earlier ones.
    pub context: Context,
    /// How many copies of it came later, and the last of them.
    pub duplicates: u64,
    /// The last copy.
    pub last_duplicate: Option<(CaptureName, Option<DateTime<Utc>>)>,
}

/// The timelines of the sessions with one id. Each provider has one of its own.
pub struct Timelines {
    history: History,
    steps: Vec<(Name, Step)>,
    places: HashMap<CaptureName, usize>,
    left_out: u64,
}

impl Step {
    /// Whether something about it is odd.
    fn is_odd(&self) -> bool {
        let context = &self.context;
        self.verdict != Verdict::Valid
            || context.same_key_as.is_some()
            || context.is(Relation::OutOfOrder)
            || context.is(Relation::Missing)
    }
}

impl Timeline {
    /// The capture to look at first: the first odd one, or else the last one.
    pub fn telling(&self) -> Option<&Step> {
        let odd = self.steps.iter().find(|step| step.is_odd());
        odd.or(self.steps.last())
    }
}

/// The timeline of one session.
#[derive(Debug)]
pub struct Timeline {
    /// The session.
    pub session: Session,
    /// Its captures in the order in which they came.
    pub steps: Vec<Step>,
}

impl Default for Timelines {
    fn default() -> Timelines {
        Timelines {
            history: History::of_log(),
            steps: Vec::new(),
            places: HashMap::new(),
            left_out: 0,
        }
    }
}

impl Timelines {
    /// Takes the next capture of the session, with the code of its worst finding.
    pub fn take(
        &mut self,
        name: CaptureName,
        sighting: Sighting,
        code: Option<String>,
        catalog: &Catalog,
    ) {
        let (context, _) = self.history.observe(&name, &sighting, catalog);
        if let Some(first) = &context.duplicate_of
            && let Some(place) = self.places.get(first)
        {
            let step = &mut self.steps[*place].1;
            step.duplicates += 1;
            step.last_duplicate = Some((name, sighting.at));
            return;
        }
        let Some(provider) = sighting.class.provider else {
            return;
        };
        if self.steps.len() == MOST_STEPS {
            self.left_out += 1;
            return;
        }
        self.places.insert(name.clone(), self.steps.len());
        let step = Step {
            name,
            event: sighting.class.event,
            at: sighting.at,
            verdict: sighting.class.verdict,
            code,
            context,
            duplicates: 0,
            last_duplicate: None,
        };
        self.steps.push((provider, step));
    }

    /// The timelines so far, and the number of captures that were too many.
    pub fn so_far(&self) -> (Vec<Timeline>, u64) {
        let mut timelines: Vec<Timeline> = Vec::new();
        for session in self.history.all_sessions() {
            let of_it = self
                .steps
                .iter()
                .filter(|(name, _)| *name == session.provider);
            let steps = of_it.map(|(_, step)| step.clone()).collect();
            timelines.push(Timeline { session, steps });
        }
        (timelines, self.left_out)
    }
}
