//! The life of a connection to a relay: it ends at its first fault, and a new one begins after a
//! wait.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::engine::{Engine, Link as _, RelayError};
use super::event::{RelayEvent, Tell};
use crate::delivery::RetryPolicy;

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Publishes or follows, over one connection after another.
pub(super) trait Role {
    type Engine: Engine;
    /// The engine, what is told, and whether the run ends.
    fn parts(&mut self) -> (&Self::Engine, &mut Turns, &watch::Receiver<bool>);
    /// What is done over one connection, to its first fault, or until nothing is left to do.
    async fn over(&mut self, link: &<Self::Engine as Engine>::Link) -> Result<(), RelayError>;
    /// A connection ended.
    fn ended(&mut self) {}

    /// One connection, after a wait if the last one failed. Breaks at the end of the run.
    async fn turn(&mut self) -> ControlFlow<()> {
        let (_, turns, stop) = self.parts();
        let mut stop = stop.clone();
        turns.wait(&mut stop).await?;
        let connected = async {
            let link = self.parts().0.connect().await?;
            let ended = self.over(&link).await;
            link.explained(ended)
        };
        let ended = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => Ok(()),
            ended = connected => ended,
        };
        self.ended();
        match ended {
            Ok(()) => ControlFlow::Break(()),
            Err(why) => {
                self.parts().1.failed(why);
                ControlFlow::Continue(())
            }
        }
    }
}

/// What is told of the connections, and how long the next one waits.
pub(super) struct Turns {
    policy: RetryPolicy,
    failures: u32,
    /// Whether the last fault is one that somebody must correct.
    is_lasting: bool,
    /// When another follower of this name took its place, at last.
    replaced: Option<Instant>,
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
            replaced: None,
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
        // Two followers of one name replace each other again and again.
        let is_repeated = why == RelayError::Replaced
            && (self.replaced.replace(Instant::now()))
                .is_some_and(|before| before.elapsed() < 6 * LONGEST_WAIT);
        self.is_lasting = why.is_lasting() || is_repeated;
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
