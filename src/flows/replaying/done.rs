//! Which captures of a replay are done.

use std::collections::BTreeMap;

use crate::model::ranges::Ranges;

/// Identifies a capture: by its number in the log, or by its line.
///
/// A log and its parts are one source of numbers, so that a number stays valid when the log is
/// rotated. A line without a number belongs to its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) source: u32,
    pub(crate) by: By,
    pub(crate) number: u64,
    /// A hash of the capture, to detect a different capture with the same number.
    pub(crate) mark: u32,
}

/// How a capture is identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum By {
    Seq,
    Line,
}

/// A different capture had this key: the source was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Another;

/// The captures that are done, and their sources.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done {
    /// First the named sources, then those that were found.
    sources: Vec<String>,
    /// The numbers and lines of each.
    numbers: BTreeMap<(u32, By), Ranges>,
    /// The mark of the first capture of a range, if it is known.
    marks: BTreeMap<(u32, By, u64), u32>,
}

impl Done {
    /// No capture of these sources.
    pub(crate) fn new(sources: Vec<String>) -> Done {
        Done {
            sources,
            ..Done::default()
        }
    }

    /// The number of a source that was found beside the named ones, and whether it is new.
    pub(crate) fn source(&mut self, path: &str, named: usize) -> (u32, bool) {
        let known = self.sources.iter().skip(named).position(|one| one == path);
        let index = named + known.unwrap_or_else(|| self.sources.len().saturating_sub(named));
        if known.is_none() {
            self.sources.resize(index, String::new());
            self.sources.push(path.to_owned());
        }
        (u32::try_from(index).unwrap_or(u32::MAX), known.is_none())
    }

    /// Whether a capture is done.
    ///
    /// # Errors
    ///
    /// If the capture is not the one that was done. Only the first capture of a range has a mark:
    /// that is enough to detect a replaced source at its first capture.
    pub(crate) fn contains(&self, key: Key) -> Result<bool, Another> {
        let numbers = self.numbers.get(&(key.source, key.by));
        let Some((first, _)) = numbers.and_then(|numbers| numbers.around(key.number)) else {
            return Ok(false);
        };
        let known = self.marks.get(&(key.source, key.by, key.number));
        if first == key.number && known.is_some_and(|known| *known != key.mark) {
            return Err(Another);
        }
        Ok(true)
    }

    pub(crate) fn insert(&mut self, key: Key) {
        let (source, by, number) = (key.source, key.by, key.number);
        let numbers = self.numbers.entry((source, by)).or_default();
        if numbers.contains(number) {
            return;
        }
        numbers.insert(number, number);
        let range = numbers.around(number);
        if range.is_some_and(|(first, _)| first == number) {
            self.marks.insert((source, by, number), key.mark);
        }
        self.marks.remove(&(source, by, number.saturating_add(1)));
    }

    pub(crate) fn remove(&mut self, key: Key) {
        if let Some(numbers) = self.numbers.get_mut(&(key.source, key.by)) {
            numbers.remove(key.number);
            self.marks.remove(&(key.source, key.by, key.number));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_found_source_keeps_its_number() {
        let mut done = Done::new(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(done.source("b", 2), (2, true));
        assert_eq!(done.source("c", 2), (3, true));
        assert_eq!(done.source("b", 2), (2, false));
        assert_eq!(Done::default().source("c", 1), (1, true));
    }

    #[test]
    fn a_different_capture_with_the_key_of_one_that_is_done_is_detected() {
        let key = |number, mark| Key {
            source: 0,
            by: By::Seq,
            number,
            mark,
        };
        let mut done = Done::default();
        for number in [4, 3, 5] {
            done.insert(key(number, 7));
        }
        assert_eq!(done.contains(key(3, 7)), Ok(true));
        assert_eq!(done.contains(key(3, 8)), Err(Another));
        assert_eq!(done.contains(key(6, 8)), Ok(false));
        done.remove(key(3, 7));
        assert_eq!(done.contains(key(4, 8)), Ok(true));
    }

    proptest! {
        #[test]
        fn ranges_hold_what_a_set_would(
            steps in prop::collection::vec((any::<bool>(), 0..2_u32, any::<bool>(), 0..12_u64), 0..60),
        ) {
            let (mut done, mut set) = (Done::default(), BTreeSet::new());
            let by = |by_seq| if by_seq { By::Seq } else { By::Line };
            for (put, source, by_seq, number) in steps {
                let key = Key { source, by: by(by_seq), number, mark: 7 };
                if put { done.insert(key); set.insert((source, by_seq, number)); }
                else { done.remove(key); set.remove(&(source, by_seq, number)); }
            }
            for source in 0..2 {
                for by_seq in [false, true] {
                    for number in 0..12 {
                        let key = Key { source, by: by(by_seq), number, mark: 7 };
                        let expected = set.contains(&(source, by_seq, number));
                        prop_assert_eq!(done.contains(key), Ok(expected));
                    }
                }
            }
            // One mark a range at most, and only where one begins.
            for &(source, by, first) in done.marks.keys() {
                let range = done.numbers[&(source, by)].around(first);
                prop_assert_eq!(range.map(|(first, _)| first), Some(first));
            }
        }
    }
}
