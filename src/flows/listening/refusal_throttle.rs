//! Keeps a flood of refused requests from pushing captures off the screen.
//!
//! The first request of each kind is shown at once. Those of the next seconds are counted, and
//! the count is shown. The totals are exact.

use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::receiver::{Event, Problem, Refusal};

/// How long those of a kind are counted before the count is shown.
const WINDOW: Duration = Duration::from_secs(5);

/// Why a GET is not logged.
pub const NOT_AN_EVENT: &str =
    "not logged: only a POST is an event, and a redirect turns a POST into a GET";

/// Counts refused requests by kind. The receiver's observer and the display share it.
#[derive(Debug, Default)]
pub struct RefusalThrottle {
    windows: Mutex<Vec<Window>>,
}

/// Refused requests of a kind that was shown.
#[derive(Debug, PartialEq, Eq)]
pub struct FurtherRefusals {
    /// How many.
    pub count: u64,
    /// The status of the reply, if there was one.
    pub status: Option<u16>,
    /// The last one.
    pub last: LastRefusal,
}

/// The last of several refused requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRefusal {
    /// Its sender.
    pub peer: String,
    /// Its method and target; nothing if it was not a request.
    pub request: Option<(String, String)>,
    /// Why it was refused.
    pub reason: String,
}

#[derive(Debug)]
struct Window {
    kind: Kind,
    began: Instant,
    /// Nothing until a second request arrives.
    more: Option<FurtherRefusals>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Refused(Discriminant<Refusal>),
    Unreadable(Discriminant<Problem>),
    Greeted,
}

impl RefusalThrottle {
    /// Whether an event is to be shown by itself; otherwise it was counted.
    pub fn admit(&self, event: &Event) -> bool {
        let (kind, peer, status, request) = match event {
            // A request that could not be logged belongs to an outage of the log, and counts there.
            Event::Captured { .. }
            | Event::NotAccepting { .. }
            | Event::Crowded { .. }
            | Event::Refused {
                reason: Refusal::NotRecorded(_),
                ..
            } => return true,
            Event::Refused {
                peer,
                reason,
                method,
                target,
                ..
            } => {
                let kind = Kind::Refused(discriminant(reason));
                (kind, peer, Some(reason.status()), Some((method, target)))
            }
            Event::Greeted {
                peer,
                method,
                target,
                ..
            } => (Kind::Greeted, peer, Some(200), Some((method, target))),
            Event::Unreadable { peer, problem, .. } => {
                let kind = Kind::Unreadable(discriminant(problem));
                (kind, peer, problem.status(), None)
            }
        };
        let last = || LastRefusal {
            peer: peer.clone(),
            request: request.map(|(method, target)| (method.clone(), target.clone())),
            reason: match event {
                Event::Refused { reason, .. } => reason.to_string(),
                Event::Unreadable { problem, .. } => problem.to_string(),
                _ => NOT_AN_EVENT.to_owned(),
            },
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
                more.last = last();
            }
            None => {
                window.more = Some(FurtherRefusals {
                    count: 1,
                    status,
                    last: last(),
                });
            }
        }
        false
    }

    /// The counts that are to be shown by now. A kind of which no more arrived is forgotten, so
    /// that its next request is shown at once again.
    pub fn due(&self, now: Instant) -> Vec<FurtherRefusals> {
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

    /// The counts that were not shown, at the end.
    pub fn rest(&self) -> Vec<FurtherRefusals> {
        let windows = std::mem::take(&mut *self.windows());
        windows
            .into_iter()
            .filter_map(|window| window.more)
            .collect()
    }

    /// Nothing panics while the lock is held, so a poisoned one is whole.
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
            target: format!("/{peer}"),
            reason,
            partial: bytes::Bytes::new(),
        }
    }

    #[test]
    fn the_first_of_a_kind_is_shown_and_the_others_are_counted() {
        let throttle = RefusalThrottle::default();
        assert!(throttle.admit(&refused(Refusal::NoCredentials, "a")));
        for peer in ["b", "c"] {
            assert!(!throttle.admit(&refused(Refusal::NoCredentials, peer)));
        }
        assert!(throttle.admit(&refused(Refusal::NotFound, "d")));
        let now = Instant::now();
        assert_eq!(throttle.due(now), []);
        let more = FurtherRefusals {
            count: 2,
            status: Some(401),
            last: LastRefusal {
                peer: "c".to_owned(),
                request: Some(("POST".to_owned(), "/c".to_owned())),
                reason: "no credentials".to_owned(),
            },
        };
        assert_eq!(throttle.due(now + WINDOW), [more]);
        // The flood goes on: it is counted again, and the other kind is news again.
        assert!(!throttle.admit(&refused(Refusal::NoCredentials, "e")));
        assert!(throttle.admit(&refused(Refusal::NotFound, "f")));
        assert_eq!(throttle.rest().len(), 1);
        assert_eq!(throttle.rest(), []);
    }
}
