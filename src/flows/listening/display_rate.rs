//! Limits how many captures a terminal shows within a second.
//!
//! On a busy listener, painting costs more time than everything else, and a person cannot read
//! that fast. So only some captures of a second are shown, and the others are counted.

use std::time::{Duration, Instant};

/// Captures that are shown within a second: several screens full.
const MOST: u32 = 1000;
const SECOND: Duration = Duration::from_secs(1);

/// Limits what is shown on a terminal. A program that reads gets everything.
#[derive(Debug)]
pub struct DisplayRate {
    is_limited: bool,
    began: Instant,
    shown: u32,
    missed: u64,
}

impl DisplayRate {
    /// A limit for a terminal, none otherwise.
    pub fn new(is_terminal: bool) -> DisplayRate {
        DisplayRate {
            is_limited: is_terminal,
            began: Instant::now(),
            shown: 0,
            missed: 0,
        }
    }

    /// Whether no more may be shown at this moment.
    pub fn is_reached(&mut self, now: Instant) -> bool {
        if self.shown < MOST || !self.is_limited {
            return false;
        }
        if now.duration_since(self.began) >= SECOND {
            self.shown = 0;
        }
        self.shown == MOST
    }

    /// Counts a capture that is shown.
    pub fn show(&mut self, now: Instant) {
        if self.shown == 0 {
            self.began = now;
        }
        self.shown = (self.shown + 1).min(MOST);
    }

    /// Counts a capture that is not shown.
    pub fn miss(&mut self) {
        self.missed += 1;
    }

    /// Captures that were not shown.
    pub fn missed(&self) -> u64 {
        self.missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_of(rate: &mut DisplayRate, count: u32, at: Instant) -> u32 {
        let mut shown = 0;
        for _ in 0..count {
            if !rate.is_reached(at) {
                rate.show(at);
                shown += 1;
            }
        }
        shown
    }

    #[test]
    fn a_second_has_a_limit_and_the_next_one_begins_anew() {
        let mut rate = DisplayRate::new(true);
        let start = Instant::now();
        assert_eq!(shown_of(&mut rate, 600, start), 600);
        assert_eq!(shown_of(&mut rate, 600, start + SECOND / 2), 400);
        assert_eq!(shown_of(&mut rate, 5000, start + SECOND), MOST);
        assert_eq!(shown_of(&mut rate, 1, start + SECOND * 3 / 2), 0);
        assert_eq!(shown_of(&mut rate, 1, start + SECOND * 9), 1);
    }

    #[test]
    fn a_program_that_reads_gets_everything() {
        let mut rate = DisplayRate::new(false);
        assert_eq!(shown_of(&mut rate, 5000, Instant::now()), 5000);
    }
}
