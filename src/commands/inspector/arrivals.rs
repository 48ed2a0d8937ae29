//! Which captures are what the page sent. The address of the connection tells: a request that was
//! sent from it is answered after its capture was noted, and before the next one is sent.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Senders that are remembered. Each of ours takes its own away.
const MOST: usize = 65_536;

/// The last capture of each sender, as long as the page sends something.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    runs: AtomicUsize,
    last: Mutex<HashMap<String, u64>>,
}

/// The page sends something.
pub(super) struct Run<'a>(&'a Arrivals);

impl Arrivals {
    /// Begins to note.
    pub(super) fn begin(&self) -> Run<'_> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        Run(self)
    }

    /// Notes the number of a capture, before it is answered.
    pub(super) fn note(&self, peer: &str, seq: u64) {
        if self.runs.load(Ordering::SeqCst) == 0 {
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() < MOST {
            last.insert(peer.to_owned(), seq);
        }
    }
}

impl Run<'_> {
    /// The capture that came from this address since the last call, if one did.
    pub(super) fn take(&self, local: SocketAddr) -> Option<u64> {
        let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.remove(&local.to_string())
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if self.0.runs.fetch_sub(1, Ordering::SeqCst) == 1 {
            let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = HashMap::new();
        }
    }
}
