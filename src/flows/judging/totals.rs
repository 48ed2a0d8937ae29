//! The totals of a run.

use std::time::{Duration, Instant};

use crate::validation::ValidationStats;

/// The totals of a run.
#[derive(Debug)]
pub struct JudgingTotals {
    began: Instant,
    /// Verdicts, events and findings.
    pub stats: ValidationStats,
    /// Bytes of the input that were read.
    pub bytes: u64,
    /// Documents of other events than those asked for.
    pub left_out: u64,
    /// Findings that were too many to show.
    pub not_shown: u64,
}

impl Default for JudgingTotals {
    /// A run that begins now.
    fn default() -> JudgingTotals {
        JudgingTotals {
            began: Instant::now(),
            stats: ValidationStats::default(),
            bytes: 0,
            left_out: 0,
            not_shown: 0,
        }
    }
}

impl JudgingTotals {
    /// Documents that were judged.
    pub fn documents(&self) -> u64 {
        self.stats.verdicts().total()
    }

    /// How long the run has taken so far.
    pub fn took(&self) -> Duration {
        self.began.elapsed()
    }
}
