//! A position in the log that moves over its records, through parts and rotation, while the log
//! is written.
//!
//! Readers that use the log as a queue have a cursor: forwarding, and whatever else must see
//! each record once and in order. Records come in the order of their seqs, up to a seq that is
//! known to be on disk. The first record is found by bisection, so that a large log costs no
//! more than a small one; a compressed part is read from its beginning. Memory is bounded by
//! the longest line.
//!
//! A record that was deleted or cannot be read is passed over, once all files from its place on
//! were read without finding it. So is the rest of a compressed part that is damaged.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::line::ItemKind;
use super::log_files::LogFiles;
use super::packed::{PACKED_START, is_packed, unpacked};
use super::reader::RecordReader;
use super::record::Record;
use super::seek::bisect;
use crate::files::lines::read_full;
use crate::model::ranges::Ranges;

/// A position in a log.
#[derive(Debug)]
pub struct LogCursor {
    log: PathBuf,
    next: u64,
    pass: Option<Pass>,
    seen: Seen,
}

/// What was met on the way besides records.
#[derive(Debug, Default)]
struct Seen {
    damaged: BTreeSet<PathBuf>,
    /// Numbers whose captures were removed.
    removed: Ranges,
}

impl LogCursor {
    /// Begins at the record of that seq, or the first one after it; 1 is the beginning.
    pub fn new(log: &Path, first: u64) -> LogCursor {
        LogCursor {
            log: log.to_owned(),
            next: first.max(1),
            pass: None,
            seen: Seen::default(),
        }
    }

    /// The seq of the next record, if it is in the log.
    pub fn position(&self) -> u64 {
        self.next
    }

    /// The files in which damage was met since the last call: records that were passed over may
    /// stand there.
    pub fn take_damaged(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.seen.damaged).into_iter().collect()
    }

    /// The numbers whose captures were removed from the log, among those that were passed over
    /// since the last call.
    pub fn take_removed(&mut self) -> Ranges {
        std::mem::take(&mut self.seen.removed)
    }

    /// The next record up to `last`, which must be on disk already; nothing if there is none.
    /// The position is behind it then. Blocks on the disk.
    ///
    /// # Errors
    ///
    /// When a file cannot be read. The call can be repeated.
    pub fn next(&mut self, last: u64) -> Result<Option<Record>, ReadError> {
        while self.next <= last {
            let mut pass = match self.pass.take() {
                Some(pass) => pass,
                None => Pass::begin(&self.log, self.next)?,
            };
            match pass.next(self.next, &mut self.seen)? {
                Some(record) if record.seq <= last => {
                    self.next = record.seq + 1;
                    self.pass = Some(pass);
                    return Ok(Some(record));
                }
                Some(later) => {
                    pass.later = Some(later);
                    self.next = last + 1;
                    self.pass = Some(pass);
                }
                // Not in any file from its place on: it is gone.
                None if pass.first == self.next => {
                    self.next = last + 1;
                    self.pass = Some(pass);
                }
                // The log was rotated, and continues in another file.
                None => {}
            }
        }
        Ok(None)
    }
}

/// One reading of the files of a log, from a record to the end of the last file.
struct Pass {
    first: u64,
    files: LogFiles,
    open: Option<(PathBuf, RecordReader)>,
    /// A record that was read too early.
    later: Option<Record>,
}

impl Pass {
    fn begin(log: &Path, first: u64) -> Result<Pass, ReadError> {
        Ok(Pass {
            first,
            files: LogFiles::from_seq(log, first)?,
            open: None,
            later: None,
        })
    }

