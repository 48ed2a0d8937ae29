//! Which captures are replayed.

use std::collections::{HashSet, VecDeque};

use crate::selection::Query;

/// How many bodies are remembered to tell duplicates.
const DUPLICATE_WINDOW: usize = 65_536;

/// Which captures are replayed.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Those that this means.
    pub query: Query,
    /// Not the same as a body shortly before.
    pub skip_duplicates: bool,
    /// Only the last of them.
    pub last: Option<usize>,
    /// At most this many.
    pub limit: Option<u64>,
}

/// The bodies that came before, as far back as the window goes.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hashes: HashSet<u128>,
    order: VecDeque<u128>,
}

impl Seen {
    /// Whether this body came before. By a hash of 128 bits: that two bodies share one by
    /// chance is less likely than a broken disk.
    pub(crate) fn before(&mut self, body: &[u8]) -> bool {
        let hash = xxhash_rust::xxh3::xxh3_128(body);
        if !self.hashes.insert(hash) {
            return true;
        }
        self.order.push_back(hash);
        if self.order.len() > DUPLICATE_WINDOW
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
        false
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_memory_for_duplicates_is_bounded() {
        let mut seen = Seen::default();
        assert!(!seen.before(b"first"));
        assert!(seen.before(b"first"));
        for number in 0..DUPLICATE_WINDOW {
            assert!(!seen.before(number.to_string().as_bytes()));
        }
        assert!(!seen.before(b"first"));
        assert_eq!(seen.hashes.len(), DUPLICATE_WINDOW);
    }
}
