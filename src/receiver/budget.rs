//! A shared limit on the memory for incoming bodies.
//!
//! The first bytes of each body are free, which covers normal events. Larger bodies are
//! counted while they grow, and refused when the limit is reached. No connection waits for
//! memory, because a waiting connection holds some itself. A declared length costs nothing;
//! otherwise declaring one would be an attack.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes of each body that are free.
pub(super) const FREE: usize = 16 * 1024;

/// The limit and its use.
#[derive(Debug)]
pub(super) struct Budget {
    most: usize,
    taken: AtomicUsize,
}

/// The memory that one body uses; returned on drop.
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

    /// The share of a new body.
    pub(super) fn share(&self) -> Share<'_> {
        Share {
            budget: self,
            taken: 0,
        }
    }
}

impl Share<'_> {
    /// Grows the share to `length` bytes; false if the limit forbids it. One body of any size
    /// is accepted while no other body uses memory, so that every size can be received.
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
