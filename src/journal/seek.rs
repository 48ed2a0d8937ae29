//! Finds a record in a log by its seq, without reading the whole log.
//!
//! Seqs ascend through a file, and a record of this program has its seq at the beginning of its
//! line.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::ops::Range;

use chrono::{DateTime, Utc};

use super::record::{LogId, RECORD_START};
use crate::files::lines::read_full;
use crate::selection::{Bounds, Unread};

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
            Some(found) if found.seq < seq => low = found.start,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// A number, and when it was received.
pub(super) type NumberAndTime = (u64, Option<DateTime<Utc>>);

/// The beginning of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    /// Where its line begins.
    start: u64,
    seq: u64,
    log: Option<LogId>,
    received_at: Option<DateTime<Utc>>,
}

impl Head {
    fn read(line: &[u8], start: u64) -> Option<Head> {
        let (seq, log) = head_of(line)?;
        let received_at = time_of(line);
        Some(Head {
            start,
            seq,
            log,
            received_at,
        })
    }
}

/// The part of a file that has all records of it inside some bounds, and what is outside. Nothing:
/// the file is no log of this program, or its numbers do not ascend, as in one that was put
/// together from others.
pub(super) fn region(
    file: &mut File,
    bounds: &Bounds,
    unread: &mut Unread,
) -> io::Result<Option<Range<u64>>> {
    let len = file.metadata()?.len();
    let Some((first, last)) = ends(file, len)? else {
        return Ok(None);
    };
    let seqs = (first.seq, last.seq);
    let times = first.received_at.zip(last.received_at);
    if bounds.limits_seqs() && !is_ascending(file, first, last)? {
        return Ok(None);
    }
    let is_outside = !bounds.has_seqs(first.seq, last.seq)
        || times.is_some_and(|(first, last)| !bounds.may_have_times(first, last));
    let (low, high) = (bounds.first.max(first.seq), bounds.last.min(last.seq));
    let inside = if is_outside { 0 } else { high - low + 1 };
    unread.add(last.seq - first.seq + 1 - inside, seqs, times);
    if is_outside {
        return Ok(Some(len..len));
    }
    // What is damaged before the first record belongs to it, and behind the last one likewise.
    let start = match low {
        low if low == first.seq => 0,
        low => place(file, low, len)?,
    };
    let end = match high {
        high if high == last.seq => len,
        high => place(file, high + 1, len)?,
    };
    Ok(Some(start..end))
}

/// Where the first record begins that has this seq or a higher one.
fn place(file: &mut File, seq: u64, len: u64) -> io::Result<u64> {
    let mut at = bisect(file, seq)?;
    while let Some(found) = record_after(file, at, len)? {
        if found.seq >= seq {
            return Ok(found.start);
        }
        at = found.start;
    }
    Ok(len)
}

/// The last seq of a log, if its numbers ascend.
pub(super) fn last_seq(file: &mut File) -> io::Result<Option<u64>> {
    let len = file.metadata()?.len();
    Ok(match ends(file, len)? {
        Some((first, last)) if is_ascending(file, first, last)? => Some(last.seq),
        _ => None,
    })
}

/// The numbers and times of the first and of the last record, of a file that begins with one. They
/// have no times in the log of a follower.
pub(super) fn first_and_last(
    file: &mut File,
) -> io::Result<Option<(NumberAndTime, NumberAndTime)>> {
    let len = file.metadata()?.len();
    let ends = ends(file, len)?;
    Ok(ends.map(|(first, last)| ((first.seq, first.received_at), (last.seq, last.received_at))))
}

/// The heads of the first and of the last record, of a file that begins with one.
fn ends(file: &mut File, len: u64) -> io::Result<Option<(Head, Head)>> {
    let mut text = vec![0; HEAD];
    file.rewind()?;
    let read = read_full(file, &mut text)?;
    let Some(first) = Head::read(&text[..read], 0) else {
        return Ok(None);
    };
    let mut size = CHUNK as u64;
    loop {
        let from = len.saturating_sub(size);
        file.seek(SeekFrom::Start(from))?;
        text.resize(usize::try_from(len - from).unwrap_or(usize::MAX), 0);
        let read = read_full(file, &mut text)?;
        let last = memchr::memrchr_iter(b'\n', &text[..read])
            .find_map(|end| Head::read(&text[end + 1..read], from + end as u64 + 1));
        match last {
            // It says so at its end.
            Some(last) if is_followed(&text[read.saturating_sub(1024)..read]) => {
                let without = |head| Head {
                    received_at: None,
                    ..head
                };
                return Ok(Some((without(first), without(last))));
            }
            Some(last) => return Ok(Some((first, last))),
            None if from == 0 => return Ok(Some((first, first))),
            None if size > MAX_LAST => return Ok(None),
            None => size *= 4,
        }
    }
}

/// Whether some text is of a record that came from a relay. Several listeners publish to it, so
/// that times do not ascend in such a log.
pub(super) fn is_followed(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"\"from\":{\"relay\":").is_some()
}

/// Whether numbers ascend from the first record to the last one, as far as samples tell.
fn is_ascending(file: &mut File, first: Head, last: Head) -> io::Result<bool> {
    let mut before = first;
    let follows = |before: Head, next: Head| {
        // The records of release 0.1 have no id.
        next.seq >= before.seq && (before.log.is_none() || next.log == before.log)
    };
    for sample in 1..SAMPLES {
        let at = last.start / SAMPLES * sample;
        if let Some(next) = record_after(file, at, last.start)? {
            if !follows(before, next) {
                return Ok(false);
            }
            before = next;
        }
    }
    Ok(follows(before, last))
}

