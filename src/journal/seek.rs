//! Finds the place of a record in a log by its seq, without reading the log.
//!
//! Seqs ascend through a file, and a record that this program writes says its own at the
//! beginning of its line. It looks no further than that.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use super::record::RECORD_START;

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

/// Bisection stops at this many bytes, which are then read through.
const NEAR: u64 = 128 * 1024;

/// The start of a line before which every record has a lower seq, and not far before the
/// first one that has not.
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

/// The first line that begins with a record behind `from` and before `to`: its place and
/// its seq.
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
            // The head of a record may stand across two reads: it is looked at again then.
            if let Some(seq) = seq_of(&text[end + 1..]) {
                return Ok(Some((start, seq)));
            }
        }
        if read < buffer.len() {
            return Ok(None);
        }
        // Heads are short, so that what is read again is little.
        at += (read - HEAD) as u64;
    }
    Ok(None)
}

/// The longest head that [`seq_of`] reads: `{"enx_hook":1,"seq":18446744073709551615,`.
pub(super) const HEAD: usize = 48;

/// The seq of a record as this program writes it, from its beginning.
pub(super) fn seq_of(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(RECORD_START)?;
    let (_, rest) = digits(rest)?;
    let (seq, rest) = digits(rest.strip_prefix(b",\"seq\":")?)?;
    rest.starts_with(b",").then_some(seq)
}

fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let number = str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((number, &text[end..]))
}

pub(super) fn read_full(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
