//! What `listen` does with a request once it was received: the log that makes it safe, the
//! replies that are chosen on purpose, the queue to the display, and the limits that keep a
//! flood from the screen.

mod display_rate;
mod log;
mod order;
mod outage;
mod queue;
mod refusal_throttle;
mod replies;
mod simulation;
mod tunnel;

use crate::validation::VerdictCounts;

pub use display_rate::DisplayRate;
pub use log::{LogCounts, LogOptions, LogRecorder};
pub use order::{InOrder, Place};
pub use outage::LogOutage;
pub use queue::{NoticeQueue, NoticeSender, Weigh, notice_queue};
pub use refusal_throttle::{FurtherRefusals, LastRefusal, NOT_AN_EVENT, RefusalThrottle};
pub use replies::{ReplyOptions, ReplyRule};
pub use simulation::Simulation;
pub use tunnel::find_tunnel;

/// What the display has taken from its queue.
#[derive(Debug, Default)]
pub struct DisplayTotals {
    /// Captures by verdict.
    pub verdicts: VerdictCounts,
    /// Notices that were dropped, and captures that arrived too fast to be shown.
    pub not_shown: u64,
    /// Captures whose body had arrived before.
    pub duplicates: u64,
    /// Sessions with an event in this run.
    pub sessions: u64,
}
