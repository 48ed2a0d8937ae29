//! Brings what comes from a relay into order, once.
//!
//! Each message names the capture that its listener published before it. So a capture is due when
//! that one is here, numbers that the listener left out are no gap, and what is missing has
//! numbers. It is waited for a few seconds, since an engine can store messages in another order
//! than they were sent in; then it is named, and reading goes on.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use super::message::Message;
use super::parts::Assembly;
use crate::journal::Origin;
use crate::model::ranges::Ranges;

/// How long a missing capture is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many captures of a listener may wait for a missing one, and how many bytes.
const MOST: usize = 1024;
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The captures of one log of one listener.
#[derive(Default)]
struct Lane {
    /// What came.
    seen: Ranges,
    /// Before this number nothing is wanted any more.
    floor: u64,
    /// What came before its turn, by its number, with its bytes.
    waiting: BTreeMap<u64, Message>,
    bytes: usize,
    /// Since when.
    since: Option<Instant>,
}

/// Captures that did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The listener.
    pub source: String,
    /// The first of them.
    pub first: u64,
    /// The last of them.
    pub last: u64,
    /// How many at most: the listener may have published none under some of the numbers.
    pub count: u64,
}

/// What is due, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A capture.
    Capture(Message),
    /// Captures that are missing before the next one of their listener.
    Gap(Gap),
}

/// All listeners of a relay.
#[derive(Default)]
pub(super) struct Order {
    lanes: HashMap<(String, String), Lane>,
    assembly: Assembly,
    /// Captures that had come before.
    pub(super) duplicates: u64,
}

impl Order {
    /// A capture that an earlier run has in its log.
    pub(super) fn recall(&mut self, from: &Origin) {
        let key = (from.source.clone(), from.log.clone());
        let lane = self.lanes.entry(key).or_insert_with(|| Lane {
            floor: from.seq,
            ..Lane::default()
        });
        lane.floor = lane.floor.min(from.seq);
        lane.seen.insert(from.seq, from.seq);
    }

    /// Whether only older captures than those that were recalled can tell whether it is new.
    pub(super) fn is_older(&self, message: &Message) -> bool {
        let key = (message.source.clone(), message.log.clone());
        self.lanes
            .get(&key)
            .is_none_or(|lane| message.seq < lane.floor)
    }

    /// Takes a message.
    pub(super) fn add(&mut self, message: Message, now: Instant, due: &mut Vec<Due>) {
        let key = (message.source.clone(), message.log.clone());
        let lane = self.lanes.entry(key).or_default();
        if lane.has(message.seq) || lane.waiting.contains_key(&message.seq) {
            self.duplicates += u64::from(message.is_last());
            return;
        }
        let Some(message) = self.assembly.add(message) else {
            return;
        };
        if lane.is_due(&message) {
            lane.pass(message, &mut self.assembly, due);
            return;
        }
        lane.bytes += message.payload.len();
        lane.since.get_or_insert(now);
        lane.waiting.insert(message.seq, message);
        if lane.waiting.len() > MOST || lane.bytes > MOST_BYTES {
            lane.skip(&mut self.assembly, due);
        }
    }

    /// When something is waited for in vain.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let since = self.lanes.values().filter_map(|lane| lane.since).min();
        since.map(|since| since + PATIENCE)
    }

    /// Names what has been waited for too long, and goes on behind it.
    pub(super) fn expire(&mut self, now: Instant, due: &mut Vec<Due>) {
        for lane in self.lanes.values_mut() {
            if lane.since.is_some_and(|since| since + PATIENCE <= now) {
                lane.skip(&mut self.assembly, due);
            }
        }
    }

    /// The first message of the stream that is needed for what waits.
    pub(super) fn first_waiting(&self) -> Option<u64> {
        let waiting = self.lanes.values().flat_map(|lane| lane.waiting.values());
        let waiting = waiting.map(|message| message.first_part);
        waiting.chain(self.assembly.first()).min()
    }

    /// Forgets what waits: it will be read again.
    pub(super) fn restart(&mut self) {
        self.assembly = Assembly::default();
        for lane in self.lanes.values_mut() {
            lane.waiting.clear();
            (lane.bytes, lane.since) = (0, None);
        }
    }
}

impl Lane {
    fn has(&self, seq: u64) -> bool {
        seq < self.floor || self.seen.contains(seq)
    }

    /// Whether nothing before it is missing. What a listener published before the first capture
    /// that came is not wanted.
    fn is_due(&self, message: &Message) -> bool {
        let first = self.seen.iter().next();
        message.after == 0
            || self.has(message.after)
            || first.is_none_or(|(first, _)| message.seq < first)
    }

