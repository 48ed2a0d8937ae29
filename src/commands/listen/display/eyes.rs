//! What a person can follow on a terminal.
//!
//! A terminal that scrolls faster than anyone reads helps nobody, and painting it takes from
//! the replies: on a busy listener it costs more than all the rest. So a second has room for
//! some events, and the others are counted as what the display could not keep up with is.

use std::time::{Duration, Instant};

/// Events that are shown within a second: screens full of them.
const MOST: u32 = 1000;
const SECOND: Duration = Duration::from_secs(1);

/// The eyes before a terminal; or none, and then whatever reads takes everything.
#[derive(Debug)]
pub(super) struct Eyes {
    are_there: bool,
    began: Instant,
    seen: u32,
    /// Events that there was no room for.
    pub(super) missed: u64,
}

impl Eyes {
    /// Whether there are any is whether it is a terminal that is written to.
    pub(super) fn new(are_there: bool) -> Eyes {
        Eyes {
            are_there,
            began: Instant::now(),
            seen: 0,
            missed: 0,
        }
    }

    /// Whether there is no more room at this moment.
    pub(super) fn are_full(&mut self, now: Instant) -> bool {
        if self.seen < MOST || !self.are_there {
            return false;
        }
        if now.duration_since(self.began) >= SECOND {
            self.seen = 0;
        }
        self.seen == MOST
    }

    /// Takes the room of one event.
    pub(super) fn see(&mut self, now: Instant) {
        if self.seen == 0 {
            self.began = now;
        }
        self.seen = (self.seen + 1).min(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_of(eyes: &mut Eyes, count: u32, at: Instant) -> u32 {
        let mut seen = 0;
        for _ in 0..count {
            if !eyes.are_full(at) {
                eyes.see(at);
                seen += 1;
            }
        }
        seen
    }

    #[test]
    fn a_second_has_room_for_so_many_and_the_next_one_again() {
        let mut eyes = Eyes::new(true);
        let start = Instant::now();
        assert_eq!(seen_of(&mut eyes, 600, start), 600);
        assert_eq!(seen_of(&mut eyes, 600, start + SECOND / 2), 400);
        assert_eq!(seen_of(&mut eyes, 5000, start + SECOND), MOST);
        assert_eq!(seen_of(&mut eyes, 1, start + SECOND * 3 / 2), 0);
        assert_eq!(seen_of(&mut eyes, 1, start + SECOND * 9), 1);
    }

    #[test]
    fn a_program_that_reads_gets_everything() {
        let mut eyes = Eyes::new(false);
        assert_eq!(seen_of(&mut eyes, 5000, Instant::now()), 5000);
    }
}
