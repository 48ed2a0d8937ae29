//! Passes captures from the log on to a target, with a cursor.

mod event;

use std::path::PathBuf;

pub use event::{ForwardEvent, Forwarded, Next};

/// How many captures were forwarded.
#[derive(Clone, Debug, Default)]
pub struct ForwardTotals {
    /// Delivered in this run.
    pub delivered: u64,
    /// Given up in this run.
    pub failed: u64,
    /// In the log and not delivered yet.
    pub waiting: u64,
    /// The file that names the captures that were given up.
    pub cursor: Option<PathBuf>,
}

/// Where forwarding begins.
#[derive(Clone, Copy, Debug)]
pub struct ForwardStart {
    /// The first record that is to be delivered.
    pub seq: u64,
    /// How many records wait in the log.
    pub waiting: u64,
    /// Why the cursor that was found does not count, if it does not.
    pub remark: Option<&'static str>,
}
