//! Whether the target is there: what its answers say, and when the next probe is due.

use std::time::Duration;

use tokio::time::Instant;

use crate::delivery::attempt::Ending;
use crate::delivery::lanes::Lane;

/// The first and the longest pause before a target that was not reached is tried again. Short, since
/// it usually is a server on the same machine during a restart.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(2));

/// What is known of the target.
#[derive(Default)]
pub(super) struct Presence {
    pub(super) pause: Option<Pause>,
    /// The lane of the last answer, if a proxy gave it for a handler that is down.
    away: Option<Lane>,
    /// How many jobs were delivered.
    pub(super) delivered: u64,
}

/// The target cannot be reached, or its handler is away.
pub(super) struct Pause {
    pub(super) until: Instant,
    wait: Duration,
    /// Probes that failed, while there were answers.
    answers: u32,
}

impl Pause {
    /// Whether the next probe is a job that was not tried yet: the answer may be about one job.
    pub(super) fn probes_new(&self) -> bool {
        self.answers % 2 == 1
    }
}

/// Whether this is what a proxy answers for a handler that is down.
pub(super) fn is_away(ending: &Ending) -> bool {
    matches!(ending, Ending::Answered(answer) if matches!(answer.status, 502..=504))
}

impl Presence {
    /// The handler seems to be away from this lane. Whether another lane met that just before.
    pub(super) fn away_from(&mut self, lane: &Lane) -> bool {
        let before = self.away.replace(lane.clone());
        before.is_some_and(|before| lane.is_none() || before != *lane)
    }

    /// The handler answered. Whether that ends a pause.
    pub(super) fn answered(&mut self, is_delivered: bool) -> bool {
        self.away = None;
        self.delivered += u64::from(is_delivered);
        self.pause.take().is_some()
    }

    /// The target is not there; it asks for that wait. Returns whether a pause begins.
    pub(super) fn pause(&mut self, ending: &Ending, asked_for: Duration) -> bool {
        let now = Instant::now();
        let (wait, answers) = match &self.pause {
            None => (PAUSES.0, 0),
            Some(pause) if pause.until <= now => {
                let answers = pause.answers + u32::from(is_away(ending));
                ((pause.wait * 2).min(PAUSES.1), answers)
            }
            // The request was in flight when the pause began.
            Some(pause) => (pause.wait, pause.answers),
        };
        let until = now + wait.max(asked_for);
        let pause = Pause {
            until,
            wait,
            answers,
        };
        self.pause.replace(pause).is_none()
    }
}
