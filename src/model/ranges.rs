//! A set of numbers that mostly follow each other.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Numbers, kept as ranges with both ends. Two ranges never touch.
///
/// It takes memory for its gaps only, so that it can hold all records of a log that are done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ranges(BTreeMap<u64, u64>);

/// `1,5..7`
impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.0.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(f, "{comma}{first}")?;
            if first < last {
                write!(f, "..{last}")?;
            }
        }
        Ok(())
    }
}

impl Ranges {
    /// The first and the last number of the range that holds a number.
    pub fn around(&self, number: u64) -> Option<(u64, u64)> {
        let (&first, &last) = self.0.range(..=number).next_back()?;
        (number <= last).then_some((first, last))
    }

    /// The ranges, each with its first and last number.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(first, last)| (*first, *last))
    }

    /// Adds the numbers of others.
    pub fn extend(&mut self, other: Ranges) {
        for (first, last) in other.0 {
            self.insert(first, last);
        }
    }

    /// Whether a number is in the set.
    pub fn contains(&self, number: u64) -> bool {
        self.around(number).is_some()
    }

    /// Adds all numbers from `first` to `last`.
    pub fn insert(&mut self, first: u64, last: u64) {
        let (mut first, mut last) = (first, last);
        if let Some((&before, &end)) = self.0.range(..=first).next_back()
            && end.saturating_add(1) >= first
        {
            (first, last) = (before, last.max(end));
        }
        while let Some((&next, &end)) = self.0.range(first..).next()
            && next <= last.saturating_add(1)
        {
            self.0.remove(&next);
            last = last.max(end);
        }
        self.0.insert(first, last);
    }

    /// Removes a number.
    pub fn remove(&mut self, number: u64) {
        let Some((first, last)) = self.around(number) else {
            return;
        };
        self.0.remove(&first);
        if first < number {
            self.0.insert(first, number - 1);
        }
        if number < last {
            self.0.insert(number + 1, last);
        }
    }

    /// Removes the lowest range if it begins at or before `number`, and returns its end.
    pub fn take_first_up_to(&mut self, number: u64) -> Option<u64> {
        let first = self
            .0
            .first_entry()
            .filter(|first| *first.key() <= number)?;
        Some(first.remove())
    }

    /// How many numbers from `first` to `last` there are.
    pub fn count_between(&self, first: u64, last: u64) -> u64 {
        let before = self.0.range(..first).next_back();
        let within = before.into_iter().chain(self.0.range(first..));
        within
            .map(|(from, to)| ((*to).min(last) + 1).saturating_sub((*from).max(first)))
            .sum()
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        self.0
            .iter()
            .map(|(first, last)| last.saturating_sub(*first) + 1)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_hold_what_a_set_would(
            steps in prop::collection::vec((any::<bool>(), 0..60_u64, 0..5_u64), 0..60),
            top in any::<bool>(),
        ) {
            // Numbers at both ends of what there is.
            let base = if top { u64::MAX - 64 } else { 0 };
            let (mut ranges, mut set) = (Ranges::default(), BTreeSet::new());
            for (puts, first, more) in steps {
                let first = base + first;
                if puts {
                    ranges.insert(first, first + more);
                    set.extend(first..=first + more);
                } else {
                    ranges.remove(first);
                    set.remove(&first);
                }
                for number in base..=base + 64 {
                    prop_assert_eq!(ranges.contains(number), set.contains(&number));
                }
                prop_assert_eq!(ranges.count(), set.len() as u64);
                let all: Vec<_> = ranges.0.iter().collect();
                prop_assert!(all.windows(2).all(|pair| pair[0].1 + 1 < *pair[1].0));
            }
            let text = serde_json::to_string(&ranges).unwrap_or_default();
            prop_assert_eq!(serde_json::from_str::<Ranges>(&text).ok(), Some(ranges));
        }
    }
}
