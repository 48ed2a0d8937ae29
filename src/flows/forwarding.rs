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

use crate::journal::LogInfo;
use crate::model::environment::Environment;
use crate::model::error::Failure;
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
        if options.sync {
            return Ok(Forwarder::InReply(Arc::new(SyncForwarder::new(client))));
        }
        Ok(match log {
            Some(log) => Forwarder::Queued(LogForwarder::start(
                options,
                client,
                log,
                safe,
                validation,
                Arc::new(observer),
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
            Forwarder::InReply(forwarder) => Ok(Some(forwarder.totals())),
            Forwarder::Off => Ok(None),
        }
    }
}
