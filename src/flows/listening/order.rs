//! Puts captures into the order of the log before they are shown.
//!
//! Connections are answered by several threads, so that notices arrive in about the order of
//! their numbers. Each waits here until the one before it has come. Numbers can be missing: the
//! queue drops notices, and a target can keep a sender waiting. So the wait is limited in time,
//! number and bytes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::queue::Weigh;

/// How long the next number may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// Notices that may wait.
const MOST: usize = 1024;
/// Bytes that may wait.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Notices that wait for those before them.
#[derive(Debug)]
pub struct InOrder<N> {
    /// By number, then what is about the capture of that number, then as they came.
    waiting: BTreeMap<(u64, Place, u64), N>,
    bytes: usize,
    /// The number of the next capture.
    next: u64,
    came: u64,
    /// Since when the first one waits.
    stuck: Option<Instant>,
}

/// What a notice is to the capture with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The capture itself.
    Capture,
    /// Something that happened to it later.
    After,
}

impl<N: Weigh> InOrder<N> {
    /// The first capture will have this number.
    pub fn from(next: u64) -> InOrder<N> {
        InOrder {
            waiting: BTreeMap::new(),
            bytes: 0,
            next,
            came: 0,
            stuck: None,
        }
    }

    /// Whether it is the turn of a notice that did not wait; then the next one may come.
    pub fn is_turn(&mut self, number: u64, place: Place) -> bool {
        let is_turn = self.waiting.is_empty() && self.is_next(number, place);
        if is_turn {
            self.next = self.next.max(number + 1);
        }
        is_turn
    }

    fn is_next(&self, number: u64, place: Place) -> bool {
        number < self.next || (number == self.next && place == Place::Capture)
    }

    /// Adds a notice.
    pub fn push(&mut self, number: u64, place: Place, notice: N) {
        self.came += 1;
        self.bytes += notice.weight();
        self.waiting.insert((number, place, self.came), notice);
    }

    /// Whether notices wait.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The next notice whose turn it is by now.
    pub fn pop(&mut self, now: Instant) -> Option<N> {
        let &(number, place, _) = self.waiting.first_key_value()?.0;
        let is_next = self.is_next(number, place);
        let since = *self.stuck.get_or_insert(now);
        let is_over = now.saturating_duration_since(since) >= PATIENCE
            || self.waiting.len() > MOST
            || self.bytes > MOST_BYTES;
        if is_next || is_over {
            return self.take();
        }
        None
    }

    /// The next notice, whatever is missing before it.
    pub fn take(&mut self) -> Option<N> {
        let ((number, ..), notice) = self.waiting.pop_first()?;
        self.bytes -= notice.weight().min(self.bytes);
        self.next = self.next.max(number + 1);
        self.stuck = None;
        Some(notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(order: &mut InOrder<usize>, now: Instant) -> Vec<usize> {
        std::iter::from_fn(|| order.pop(now)).collect()
    }

    #[test]
    fn captures_come_out_in_order_and_what_is_about_them_after_them() {
        let (now, mut order) = (Instant::now(), InOrder::from(5));
        order.push(6, Place::Capture, 6);
        order.push(5, Place::After, 50);
        order.push(7, Place::Capture, 7);
        assert!(all(&mut order, now).is_empty());
        order.push(5, Place::Capture, 5);
        assert_eq!(all(&mut order, now), [5, 50, 6, 7]);
        // Late news of an earlier one does not wait.
        order.push(6, Place::After, 60);
        assert_eq!(all(&mut order, now), [60]);
    }

    #[test]
    fn a_missing_number_is_waited_for_only_for_a_while() {
        let (now, mut order) = (Instant::now(), InOrder::from(1));
        order.push(3, Place::Capture, 3);
        order.push(4, Place::Capture, 4);
        assert!(all(&mut order, now).is_empty());
        assert_eq!(all(&mut order, now + PATIENCE), [3, 4]);
        // It comes at once when it comes after all.
        order.push(1, Place::Capture, 1);
        assert_eq!(all(&mut order, now), [1]);
        assert!(order.is_turn(5, Place::Capture) && !order.is_turn(6, Place::After));
        assert!(order.is_turn(5, Place::After) && order.is_turn(6, Place::Capture));
        order.push(9, Place::Capture, MOST_BYTES + 1);
        assert!(!order.is_turn(7, Place::Capture));
        assert_eq!(all(&mut order, now), [MOST_BYTES + 1]);
    }
}
