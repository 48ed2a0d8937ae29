//! Numbers of captures in the log: `17`, `17..20`, `17..`, `..20`.

use std::fmt;
use std::str::FromStr;

/// What is expected where this is none.
pub(super) const EXPECTED: &str = "numbers such as 17, 17..20, 17.. or ..20";

/// A range of sequence numbers, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SeqRange {
    first: u64,
    last: u64,
}

impl SeqRange {
    /// This number alone.
    pub fn exactly(seq: u64) -> SeqRange {
        SeqRange {
            first: seq,
            last: seq,
        }
    }

    /// Its first and its last number.
    pub(super) fn ends(self) -> (u64, u64) {
        (self.first, self.last)
    }

    /// Whether a number is in the range.
    pub fn contains(self, seq: u64) -> bool {
        (self.first..=self.last).contains(&seq)
    }
}

impl FromStr for SeqRange {
    type Err = String;

    fn from_str(text: &str) -> Result<SeqRange, String> {
        let number = |text: &str, open: u64| {
            if text.is_empty() {
                return Ok(open);
            }
            let wrong = |_| format!("expected {EXPECTED}");
            text.trim_start_matches('#').parse::<u64>().map_err(wrong)
        };
        let range = if let Some((first, last)) = text.split_once("..") {
            SeqRange {
                first: number(first, 0)?,
                last: number(last, u64::MAX)?,
            }
        } else {
            let seq = number(if text.is_empty() { "-" } else { text }, 0)?;
            SeqRange {
                first: seq,
                last: seq,
            }
        };
        if range.first > range.last {
            return Err(format!("{} comes after {}", range.first, range.last));
        }
        Ok(range)
    }
}

impl fmt::Display for SeqRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SeqRange { first, last } = self;
        match (*first, *last) {
            (first, last) if first == last => write!(f, "{first}"),
            (0, u64::MAX) => f.write_str(".."),
            (0, last) => write!(f, "..{last}"),
            (first, u64::MAX) => write!(f, "{first}.."),
            (first, last) => write!(f, "{first}..{last}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_range_includes_both_ends_and_may_be_open() {
        let range = |text: &str| text.parse::<SeqRange>();
        let holds = |text, seqs: [u64; 4]| {
            let range = range(text).unwrap();
            assert_eq!(range.to_string(), text);
            seqs.map(|seq| range.contains(seq))
        };
        assert_eq!(holds("17", [16, 17, 18, 0]), [false, true, false, false]);
        assert_eq!(
            holds("17..19", [16, 17, 19, 20]),
            [false, true, true, false]
        );
        assert_eq!(
            holds("17..", [16, 17, u64::MAX, 0]),
            [false, true, true, false]
        );
        assert_eq!(holds("..3", [0, 3, 4, 9]), [true, true, false, false]);
        assert_eq!(holds("..", [0, 3, 4, 9]), [true; 4]);
        for wrong in ["", "x", "3..1", "-1", "1..x"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }
}
