//! The bytes of a body while they arrive.
//!
//! An allocator keeps what was freed for a while, so large bodies that come and go on several
//! threads take twice their size. A large one stands in pages of its own, which the system
//! has back in the moment when the last reader lets go. Pages that were never written to are only
//! addresses, so it never moves.

use std::io;

use bytes::Bytes;
use memmap2::MmapMut;

/// Bytes from which on a body has pages of its own.
pub const LARGE: usize = 128 * 1024;

/// Bytes that arrive, up to a number that is known.
#[derive(Debug)]
pub struct Growing {
    start: Vec<u8>,
    pages: Option<Pages>,
    most: usize,
}

#[derive(Debug)]
struct Pages {
    map: MmapMut,
    length: usize,
}

impl AsRef<[u8]> for Pages {
    fn as_ref(&self) -> &[u8] {
        &self.map[..self.length]
    }
}

impl Growing {
    /// No bytes yet, with room for a few, and at most so many.
    pub fn new(room: usize, most: usize) -> Growing {
        Growing {
            start: Vec::with_capacity(room.min(LARGE)),
            pages: None,
            most,
        }
    }

    /// How many bytes there are.
    pub fn length(&self) -> usize {
        self.pages
            .as_ref()
            .map_or(self.start.len(), |pages| pages.length)
    }

    /// Makes room for so many in all, as far as they do not stand in pages.
    pub fn make_room(&mut self, room: usize) {
        if self.pages.is_none() {
            let more = room.min(LARGE).saturating_sub(self.start.len());
            self.start.reserve_exact(more);
        }
    }

    /// Appends bytes.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        let length = self.length() + bytes.len();
        if self.pages.is_none() && length > LARGE && length <= self.most {
            self.move_to_pages();
        }
        match &mut self.pages {
            Some(pages) if length <= pages.map.len() => {
                pages.map[pages.length..length].copy_from_slice(bytes);
                pages.length = length;
            }
            Some(pages) => {
                self.start = pages.as_ref().to_vec();
                self.pages = None;
                self.start.extend_from_slice(bytes);
            }
            None => self.start.extend_from_slice(bytes),
        }
    }

    /// A system that gives no pages leaves them where they are.
    fn move_to_pages(&mut self) {
        let Ok(mut map) = MmapMut::map_anon(self.most) else {
            return;
        };
        let start = std::mem::take(&mut self.start);
        map[..start.len()].copy_from_slice(&start);
        let length = start.len();
        self.pages = Some(Pages { map, length });
    }

    /// All of them.
    pub fn into_bytes(self) -> Bytes {
        match self.pages {
            Some(pages) => Bytes::from_owner(pages),
            None => self.start.into(),
        }
    }

    /// The first ones, without room for more.
    pub fn into_first(self, count: usize) -> Bytes {
        let mut start = match &self.pages {
            Some(pages) => pages.as_ref()[..count.min(pages.length)].to_vec(),
            None => self.start,
        };
        start.truncate(count);
        start.shrink_to_fit();
        start.into()
    }
}

impl io::Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_came_in_is_there_however_large(
            pieces in prop::collection::vec((any::<u8>(), 0..300_000_usize), 0..12),
            room in 0..3 * LARGE,
            most in 0..4 * LARGE,
            first in 0..2 * LARGE,
        ) {
            let (mut growing, mut all) = (Growing::new(room, most), Vec::new());
            for (byte, length) in pieces {
                let piece = vec![byte; length];
                growing.make_room(all.len() + length);
                growing.extend_from_slice(&piece);
                all.extend_from_slice(&piece);
                prop_assert_eq!(growing.length(), all.len());
            }
            let mut again = Growing::new(0, most);
            again.extend_from_slice(&all);
            prop_assert!(again.into_bytes() == all);
            let begun = growing.into_first(first);
            prop_assert!(begun[..] == all[..first.min(all.len())]);
        }
    }
}
