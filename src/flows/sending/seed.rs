//! What makes two runs the same.

use chrono::{DateTime, Utc};

/// The time of the first events of a seeded run: 2026-01-01T00:00:00Z, chosen freely.
const EPOCH: i64 = 1_767_225_600;

/// Where fresh values come from: chance and the clock, or a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seed(pub Option<u64>);

impl Seed {
    /// The source of fresh values.
    pub fn rng(self) -> fastrand::Rng {
        self.0
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed)
    }

    /// The time of the events that are made now; a seeded run has a fixed one.
    pub fn now(self) -> DateTime<Utc> {
        let fixed = self.0.and_then(|_| DateTime::from_timestamp(EPOCH, 0));
        fixed.unwrap_or_else(Utc::now)
    }
}
