//! Limits the rate and the number of requests.

use std::cell::Cell;
use std::time::Duration;

use super::finding::Exchange;
use crate::delivery::Cause;

/// Lets requests through at a rate, and at most as many as were announced.
pub(super) struct Pacer {
    interval: Duration,
    next: Cell<tokio::time::Instant>,
    budget: u32,
    sent: Cell<u32>,
}

impl Pacer {
    pub(super) fn new(rate: u32, budget: u32) -> Pacer {
        Pacer {
            interval: Duration::from_secs(1) / rate.max(1),
            next: Cell::new(tokio::time::Instant::now()),
            budget,
            sent: Cell::new(0),
        }
    }

    /// Requests let through so far.
    pub(super) fn sent(&self) -> u32 {
        self.sent.get()
    }

    /// Waits until this many requests may be sent at once.
    pub(super) async fn permit(&self, count: u32, what: &str) -> Result<(), Exchange> {
        let Some(turn) = self.turn(count, tokio::time::Instant::now()) else {
            let message = "not sent: the announced number of requests is used up".to_owned();
            let answer = Err((Cause::Other, message));
            return Err(Exchange::new(what, Duration::ZERO, answer));
        };
        tokio::time::sleep_until(turn).await;
        Ok(())
    }

    /// When this many requests may be sent; the next turn is later by their share of the rate.
    /// `None` if they exceed what was announced.
    fn turn(&self, count: u32, now: tokio::time::Instant) -> Option<tokio::time::Instant> {
        let sent = self.sent.get().saturating_add(count);
        if sent > self.budget {
            return None;
        }
        self.sent.set(sent);
        let turn = self.next.get().max(now);
        self.next.set(turn + self.interval * count);
        Some(turn)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_pacer_keeps_the_rate_over_bursts_and_ends_at_the_budget() {
        let pacer = Pacer::new(100, 54);
        let now = tokio::time::Instant::now();
        let wait = |count| Some(pacer.turn(count, now)?.saturating_duration_since(now));
        assert_eq!(wait(1), Some(Duration::ZERO));
        assert_eq!(wait(50), Some(Duration::from_millis(10)));
        assert_eq!(wait(1), Some(Duration::from_millis(510)));
        assert_eq!(wait(3), None);
        assert_eq!(wait(2), Some(Duration::from_millis(520)));
        assert_eq!(pacer.sent.get(), 54);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_delays_the_next_request_by_its_share_of_the_rate() {
        let pacer = Pacer::new(10, 30);
        let start = tokio::time::Instant::now();
        pacer.permit(20, "a burst").await.unwrap();
        assert_eq!(start.elapsed(), Duration::ZERO);
        pacer.permit(1, "one").await.unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        let refused = pacer.permit(10, "too many").await.unwrap_err();
        assert_eq!((refused.status(), pacer.sent()), (None, 21));
    }
}
