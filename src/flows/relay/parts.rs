//! Puts captures together that came in parts.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use super::message::Message;

/// The most bytes of unfinished captures, and their number. Beyond them, the oldest one is given up.
const MOST_BYTES: usize = 256 * 1024 * 1024;
const MOST: usize = 10_000;

/// A capture of a listener, and into how many parts it was cut.
type Key = (String, String, u64, u32);

/// The parts that wait for others.
#[derive(Default)]
pub(super) struct Assembly {
    unfinished: HashMap<Key, Parts>,
    bytes: usize,
}

struct Parts {
    /// The number in the stream of the first that came.
    first: u64,
    bytes: usize,
    came: BTreeMap<u32, Bytes>,
}

fn key(message: &Message) -> Key {
    (
        message.source.clone(),
        message.log.clone(),
        message.seq,
        message.of,
    )
}

impl Assembly {
    /// Takes a message. Returns it whole once all of its parts came, with the number of the last.
    pub(super) fn add(&mut self, message: Message) -> Option<Message> {
        if message.of == 1 {
            return Some(message);
        }
        let key = key(&message);
        let parts = self.unfinished.entry(key.clone()).or_insert_with(|| Parts {
            first: message.stream_seq,
            bytes: 0,
            came: BTreeMap::new(),
        });
        let length = message.payload.len();
        if parts
            .came
            .insert(message.part, message.payload.clone())
            .is_none()
        {
            parts.bytes += length;
            self.bytes += length;
        }
        if parts.came.len() == message.of as usize {
            let parts = self.take(&key)?;
            let mut whole = Vec::with_capacity(parts.bytes);
            parts
                .came
                .values()
                .for_each(|part| whole.extend_from_slice(part));
            return Some(Message {
                payload: whole.into(),
                first_part: parts.first,
                part: 1,
                of: 1,
                ..message
            });
        }
        while self.bytes > MOST_BYTES || self.unfinished.len() > MOST {
            let oldest = self.unfinished.iter().min_by_key(|(_, parts)| parts.first);
            let oldest = oldest.map(|(key, _)| key.clone())?;
            self.take(&oldest);
        }
        None
    }

    /// Gives up what is left of a capture that came: it can have been cut in two ways. Parts of a
    /// capture that was given up as missing stay, for the others may come late.
    pub(super) fn came(&mut self, source: &str, log: &str, seq: u64) {
        let is_of = |key: &&Key| key.0 == source && key.1 == log && key.2 == seq;
        let rest: Vec<_> = self.unfinished.keys().filter(is_of).cloned().collect();
        for key in rest {
            self.take(&key);
        }
    }

    /// The first message of those that wait.
    pub(super) fn first(&self) -> Option<u64> {
        self.unfinished.values().map(|parts| parts.first).min()
    }

    fn take(&mut self, key: &Key) -> Option<Parts> {
        let parts = self.unfinished.remove(key)?;
        self.bytes -= parts.bytes;
        Some(parts)
    }
}
