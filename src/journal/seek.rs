//! Finds a record in a log by its seq, without reading the whole log.
//!
//! Seqs ascend through a file, and a record of this program has its seq at the beginning of its
//! line.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};

use super::record::{LogId, RECORD_START};
use crate::files::lines::read_full;

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

/// Bisection stops at this many bytes, which are then read.
const NEAR: u64 = 128 * 1024;

/// The start of a line shortly before the first record that has this seq or a higher one.
pub(super) fn bisect(file: &mut File, seq: u64) -> io::Result<u64> {
    let (mut low, mut high) = (0, file.metadata()?.len());
    while high - low > NEAR {
        let middle = low + (high - low) / 2;
        match record_after(file, middle, high)? {
            Some((start, found)) if found < seq => low = start,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The first record whose line begins behind `from` and before `to`: its place and its seq.
fn record_after(file: &mut File, from: u64, to: u64) -> io::Result<Option<(u64, u64)>> {
    let mut buffer = vec![0; CHUNK];
    let mut at = from;
    while at < to {
        file.seek(SeekFrom::Start(at))?;
        let read = read_full(file, &mut buffer)?;
        let text = &buffer[..read];
        for end in memchr::memchr_iter(b'\n', text) {
            let start = at + end as u64 + 1;
            if start >= to {
                return Ok(None);
            }
            // The head of a record may stand across two reads; the next read has all of it.
            if let Some(seq) = seq_of(&text[end + 1..]) {
                return Ok(Some((start, seq)));
            }
        }
        if read < buffer.len() {
            return Ok(None);
        }
        at += (read - HEAD) as u64;
    }
    Ok(None)
}

/// The longest head that [`head_of`] reads:
/// `{"enx_hook":1,"seq":18446744073709551615,"log":"0123456789abcdef",`.
const HEAD: usize = 80;

/// The seq of a record of this program, from the beginning of its line.
pub(super) fn seq_of(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(RECORD_START)?;
    let (_, rest) = digits(rest)?;
    let (seq, rest) = digits(rest.strip_prefix(b",\"seq\":")?)?;
    rest.starts_with(b",").then_some(seq)
}

/// The seq and the log of a record of this program, from the beginning of its line.
pub(super) fn head_of(line: &[u8]) -> Option<(u64, Option<LogId>)> {
    let seq = seq_of(line)?;
    let from = memchr::memmem::find(line, b",\"log\":\"").filter(|at| *at < HEAD);
    let id = from.and_then(|from| LogId::parse(line.get(from + 8..from + 24)?));
    Some((seq, id))
}

fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let number = str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((number, &text[end..]))
}
