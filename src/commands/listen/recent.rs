//! A map that remembers so many entries and forgets those that were touched longest ago.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// A bounded map.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    most: usize,
    entries: HashMap<K, (V, u64)>,
    /// Every touch, oldest first; only the last one of a key counts.
    touches: VecDeque<(K, u64)>,
    clock: u64,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    /// Remembers `most` entries.
    pub(super) fn new(most: usize) -> Recent<K, V> {
        Recent {
            most,
            entries: HashMap::new(),
            touches: VecDeque::new(),
            clock: 0,
        }
    }

    /// An entry, if it is remembered.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key).map(|(value, _)| value)
    }

    /// Remembers an entry as the newest, in place of the one with the same key.
    pub(super) fn put(&mut self, key: K, value: V) {
        self.clock += 1;
        self.touches.push_back((key.clone(), self.clock));
        self.entries.insert(key, (value, self.clock));
        // Touches that count no more are bounded too.
        while self.entries.len() > self.most || self.touches.len() > 2 * self.most {
            let Some((key, touch)) = self.touches.pop_front() else {
                break;
            };
            match self.entries.get_mut(&key) {
                Some((_, last)) if *last == touch => {
                    if self.entries.len() > self.most {
                        self.entries.remove(&key);
                    } else {
                        self.touches.push_back((key, touch));
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_touched_longest_ago_is_forgotten_first() {
        let mut recent = Recent::new(3);
        for key in [1, 2, 3, 1, 4, 5] {
            recent.put(key, key * 10);
        }
        let left: Vec<_> = (1..=5)
            .filter(|key| recent.get_mut(key).is_some())
            .collect();
        assert_eq!(left, [1, 4, 5]);
    }

    #[test]
    fn touching_the_same_entry_over_and_over_takes_no_memory() {
        let mut recent = Recent::new(4);
        for key in 0..4 {
            recent.put(key, ());
        }
        for _ in 0..1000 {
            recent.put(2, ());
        }
        assert!(recent.touches.len() <= 8);
        assert!((0..4).all(|key| recent.get_mut(&key).is_some()));
        recent.put(9, ());
        assert!(recent.get_mut(&2).is_some());
        assert_eq!(recent.entries.len(), 4);
    }
}