/// The first record whose line begins behind `from` and before `to`.
fn record_after(file: &mut File, from: u64, to: u64) -> io::Result<Option<Head>> {
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
            let line = &text[end + 1..];
            // The head of a record may stand across two reads; the next read has all of it.
            let is_cut = line.len() < HEAD && read == buffer.len();
            if let Some(head) = Head::read(line, start).filter(|_| !is_cut) {
                return Ok(Some(head));
            }
        }
        if read < buffer.len() {
            return Ok(None);
        }
        at += (read - HEAD) as u64;
    }
    Ok(None)
}

/// Bytes from the end in which the last record is looked for.
const MAX_LAST: u64 = 64 * 1024 * 1024;

/// Places of a file at which its numbers are looked at.
const SAMPLES: u64 = 32;

/// The longest head that is read:
/// `{"enx_hook":1,"seq":18446744073709551615,"log":"0123456789abcdef","received_at":"…",`.
const HEAD: usize = 160;

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

/// When a record of this program was received, from the beginning of its line.
pub(super) fn time_of(line: &[u8]) -> Option<DateTime<Utc>> {
    const KEY: &[u8] = b",\"received_at\":\"";
    let head = &line[..line.len().min(HEAD)];
    let rest = &head[memchr::memmem::find(head, KEY)? + KEY.len()..];
    let end = memchr::memchr(b'"', rest)?;
    str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

/// Whether the beginning of a line says that its record is outside some bounds. A hole that a
/// crash left may hide another record.
pub(super) fn is_outside(line: &[u8], bounds: &Bounds) -> bool {
    seq_of(line).is_some_and(|seq| {
        let is_at = |at| bounds.has_times(at, at);
        let is_inside = bounds.has_seqs(seq, seq)
            && (!bounds.limits_times() || time_of(line).is_none_or(is_at));
        !is_inside && memchr::memchr(0, line).is_none()
    })
}

fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let number = str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((number, &text[end..]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::files::Input;
    use crate::journal::inputs::Inputs;
    use crate::journal::line::ItemKind;
    use crate::journal::record::write_record;
    use crate::model::capture::{Capture, Headers};

    /// A line of a log: a gap before its number, a step of the clock in seconds, the length of its
    /// body, and whether it is damaged.
    type Line = (u64, i64, usize, bool);

    fn text(lines: &[Line]) -> Vec<u8> {
        let mut text = Vec::new();
        let (mut seq, mut at) = (1, 0);
        for &(gap, step, length, is_damaged) in lines {
            (seq, at) = (seq + gap, at + step);
            let capture = Capture {
                received_at: time(at),
                peer: "".into(),
                method: "POST".into(),
                target: "/".into(),
                headers: Headers::new(),
                body: vec![b'x'; length].into(),
            };
            if is_damaged {
                text.extend_from_slice(b"{\"enx_hook\":1,\"se\0\n");
            } else {
                write_record(seq, None, &capture, &mut text);
            }
            seq += 1;
        }
        text
    }

    fn time(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// The numbers and times of the records that come, inside of the bounds; and how many captures
    /// were seen or counted as left out.
    fn read(file: &std::path::Path, bounds: Bounds, shown: Bounds) -> (Vec<u64>, u64) {
        let inputs = vec![Ok(Input::File(file.to_owned()))];
        let inputs = Inputs::new(inputs, Box::new(io::empty()), 1 << 20).within(bounds);
        let unread = inputs.unread();
        let (mut found, mut seen) = (Vec::new(), 0);
        for item in inputs.filter_map(|input| input.reader.ok()).flatten() {
            if let ItemKind::Record(record) = item.unwrap().kind {
                seen += 1;
                let at = record.capture.received_at;
                if shown.has_seqs(record.seq, record.seq) && shown.has_times(at, at) {
                    found.push(record.seq);
                }
            }
        }
        (found, seen + unread.lock().unwrap().count)
    }

    fn line() -> impl Strategy<Value = Line> {
        let length = prop_oneof![9 => 0..2000_usize, 1 => 60_000..140_000_usize];
        let step = prop_oneof![8 => 0..5_i64, 1 => -20..0_i64];
        (
            prop_oneof![9 => Just(0), 1 => 1..5_u64],
            step,
            length,
            prop::bool::weighted(0.05),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_section_has_all_that_is_inside(
            lines in prop::collection::vec(line(), 1..400),
            first in 0..450_u64, count in 0..300_u64, is_open: bool,
            since in prop::option::of(-20..900_i64), until in prop::option::of(-20..900_i64),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("log.jsonl");
            fs::write(&file, text(&lines)).unwrap();
            let everything = Bounds::default();
            let bounds = Bounds {
                first,
                last: if is_open { u64::MAX } else { first + count },
                since: since.map_or(everything.since, time),
                until: until.map_or(everything.until, time),
            };
            let (expected, _) = read(&file, everything, bounds);
            let (found, seen) = read(&file, bounds, bounds);
            prop_assert_eq!(found, expected);
            // Gaps are counted where they are not read.
            let all = lines.iter().map(|(gap, ..)| gap + 1).sum::<u64>();
            prop_assert!(seen <= all, "{} of {}", seen, all);
        }
    }
}
