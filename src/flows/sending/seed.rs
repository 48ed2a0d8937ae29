//! The seed of a run: two runs with the same seed send the same bytes.

use chrono::{DateTime, Utc};

/// The time of the first events of a seeded run: 2026-01-01T00:00:00Z, chosen freely.
const EPOCH: i64 = 1_767_225_600;

/// The source of fresh values: a number, or without one chance and the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seed(pub Option<u64>);

impl Seed {
    /// The source of fresh values.
    pub fn rng(self) -> fastrand::Rng {
        self.0
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)
    }

    /// The time of new events. A seeded run has a fixed one.
    pub fn now(self) -> DateTime<Utc> {
        let fixed = self.0.and_then(|_| DateTime::from_timestamp(EPOCH, 0));
        fixed.unwrap_or_else(Utc::now)
    }
}