    /// The first record from that seq on; nothing at the end of the last file, so far.
    fn next(&mut self, seq: u64, seen: &mut Seen) -> Result<Option<Record>, ReadError> {
        if let Some(record) = self.later.take()
            && record.seq >= seq
        {
            return Ok(Some(record));
        }
        loop {
            if let Some((path, reader)) = &mut self.open {
                loop {
                    let item = reader.next();
                    seen.removed.extend(reader.take_removed());
                    let Some(item) = item else {
                        break;
                    };
                    match item {
                        Ok(item) => {
                            if let ItemKind::Record(record) = item.kind
                                && record.seq >= seq
                            {
                                return Ok(Some(record));
                            }
                        }
                        // Not the disk failed, but what stands on it cannot be unpacked.
                        Err(error) if error.is_damage() => {
                            seen.damaged.insert(path.clone());
                        }
                        Err(error) => return Err(error),
                    }
                }
                if self.files.at_end() {
                    return Ok(None);
                }
            }
            seen.damaged.extend(self.files.damaged());
            let Some((path, file)) = self.files.next_file()? else {
                return Ok(None);
            };
            let name = path.display().to_string();
            match input(file, seq) {
                Ok(input) => {
                    let reader = RecordReader::by_lines(input, &name, usize::MAX);
                    self.open = Some((path, reader.growing().skipping_before(seq)));
                }
                Err(source) => {
                    let error = ReadError { name, source };
                    if !error.is_damage() {
                        return Err(error);
                    }
                    seen.damaged.insert(path);
                    self.open = None;
                }
            }
        }
    }
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass")
            .field("first", &self.first)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// The text of a file of the log from shortly before that record on.
fn input(mut file: File, seq: u64) -> io::Result<Box<dyn Read + Send>> {
    let mut start = [0; PACKED_START];
    let read = read_full(&mut file, &mut start)?;
    if is_packed(&start[..read]) {
        file.rewind()?;
        return unpacked(Box::new(file));
    }
    let start = bisect(&mut file, seq)?;
    file.seek(SeekFrom::Start(start))?;
    Ok(Box::new(file))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::sync::mpsc;
    use std::thread;

    use proptest::prelude::*;

    use super::*;
    use crate::journal::append::{Journal, JournalOptions};
    use crate::journal::faults::{answer, capture};
    use crate::journal::record::write_record;
    use crate::journal::retention::RetentionPolicy;
    use crate::journal::storage::SyncPolicy;

    fn lines(seqs: impl IntoIterator<Item = u64>) -> Vec<u8> {
        let mut text = Vec::new();
        for seq in seqs {
            write_record(seq, None, &capture(seq), &mut text);
        }
        text
    }

    fn append(path: &Path, text: &[u8]) {
        let mut options = fs::OpenOptions::new();
        let mut file = options.append(true).create(true).open(path).unwrap();
        file.write_all(text).unwrap();
    }

    fn rest(cursor: &mut LogCursor, last: u64) -> Vec<u64> {
        std::iter::from_fn(|| cursor.next(last).unwrap())
            .map(|record| record.seq)
            .collect()
    }

    #[test]
    fn records_come_in_order_while_the_log_grows_and_is_moved_away() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        fs::write(&log, lines(1..=3)).unwrap();
        let mut cursor = LogCursor::new(&log, 2);
        assert_eq!(rest(&mut cursor, 3), [2, 3]);
        append(&log, &lines(4..=6));
        // What is not known to be on disk does not come yet.
        assert_eq!(rest(&mut cursor, 5), [4, 5]);
        fs::rename(&log, folder.path().join("log-1.jsonl")).unwrap();
        append(&log, &lines(7..=8));
        assert_eq!(rest(&mut cursor, 8), [6, 7, 8]);
        fs::rename(&log, folder.path().join("log-7.jsonl")).unwrap();
        append(&log, b"");
        assert_eq!(rest(&mut cursor, 8), [0; 0]);
        append(&log, &lines(9..=9));
        assert_eq!(rest(&mut cursor, 9), [9]);
        // 10 is missing, and 12 is not wanted yet.
        append(&log, &lines([11, 12]));
        assert_eq!(rest(&mut cursor, 10), [0; 0]);
        assert_eq!(rest(&mut cursor, 11), [11]);
        assert_eq!(
            rest(&mut LogCursor::new(&log, 1), 9),
            (1..=9).collect::<Vec<_>>()
        );
        assert_eq!(rest(&mut LogCursor::new(&log, 7), 9), [7, 8, 9]);
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
        assert_eq!(rest(&mut LogCursor::new(&log, 1), 12), [3, 4, 6, 7, 9]);
        assert_eq!(rest(&mut LogCursor::new(&log, 8), 12), [9]);
        assert_eq!(rest(&mut LogCursor::new(&log, 10), 12), [0; 0]);
    }

    #[test]
    fn a_line_that_is_still_being_written_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let second = lines(2..=2);
        fs::write(&log, [&lines(1..=1), &second[..30]].concat()).unwrap();
        let mut cursor = LogCursor::new(&log, 1);
        assert_eq!(rest(&mut cursor, 1), [1]);
        append(&log, &second[30..]);
        assert_eq!(rest(&mut cursor, 2), [2]);
    }

    #[test]
    fn every_record_comes_once_and_in_order_while_the_log_is_rotated_and_packed() {
        const COUNT: u64 = 1500;
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let options = JournalOptions {
            sync: SyncPolicy::Os,
            rotate_at: Some(5000),
            ..JournalOptions::default()
        };
        let journal = Journal::open(&log, &options, |_| {}).unwrap();
        let policy = RetentionPolicy {
            gzip: true,
            keep: None,
            keep_for: None,
            keep_at_most: None,
        };
        journal.apply_retention(policy, Vec::new).unwrap();
        let (tell, told) = mpsc::channel();
        let writer = thread::spawn(move || {
            for id in 1..=COUNT {
                let seq = answer(journal.append(capture(id))).unwrap();
                tell.send(seq).unwrap();
            }
        });
        let mut cursor = LogCursor::new(&log, 1);
        let mut seen = Vec::new();
        for last in told {
            // A second cursor begins in the middle, whatever the files are called by then.
            if last % 100 == 0 {
                let mut other = LogCursor::new(&log, last - 50);
                assert_eq!(
                    rest(&mut other, last),
                    (last - 50..=last).collect::<Vec<_>>()
                );
            }
            seen.extend(rest(&mut cursor, last));
        }
        writer.join().unwrap();
        assert_eq!(seen, (1..=COUNT).collect::<Vec<_>>());
        assert!(fs::read_dir(folder.path()).unwrap().count() > 20);
        let mut again = LogCursor::new(&log, 1);
        assert_eq!(rest(&mut again, COUNT), seen);
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
                write_record(seq, None, &capture, &mut text);
            }
            fs::write(&log, text).unwrap();
            let first = wanted.index(usize::try_from(seq).unwrap() + 2) as u64;
            let expected: Vec<_> = seqs.into_iter().filter(|seq| *seq >= first).collect();
            prop_assert_eq!(rest(&mut LogCursor::new(&log, first), u64::MAX - 1), expected);
        }
    }
}
