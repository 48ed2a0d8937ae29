//! What was refused, without letting a flood of it push captures off the screen.
//!
//! Of each kind the first is shown at once; those of the next seconds are counted, and the
//! count is shown. What is exact are the totals.

use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::receiver::{Event, Problem, Refusal};

/// How long those of a kind are counted before the count is shown.
const WINDOW: Duration = Duration::from_secs(5);

/// What is known of those that were refused. One that is shared by who sees them come and who
/// shows them.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    windows: Mutex<Vec<Window>>,
}

/// Others like one that was shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct More {
    pub(super) count: u64,
    pub(super) status: Option<u16>,
    pub(super) reason: String,
    /// Who sent the last of them.
    pub(super) peer: String,
}

#[derive(Debug)]
struct Window {
    kind: Kind,
    began: Instant,
    /// Nothing until there is one besides that which was shown.
    more: Option<More>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Refused(Discriminant<Refusal>),
    Unreadable(Discriminant<Problem>),
}

impl Strangers {
    /// Whether an event is to be shown by itself; else it was counted.
    pub(super) fn admit(&self, event: &Event) -> bool {
        let (kind, peer, status, reason): (_, _, _, &dyn ToString) = match event {
            // One that could not be logged is told as a failure of the log, and counted there.
            Event::Captured { .. }
            | Event::NotAccepting { .. }
            | Event::Refused {
                reason: Refusal::NotRecorded(_),
                ..
            } => return true,
            Event::Refused { peer, reason, .. } => {
                let kind = Kind::Refused(discriminant(reason));
                (kind, peer, Some(reason.status()), reason)
            }
            Event::Unreadable { peer, problem, .. } => {
                let kind = Kind::Unreadable(discriminant(problem));
                (kind, peer, problem.status(), problem)
            }
        };
        let mut windows = self.windows();
        let Some(window) = windows.iter_mut().find(|window| window.kind == kind) else {
            windows.push(Window {
                kind,
                began: Instant::now(),
                more: None,
            });
            return true;
        };
        match &mut window.more {
            Some(more) => {
                more.count += 1;
                more.peer.clone_from(peer);
            }
            None => {
                window.more = Some(More {
                    count: 1,
                    status,
                    reason: reason.to_string(),
                    peer: peer.clone(),
                });
            }
        }
        false
    }

    /// What was counted and is to be shown by now. A kind of which no more came is forgotten,
    /// so that its next one is shown at once again.
    pub(super) fn due(&self, now: Instant) -> Vec<More> {
        let mut due = Vec::new();
        self.windows().retain_mut(|window| {
            if now.saturating_duration_since(window.began) < WINDOW {
                return true;
            }
            window.began = now;
            let more = window.more.take();
            let goes_on = more.is_some();
            due.extend(more);
            goes_on
        });
        due
    }

    /// All that was counted and not shown, at the end.
    pub(super) fn rest(&self) -> Vec<More> {
        let windows = std::mem::take(&mut *self.windows());
        windows
            .into_iter()
            .filter_map(|window| window.more)
            .collect()
    }

    /// No code that could panic runs while the lock is held, so a poisoned one is whole.
    fn windows(&self) -> MutexGuard<'_, Vec<Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    fn refused(reason: Refusal, peer: &str) -> Event {
        Event::Refused {
            at: Utc::now(),
            peer: peer.to_owned(),
            method: "POST".to_owned(),
            target: "/".to_owned(),
            reason,
        }
    }

    #[test]
    fn the_first_of_a_kind_is_shown_and_the_others_are_counted() {
        let strangers = Strangers::default();
        assert!(strangers.admit(&refused(Refusal::NoCredentials, "a")));
        for peer in ["b", "c"] {
            assert!(!strangers.admit(&refused(Refusal::NoCredentials, peer)));
        }
        assert!(strangers.admit(&refused(Refusal::NotFound, "d")));
        let now = Instant::now();
        assert_eq!(strangers.due(now), []);
        let more = More {
            count: 2,
            status: Some(401),
            reason: "no credentials".to_owned(),
            peer: "c".to_owned(),
        };
        assert_eq!(strangers.due(now + WINDOW), [more]);
        // It goes on: counted again, and the other kind is news again.
        assert!(!strangers.admit(&refused(Refusal::NoCredentials, "e")));
        assert!(strangers.admit(&refused(Refusal::NotFound, "f")));
        assert_eq!(strangers.rest().len(), 1);
        assert_eq!(strangers.rest(), []);
    }
}
