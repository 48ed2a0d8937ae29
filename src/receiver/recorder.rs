//! The interface through which the receiver makes a capture safe before it answers.

use std::sync::Arc;

use crate::model::capture::Capture;

/// Makes captures safe before they are acknowledged.
pub trait Recorder: Send + Sync + 'static {
    /// Makes the capture safe. The sender waits for this and gets a 200 if it succeeds, a
    /// 503 if it fails.
    ///
    /// The number is the record's `seq`, `None` without a log. A sender that disconnects does
    /// not cancel this; only the end of the grace period does.
    fn record(
        &self,
        capture: Arc<Capture>,
    ) -> impl Future<Output = Result<Option<u64>, RecordError>> + Send;
}

/// Why a capture could not be made safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RecordError {
    /// For people; never sent to the sender.
    pub message: String,
}

/// Decides whether a recorded capture is answered 400.
pub type IsMalformed = Arc<dyn Fn(&Capture) -> bool + Send + Sync>;

/// What a receiver did in all. Exact even if the observer dropped events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Captures made safe.
    pub captured: u64,
    /// Refused requests, and connections without a valid request.
    pub refused: u64,
    /// GET and HEAD requests that were answered 200.
    pub greeted: u64,
    /// Connections that ended in a panic of a recorder, an observer or this room.
    pub panicked: u64,
}
