//! Which captures of a replay are done.

use std::collections::BTreeMap;

/// Which capture: its number in the log, or its line.
///
/// A log and its parts are one source of numbers, so that a number outlives the moving of the
/// log into a part. Lines without a number belong to the file that they stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) source: u32,
    pub(super) by: By,
    pub(super) number: u64,
    /// A hash of the capture, by which another one in its place is found out.
    pub(super) mark: u32,
}

/// What a capture is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Seq,
    Line,
}

/// What numbers belong to, and the first of a range of them.
type Start = (u32, By, u64);

/// The end of a range, and the mark of its first capture, if that is known.
type End = (u64, Option<u32>);

/// A capture that is done was another one: the source is not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Another;

/// The captures that are done, and the sources that they are of.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    /// By their place: first those that were named, then those that were found.
    sources: Vec<String>,
    /// As ranges with both ends, since they mostly follow each other.
    ranges: BTreeMap<Start, End>,
}

impl Done {
    /// Nothing yet, of these sources.
    pub(super) fn new(sources: Vec<String>) -> Done {
        Done {
            sources,
            ranges: BTreeMap::new(),
        }
    }

    /// The number of a source that is found beside those that were named, and whether it is
    /// new.
    pub(super) fn source(&mut self, path: &str, named: usize) -> (u32, bool) {
        let known = self.sources.iter().skip(named).position(|one| one == path);
        let index = named + known.unwrap_or_else(|| self.sources.len().saturating_sub(named));
        if known.is_none() {
            self.sources.resize(index, String::new());
            self.sources.push(path.to_owned());
        }
        (u32::try_from(index).unwrap_or(u32::MAX), known.is_none())
    }

    /// Whether a capture is done. Marks are compared where a range begins: a source that was
    /// replaced is found out at the first of its captures.
    pub(super) fn contains(&self, key: Key) -> Result<bool, Another> {
        let place = (key.source, key.by, key.number);
        let before = self.ranges.range(..=place).next_back();
        let Some((&(source, by, first), &(last, mark))) = before else {
            return Ok(false);
        };
        if (source, by) != (key.source, key.by) || key.number > last {
            return Ok(false);
        }
        if first == key.number && mark.is_some_and(|mark| mark != key.mark) {
            return Err(Another);
        }
        Ok(true)
    }

    pub(super) fn insert(&mut self, key: Key) {
        if self.contains(key).unwrap_or(true) {
            return;
        }
        let Key {
            source,
            by,
            number,
            mark,
        } = key;
        let next = number.checked_add(1);
        let next = next.and_then(|next| self.ranges.remove(&(source, by, next)));
        let last = next.map_or(number, |(last, _)| last);
        let before = self.ranges.range_mut(..(source, by, number)).next_back();
        if let Some((&(of, how, _), (end, _))) = before
            && (of, how) == (source, by)
            && end.checked_add(1) == Some(number)
        {
            *end = last;
        } else {
            self.ranges.insert((source, by, number), (last, Some(mark)));
        }
    }

    pub(super) fn remove(&mut self, key: Key) {
        let Key {
            source, by, number, ..
        } = key;
        let range = self.ranges.range(..=(source, by, number)).next_back();
        let Some((&(of, how, first), &(last, mark))) = range else {
            return;
        };
        if (of, how) != (source, by) || number > last {
            return;
        }
        self.ranges.remove(&(source, by, first));
        if first < number {
            self.ranges.insert((source, by, first), (number - 1, mark));
        }
        if number < last {
            self.ranges.insert((source, by, number + 1), (last, None));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_source_that_was_found_keeps_its_number() {
        let mut done = Done::new(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(done.source("b", 2), (2, true));
        assert_eq!(done.source("c", 2), (3, true));
        assert_eq!(done.source("b", 2), (2, false));
        assert_eq!(Done::default().source("c", 1), (1, true));
    }

    #[test]
    fn another_capture_in_the_place_of_one_that_is_done_is_found_out() {
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
            let gaps = done.ranges.iter().zip(done.ranges.iter().skip(1));
            for ((&(a, how, _), &(end, _)), (&(b, other, next), _)) in gaps {
                prop_assert!((a, how) != (b, other) || next > end + 1);
            }
        }
    }
}
