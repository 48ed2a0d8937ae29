//! Reads a log from any record on, while it is being written, and through its parts.
//!
//! For whoever uses the log as a queue: records come in the order of their seqs, each once,
//! up to a seq that is known to be on disk. The place of the first one is found by bisection,
//! so that a large log costs no more than a small one; a compressed part is read through from
//! its beginning. Memory is bounded by the longest line.
//!
//! A record that is not there any more, or cannot be read, is passed over. That is only
//! believed when the files are the same before and after the search: the log may be moved away
//! to be a part at any moment.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::line::judge;
use super::packed::unpacked;
use super::parts::{is_packed, parts};
use super::read::EntryKind;
use super::record::Record;
use super::seek::{HEAD, bisect, read_full, seq_of};

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

/// A place in a log that moves on.
#[derive(Debug)]
pub struct Follower {
    log: PathBuf,
    next: u64,
    open: Option<Lines>,
}

impl Follower {
    /// Begins at the record of that seq, or the first one after it.
    pub fn new(log: &Path, first: u64) -> Follower {
        Follower {
            log: log.to_owned(),
            next: first.max(1),
            open: None,
        }
    }

    /// The next record up to `last`, which must be in the log already; nothing if there is
    /// none. Blocks on the disk.
    ///
    /// # Errors
    ///
    /// When a file cannot be read. It can be asked again.
    pub fn next(&mut self, last: u64) -> Result<Option<Record>, ReadError> {
        while self.next <= last {
            if let Some(lines) = &mut self.open {
                match lines.next(self.next, last) {
                    Ok(Step::Record(record)) => {
                        self.next = record.seq + 1;
                        return Ok(Some(record));
                    }
                    Ok(Step::Beyond) => self.next = last + 1,
                    Ok(Step::End) => self.open = None,
                    Err(source) => {
                        let error = read_error(&lines.path, source);
                        self.open = None;
                        return Err(error);
                    }
                }
                continue;
            }
            let files = self.files()?;
            let found = self.find(&files)?;
            let is_next = found.as_ref().and_then(Lines::peek) == Some(self.next);
            if !is_next && files != self.files()? {
                continue;
            }
            if found.is_none() {
                self.next = last + 1;
            }
            self.open = found;
        }
        Ok(None)
    }

    /// The parts and the log, in order, each with the seq that it begins with; those without
    /// a record are left out.
    fn files(&self) -> Result<Vec<(PathBuf, u64)>, ReadError> {
        let mut paths = match parts(&self.log) {
            Ok(paths) => paths,
            // One may read files in a directory that one may not list.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Vec::new(),
            Err(source) => return Err(read_error(&self.log, source)),
        };
        paths.push(self.log.clone());
        let mut files = Vec::new();
        for path in paths {
            match first_seq(&path) {
                Ok(Some(seq)) => files.push((path, seq)),
                Ok(None) => {}
                // It was moved or deleted since it was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(read_error(&path, source)),
            }
        }
        Ok(files)
    }

    /// The place of the next record, or of the first one after it.
    fn find(&self, files: &[(PathBuf, u64)]) -> Result<Option<Lines>, ReadError> {
        let after = files.partition_point(|(_, first)| *first <= self.next);
        for (path, _) in &files[after.saturating_sub(1)..] {
            let found = Lines::at(path, self.next);
            match found {
                Ok(Some(lines)) => return Ok(Some(lines)),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(read_error(path, source)),
            }
        }
        Ok(None)
    }
}

fn read_error(path: &Path, source: io::Error) -> ReadError {
    ReadError {
        name: path.display().to_string(),
        source,
    }
}

/// What comes next in a file.
enum Step {
    Record(Record),
    /// A record that is not wanted yet.
    Beyond,
    /// Nothing, so far.
    End,
}

/// The lines of one file from some place on. Its end is not the end: more may be written.
struct Lines {
    path: PathBuf,
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// The bytes of `buffer` that were read and not yet taken.
    start: usize,
    end: usize,
    /// Records of one line behind the first: a hole that a crash left may join two.
    more: Vec<Record>,
}

impl Lines {
    /// The file at its first record from that seq on; nothing if it has none.
    fn at(path: &Path, seq: u64) -> io::Result<Option<Lines>> {
        let mut file = File::open(path)?;
        let mut lines = if is_packed(path) {
            Lines::of(path, unpacked(Box::new(file))?)
        } else {
            let offset = bisect(&mut file, seq)?;
            file.seek(SeekFrom::Start(offset))?;
            Lines::of(path, Box::new(file))
        };
        Ok(match lines.next(seq, u64::MAX)? {
            Step::Record(record) => {
                // It comes out again as the first one.
                lines.more.push(record);
                Some(lines)
            }
            Step::Beyond | Step::End => None,
        })
    }

    fn of(path: &Path, input: Box<dyn Read + Send>) -> Lines {
        Lines {
            path: path.to_owned(),
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            more: Vec::new(),
        }
    }

    /// The seq of the record that is known to come next.
    fn peek(&self) -> Option<u64> {
        self.more.last().map(|record| record.seq)
    }

    /// The next record from `first` to `last`.
    fn next(&mut self, first: u64, last: u64) -> io::Result<Step> {
        loop {
            while let Some(record) = self.more.pop() {
                if record.seq > last {
                    self.more.push(record);
                    return Ok(Step::Beyond);
                }
                if record.seq >= first {
                    return Ok(Step::Record(record));
                }
            }
            let Some(length) = self.line()? else {
                return Ok(Step::End);
            };
            let line = &self.buffer[self.start..self.start + length];
            if is_before(line, first) {
                self.start += length + 1;
                continue;
            }
            let records = judge(line, false).into_iter().flatten();
            self.more.extend(records.filter_map(|kind| match kind {
                EntryKind::Record(record) => Some(record),
                _ => None,
            }));
            // Taken from the end.
            self.more.reverse();
            self.start += length + 1;
        }
    }

