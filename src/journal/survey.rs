//! Looks at a file before anything is appended to it: is it a log, where does its
//! numbering stand, was its last line torn?
//!
//! It reads backwards from the end, so that a long log opens as quickly as a short one,
//! and holds no line as a whole. It changes nothing.

use std::io::{self, BufReader, Read};

use serde::de::{DeserializeOwned, IgnoredAny};

use super::read::{EntryKind, Reader};
use super::record::{Head, RECORD_START, RECORD_VERSION};
use super::storage::LogFile;

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
/// How far from the end a record must stand for the file to be ours: that many lines and
/// bytes of other things, such as torn lines, are looked past.
const MAX_LINES: usize = 1000;
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// The longest line in which the first record is looked for.
const MAX_FIRST: usize = 16 * 1024 * 1024;

/// What a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Survey {
    /// A log of this program, or nothing yet.
    Log {
        /// The seq of its first record and of its last.
        seqs: Option<(u64, u64)>,
        /// Whether its last line has no line end.
        torn: bool,
    },
    /// JSON lines, none of them a record.
    Bodies,
    /// Another program's file.
    Foreign,
    /// The last record is of another version.
    Newer(u64),
}

/// Looks at a file of that length.
pub(super) fn survey(file: &mut impl LogFile, len: u64) -> io::Result<Survey> {
    if len == 0 {
        return Ok(Survey::Log {
            seqs: None,
            torn: false,
        });
    }
    let mut last_byte = [0];
    let torn = file.read_at(len - 1, &mut last_byte)? == 0 || last_byte != [b'\n'];
    let (mut bodies, mut foreign, mut limit) = (0, 0, false);
    // A crash can leave the beginning of the first record, and nothing whole behind it.
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
            Line::Record(last) => {
                let first = first_seq(file, len)?.unwrap_or(last);
                let seqs = Some((first.min(last), last));
                return Ok(Survey::Log { seqs, torn });
            }
            Line::Newer(version) => return Ok(Survey::Newer(version)),
            Line::Body => bodies += 1,
            Line::Foreign => foreign += 1,
            // Many a JSON text begins with a line of one brace.
            Line::Hurt => begins_with_record = start == 0 && end > 1,
            Line::Blank => {}
        }
        lines += 1;
    }
    let is_ours = !limit && (bodies + foreign == 0 || begins_with_record);
    Ok(if is_ours {
        Survey::Log { seqs: None, torn }
    } else if bodies > 0 {
        Survey::Bodies
    } else {
        Survey::Foreign
    })
}

/// Finds lines from the end of a file to its start.
struct Backwards<'a, F> {
    file: &'a mut F,
    len: u64,
    /// Where the next line ends.
    at: u64,
    /// Bytes of the file from `chunk_at` on; those behind `at` are done with.
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

    /// Start and end of the next line, without what parts it from the others. A NUL parts
    /// lines too, as in the reader: a record may stand behind a hole that a crash left.
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
    Record(u64),
    Newer(u64),
    Body,
    /// A record once: torn by a crash, or damaged.
    Hurt,
    Blank,
    Foreign,
}

fn classify(file: &mut impl LogFile, start: u64, end: u64) -> io::Result<Line> {
    let mut opening = [0; 64];
    let len = read_some(&mut Section::new(file, start, end), &mut opening)?;
    let mut text = &opening[..len];
    let mut start = start;
    if start == 0
        && let Some(behind_mark) = text.strip_prefix(b"\xEF\xBB\xBF")
    {
        text = behind_mark;
        start = 3;
    }
    let text = text.trim_ascii_start();
    let Some(&first) = text.first() else {
        let blank = len < opening.len();
        return Ok(if blank { Line::Blank } else { Line::Foreign });
    };
    if first == b'{' {
        match parse::<Head>(file, start, end)? {
            Some(head) if head.enx_hook == RECORD_VERSION => return Ok(Line::Record(head.seq)),
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

/// Reads a range as JSON of that kind, without holding it; nothing if it is none.
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
    for entry in Reader::new(Section::new(file, 0, len), "", MAX_FIRST).take(MAX_LINES) {
        match entry {
            Ok(entry) => {
                if let EntryKind::Record(record) = entry.kind {
                    return Ok(Some(record.seq));
                }
            }
            Err(error) => return Err(error.source),
        }
    }
    Ok(None)
}

/// Fills the buffer as far as there is something.
fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < buffer.len() {
        match input.read(&mut buffer[len..])? {
            0 => break,
            read => len += read,
        }
    }
    Ok(len)
}

/// A range of a file, to read from.
pub(super) struct Section<'a, F> {
    file: &'a mut F,
    at: u64,
    end: u64,
}

