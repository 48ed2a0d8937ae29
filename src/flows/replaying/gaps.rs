//! When each capture is due: the gaps of the log, as they are or scaled.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::selection::Speed;

/// Adds up the gaps since the first capture.
#[derive(Debug)]
pub(crate) struct Gaps {
    speed: Speed,
    /// The longest gap.
    longest: Duration,
    due: Duration,
    before: Option<DateTime<Utc>>,
    /// The latest time so far.
    latest: Option<DateTime<Utc>>,
}

impl Gaps {
    pub(crate) fn new(speed: Speed, longest: Option<Duration>) -> Gaps {
        Gaps {
            speed,
            longest: longest.unwrap_or(Duration::MAX),
            due: Duration::ZERO,
            before: None,
            latest: None,
        }
    }

    /// When the next capture is due. A capture without a time, or with an earlier time than the
    /// one before it, follows at once. If the clock steps back for some captures, the way back
    /// to the latest time is no gap.
    pub(crate) fn due(&mut self, received_at: Option<DateTime<Utc>>) -> Duration {
        if let Some(at) = received_at {
            let since = |before: Option<DateTime<Utc>>| (at - before?).to_std().ok();
            let gap = since(self.before.replace(at)).unwrap_or_default();
            let gap = since(self.latest).map_or(gap, |since| since.min(gap));
            self.latest = self.latest.max(Some(at));
            let gap = self.speed.scale(gap).min(self.longest);
            self.due = self.due.saturating_add(gap);
        }
        self.due
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// When captures that were received at these milliseconds are due, in milliseconds.
    fn due(speed: &str, longest: Option<u64>, received: &[Option<i64>]) -> Vec<u128> {
        let mut gaps = Gaps::new(speed.parse().unwrap(), longest.map(Duration::from_millis));
        let at = |at: i64| DateTime::from_timestamp_millis(1_763_000_000_000 + at).unwrap();
        received
            .iter()
            .map(|received| gaps.due(received.map(at)).as_millis())
            .collect()
    }

    #[test]
    fn gaps_are_kept_divided_and_cut() {
        let received = [Some(500), Some(700), Some(800), Some(37_800)];
        assert_eq!(due("1", None, &received), [0, 200, 300, 37_300]);
        assert_eq!(due("10", None, &received), [0, 20, 30, 3_730]);
        assert_eq!(due("0.5", Some(1_000), &received), [0, 400, 600, 1_600]);
        assert_eq!(due("max", Some(1_000), &received), [0; 4]);
    }

    #[test]
    fn a_capture_without_a_time_or_with_an_earlier_one_follows_at_once() {
        let received = [None, Some(500), None, Some(400), Some(450)];
        assert_eq!(due("1", None, &received), [0, 0, 0, 0, 50]);
    }

    #[test]
    fn a_clock_that_steps_back_makes_no_gap_on_its_way_forward() {
        let hour = 3_600_000;
        let outlier = [Some(hour), Some(0), Some(hour + 1_000)];
        assert_eq!(due("1", None, &outlier), [0, 0, 1_000]);
        // The clock was set back: the gaps within the hour that comes twice are kept.
        let set_back = [Some(hour), Some(0), Some(60_000), Some(hour + 90_000)];
        assert_eq!(due("1", None, &set_back), [0, 0, 60_000, 150_000]);
    }

    #[test]
    fn a_huge_gap_at_a_tiny_speed_does_not_overflow() {
        let received = [
            Some(0),
            Some(i64::from(i32::MAX) * 1000),
            Some(i64::from(i32::MAX) * 2000),
        ];
        assert!(due("1e-300", None, &received)[2] > 1 << 60);
    }
}
