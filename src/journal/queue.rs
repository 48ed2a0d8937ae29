//! What waits to be written: a queue bounded in bytes, from many tasks to one thread.
//!
//! The thread takes all that waits at once; that is what makes one sync do for many
//! captures. It knows nothing of files.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::error::AppendError;
use crate::capture::Capture;

/// What a capture takes besides its bytes: its own fields, its place here, its record's
/// fixed text. Bounds the number of empty captures too.
const OVERHEAD: usize = 512;

/// One capture, and who waits for it.
pub(super) struct Waiting {
    pub(super) capture: Arc<Capture>,
    pub(super) answer: oneshot::Sender<Result<u64, AppendError>>,
    /// Bytes that it counts for.
    weight: usize,
}

/// What the thread has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Write what it has got.
    Write,
    /// Open the log anew.
    Reopen,
    /// Nothing more, ever.
    End,
}

/// The queue, shared by the journal and its thread.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    max_waiting_bytes: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// Bytes that wait or are being written.
    bytes: usize,
    reopen: bool,
    closed: bool,
}

impl Queue {
    pub(super) fn new(max_waiting_bytes: usize) -> Queue {
        Queue {
            state: Mutex::default(),
            changed: Condvar::new(),
            max_waiting_bytes,
        }
    }

    /// Adds a capture, or says at once why not. A capture above the limit is taken when
    /// nothing else waits, so that any can be written.
    pub(super) fn push(
        &self,
        capture: Arc<Capture>,
    ) -> Result<oneshot::Receiver<Result<u64, AppendError>>, AppendError> {
        let weight = weight(&capture);
        let mut state = self.state();
        if state.closed {
            return Err(AppendError::Closed);
        }
        if state.bytes > 0 && state.bytes.saturating_add(weight) > self.max_waiting_bytes {
            return Err(AppendError::Busy {
                max_waiting_bytes: self.max_waiting_bytes,
            });
        }
        let (answer, receiver) = oneshot::channel();
        state.bytes += weight;
        state.waiting.push_back(Waiting {
            capture,
            answer,
            weight,
        });
        // The thread sleeps only on an empty queue.
        let wake = state.waiting.len() == 1;
        drop(state);
        if wake {
            self.changed.notify_one();
        }
        Ok(receiver)
    }

    /// Moves what waits into `batch`, up to about `max_batch` bytes, and sleeps until
    /// there is something to do. The end is when the queue is closed and empty.
    pub(super) fn take(&self, batch: &mut Vec<Waiting>, max_batch: usize) -> Work {
        let mut state = self.state();
        while state.waiting.is_empty() && !state.closed && !state.reopen {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if std::mem::take(&mut state.reopen) {
            return Work::Reopen;
        }
        let mut bytes = 0;
        while bytes < max_batch
            && let Some(waiting) = state.waiting.pop_front()
        {
            bytes += waiting.weight;
            batch.push(waiting);
        }
        if batch.is_empty() {
            Work::End
        } else {
            Work::Write
        }
    }

    /// Has the log opened anew before anything more is written.
    pub(super) fn reopen(&self) {
        self.state().reopen = true;
        self.changed.notify_one();
    }

    /// Makes room again for what was taken.
    pub(super) fn done(&self, batch: &[Waiting]) {
        let bytes: usize = batch.iter().map(|waiting| waiting.weight).sum();
        self.state().bytes -= bytes;
    }

    /// Takes nothing more; what waits is still written.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_one();
    }

    /// Takes nothing more and forgets what waits, which tells those who wait for it.
    pub(super) fn abandon(&self) {
        let mut state = self.state();
        state.closed = true;
        let forgotten = std::mem::take(&mut state.waiting);
        drop(state);
        drop(forgotten);
    }

    /// No code that could panic runs while the lock is held, so a poisoned one is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that a capture keeps in memory, about.
fn weight(capture: &Capture) -> usize {
    let headers: usize = capture
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len() + 64)
        .sum();
    OVERHEAD + capture.body.len() + capture.target.len() + headers
}
