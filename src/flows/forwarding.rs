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

use tokio::sync::watch;

use crate::delivery::deliveries::DeliveryRecorder;
use crate::journal::LogInfo;
use crate::model::environment::Environment;
use crate::model::error::{Category, Explain, Failure};
use crate::validation::Validation;

pub use cursors::{Waiting, forget, holders, waiting};
pub use event::{ForwardEvent, ForwardStart, ForwardTotals, Forwarded, Next};
pub use in_reply::SyncForwarder;
pub use options::ForwardOptions;
pub use queue::LogForwarder;

/// How captures are forwarded.
pub enum Forwarder {
    /// Not at all.
    Off,
    /// Later, from the log.
    Queued(LogForwarder),
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
    /// Begins. `safe`: the number up to which records are safe in the log; it closes after the
    /// last capture. Without a log there is no queue. Must be called within a runtime.
    pub fn start(
        options: Option<&ForwardOptions>,
        log: Option<&LogInfo>,
        safe: watch::Receiver<u64>,
        validation: &Validation,
        environment: &Environment,
        observer: impl Fn(ForwardEvent) + Send + Sync + 'static,
    ) -> Result<Forwarder, Failure> {
        let Some(options) = options else {
            return Ok(Forwarder::Off);
        };
        let client = options.client(environment)?;
        let observer: reader::Observer = Arc::new(observer);
        let recorder = log.map(|log| {
            let observer = Arc::clone(&observer);
            let tell = move |problem| observer(ForwardEvent::Problem(problem));
            DeliveryRecorder::start(&log.path, options.url.to_string(), tell)
        });
        let recorder = recorder.transpose().map_err(RecorderError)?;
        if options.sync {
            let forwarder = SyncForwarder::new(client, recorder);
            return Ok(Forwarder::InReply(Arc::new(forwarder)));
        }
        Ok(match log {
            Some(log) => Forwarder::Queued(LogForwarder::start(
                options, client, log, safe, validation, observer, recorder,
            )?),
            None => Forwarder::Off,
        })
    }

    /// The queue, if there is one.
    pub fn queue(&self) -> Option<&LogForwarder> {
        match self {
            Forwarder::Queued(forwarder) => Some(forwarder),
            Forwarder::InReply(_) | Forwarder::Off => None,
        }
    }

    /// The forwarder that chooses the replies, if there is one.
    pub fn in_reply(&self) -> Option<&Arc<SyncForwarder>> {
        match self {
            Forwarder::InReply(forwarder) => Some(forwarder),
            Forwarder::Queued(_) | Forwarder::Off => None,
        }
    }

    /// Ends it. Returns what came of the captures.
    pub async fn finish(self) -> Result<Option<ForwardTotals>, Failure> {
        match self {
            Forwarder::Queued(forwarder) => forwarder.finish().await.map(Some),
            Forwarder::InReply(forwarder) => {
                forwarder.close().await;
                Ok(Some(forwarder.totals()))
            }
            Forwarder::Off => Ok(None),
        }
    }
}
