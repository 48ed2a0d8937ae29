//! The section of a log that is read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::selection::{Bounds, Unread};

/// What of a log is read, and what is left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    pub(super) bounds: Bounds,
    pub(super) unread: Arc<Mutex<Unread>>,
}

impl Section {
    pub(super) fn leave_out(&self) -> MutexGuard<'_, Unread> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
