//! What the receiver asks of its caller: to make a capture safe before it is acknowledged.

use std::sync::Arc;

use crate::model::capture::Capture;

/// Where a capture is made safe before it is acknowledged.
pub trait Recorder: Send + Sync + 'static {
    /// Makes the capture safe. The sender waits for this, and is told 200 when it
    /// succeeds and 503 when it fails.
    ///
    /// The number is the record's `seq`, or nothing when no log is kept. A sender
    /// that goes away does not cancel this; only the end of the grace period does.
    fn record(
        &self,
        capture: Arc<Capture>,
    ) -> impl Future<Output = Result<Option<u64>, RecordError>> + Send;
}

/// Why a capture could not be made safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RecordError {
    /// For people; the sender is never told.
    pub message: String,
}

/// Whether a capture is one that the caller wants answered 400 although it was recorded.
pub type IsMalformed = Arc<dyn Fn(&Capture) -> bool + Send + Sync>;

/// What a receiver did in its life. Exact, also where an observer had to drop events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Captures made safe.
    pub captured: u64,
    /// Requests refused, and what was no request.
    pub refused: u64,
    /// Connections that ended in a panic of a recorder, an observer or this room.
    pub panicked: u64,
}
