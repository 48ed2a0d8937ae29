//! Tells those who wait for a batch what became of it, all at once.
//!
//! Waking a task from a thread outside of the runtime costs more than from within: the writer
//! wakes one task for a whole batch, and that one wakes the others.

use std::ops::Range;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::error::AppendError;

/// Who waits for one capture.
pub(super) type Answer = oneshot::Sender<Result<u64, AppendError>>;

type Told = (Vec<Answer>, Result<Range<u64>, AppendError>);

/// The way to those who wait.
pub(super) struct Teller {
    task: Option<mpsc::UnboundedSender<Told>>,
}

impl Teller {
    /// One that tells from within the runtime, if it is called there.
    pub(super) fn new() -> Teller {
        let task = Handle::try_current().ok().map(|runtime| {
            // What is on its way is bounded by what may wait for the writer.
            let (task, mut batches) = mpsc::unbounded_channel();
            runtime.spawn(async move {
                while let Some(batch) = batches.recv().await {
                    tell(batch);
                }
            });
            task
        });
        Teller { task }
    }

    /// Tells a batch what became of it: its seqs, or why it must not be acknowledged.
    pub(super) fn tell(&self, batch: Vec<Answer>, result: Result<Range<u64>, AppendError>) {
        let told = (batch, result);
        match &self.task {
            Some(task) => {
                // The task ends with its runtime; who waits elsewhere is told all the same.
                if let Err(unsent) = task.send(told) {
                    tell(unsent.0);
                }
            }
            None => tell(told),
        }
    }
}

/// Who has stopped waiting needs no answer.
fn tell((batch, result): Told) {
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
