//! Scans a file from its end before anything is appended to it: is it a log, what are its first
//! and last seq, is its last line torn?
//!
//! It reads backwards, so that a long log opens as quickly as a short one, and holds no whole
//! line in memory. It changes nothing.

use std::io::{self, BufReader, Read as _};

use serde::de::{DeserializeOwned, IgnoredAny};

use super::line::ItemKind;
use super::reader::RecordReader;
use super::record::{Head, LAST_SEQ, LogId, RECORD_START, RECORD_VERSION};
use super::storage::{LogFile, Section};
use crate::files::lines::{BYTE_ORDER_MARK, read_full};

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
/// How far from the end the last record may stand. Behind it there may be other lines, such as
/// torn ones.
const MAX_LINES: usize = 1000;
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// The longest line in which the first record is looked for.
const MAX_FIRST: usize = 16 * 1024 * 1024;

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A log of this program, or nothing yet.
    Log {
        /// What its records are numbered; nothing if there is none.
        seqs: Option<Seqs>,
        /// Whether its last line has no line end.
        torn: bool,
    },
    /// JSON lines, none of them a record.
    Bodies,
    /// Another program's file.
    Foreign,
    /// The last record is of another version.
    Newer(u64),
    /// The number of the last record leaves no room for others.
    Beyond(u64),
}

/// The records of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seqs {
    /// The first seq.
    pub(super) first: u64,
    /// The last one.
    pub(super) last: u64,
    /// The id in the last record.
    pub(super) log: Option<LogId>,
}

/// Scans a file of that length.
pub(super) fn scan(file: &mut impl LogFile, len: u64) -> io::Result<Content> {
    if len == 0 {
        return Ok(Content::Log {
            seqs: None,
            torn: false,
        });
    }
    let mut last_byte = [0];
    let torn = file.read_at(len - 1, &mut last_byte)? == 0 || last_byte != [b'\n'];
    let (mut bodies, mut foreign, mut limit) = (0, 0, false);
    // A crash can leave the beginning of the first record and no whole record behind it.
    let mut begins_with_record = false;
    let mut backwards = Backwards::new(file, len);
    let mut lines = 0;
    while backwards.at > 0 {
        if lines == MAX_LINES || len - backwards.at > MAX_BYTES {
            limit = true;
            break;
        }
        let (start, end) = backwards.line()?;
        if start == end {
            continue;
        }
        let file = &mut *backwards.file;
        match classify(file, start, end)? {
            Line::Record(last, _) if last > LAST_SEQ => return Ok(Content::Beyond(last)),
            Line::Record(last, log) => {
                let first = first_seq(file, len)?.unwrap_or(last).min(last);
                let seqs = Some(Seqs { first, last, log });
                return Ok(Content::Log { seqs, torn });
            }
            Line::Newer(version) => return Ok(Content::Newer(version)),
            Line::Body => bodies += 1,
            Line::Foreign => foreign += 1,
            // The first line of a JSON text may be one brace.
            Line::Hurt => begins_with_record = start == 0 && end > 1,
            Line::Blank => {}
        }
        lines += 1;
    }
    let is_ours = !limit && (bodies + foreign == 0 || begins_with_record);
    Ok(if is_ours {
        Content::Log { seqs: None, torn }
    } else if bodies > 0 {
        Content::Bodies
    } else {
        Content::Foreign
    })
}

/// Finds lines from the end of a file to its start.
struct Backwards<'a, F> {
    file: &'a mut F,
    len: u64,
    /// Where the next line ends.
    at: u64,
    /// Bytes of the file from `chunk_at` on; those behind `at` were scanned.
    chunk: Vec<u8>,
    chunk_at: u64,
}

