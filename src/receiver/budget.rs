//! Memory for bodies on their way in, shared by all connections.
//!
//! Small bodies, which events are, cost nothing: as many connections as there may be hold
//! little enough. What goes beyond is counted as it grows, and refused when all that there is
//! is taken. Nobody waits for memory: whoever waits holds some, and would keep it from the
//! others. And a length that is only declared costs nothing, or it would be the attack.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes that every body may have without asking.
pub(super) const FREE: usize = 16 * 1024;

/// How much there is, and how much of it is taken.
#[derive(Debug)]
pub(super) struct Budget {
    most: usize,
    taken: AtomicUsize,
}

/// What one body has taken; given back with its end.
#[derive(Debug)]
pub(super) struct Share<'b> {
    budget: &'b Budget,
    taken: usize,
}

impl Budget {
    pub(super) fn new(most: usize) -> Budget {
        Budget {
            most,
            taken: AtomicUsize::new(0),
        }
    }

    /// A share of a body that has nothing yet.
    pub(super) fn share(&self) -> Share<'_> {
        Share {
            budget: self,
            taken: 0,
        }
    }
}

impl Share<'_> {
    /// Makes room for a body of so many bytes in all, and says whether there was any. One
    /// body of any size is taken while no other takes room, so that any can be received.
    pub(super) fn grow_to(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(FREE).saturating_sub(self.taken);
        if more == 0 {
            return true;
        }
        let others = self.budget.taken.fetch_add(more, Relaxed) - self.taken;
        self.taken += more;
        others == 0 || others.saturating_add(self.taken) <= self.budget.most
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.budget.taken.fetch_sub(self.taken, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_bodies_are_free_and_large_ones_share_what_there_is() {
        let budget = Budget::new(1000);
        let (mut one, mut other) = (budget.share(), budget.share());
        assert!(one.grow_to(FREE) && other.grow_to(FREE));
        assert!(one.grow_to(FREE + 600));
        assert!(other.grow_to(FREE + 400));
        assert!(!other.grow_to(FREE + 401));
        drop(other);
        assert!(one.grow_to(FREE + 1000));
        assert!(!budget.share().grow_to(FREE + 1));
        assert!(budget.share().grow_to(FREE));
        drop(one);
        assert_eq!(budget.taken.load(Relaxed), 0);
    }

    #[test]
    fn one_alone_may_be_larger_than_all_there_is() {
        let budget = Budget::new(1000);
        let mut alone = budget.share();
        assert!(alone.grow_to(1 << 20) && alone.grow_to(1 << 21));
        assert!(!budget.share().grow_to(FREE + 1));
    }
}
