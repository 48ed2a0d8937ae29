//! Even spacing: an absolute schedule of slots, one post a slot.
//!
//! Slots lie on a grid from the first one on, so that nothing drifts. A slot in which nobody
//! was ready is lost: after a stall nothing is made up in a burst. A thread keeps the time,
//! since the runtime's own clock ticks in milliseconds.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

/// Slots within this time may be used late: far below what anybody would call a burst, and
/// more than a thread is late.
const TOLERANCE: Duration = Duration::from_millis(2);

/// Posts in a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    period: Duration,
}

impl Rate {
    /// From one slot to the next.
    pub fn period(self) -> Duration {
        self.period
    }
}

impl FromStr for Rate {
    type Err = RateError;

    /// `500/s`, `30/m`, `10/h`; a bare number is a second's.
    fn from_str(text: &str) -> Result<Rate, RateError> {
        let (number, unit) = text.split_once('/').unwrap_or((text, "s"));
        let seconds = match unit {
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => return Err(RateError),
        };
        let number: f64 = number.parse().map_err(|_| RateError)?;
        if !(number > 0.0 && number <= 1e6) {
            return Err(RateError);
        }
        let period = Duration::try_from_secs_f64(seconds / number).map_err(|_| RateError)?;
        Ok(Rate { period })
    }
}

/// A text is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a rate such as 500/s, 30/m or 10/h")]
pub struct RateError;

/// Hands out slots. Its thread ends with it.
#[derive(Debug)]
pub struct Metronome {
    rate: Rate,
    slots: Arc<Semaphore>,
    started: OnceLock<()>,
}

impl Metronome {
    /// Nothing ticks before the first slot is asked for.
    pub fn new(rate: Rate) -> Metronome {
        Metronome {
            rate,
            slots: Arc::new(Semaphore::new(1)),
            started: OnceLock::new(),
        }
    }

    /// Waits for the next slot. Who asked first has it first.
    pub async fn slot(&self) {
        if let Ok(slot) = self.slots.acquire().await {
            slot.forget();
        }
        self.started.get_or_init(|| {
            let (slots, period) = (Arc::downgrade(&self.slots), self.rate.period);
            let at_once = (TOLERANCE.as_secs_f64() / period.as_secs_f64())
                .ceil()
                .max(1.0);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most 2,000"
            )]
            let at_once = at_once as usize;
            thread::spawn(move || {
                let start = Instant::now();
                let mut ticks: u32 = 0;
                loop {
                    ticks = ticks.saturating_add(1);
                    let due = start + period.saturating_mul(ticks);
                    if let Some(wait) = due.checked_duration_since(Instant::now()) {
                        thread::sleep(wait);
                    }
                    let Some(slots) = slots.upgrade() else { return };
                    if slots.available_permits() < at_once {
                        slots.add_permits(1);
                    }
                    if period > TOLERANCE * 2 {
                        thread::sleep(TOLERANCE);
                        // Nobody was ready: the slot is lost, and not kept for later.
                        if let Ok(slot) = slots.try_acquire() {
                            slot.forget();
                        }
                    }
                }
            });
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_a_unit_or_is_a_seconds() {
        let period = |text: &str| text.parse::<Rate>().map(Rate::period);
        assert_eq!(period("500/s"), Ok(Duration::from_millis(2)));
        assert_eq!(period("4"), Ok(Duration::from_millis(250)));
        assert_eq!(period("30/m"), Ok(Duration::from_secs(2)));
        for wrong in ["", "0", "-1/s", "x/s", "1/d", "NaN", "inf", "1e9/s"] {
            assert_eq!(period(wrong), Err(RateError), "{wrong}");
        }
    }

    #[tokio::test]
    async fn slots_lie_on_a_grid_and_missed_ones_are_lost() {
        let metronome = Metronome::new("100/s".parse().unwrap());
        let start = Instant::now();
        metronome.slot().await;
        // Blocks the whole runtime: a stall of many slots.
        thread::sleep(Duration::from_millis(105));
        let stalled = Instant::now();
        for _ in 0..6 {
            metronome.slot().await;
        }
        // One may have waited; five more take five periods, less what is left of the first.
        assert!(
            stalled.elapsed() >= Duration::from_millis(38),
            "{:?}",
            start.elapsed()
        );
    }
}
