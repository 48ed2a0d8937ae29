//! What waits to be written: a queue bounded in bytes, from many tasks to one thread.
//!
//! The thread takes all that waits at once; that is what makes one sync do for many
//! captures. It knows nothing of files.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::error::AppendError;
use super::notifier::Answer;
use crate::model::capture::Capture;

/// What a capture takes besides its bytes: its own fields, its place here, its record's
/// fixed text. Bounds the number of empty captures too.
const OVERHEAD: usize = 512;

/// One capture, and who waits for it.
pub(super) struct Waiting {
    pub(super) capture: Arc<Capture>,
    pub(super) answer: Answer,
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
    /// The thread is to be woken when so many wait.
    wake_at: usize,
    /// Captures of the last batch, whose senders may be about to send their next.
    answered: usize,
    /// Bytes that wait or are being written.
    bytes: usize,
    reopen: bool,
    closed: bool,
}

impl State {
    /// Whether there is something to do that is no capture.
    fn is_urgent(&self) -> bool {
        self.closed || self.reopen
    }
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
        let wake = state.waiting.len() == state.wake_at;
        drop(state);
        if wake {
            self.changed.notify_one();
        }
        Ok(receiver)
    }

    /// Moves what waits into `batch`, up to about `max_batch` bytes, and sleeps until
    /// there is something to do. The end is when the queue is closed and empty.
    ///
    /// Where several have just been answered, it lets those that wait become as many again, for
    /// as long as `patience`; not where the next one came later than that.
    pub(super) fn take(
        &self,
        batch: &mut Vec<Waiting>,
        max_batch: usize,
        patience: Duration,
    ) -> Work {
        let mut state = self.state();
        // Those who were answered, and those who came meanwhile.
        let expected = state.answered + state.waiting.len();
        state.wake_at = 1;
        let began = Instant::now();
        while state.waiting.is_empty() && !state.is_urgent() {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.answered > 1 && began.elapsed() < patience {
            state.wake_at = expected;
            let too_few = |state: &mut State| {
                let is_full = state.bytes >= self.max_waiting_bytes / 2;
                state.waiting.len() < expected && !state.is_urgent() && !is_full
            };
            (state, _) = self
                .changed
                .wait_timeout_while(state, patience, too_few)
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
        state.answered = batch.len();
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