    /// Lets a capture pass, and those that waited for it.
    fn pass(&mut self, message: Message, assembly: &mut Assembly, due: &mut Vec<Due>) {
        let mut next = Some(message);
        while let Some(message) = next {
            let seq = message.seq;
            self.seen.insert(seq, seq);
            assembly.came(&message.source, &message.log, seq);
            due.push(Due::Capture(message));
            let first = self.waiting.first_key_value();
            let is_due = first.is_some_and(|(_, first)| self.is_due(first));
            next = is_due.then(|| self.take_first()).flatten();
        }
        if self.waiting.is_empty() {
            self.since = None;
        } else {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    /// Names what is missing before the first capture that waits, and lets that one pass.
    fn skip(&mut self, assembly: &mut Assembly, due: &mut Vec<Due>) {
        let Some(message) = self.take_first() else {
            return;
        };
        let (first, last) = (self.before(message.seq) + 1, message.after);
        due.push(Due::Gap(Gap {
            source: message.source.clone(),
            first,
            last,
            count: (last + 1).saturating_sub(first),
        }));
        self.pass(message, assembly, due);
    }

    fn take_first(&mut self) -> Option<Message> {
        let (_, message) = self.waiting.pop_first()?;
        self.bytes -= message.payload.len();
        self.since = None;
        Some(message)
    }

    /// The last number before that one whose capture came.
    fn before(&self, seq: u64) -> u64 {
        let before = self
            .seen
            .iter()
            .take_while(|(first, _)| *first < seq)
            .last();
        before.map_or(self.floor.saturating_sub(1), |(_, last)| last)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(source: &str, seq: u64, after: u64) -> Message {
        Message {
            stream_seq: seq,
            first_part: seq,
            pending: 0,
            source: source.to_owned(),
            log: "l".to_owned(),
            seq,
            after,
            received_at: None,
            part: 1,
            of: 1,
            id: format!("{source}:{seq}"),
            payload: bytes::Bytes::from_static(b"{}"),
        }
    }

    fn origin(seq: u64) -> Origin {
        Origin {
            relay: "ENX_demo".to_owned(),
            created: String::new(),
            stream_seq: seq,
            resume_after: None,
            source: "a".to_owned(),
            log: "l".to_owned(),
            seq,
        }
    }

    /// What comes out: captures as their numbers, gaps as ranges.
    fn shown(due: Vec<Due>) -> Vec<String> {
        let show = |due| match due {
            Due::Capture(message) => message.seq.to_string(),
            Due::Gap(gap) => format!("{}..{} ({})", gap.first, gap.last, gap.count),
        };
        due.into_iter().map(show).collect()
    }

    #[test]
    fn what_is_missing_is_waited_for_and_then_named() {
        let (mut order, now, mut due) = (Order::default(), Instant::now(), Vec::new());
        order.add(message("a", 3, 0), now, &mut due);
        order.add(message("a", 9, 7), now, &mut due);
        order.add(message("a", 10, 9), now, &mut due);
        order.add(message("b", 1, 0), now, &mut due);
        assert_eq!(shown(std::mem::take(&mut due)), ["3", "1"]);
        assert_eq!(order.first_waiting(), Some(9));
        order.expire(now, &mut due);
        assert_eq!(order.deadline(), Some(now + PATIENCE));
        assert!(due.is_empty());
        order.expire(now + PATIENCE, &mut due);
        assert_eq!(shown(std::mem::take(&mut due)), ["4..7 (4)", "9", "10"]);
        assert_eq!((order.deadline(), order.first_waiting()), (None, None));
        // What was named comes late: it is taken all the same, once.
        order.add(message("a", 5, 3), now, &mut due);
        order.add(message("a", 5, 3), now, &mut due);
        assert_eq!((shown(due), order.duplicates), (vec!["5".to_owned()], 1));
    }

    #[test]
    fn parts_of_what_was_named_wait_for_the_others() {
        let (mut order, now, mut due) = (Order::default(), Instant::now(), Vec::new());
        let part = |part, of, stream_seq| Message {
            stream_seq,
            part,
            of,
            ..message("a", 5, 4)
        };
        order.add(message("a", 4, 0), now, &mut due);
        // Of another cut of the same capture.
        order.add(part(1, 3, 19), now, &mut due);
        order.add(part(1, 2, 20), now, &mut due);
        order.add(message("a", 6, 5), now, &mut due);
        order.expire(now + PATIENCE, &mut due);
        assert_eq!(order.first_waiting(), Some(19));
        order.add(part(2, 2, 21), now, &mut due);
        assert_eq!(shown(due), ["4", "5..5 (1)", "6", "5"]);
        assert_eq!(order.first_waiting(), None);
    }

    #[test]
    fn an_earlier_run_tells_what_is_new() {
        let (mut order, now, mut due) = (Order::default(), Instant::now(), Vec::new());
        for seq in 5..=8 {
            order.recall(&origin(seq));
        }
        assert!(order.is_older(&message("a", 4, 3)) && !order.is_older(&message("a", 8, 7)));
        assert!(order.is_older(&message("b", 4, 3)));
        for seq in [4, 5, 8, 9] {
            order.add(message("a", seq, seq - 1), now, &mut due);
        }
        assert_eq!((shown(due), order.duplicates), (vec!["9".to_owned()], 3));
    }

    proptest! {
        #[test]
        fn in_any_order_and_with_repeats_each_comes_once_and_in_order(
            steps in prop::collection::vec(1..4_u64, 1..40),
            jumble in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        ) {
            let mut seqs = vec![0];
            for step in steps {
                seqs.push(seqs.last().unwrap() + step);
            }
            let mut all: Vec<_> = seqs.windows(2).map(|pair| message("a", pair[1], pair[0])).collect();
            for pair in jumble.chunks_exact(2) {
                let again = all[pair[0].index(all.len())].clone();
                all.insert(1 + pair[1].index(all.len()), again);
            }
            let (mut order, now, mut due) = (Order::default(), Instant::now(), Vec::new());
            for message in all {
                order.add(message, now, &mut due);
            }
            let expected: Vec<_> = seqs[1..].iter().map(u64::to_string).collect();
            prop_assert_eq!(shown(due), expected);
            prop_assert_eq!(order.duplicates, jumble.len() as u64 / 2);
            prop_assert_eq!(order.first_waiting(), None);
        }
    }
}
