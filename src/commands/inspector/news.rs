//! What streams are told besides captures.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Pieces of news that wait for streams.
const MOST: usize = 256;

/// The name of an event and one JSON object.
pub(super) type Piece = (&'static str, Vec<u8>);

/// The last pieces of news.
#[derive(Default)]
pub(super) struct News(Mutex<(u64, VecDeque<Piece>)>);

impl News {
    /// The number of the next one.
    pub(super) fn end(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Those from that number on that are still there, and the number of the next one.
    pub(super) fn since(&self, number: u64) -> (Vec<Piece>, u64) {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = usize::try_from(known.0 - number).unwrap_or(usize::MAX);
        let before = known.1.len().saturating_sub(new);
        (known.1.iter().skip(before).cloned().collect(), known.0)
    }

    pub(super) fn push(&self, piece: Piece) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.0 += 1;
        if known.1.len() == MOST {
            known.1.pop_front();
        }
        known.1.push_back(piece);
    }
}
