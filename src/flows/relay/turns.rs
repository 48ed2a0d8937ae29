//! The life of a connection to a relay: it ends at its first fault, and a new one begins after a
//! wait.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::sync::watch;

use super::engine::RelayError;
use super::event::{RelayEvent, Tell};
use crate::delivery::RetryPolicy;

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What is told of the connections, and how long the next one waits.
pub(super) struct Turns {
    policy: RetryPolicy,
    failures: u32,
    /// Whether the last fault is one that somebody must correct.
    is_lasting: bool,
    /// What was told last; nothing at first.
    told: Option<Result<(), RelayError>>,
    tell: Tell,
}

impl Turns {
    pub(super) fn new(tell: Tell) -> Turns {
        Turns {
            policy: RetryPolicy {
                first_wait: FIRST_WAIT,
                longest_wait: LONGEST_WAIT,
                ..RetryPolicy::new(0, Vec::new())
            },
            failures: 0,
            is_lasting: false,
            told: None,
            tell,
        }
    }

    pub(super) fn tell(&self, event: RelayEvent) {
        (self.tell)(event);
    }

    /// The relay does what it should. Told once after each outage.
    pub(super) fn well(&mut self, behind: u64) {
        self.failures = 0;
        if self.told != Some(Ok(())) {
            self.told = Some(Ok(()));
            self.tell(RelayEvent::Connected { behind });
        }
    }

    /// A connection ended. Told once for each reason.
    pub(super) fn failed(&mut self, why: RelayError) {
        self.failures = self.failures.saturating_add(1);
        self.is_lasting = why.is_lasting();
        if self.told.as_ref() != Some(&Err(why.clone())) {
            self.told = Some(Err(why.clone()));
            self.tell(RelayEvent::Waiting { why });
        }
    }

    /// Waits before the next connection; breaks if the run ends.
    pub(super) async fn wait(&self, stop: &mut watch::Receiver<bool>) -> ControlFlow<()> {
        let wait = match (self.failures, self.is_lasting) {
            (0, _) => Duration::ZERO,
            (_, true) => LONGEST_WAIT,
            (failures, false) => self.policy.jittered(failures, fastrand::f64()),
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => ControlFlow::Break(()),
            () = tokio::time::sleep(wait) => ControlFlow::Continue(()),
        }
    }
}
