//! Removes captures from a log and its parts, because their owner wants it.
//!
//! A line with the number of the record stays in its place, and every other byte. So no number is
//! given twice, a part keeps the number of its name, and readers know that nothing was lost. Each
//! file is replaced atomically.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::error::{JournalError, ReadError, RewriteError};
use super::line::ItemKind;
use super::lock::Lock;
use super::packed::{GZIP, PACKED_START, is_packed};
use super::part_names::{directory, unfinished_name};
use super::parts;
use super::raw::RawLines;
use super::record::{Record, write_removed};
#[cfg(unix)]
use super::storage::LogFile;
use super::survey::log_at;
use crate::files::{AtomicFile, remove_state};
use crate::model::error::Failure;
use crate::model::ranges::Ranges;

/// A log from which captures are removed. Nothing else writes it meanwhile.
#[derive(Debug)]
pub struct Pruning {
    log: PathBuf,
    files: Vec<PathBuf>,
    not_read: Vec<PathBuf>,
    _lock: Lock,
    /// Elsewhere an open file cannot be replaced.
    #[cfg(unix)]
    _log_lock: File,
}

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// The numbers of the records that are meant.
    pub seqs: Ranges,
    /// How many they are.
    pub captures: u64,
    /// Lines that cannot be read: whether they are meant is not known.
    pub unread: u64,
}

impl Pruning {
    /// Takes the right to write a log.
    ///
    /// # Errors
    ///
    /// When the file is no log, or something writes it.
    pub fn begin(log: &Path) -> Result<Pruning, Failure> {
        let log = log_at(log)?;
        let lock = Lock::take(&log, "enx-hook log prune").map_err(|error| match error {
            JournalError::Locked { path, holder } => {
                Failure::from(RewriteError::Locked { path, holder })
            }
            error => error.into(),
        })?;
        #[cfg(unix)]
        let log_lock = lock_log(&log)?;
        let listed = parts::parts(&log).map_err(|source| read_error(directory(&log), source))?;
        let mut files = Vec::new();
        for part in listed.parts {
            // Half a compressed part, which a crash left.
            let unfinished = unfinished_name(&part.path);
            remove_state(&unfinished).map_err(|source| RewriteError::Write {
                path: unfinished,
                source,
            })?;
            files.push(part.path);
            files.extend(part.copy);
        }
        files.push(log.clone());
        Ok(Pruning {
            log,
            files,
            not_read: listed.damaged.into_iter().map(|part| part.path).collect(),
            _lock: lock,
            #[cfg(unix)]
            _log_lock: log_lock,
        })
    }

    /// The log.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The files of the log, the oldest first.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Files that may be parts, but whose beginning is damaged. They are left alone.
    pub fn not_read(&self) -> &[PathBuf] {
        &self.not_read
    }

    /// Counts the records of a file that are meant.
    ///
    /// # Errors
    ///
    /// When the file cannot be read to its end.
    pub fn find(
        &self,
        file: &Path,
        is_meant: &mut dyn FnMut(Record) -> bool,
    ) -> Result<Meant, Failure> {
        let mut found = Meant::default();
        pass(file, &mut io::sink(), is_meant, &mut found)?;
        Ok(found)
    }

    /// Removes the records of a file that are meant.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or its next content not be written. It is as it was then.
    pub fn remove(
        &self,
        file: &Path,
        is_meant: &mut dyn FnMut(Record) -> bool,
    ) -> Result<Meant, Failure> {
        let failed = |source| RewriteError::Write {
            path: file.to_owned(),
            source,
        };
        let mut found = Meant::default();
        let mut next = AtomicFile::begin_state(file).map_err(failed)?;
        if is_gzip(file)? {
            let mut packer = GzEncoder::new(&mut next, Compression::default());
            pass(file, &mut packer, is_meant, &mut found)?;
            packer.finish().map_err(failed)?;
        } else {
            pass(file, &mut next, is_meant, &mut found)?;
        }
        next.commit_as_it_was().map_err(failed)?;
        Ok(found)
    }
}

/// Locks the log itself, since another name may lead to it.
#[cfg(unix)]
fn lock_log(log: &Path) -> Result<File, Failure> {
    let failed = |source| read_error(log, source);
    let file = File::open(log).map_err(failed)?;
    if LogFile::try_lock(&file).map_err(failed)? {
        return Ok(file);
    }
    let (path, holder) = (
        log.to_owned(),
        "another process, under this or another name",
    );
    let holder = holder.to_owned();
    Err(RewriteError::Locked { path, holder }.into())
}