impl<'a, F: LogFile> Section<'a, F> {
    pub(super) fn new(file: &'a mut F, at: u64, end: u64) -> Section<'a, F> {
        Section { file, at, end }
    }
}

impl<F: LogFile> Read for Section<'_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let read = loop {
            match self.file.read_at(self.at, &mut buffer[..wanted]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::io::Write;

    fn survey_of(text: &[u8]) -> Survey {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        survey(&mut file, text.len() as u64).unwrap()
    }

    fn record(seq: u64) -> String {
        format!(
            "{{\"enx_hook\":1,\"seq\":{seq},\"received_at\":\"2026-11-20T14:03:22.118042Z\",\
             \"peer\":\"p\",\"method\":\"POST\",\"target\":\"/\",\"headers\":[],\"body\":\"\"}}\n"
        )
    }

    fn log(seqs: Option<(u64, u64)>, torn: bool) -> Survey {
        Survey::Log { seqs, torn }
    }

    #[test]
    fn the_first_and_the_last_record_say_where_the_numbering_stands() {
        let text: String = (5..=5000).map(record).collect();
        assert_eq!(survey_of(text.as_bytes()), log(Some((5, 5000)), false));
    }

    #[test]
    fn a_record_longer_than_a_read_is_found() {
        let body = format!("\"body\":\"{}\"", "x".repeat(3 * CHUNK));
        let text = record(1) + &record(2).replace("\"body\":\"\"", &body);
        assert_eq!(survey_of(text.as_bytes()), log(Some((1, 2)), false));
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
            assert_eq!(survey_of(text.as_bytes()), log(Some((7, 7)), is_torn));
        }
        let glued = record(7) + &torn + "\0\0" + &record(9);
        assert_eq!(survey_of(glued.as_bytes()), log(Some((7, 9)), false));
    }

    #[test]
    fn a_record_cut_anywhere_is_still_ours() {
        let text = record(1);
        for cut in 1..text.len() - 2 {
            assert_eq!(survey_of(&text.as_bytes()[..cut]), log(None, true), "{cut}");
        }
        assert_eq!(
            survey_of(text.trim_ascii().as_bytes()),
            log(Some((1, 1)), true)
        );
    }

    #[test]
    fn a_first_record_with_holes_is_still_ours() {
        for beginning in [&record(1)[..40], "{\"e\n"] {
            let text = beginning.to_owned() + "\0\0\0\"headers\":[]}\n";
            assert_eq!(survey_of(text.as_bytes()), log(None, false));
        }
    }

    #[test]
    fn files_of_others_are_told() {
        assert_eq!(survey_of(b"{\"type\":\"roomdrop\"}\n[1]\n"), Survey::Bodies);
        assert_eq!(survey_of(b"[1,2]"), Survey::Bodies);
        assert_eq!(survey_of(b"{\n\"a\": 1\n}\n"), Survey::Foreign);
        assert_eq!(survey_of(b"127.0.0.1 - - GET /\n"), Survey::Foreign);
        assert_eq!(
            survey_of(&[0x7f, b'E', b'L', b'F', 0, 0, 1, 2]),
            Survey::Foreign
        );
        assert_eq!(survey_of(&b"junk\n".repeat(5000)), Survey::Foreign);
        assert_eq!(survey_of(&b"{}\n".repeat(5000)), Survey::Bodies);
        assert_eq!(survey_of(b"{\"enx_hook\":2}\n"), Survey::Newer(2));
    }

    #[test]
    fn a_file_of_nothing_is_nobodys() {
        assert_eq!(survey_of(b""), log(None, false));
        assert_eq!(survey_of(b" \n\n"), log(None, false));
        assert_eq!(survey_of(b"\0\0\0\0"), log(None, true));
    }

    #[test]
    fn a_byte_order_mark_is_tolerated() {
        let text = "\u{feff}".to_owned() + &record(3);
        assert_eq!(survey_of(text.as_bytes()), log(Some((3, 3)), false));
    }
}
