//! Lanes: queues that keep the order of their items.
//!
//! A lane has at most one item out at a time, so that no item overtakes another. An item without a
//! lane waits for no other. Lanes take turns in the order in which they became ready. Requests and
//! time are not known here.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// The name of a lane. `None` is a lane of one item.
pub type Lane = Option<Arc<str>>;

/// Waiting items, in lanes.
#[derive(Debug)]
pub(super) struct Lanes<T> {
    /// The first item of each lane that has none out, in the order of their turns.
    ready: VecDeque<(Lane, T)>,
    /// The items behind the first one of each lane. A lane is here as long as it has any item:
    /// ready, out or behind.
    behind: HashMap<Arc<str>, VecDeque<T>>,
}

impl<T> Default for Lanes<T> {
    fn default() -> Lanes<T> {
        Lanes {
            ready: VecDeque::new(),
            behind: HashMap::new(),
        }
    }
}

impl<T> Lanes<T> {
    /// No lane yet.
    pub(super) fn new() -> Lanes<T> {
        Lanes::default()
    }

    /// Adds an item to the end of its lane.
    pub(super) fn push(&mut self, lane: Lane, item: T) {
        if let Some(name) = &lane {
            if let Some(behind) = self.behind.get_mut(name) {
                behind.push_back(item);
                return;
            }
            self.behind.insert(Arc::clone(name), VecDeque::new());
        }
        self.ready.push_back((lane, item));
    }

    /// Takes out the next item whose lane is free. The lane is busy until [`Lanes::free`].
    pub(super) fn take(&mut self) -> Option<(Lane, T)> {
        self.ready.pop_front()
    }

    /// Takes out the item behind the one of this lane that is out.
    pub(super) fn take_behind(&mut self, lane: &Lane) -> Option<T> {
        self.behind.get_mut(lane.as_ref()?)?.pop_front()
    }

    /// Puts back an item that was taken from behind the one that is out.
    pub(super) fn put_back(&mut self, lane: Lane, item: T) {
        let Some(name) = lane else { return };
        self.behind.entry(name).or_default().push_front(item);
    }

    /// The item of this lane that was out has ended. The next one becomes ready.
    pub(super) fn free(&mut self, lane: &Lane) {
        let Some(name) = lane else { return };
        let Some(behind) = self.behind.get_mut(name) else {
            return;
        };
        match behind.pop_front() {
            Some(next) => self.ready.push_back((lane.clone(), next)),
            None => {
                self.behind.remove(name);
            }
        }
    }

    /// How many named lanes have an item, also out.
    pub(super) fn named(&self) -> usize {
        self.behind.len()
    }

    /// Whether an item can be taken out now.
    pub(super) fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn items_of_a_lane_keep_their_order_and_lanes_do_not_wait_for_each_other() {
        let mut lanes = Lanes::new();
        let (a, b): (Lane, Lane) = (Some("a".into()), Some("b".into()));
        for (lane, item) in [(&a, 1), (&a, 2), (&b, 3), (&None, 4), (&None, 5)] {
            lanes.push(lane.clone(), item);
        }
        assert_eq!(lanes.take(), Some((a.clone(), 1)));
        let others: Vec<_> = std::iter::from_fn(|| lanes.take()).collect();
        assert_eq!(others, [(b.clone(), 3), (None, 4), (None, 5)]);
        assert!(!lanes.is_ready());
        lanes.free(&a);
        assert_eq!(lanes.take(), Some((a.clone(), 2)));
        lanes.free(&a);
        lanes.free(&b);
        assert_eq!(lanes.named(), 0);
    }

    proptest! {
        #[test]
        fn every_item_comes_out_once_and_in_the_order_of_its_lane(
            items in prop::collection::vec(0..4_u8, 0..60),
            steps in prop::collection::vec(any::<prop::sample::Index>(), 200),
        ) {
            let mut lanes = Lanes::new();
            let name = |lane: u8| (lane > 0).then(|| Arc::from(lane.to_string()));
            let mut waiting = items.iter().copied().enumerate();
            let mut out: Vec<(Lane, usize)> = Vec::new();
            let mut done: Vec<(Lane, usize)> = Vec::new();
            for step in &steps {
                match step.index(3) {
                    0 => if let Some((number, lane)) = waiting.next() {
                        lanes.push(name(lane), number);
                    },
                    1 => out.extend(lanes.take()),
                    _ => if !out.is_empty() {
                        let (lane, number) = out.remove(step.index(out.len()));
                        lanes.free(&lane);
                        done.push((lane, number));
                    },
                }
            }
            for (number, lane) in waiting {
                lanes.push(name(lane), number);
            }
            loop {
                out.extend(lanes.take());
                if out.is_empty() { break }
                let (lane, number) = out.remove(0);
                lanes.free(&lane);
                done.push((lane, number));
            }
            prop_assert_eq!(done.len(), items.len());
            for lane in 1..4 {
                let of_lane: Vec<_> = done.iter().filter(|(of, _)| *of == name(lane)).map(|(_, number)| *number).collect();
                prop_assert!(of_lane.is_sorted(), "{:?}", of_lane);
            }
        }
    }
}
