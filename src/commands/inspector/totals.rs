//! How many sessions there are: by state, and with a problem.

use crate::flows::history::{Session, SessionState};
use crate::render::log::SessionTotals;
use crate::wire::inspect::ListedSummary;

/// How many sessions there are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    states: SessionTotals,
    /// Sessions with a problem. Forgotten sessions cannot be listed and are not counted.
    problems: u64,
}

impl Totals {
    /// Counts a session; `problems` is what applies to it.
    pub(super) fn count(&mut self, session: &Session, problems: &[SessionState]) {
        self.states.count(state(problems));
        self.problems += u64::from(session.has_problems(problems));
    }

    /// Counts sessions that were forgotten.
    pub(super) fn forget(&mut self, state: SessionState, sessions: u64) {
        self.states.forget(state, sessions);
    }

    /// For programs.
    pub(super) fn object(&self, listed: usize) -> ListedSummary {
        ListedSummary {
            states: self.states.object(listed),
            problems: self.problems,
        }
    }
}

/// The state of a session: the first that applies to it.
pub(super) fn state(problems: &[SessionState]) -> SessionState {
    problems.first().copied().unwrap_or(SessionState::Complete)
}