    /// Has one whole line in the buffer, and tells its length; nothing if there is none yet.
    fn line(&mut self) -> io::Result<Option<usize>> {
        let mut searched = self.start;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[searched..self.end]) {
                return Ok(Some(searched + at - self.start));
            }
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            searched = self.end;
            if self.end == 0 && self.buffer.len() > CHUNK {
                // The memory of an unusually long line is given back.
                self.buffer = Vec::new();
            }
            if self.end + CHUNK / 2 > self.buffer.len() {
                let length = (self.buffer.len() * 2).max(CHUNK);
                self.buffer.resize(length, 0);
            }
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => return Ok(None),
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Whether a line is one record with a lower seq, as far as can be told from its beginning. A
/// hole that a crash left may hide another one.
fn is_before(line: &[u8], seq: u64) -> bool {
    seq_of(line).is_some_and(|found| found < seq) && memchr::memchr(0, line).is_none()
}

/// The seq in the first record of a file.
fn first_seq(path: &Path) -> io::Result<Option<u64>> {
    if !is_packed(path) {
        let mut head = [0; HEAD];
        let read = read_full(&mut File::open(path)?, &mut head)?;
        if let Some(seq) = seq_of(&head[..read]) {
            return Ok(Some(seq));
        }
    }
    // It begins with damage, or a record that another program has written.
    let mut lines = Lines::of(path, unpacked(Box::new(File::open(path)?))?);
    Ok(match lines.next(0, u64::MAX)? {
        Step::Record(record) => Some(record.seq),
        Step::Beyond | Step::End => None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::journal::faults::capture;
    use crate::journal::write_record;

    fn lines(seqs: impl IntoIterator<Item = u64>) -> Vec<u8> {
        let mut text = Vec::new();
        for seq in seqs {
            write_record(seq, &capture(seq), &mut text);
        }
        text
    }

    fn append(path: &Path, text: &[u8]) {
        let mut options = fs::OpenOptions::new();
        let mut file = options.append(true).create(true).open(path).unwrap();
        file.write_all(text).unwrap();
    }

    fn rest(follower: &mut Follower, last: u64) -> Vec<u64> {
        std::iter::from_fn(|| follower.next(last).unwrap())
            .map(|record| record.seq)
            .collect()
    }

    #[test]
    fn records_come_in_order_while_the_log_grows_and_is_moved_away() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        fs::write(&log, lines(1..=3)).unwrap();
        let mut follower = Follower::new(&log, 2);
        assert_eq!(rest(&mut follower, 3), [2, 3]);
        append(&log, &lines(4..=6));
        // What is not known to be on disk does not come yet.
        assert_eq!(rest(&mut follower, 5), [4, 5]);
        fs::rename(&log, folder.path().join("log-1.jsonl")).unwrap();
        append(&log, &lines(7..=8));
        assert_eq!(rest(&mut follower, 8), [6, 7, 8]);
        fs::rename(&log, folder.path().join("log-7.jsonl")).unwrap();
        append(&log, b"");
        assert_eq!(rest(&mut follower, 8), [0; 0]);
        append(&log, &lines(9..=9));
        assert_eq!(rest(&mut follower, 9), [9]);
        // 10 is missing, and 12 is not wanted yet.
        append(&log, &lines([11, 12]));
        assert_eq!(rest(&mut follower, 10), [0; 0]);
        assert_eq!(rest(&mut follower, 11), [11]);
        assert_eq!(
            rest(&mut Follower::new(&log, 1), 9),
            (1..=9).collect::<Vec<_>>()
        );
        assert_eq!(rest(&mut Follower::new(&log, 7), 9), [7, 8, 9]);
    }

    #[test]
    fn what_is_gone_or_damaged_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let torn = &lines(5..=5)[..40];
        fs::write(folder.path().join("log-3.jsonl"), lines(3..=4)).unwrap();
        fs::write(
            &log,
            [torn, b"\n", &lines(6..=7), b"\0\0", &lines(9..=9)].concat(),
        )
        .unwrap();
        assert_eq!(rest(&mut Follower::new(&log, 1), 12), [3, 4, 6, 7, 9]);
        assert_eq!(rest(&mut Follower::new(&log, 8), 12), [9]);
        assert_eq!(rest(&mut Follower::new(&log, 10), 12), [0; 0]);
    }

    #[test]
    fn a_line_that_is_still_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let second = lines(2..=2);
        fs::write(&log, [&lines(1..=1), &second[..30]].concat()).unwrap();
        let mut follower = Follower::new(&log, 1);
        assert_eq!(rest(&mut follower, 1), [1]);
        append(&log, &second[30..]);
        assert_eq!(rest(&mut follower, 2), [2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_record_of_a_large_log_is_found(
            steps in prop::collection::vec((1..4_u64, 0..3_usize), 600),
            wanted: prop::sample::Index,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let log = folder.path().join("log.jsonl");
            let mut text = Vec::new();
            let mut seqs = Vec::new();
            let mut seq = 0;
            for (step, size) in steps {
                seq += step;
                seqs.push(seq);
                let mut capture = capture(seq);
                capture.body = vec![b'x'; [0, 900, 5000][size]].into();
                write_record(seq, &capture, &mut text);
            }
            fs::write(&log, text).unwrap();
            let first = wanted.index(usize::try_from(seq).unwrap() + 2) as u64;
            let expected: Vec<_> = seqs.into_iter().filter(|seq| *seq >= first).collect();
            prop_assert_eq!(rest(&mut Follower::new(&log, first), u64::MAX - 1), expected);
        }
    }
}
