//! Which captures are replayed.

use std::collections::{HashSet, VecDeque};
use std::str::FromStr;

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

/// Gaps of the log: kept, shortened, or not waited for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// So many times as fast.
    Times(f64),
    /// As fast as it goes.
    Max,
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Speed, String> {
        if text == "max" {
            return Ok(Speed::Max);
        }
        let factor = text.strip_suffix('x').unwrap_or(text);
        match factor.parse::<f64>() {
            Ok(factor) if factor > 0.0 && factor.is_finite() => Ok(Speed::Times(factor)),
            _ => Err("expected a factor such as 1 or 10, or max".to_owned()),
        }
    }
}

/// The bodies that came before, as far back as the window goes.
#[derive(Debug, Default)]
pub(super) struct Seen {
    hashes: HashSet<u128>,
    order: VecDeque<u128>,
}

impl Seen {
    /// Whether this body came before. By a hash of 128 bits: that two bodies share one by
    /// chance is less likely than a broken disk.
    pub(super) fn before(&mut self, body: &[u8]) -> bool {
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

    #[test]
    fn a_speed_is_a_factor_or_max() {
        assert_eq!("10".parse(), Ok(Speed::Times(10.0)));
        assert_eq!("0.5x".parse(), Ok(Speed::Times(0.5)));
        assert_eq!("max".parse(), Ok(Speed::Max));
        for wrong in ["0", "-1", "inf", "NaN", "fast"] {
            assert!(wrong.parse::<Speed>().is_err(), "{wrong}");
        }
    }
}
