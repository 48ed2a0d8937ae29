//! Notifies the senders of a batch of its result.
//!
//! To wake a task from a thread outside the runtime costs more than from inside. So the writer
//! wakes one task for a whole batch, and this task wakes the others.

use std::ops::Range;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::error::AppendError;

/// Where the result for one capture goes: its seq, or why it must not be acknowledged.
pub(super) type Answer = oneshot::Sender<Result<u64, AppendError>>;

type Outcome = (Vec<Answer>, Result<Range<u64>, AppendError>);

/// Sends results to the senders of captures.
pub(super) struct Notifier {
    task: Option<mpsc::UnboundedSender<Outcome>>,
}

impl Notifier {
    /// Notifies from a task of the current runtime, if there is one.
    pub(super) fn new() -> Notifier {
        let task = Handle::try_current().ok().map(|runtime| {
            // The limit of the writer's queue bounds this channel too.
            let (task, mut batches) = mpsc::unbounded_channel();
            runtime.spawn(async move {
                while let Some(batch) = batches.recv().await {
                    answer(batch);
                }
            });
            task
        });
        Notifier { task }
    }

    /// Notifies all senders of a batch.
    pub(super) fn notify(&self, batch: Vec<Answer>, result: Result<Range<u64>, AppendError>) {
        let outcome = (batch, result);
        match &self.task {
            Some(task) => {
                // The task ends with its runtime; senders outside of it still wait.
                if let Err(unsent) = task.send(outcome) {
                    answer(unsent.0);
                }
            }
            None => answer(outcome),
        }
    }
}

/// A sender that stopped waiting needs no answer.
fn answer((batch, result): Outcome) {
    match result {
        Ok(seqs) => {
            for (answer, seq) in batch.into_iter().zip(seqs) {
                let _ = answer.send(Ok(seq));
            }
        }
        Err(error) => {
            for answer in batch {
                let _ = answer.send(Err(error.clone()));
            }
        }
    }
}
