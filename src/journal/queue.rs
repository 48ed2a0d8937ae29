//! The captures that wait to be written: a queue bounded in bytes, from many tasks to one thread.
//!
//! The thread takes all waiting captures at once, so that one sync serves many (group commit). Small
//! ones overtake large ones that wait, so that somebody who posts an event waits for one large body
//! at most. Who sends one after the other gets their numbers in that order: the next one comes after the
//! answer. The queue knows nothing of files.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::error::AppendError;
use super::notifier::Answer;
use super::record::Origin;
use crate::model::capture::Capture;

/// Bytes of a capture besides its body and headers: its fields, its place in the queue, the fixed
/// text of its record. Bounds the number of empty captures too.
const OVERHEAD: usize = 512;

/// The weight of a capture that others may overtake: writing some of them takes longer than a sync.
const LARGE: usize = 64 * 1024;

/// One capture, and where its result goes.
pub(super) struct Waiting {
    pub(super) capture: Arc<Capture>,
    /// Where it was read, if it was not received.
    pub(super) from: Option<Origin>,
    pub(super) answer: Answer,
    /// Bytes that it counts.
    weight: usize,
}

/// The next work of the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Write the batch.
    Write,
    /// Reopen the log.
    Reopen,
    /// End: there is no more work.
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
    waiting: Lanes,
    /// The number of waiting captures that wakes the thread.
    wake_at: usize,
    /// Captures of the last batch: their senders may send the next ones soon.
    answered: usize,
    /// Bytes that wait or are being written.
    bytes: usize,
    reopen: bool,
    closed: bool,
}

/// The captures that wait, each lane in the order of arrival.
#[derive(Default)]
struct Lanes {
    small: VecDeque<Waiting>,
    large: VecDeque<Waiting>,
    /// Whether the last batch had large ones.
    had_large: bool,
}

impl Lanes {
    fn len(&self) -> usize {
        self.small.len() + self.large.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves captures of about `max_batch` bytes into a batch. Every second one has large ones,
    /// if small ones wait too.
    fn take(&mut self, batch: &mut Vec<Waiting>, max_batch: usize) {
        let takes_large = !self.had_large || self.small.is_empty();
        let mut bytes = 0;
        let mut take = |lane: &mut VecDeque<Waiting>| {
            while bytes < max_batch
                && let Some(waiting) = lane.pop_front()
            {
                bytes += waiting.weight;
                batch.push(waiting);
            }
        };
        take(&mut self.small);
        let before = self.large.len();
        if takes_large {
            take(&mut self.large);
        }
        self.had_large = self.large.len() < before;
    }
}

impl State {
    /// Whether there is work other than captures.
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

    /// Adds a capture, or answers at once why not. A capture larger than the limit is accepted if the queue
    /// is empty, so that it can be written at all.
    pub(super) fn push(
        &self,
        capture: Arc<Capture>,
    ) -> oneshot::Receiver<Result<u64, AppendError>> {
        let (answer, receiver) = oneshot::channel();
        let mut state = self.state();
        let wake = self.add(&mut state, capture, None, answer);
        drop(state);
        if wake {
            self.changed.notify_one();
        }
        receiver
    }

    /// Adds captures that were read elsewhere, at once, so that the thread takes them together.
    pub(super) fn push_read(
        &self,
        captures: Vec<(Arc<Capture>, Origin)>,
    ) -> Vec<oneshot::Receiver<Result<u64, AppendError>>> {
        let mut state = self.state();
        let mut receivers = Vec::with_capacity(captures.len());
        for (capture, from) in captures {
            let (answer, receiver) = oneshot::channel();
            self.add(&mut state, capture, Some(from), answer);
            receivers.push(receiver);
        }
        drop(state);
        self.changed.notify_one();
        receivers
    }

    /// Adds a capture. Returns whether the thread must be woken.
    fn add(
        &self,
        state: &mut State,
        capture: Arc<Capture>,
        from: Option<Origin>,
        answer: Answer,
    ) -> bool {
        let weight = OVERHEAD + capture.weight();
        let is_full =
            state.bytes > 0 && state.bytes.saturating_add(weight) > self.max_waiting_bytes;
        if state.closed || is_full {
            let max_waiting_bytes = self.max_waiting_bytes;
            let _ = answer.send(Err(if state.closed {
                AppendError::Closed
            } else {
                AppendError::Busy { max_waiting_bytes }
            }));
            return false;
        }
        state.bytes += weight;
        // What was read elsewhere keeps its order.
        let is_small = weight < LARGE || from.is_some();
        let lanes = &mut state.waiting;
        let lane = if is_small {
            &mut lanes.small
        } else {
            &mut lanes.large
        };
        lane.push_back(Waiting {
            capture,
            from,
            answer,
            weight,
        });
        state.waiting.len() == state.wake_at
    }

    /// Sleeps until there is work, and moves waiting captures of about `max_batch` bytes into
    /// `batch`. The end comes when the queue is closed and empty.
    ///
    /// If the last batch had several captures, it waits up to `patience` for as many again,
    /// unless the first one took longer than that.
    pub(super) fn take(
        &self,
        batch: &mut Vec<Waiting>,
        max_batch: usize,
        patience: Duration,
    ) -> Work {
        let mut state = self.state();
        // The senders that were answered, and those that came meanwhile.
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
        state.waiting.take(batch, max_batch);
        state.answered = batch.len();
        if batch.is_empty() {
            Work::End
        } else {
            Work::Write
        }
    }

    /// Requests that the log is reopened before the next write.
    pub(super) fn reopen(&self) {
        self.state().reopen = true;
        self.changed.notify_one();
    }

    /// Frees the room of a batch that was written.
    pub(super) fn done(&self, batch: &[Waiting]) {
        let bytes: usize = batch.iter().map(|waiting| waiting.weight).sum();
        self.state().bytes -= bytes;
    }

    /// Accepts no more captures; the waiting ones are still written.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_one();
    }

    /// Accepts no more captures and drops the waiting ones, which notifies their senders.
    pub(super) fn abandon(&self) {
        let mut state = self.state();
        state.closed = true;
        let forgotten = std::mem::take(&mut state.waiting);
        drop(state);
        drop(forgotten);
    }

    /// No code that could panic runs while the lock is held, so a poisoned state is consistent.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
