//! `--forward`: forwards captures to the user's own server.
//!
//! The log is the queue. A capture is read back from it once it is safe there, so memory does not
//! grow while the target is away. A cursor beside the log says what is delivered, so a restarted
//! run continues where the last one ended. Replies wait for forwarding only with
//! `--forward-sync`.

mod cursors;
mod event;
mod in_reply;
mod options;
mod queue;
mod reader;
mod start;

use std::sync::Arc;

use futures_util::future::join_all;

use crate::delivery::deliveries::DeliveryRecorder;
use crate::delivery::{Destination, RunId};
use crate::model::error::{Category, Explain, Failure};

pub use cursors::{Waiting, forget, holders, waiting};
pub use event::{ForwardEvent, ForwardStart, ForwardTotals, Forwarded, Next};
pub use in_reply::SyncForwarder;
pub use options::{ForwardContext, ForwardOptions, Matches};
pub use queue::LogForwarder;

/// How captures are forwarded.
pub struct Forwarder {
    way: Way,
    recorder: Option<Arc<DeliveryRecorder>>,
}

enum Way {
    /// Not at all, or later, from the log: a queue for each target.
    Queued(Vec<LogForwarder>),
    /// While their senders wait.
    InReply(Arc<SyncForwarder>),
}

/// The thread that records deliveries could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the thread that records deliveries could not be started")]
struct RecorderError(#[source] std::io::Error);

impl Explain for RecorderError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

impl Forwarder {
    /// Begins. `observer` gets the number of the target with each event. Must be called within a
    /// runtime.
    pub fn start(
        targets: &[ForwardOptions],
        context: &ForwardContext<'_>,
        observer: impl Fn(usize, ForwardEvent) + Send + Sync + 'static,
    ) -> Result<Forwarder, Failure> {
        let ForwardContext {
            log,
            validation,
            matches,
            environment,
            ..
        } = context;
        let observer = Arc::new(observer);
        let log = log.filter(|_| !targets.is_empty());
        let recorder = log.map(|log| {
            let observer = Arc::clone(&observer);
            let tell = move |problem| observer(0, ForwardEvent::Problem(problem));
            DeliveryRecorder::start(&log.path, tell).map(Arc::new)
        });
        let recorder = recorder.transpose().map_err(RecorderError)?;
        // The same for all: what one target sends back goes to no other.
        let run = RunId::new();
        let mut queues = Vec::new();
        for (number, options) in targets.iter().enumerate() {
            let selection = options.selection(matches, &run);
            let target = options.to.to_string();
            if let (true, Destination::Server(url)) = (options.sync, &options.to) {
                let client = options.server(url, environment)?;
                let validation = (*validation).clone();
                let forwarder =
                    SyncForwarder::new(client, target, selection, validation, recorder.clone());
                let way = Way::InReply(Arc::new(forwarder));
                return Ok(Forwarder { way, recorder });
            }
            if let (Some(log), Some(recorder)) = (log, &recorder) {
                let observer = Arc::clone(&observer);
                queues.push(LogForwarder::start(
                    options,
                    options.client(environment)?,
                    selection,
                    log,
                    context,
                    Arc::new(move |event| observer(number, event)),
                    Arc::clone(recorder),
                )?);
            }
        }
        let way = Way::Queued(queues);
        Ok(Forwarder { way, recorder })
    }

    /// Where each queue begins, in the order of the targets.
    pub fn began(&self) -> Vec<ForwardStart> {
        match &self.way {
            Way::Queued(queues) => queues.iter().map(|queue| queue.began().clone()).collect(),
            Way::InReply(_) => Vec::new(),
        }
    }

    /// The forwarder that chooses the replies, if there is one.
    pub fn in_reply(&self) -> Option<&Arc<SyncForwarder>> {
        match &self.way {
            Way::InReply(forwarder) => Some(forwarder),
            Way::Queued(_) => None,
        }
    }

    /// Ends it. Returns what came of the captures at each target.
    pub async fn finish(self) -> Result<Vec<ForwardTotals>, Failure> {
        let totals = match self.way {
            Way::Queued(queues) => {
                let ended = join_all(queues.into_iter().map(LogForwarder::finish)).await;
                ended.into_iter().collect::<Result<_, _>>()?
            }
            Way::InReply(forwarder) => vec![forwarder.totals()],
        };
        if let Some(recorder) = self.recorder {
            let closed = tokio::task::spawn_blocking(move || recorder.close());
            // A disk may hang, and nothing depends on that file.
            let _ = tokio::time::timeout(queue::CLOSE_TIME, closed).await;
        }
        Ok(totals)
    }
}
