//! The check of `--reject-malformed`: it may unpack and read megabytes, so that a small pool does
//! it beside the runtime.
//!
//! A capture gets its place before it is recorded. If there is none, the sender gets a 503 and may
//! send it again; what was recorded is always checked.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::recorder::IsMalformed;
use crate::model::capture::Capture;
use crate::model::room::is_small;

/// Captures that may wait for a check or be checked.
const PLACES: usize = 32;
/// Checks at a time; each holds an unpacked body.
const AT_A_TIME: usize = 1;

/// The pool.
pub(super) struct Checks {
    is_malformed: IsMalformed,
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// A check that is sure to happen.
pub(super) struct Check {
    is_malformed: IsMalformed,
    /// Nothing for a body that is checked at once.
    place: Option<(OwnedSemaphorePermit, Arc<Semaphore>)>,
}

impl Checks {
    pub(super) fn new(is_malformed: IsMalformed) -> Checks {
        Checks {
            is_malformed,
            places: Arc::new(Semaphore::new(PLACES)),
            running: Arc::new(Semaphore::new(AT_A_TIME)),
        }
    }

    /// Reserves the check of a capture; nothing if too many wait.
    pub(super) fn begin(&self, capture: &Capture) -> Option<Check> {
        // Handing it over would take longer.
        let place = if is_small(capture) {
            None
        } else {
            let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
            Some((place, Arc::clone(&self.running)))
        };
        Some(Check {
            is_malformed: Arc::clone(&self.is_malformed),
            place,
        })
    }
}

impl Check {
    /// Whether the body is malformed. A check that panics finds nothing wrong.
    pub(super) async fn run(self, capture: Arc<Capture>) -> bool {
        let Check {
            is_malformed,
            place,
        } = self;
        let Some((_place, running)) = place else {
            return is_malformed(&capture);
        };
        let _running = running.acquire().await;
        let checked = tokio::task::spawn_blocking(move || is_malformed(&capture));
        checked.await.unwrap_or(false)
    }
}
