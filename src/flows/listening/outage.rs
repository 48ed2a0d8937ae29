//! A log that cannot be written: one outage, however many requests it refuses.

use std::time::{Duration, Instant};

/// How long appends must succeed before an outage counts as over: on a full disk a small
/// capture may fit between two large ones that do not.
const CALM: Duration = Duration::from_secs(1);

/// Tells when an outage of the log begins and ends.
#[derive(Debug, Default)]
pub struct LogOutage {
    refused: u64,
    last: Option<Instant>,
    /// Whether a capture was logged since.
    has_recovered: bool,
}

impl LogOutage {
    /// A request could not be logged. Says whether that begins an outage.
    pub fn refused(&mut self, now: Instant) -> bool {
        let begins = self.last.is_none();
        self.refused += 1;
        self.last = Some(now);
        self.has_recovered = false;
        begins
    }

    /// A request was logged.
    pub fn logged(&mut self) {
        self.has_recovered = true;
    }

    /// If an outage is over by now, how many requests it refused.
    pub fn over(&mut self, now: Instant) -> Option<u64> {
        if !self.has_recovered || now.duration_since(self.last?) < CALM {
            return None;
        }
        Some(std::mem::take(self).refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_begins_once_and_is_over_after_a_calm_second() {
        let mut outage = LogOutage::default();
        let start = Instant::now();
        outage.logged();
        assert_eq!(outage.over(start + CALM), None);
        assert!(outage.refused(start));
        assert!(!outage.refused(start));
        assert_eq!(outage.over(start + CALM), None, "nothing was logged since");
        outage.logged();
        assert_eq!(outage.over(start + CALM / 2), None);
        assert_eq!(outage.over(start + CALM), Some(2));
        assert!(outage.refused(start + CALM), "the next one is news again");
    }
}