impl<'a, F: LogFile> Backwards<'a, F> {
    fn new(file: &'a mut F, len: u64) -> Backwards<'a, F> {
        Backwards {
            file,
            len,
            at: len,
            chunk: Vec::new(),
            chunk_at: len,
        }
    }

    /// Start and end of the next line, without its end. A NUL separates lines too, as in
    /// `line.rs`: a record may stand behind a hole that a crash left.
    fn line(&mut self) -> io::Result<(u64, u64)> {
        let end = self.at;
        loop {
            let left = usize::try_from(self.at - self.chunk_at).unwrap_or_default();
            if let Some(found) = memchr::memrchr2(b'\n', 0, &self.chunk[..left]) {
                self.at = self.chunk_at + found as u64;
                return Ok((self.at + 1, end));
            }
            self.at = self.chunk_at;
            if self.at == 0 || self.len - self.at > MAX_BYTES {
                return Ok((self.at, end));
            }
            self.chunk_at = self.at.saturating_sub(CHUNK as u64);
            let wanted = usize::try_from(self.at - self.chunk_at).unwrap_or(CHUNK);
            self.chunk = vec![0; wanted];
            Section::new(self.file, self.chunk_at, self.at).read_exact(&mut self.chunk)?;
        }
    }
}

enum Line {
    Record(u64, Option<LogId>),
    Newer(u64),
    Body,
    /// A record that a crash tore or damaged.
    Hurt,
    Blank,
    Foreign,
}

fn classify(file: &mut impl LogFile, start: u64, end: u64) -> io::Result<Line> {
    let mut opening = [0; 64];
    let len = read_full(&mut Section::new(file, start, end), &mut opening)?;
    let mut text = &opening[..len];
    let mut start = start;
    if start == 0
        && let Some(behind_mark) = text.strip_prefix(BYTE_ORDER_MARK)
    {
        text = behind_mark;
        start = BYTE_ORDER_MARK.len() as u64;
    }
    let text = text.trim_ascii_start();
    let Some(&first) = text.first() else {
        let blank = len < opening.len();
        return Ok(if blank { Line::Blank } else { Line::Foreign });
    };
    if first == b'{' {
        match parse::<Head>(file, start, end)? {
            Some(head) if head.enx_hook == RECORD_VERSION => {
                return Ok(Line::Record(head.seq, head.log));
            }
            Some(head) => return Ok(Line::Newer(head.enx_hook)),
            None => {}
        }
    }
    if text.starts_with(RECORD_START) || RECORD_START.starts_with(text) {
        return Ok(Line::Hurt);
    }
    match parse::<IgnoredAny>(file, start, end)? {
        Some(_) => Ok(Line::Body),
        None => Ok(Line::Foreign),
    }
}

/// Parses a range as JSON of that type, without holding it; nothing if it is not such JSON.
fn parse<T: DeserializeOwned>(
    file: &mut impl LogFile,
    start: u64,
    end: u64,
) -> io::Result<Option<T>> {
    let input = BufReader::with_capacity(CHUNK, Section::new(file, start, end));
    match serde_json::from_reader(input) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_io() => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// The seq of the first record, if one stands near the start.
fn first_seq(file: &mut impl LogFile, len: u64) -> io::Result<Option<u64>> {
    let input = Section::new(file, 0, len);
    for item in RecordReader::by_lines(input, "", MAX_FIRST).take(MAX_LINES) {
        if let ItemKind::Record(record) = item.map_err(|error| error.source)?.kind {
            return Ok(Some(record.seq));
        }
    }
    Ok(None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::io::Write;

    fn scanned(text: &[u8]) -> Content {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        scan(&mut file, text.len() as u64).unwrap()
    }

    fn record(seq: u64) -> String {
        format!(
            "{{\"enx_hook\":1,\"seq\":{seq},\"received_at\":\"2026-11-20T14:03:22.118042Z\",\
             \"peer\":\"p\",\"method\":\"POST\",\"target\":\"/\",\"headers\":[],\"body\":\"\"}}\n"
        )
    }

    fn log(seqs: Option<(u64, u64)>, torn: bool) -> Content {
        let seqs = seqs.map(|(first, last)| Seqs {
            first,
            last,
            log: None,
        });
        Content::Log { seqs, torn }
    }

    #[test]
    fn the_first_and_the_last_record_say_where_the_numbering_stands() {
        let text: String = (5..=5000).map(record).collect();
        assert_eq!(scanned(text.as_bytes()), log(Some((5, 5000)), false));
    }

    #[test]
    fn a_record_longer_than_a_read_is_found() {
        let body = format!("\"body\":\"{}\"", "x".repeat(3 * CHUNK));
        let text = record(1) + &record(2).replace("\"body\":\"\"", &body);
        assert_eq!(scanned(text.as_bytes()), log(Some((1, 2)), false));
    }

    #[test]
    fn what_is_torn_damaged_or_alien_at_the_end_is_looked_past() {
        let torn = record(8)[..40].to_owned();
        for (end, is_torn) in [
            ("\n\n", false),
            ("{\"type\":\"roomdrop\"}\n", false),
            ("oops\n", false),
            (&*"\0".repeat(3 * CHUNK), true),
            (&*torn, true),
        ] {
            let text = record(7) + end;
            assert_eq!(scanned(text.as_bytes()), log(Some((7, 7)), is_torn));
        }
        let glued = record(7) + &torn + "\0\0" + &record(9);
        assert_eq!(scanned(glued.as_bytes()), log(Some((7, 9)), false));
    }

    #[test]
    fn a_record_cut_anywhere_is_still_ours() {
        let text = record(1);
        for cut in 1..text.len() - 2 {
            assert_eq!(scanned(&text.as_bytes()[..cut]), log(None, true), "{cut}");
        }
        assert_eq!(
            scanned(text.trim_ascii().as_bytes()),
            log(Some((1, 1)), true)
        );
    }

    #[test]
    fn a_first_record_with_holes_is_still_ours() {
        for beginning in [&record(1)[..40], "{\"e\n"] {
            let text = beginning.to_owned() + "\0\0\0\"headers\":[]}\n";
            assert_eq!(scanned(text.as_bytes()), log(None, false));
        }
    }

    #[test]
    fn files_of_others_are_told() {
        assert_eq!(scanned(b"{\"type\":\"roomdrop\"}\n[1]\n"), Content::Bodies);
        assert_eq!(scanned(b"[1,2]"), Content::Bodies);
        assert_eq!(scanned(b"{\n\"a\": 1\n}\n"), Content::Foreign);
        assert_eq!(scanned(b"127.0.0.1 - - GET /\n"), Content::Foreign);
        assert_eq!(
            scanned(&[0x7f, b'E', b'L', b'F', 0, 0, 1, 2]),
            Content::Foreign
        );
        assert_eq!(scanned(&b"junk\n".repeat(5000)), Content::Foreign);
        assert_eq!(scanned(&b"{}\n".repeat(5000)), Content::Bodies);
        assert_eq!(scanned(b"{\"enx_hook\":2}\n"), Content::Newer(2));
        let last = record(u64::MAX);
        assert_eq!(scanned(last.as_bytes()), Content::Beyond(u64::MAX));
    }

    #[test]
    fn a_file_of_nothing_is_nobodys() {
        assert_eq!(scanned(b""), log(None, false));
        assert_eq!(scanned(b" \n\n"), log(None, false));
        assert_eq!(scanned(b"\0\0\0\0"), log(None, true));
    }

    #[test]
    fn a_byte_order_mark_is_tolerated() {
        let text = "\u{feff}".to_owned() + &record(3);
        assert_eq!(scanned(text.as_bytes()), log(Some((3, 3)), false));
    }
}
