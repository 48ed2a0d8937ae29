//! Finds the last captures of a log that are meant, from its end.

use std::fs::File;
use std::path::Path;

use super::cursor::LogCursor;
use super::record::Record;
use super::seek::last_seq;

/// Records that are read at first.
const FEW: u64 = 64;
/// Records that are read at most. What is rarer is found by reading all of the log.
const MOST: u64 = 50_000;

/// The number from which on a log has `wanted` records that are meant, and no more. Nothing: it is
/// no log of this program, its end cannot be read, or there are not as many near its end.
pub fn first_of_last(
    log: &Path,
    wanted: usize,
    is_meant: &mut dyn FnMut(Record) -> bool,
) -> Option<u64> {
    let mut high = last_seq(&mut File::open(log).ok()?).ok()??;
    let end = high;
    let mut missing = wanted;
    let mut width = FEW.max(wanted as u64);
    while high > 0 && end - high < MOST {
        let low = high.saturating_sub(width - 1).max(1);
        let mut cursor = LogCursor::new(log, low);
        let mut found = Vec::new();
        while let Some(record) = cursor.next(high).ok()? {
            let seq = record.seq;
            if is_meant(record) {
                found.push(seq);
            }
        }
        match found.len().checked_sub(missing) {
            Some(surplus) => return found.get(surplus).copied(),
            None => missing -= found.len(),
        }
        high = low - 1;
        width *= 4;
    }
    None
}