/// Copies a file without the records that are meant.
fn pass(
    file: &Path,
    to: &mut dyn Write,
    is_meant: &mut dyn FnMut(Record) -> bool,
    found: &mut Meant,
) -> Result<(), Failure> {
    let failed = |source| RewriteError::Write {
        path: file.to_owned(),
        source,
    };
    let opened = File::open(file).and_then(|file| RawLines::of(Box::new(file)));
    let mut lines = opened.map_err(|source| read_error(file, source))?;
    while lines.advance().map_err(|source| read_error(file, source))? {
        let mut mark = Vec::new();
        for item in lines.items() {
            match item {
                ItemKind::Record(record) => {
                    let (seq, log) = (record.seq, record.log);
                    if is_meant(record) {
                        found.seqs.insert(seq, seq);
                        found.captures += 1;
                        write_removed(seq, log, &mut mark);
                    }
                }
                _ => found.unread += 1,
            }
        }
        if mark.is_empty() {
            to.write_all(&lines.bytes).map_err(failed)?;
            continue;
        }
        // What a crash left before the record stays, on a line of its own.
        let start = lines.record_start();
        let before = &lines.bytes[..start];
        let parts: [&[u8]; 4] = [
            before,
            if before.ends_with(b"\0") { b"\n" } else { b"" },
            &mark,
            lines.line_end(),
        ];
        to.write_all(&parts.concat()).map_err(failed)?;
    }
    Ok(())
}

/// Whether a file is compressed with gzip.
fn is_gzip(file: &Path) -> Result<bool, Failure> {
    let mut start = Vec::new();
    File::open(file)
        .and_then(|file| file.take(PACKED_START as u64).read_to_end(&mut start))
        .map_err(|source| read_error(file, source))?;
    if start.starts_with(GZIP) {
        return Ok(true);
    }
    if is_packed(&start) {
        return Err(RewriteError::Zstd(file.to_owned()).into());
    }
    Ok(false)
}

fn read_error(file: &Path, source: io::Error) -> ReadError {
    ReadError {
        name: file.display().to_string(),
        source,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::journal::LogCursor;
    use crate::journal::faults::capture;
    use crate::journal::packed::unpacked;
    use crate::journal::record::{LogId, write_record};
    use crate::journal::scan::{Content, scan};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_is_left_is_exactly_the_rest(
            files in prop::collection::vec(
                (0..3_usize, prop::collection::vec(any::<bool>(), 1..9)),
                1..5,
            ),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let log = folder.path().join("log.jsonl");
            let id = LogId::parse(b"5e1c0a9b7d24f863");
            let (mut seq, mut meant, mut expected) = (0, BTreeSet::new(), Vec::new());
            for (index, (form, records)) in files.iter().enumerate() {
                let (mut old, mut new) = (Vec::new(), Vec::new());
                let first = seq + 1;
                for is_meant in records {
                    seq += 1;
                    let from = old.len();
                    write_record(seq, id, &capture(seq), &mut old);
                    if *is_meant {
                        meant.insert(seq);
                        write_removed(seq, id, &mut new);
                        new.push(b'\n');
                    } else {
                        new.extend(&old[from..]);
                    }
                    if *form == 2 {
                        old.extend(b"hello\r\n");
                        new.extend(b"hello\r\n");
                    }
                }
                let is_last = index + 1 == files.len();
                let is_packed = *form == 1 && !is_last;
                let name = match (is_last, is_packed) {
                    (true, _) => "log.jsonl".to_owned(),
                    (false, true) => format!("log-{first}.jsonl.gz"),
                    (false, false) => format!("log-{first}.jsonl"),
                };
                let path = folder.path().join(name);
                if is_packed {
                    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
                    packer.write_all(&old).unwrap();
                    old = packer.finish().unwrap();
                }
                fs::write(&path, &old).unwrap();
                expected.push((path, new));
            }
            let pruning = Pruning::begin(&log).unwrap();
            let mut is_meant = |record: Record| meant.contains(&record.seq);
            prop_assert_eq!(pruning.files().len(), files.len());
            for (path, new) in &expected {
                let found = pruning.find(path, &mut is_meant).unwrap();
                prop_assert_eq!(&found, &pruning.remove(path, &mut is_meant).unwrap());
                let mut text = Vec::new();
                let file = Box::new(File::open(path).unwrap());
                unpacked(file).unwrap().read_to_end(&mut text).unwrap();
                prop_assert!(&text == new, "{}", text.escape_ascii());
            }
            drop(pruning);
            // The same files are its parts, and what was removed is not missing.
            let mut cursor = LogCursor::new(&log, 1);
            let mut rest = BTreeSet::new();
            while let Some(record) = cursor.next(seq).unwrap() {
                rest.insert(record.seq);
            }
            let all: BTreeSet<u64> = (1..=seq).collect();
            prop_assert_eq!(&rest, &(&all - &meant));
            let removed = cursor.take_removed();
            prop_assert_eq!(removed.count(), meant.len() as u64);
            prop_assert!(meant.iter().all(|seq| removed.contains(*seq)));
            // The next number is a new one.
            let mut file = File::options().read(true).write(true).open(&log).unwrap();
            let len = file.metadata().unwrap().len();
            let Content::Log { seqs: Some(seqs), .. } = scan(&mut file, len).unwrap() else {
                panic!("no log");
            };
            prop_assert_eq!((seqs.last, seqs.log), (seq, id));
        }
    }
}
