//! Even spacing of requests: a fixed schedule of slots, with one request a slot.
//!
//! Slots lie on a grid that starts with the first one, so that the schedule does not drift. An
//! unused slot is lost, so that no burst follows a stall. A thread keeps the time, since the timer
//! of the runtime has a resolution of a millisecond.

use std::str::FromStr;
use std::sync::{Arc, OnceLock, Weak};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

/// How late a slot may be used: much shorter than a visible burst, and longer than a thread is late.
const TOLERANCE: Duration = Duration::from_millis(2);

/// Requests in a unit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    period: Duration,
}

impl Rate {
    /// The time from one slot to the next.
    pub fn period(self) -> Duration {
        self.period
    }
}

impl FromStr for Rate {
    type Err = RateError;

    /// `500/s`, `30/m`, `10/h`. A number without a unit is per second.
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

/// The text is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a rate such as 500/s, 30/m or 10/h")]
pub struct RateError;

/// The grid of slots, as times since the first one, which is number 0.
#[derive(Clone, Copy, Debug)]
struct Grid {
    period: Duration,
}

impl Grid {
    /// When a slot begins.
    fn due(self, slot: u32) -> Duration {
        self.period.saturating_mul(slot)
    }

    /// The slot after `last`: the next one, or after a stall the first one that is not over.
    fn next(self, last: u32, now: Duration) -> u32 {
        let missed = now.saturating_sub(TOLERANCE).as_secs_f64() / self.period.as_secs_f64();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a quotient of times is not negative, and the cast saturates"
        )]
        let first = missed.ceil() as u32;
        last.saturating_add(1).max(first)
    }

    /// How many slots may be open at a time: those within the tolerance.
    fn at_once(self) -> usize {
        let slots = (TOLERANCE.as_secs_f64() / self.period.as_secs_f64()).ceil();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 2,000"
        )]
        let slots = slots as usize;
        slots.max(1)
    }

    /// Whether an unused slot must be closed before the next one.
    fn closes(self) -> bool {
        self.period > TOLERANCE * 2
    }
}

/// Hands out slots. Its thread ends with it.
#[derive(Debug)]
pub struct Metronome {
    grid: Grid,
    slots: Arc<Semaphore>,
    started: OnceLock<()>,
}

impl Metronome {
    /// A metronome that starts with the first call of [`Metronome::slot`].
    pub fn new(rate: Rate) -> Metronome {
        Metronome {
            grid: Grid {
                period: rate.period,
            },
            slots: Arc::new(Semaphore::new(1)),
            started: OnceLock::new(),
        }
    }

    /// Waits for the next slot. Callers are served in order. A dropped call takes no slot.
    pub async fn slot(&self) {
        if let Ok(slot) = self.slots.acquire().await {
            slot.forget();
        }
        self.started.get_or_init(|| {
            let (slots, grid) = (Arc::downgrade(&self.slots), self.grid);
            thread::spawn(move || tick(grid, &slots));
        });
    }
}

#[cfg(test)]
impl Metronome {
    /// A metronome without a thread: the test opens each slot.
    pub(super) fn by_hand() -> (Metronome, Arc<Semaphore>) {
        let slots = Arc::new(Semaphore::new(0));
        let metronome = Metronome {
            grid: Grid { period: TOLERANCE },
            slots: Arc::clone(&slots),
            started: OnceLock::from(()),
        };
        (metronome, slots)
    }
}

/// Opens one slot after the other, until the metronome is dropped.
fn tick(grid: Grid, slots: &Weak<Semaphore>) {
    let start = Instant::now();
    let mut slot = 0;
    loop {
        slot = grid.next(slot, start.elapsed());
        thread::sleep(grid.due(slot).saturating_sub(start.elapsed()));
        let Some(slots) = slots.upgrade() else { return };
        if slots.available_permits() < grid.at_once() {
            slots.add_permits(1);
        }
        if grid.closes() {
            thread::sleep(TOLERANCE);
            // An unused slot is lost, not kept for later.
            if let Ok(slot) = slots.try_acquire() {
                slot.forget();
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn grid(rate: &str) -> Grid {
        let rate: Rate = rate.parse().unwrap();
        Grid {
            period: rate.period(),
        }
    }

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

    #[test]
    fn slots_lie_on_a_grid_that_does_not_drift() {
        let grid = grid("500/s");
        assert_eq!(grid.due(5_000), Duration::from_secs(10));
        // However late each one was noticed, the next one lies where it would have lain.
        let mut slot = 0;
        for late in [0, 100, 900, 1_900, 30] {
            let now = grid.due(slot) + Duration::from_micros(late);
            slot = grid.next(slot, now);
        }
        assert_eq!(grid.due(slot), 5 * 2 * MS);
    }

    #[test]
    fn slots_that_were_missed_in_a_stall_are_skipped_and_never_made_up() {
        let grid = grid("100/s");
        assert_eq!(grid.next(3, 31 * MS), 4);
        // 105 ms later: slots 4 to 13 are over.
        assert_eq!(grid.next(3, 135 * MS), 14);
        assert_eq!(grid.due(14), 140 * MS);
        let mut opened = 0;
        let (mut slot, mut now) = (3, 10_000 * MS);
        while now < 11_000 * MS {
            slot = grid.next(slot, now);
            now = grid.due(slot).max(now);
            opened += 1;
        }
        assert!((100..=101).contains(&opened), "{opened} in a second");
    }

    #[test]
    fn no_more_slots_stand_open_than_lie_within_the_tolerance() {
        assert_eq!(grid("10/s").at_once(), 1);
        assert_eq!(grid("500/s").at_once(), 1);
        assert_eq!(grid("10000/s").at_once(), 20);
        assert!(grid("10/s").closes() && !grid("1000/s").closes());
    }
}
