//! The forwarding cursor: which records of a log were delivered to a target. A file beside the log.
//!
//! The log is the queue, so the cursor only holds which records are done: all up to a watermark, and
//! some beyond it, since lanes do not wait for each other. The scheduler limits their number. After
//! a crash the cursor may be behind. Then a record is delivered twice, and none is lost.
//!
//! The cursor does not read the log. Its caller passes the record that identifies the log.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::destination::Destination;
use crate::files;
use crate::files::read_found;
use crate::model::error::{Category, Explain};
use crate::model::ranges::Ranges;

/// The version of the file.
const VERSION: u64 = 1;

/// How many failed deliveries and gaps are listed. Older ones are only counted.
const NAMED_FAILURES: usize = 1000;

/// How far delivery has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "enx_hook_cursor")]
    version: u64,
    /// The target, for people who read the file. A password in it is masked.
    target: String,
    /// Every record up to this one is done.
    watermark: u64,
    /// The records beyond it that are done.
    #[serde(default)]
    done: Ranges,
    /// The newest record that is done. It identifies the log.
    #[serde(default)]
    mark: Option<Mark>,
    /// Records that failed at their last attempt.
    #[serde(default)]
    failed: u64,
    /// The newest of them.
    #[serde(default)]
    last_failed: VecDeque<Failed>,
    /// How many of those that failed were told to the user.
    #[serde(default)]
    told: u64,
    /// Records that were not in the log any more when their turn came.
    #[serde(default)]
    missing: u64,
    /// The newest of them.
    #[serde(default)]
    last_missing: VecDeque<Gap>,
}

/// Records that are not in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The first of them.
    pub first: u64,
    /// The last of them.
    pub last: u64,
    /// When that was found.
    pub at: DateTime<Utc>,
}

/// What identifies a record of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its number.
    pub seq: u64,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

/// A delivery that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The record.
    pub seq: u64,
    /// When the last attempt ended.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub why: String,
}

/// The version of a file, whatever else it holds.
#[derive(Deserialize)]
struct Version {
    #[serde(rename = "enx_hook_cursor")]
    version: u64,
}

impl Cursor {
    /// A cursor for deliveries from the record `first` on.
    pub fn new(target: &Destination, first: u64) -> Cursor {
        Cursor {
            version: VERSION,
            target: target.to_string(),
            watermark: first.saturating_sub(1),
            done: Ranges::default(),
            mark: None,
            failed: 0,
            last_failed: VecDeque::new(),
            told: 0,
            missing: 0,
            last_missing: VecDeque::new(),
        }
    }

    /// The lowest seq that is not done. Nothing before it is needed any more.
    pub fn lowest_undelivered(&self) -> u64 {
        self.watermark + 1
    }

    /// Whether a record is done.
    pub fn is_done(&self, seq: u64) -> bool {
        seq <= self.watermark || self.done.contains(seq)
    }

    /// How many records up to `last` are not done.
    pub fn undelivered(&self, last: u64) -> u64 {
        self.open_between(0, last)
    }

    /// The record that identifies the log.
    pub fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// How many records failed at their last attempt, since the cursor was created.
    pub fn failures(&self) -> u64 {
        self.failed
    }

    /// The records that failed and that nobody was told of, as far as they are named; from now
    /// on they count as told.
    pub fn tell(&mut self) -> Ranges {
        let untold = usize::try_from(self.failed.saturating_sub(self.told));
        self.told = self.failed;
        let newest = self.last_failed.iter().rev();
        let mut seqs = Ranges::default();
        for failed in newest.take(untold.unwrap_or(usize::MAX)) {
            seqs.insert(failed.seq, failed.seq);
        }
        seqs
    }

    /// A record is delivered, or needs no delivery.
    pub fn delivered(&mut self, record: Mark) {
        self.pass(record.seq, record.seq);
        if self.mark.is_none_or(|mark| mark.seq < record.seq) {
            self.mark = Some(record);
        }
    }

    /// A record failed at its last attempt. It is not tried again.
    pub fn failed(&mut self, record: Mark, why: &str) {
        self.failed += 1;
        push(
            &mut self.last_failed,
            Failed {
                seq: record.seq,
                at: Utc::now(),
                why: why.to_owned(),
            },
        );
        self.delivered(record);
    }

    /// The records from `first` to `last` are not in the log. Returns how many of them were not
    /// done.
    pub fn missing(&mut self, first: u64, last: u64) -> u64 {
        let open = self.open_between(first, last);
        if open > 0 {
            self.missing += open;
            push(
                &mut self.last_missing,
                Gap {
                    first,
                    last,
                    at: Utc::now(),
                },
            );
        }
        self.pass(first, last);
        open
    }

    /// How many records in a range are not done.
    fn open_between(&self, first: u64, last: u64) -> u64 {
        let first = first.max(self.watermark.saturating_add(1));
        let all = last.saturating_add(1).saturating_sub(first);
        all.saturating_sub(self.done.count_between(first, last))
    }

    /// The records from `first` to `last` need no delivery.
    pub fn pass(&mut self, first: u64, last: u64) {
        self.done.insert(first, last);
        if let Some(end) = self.done.take_first_up_to(self.watermark.saturating_add(1)) {
            self.watermark = self.watermark.max(end);
        }
    }

    /// The text of the target, without its password.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The cursors beside a log, with their files, but for those that cannot be read.
    pub fn beside(log: &Path) -> Vec<(PathBuf, Cursor)> {
        let mut start = OsString::from(log.file_name().unwrap_or_default());
        start.push(".forward-");
        let folder = match log.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let names = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = names
            .map(|entry| entry.file_name())
            .filter(|name| {
                let name = name.as_encoded_bytes();
                name.starts_with(start.as_encoded_bytes()) && name.ends_with(b".json")
            })
            .map(|name| log.with_file_name(name))
            .collect();
        paths.sort();
        let load = |path: PathBuf| Some((path.clone(), Cursor::load(&path).ok()??));
        paths.into_iter().filter_map(load).collect()
    }

    /// The file of the cursor for a log and a target: beside the log, named after the host or
    /// the program and a hash of what distinguishes the target from others.
    pub fn path(log: &Path, target: &Destination) -> PathBuf {
        let hash = xxh3_64(target.identity().as_bytes());
        let mut name = OsString::from(log.file_name().unwrap_or_default());
        name.push(format!(".forward-{}-{hash:016x}.json", target.file_name()));
        log.with_file_name(name)
    }

    /// Reads a cursor, if the file exists.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is not a cursor of this version.
    pub fn load(path: &Path) -> Result<Option<Cursor>, CursorError> {
        let path_of = || path.to_owned();
        let bytes = match read_found(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                let path = path_of();
                return Err(CursorError::Read { path, source });
            }
        };
        // The version first, since other fields may differ.
        let parsed = serde_json::from_slice(&bytes).and_then(|Version { version }| match version {
            VERSION => serde_json::from_slice(&bytes).map(Ok),
            version => Ok(Err(version)),
        });
        match parsed {
            Ok(Ok(cursor)) => Ok(Some(cursor)),
            Ok(Err(version)) => Err(CursorError::Version {
                path: path_of(),
                version,
            }),
            Err(source) => Err(CursorError::Foreign {
                path: path_of(),
                source,
            }),
        }
    }

    /// Writes the cursor atomically: a reader finds the old or the new one.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. The old cursor is still there then.
    pub fn save(&self, path: &Path) -> Result<(), CursorError> {
        let write = || {
            let mut text = serde_json::to_vec(self)?;
            text.push(b'\n');
            files::write_state(path, &text)
        };
        write().map_err(|source| CursorError::Write {
            path: path.to_owned(),
            source,
        })
    }
}

/// Adds to a list of limited length.
fn push<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == NAMED_FAILURES {
        list.pop_front();
    }
    list.push_back(item);
}

/// Why a cursor cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// The file cannot be read.
    #[error("cannot read the forwarding cursor {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file is not a cursor.
    #[error("{} is not a valid forwarding cursor", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The format has another version.
    #[error("another release of enx-hook wrote {} (format {version}, expected {VERSION})", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// The file cannot be written.
    #[error("cannot write the forwarding cursor {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

impl Explain for CursorError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            CursorError::Foreign { .. } => {
                "remove the file, and choose where to start with --forward-from"
            }
            CursorError::Version { .. } => {
                "use that release; or remove the file, and choose where to start with --forward-from"
            }
            CursorError::Read { .. } | CursorError::Write { .. } => {
                "enx-hook needs to read and write files in the folder of the log"
            }
        };
        Some(advice.to_owned())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn target(url: &str) -> Destination {
        url.parse().unwrap()
    }

    fn record(seq: u64) -> Mark {
        Mark {
            seq,
            received_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_cursor_is_read_back_as_it_was_and_a_file_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.json");
        assert_eq!(Cursor::load(&path).unwrap(), None);
        let mut cursor = Cursor::new(&target("http://u:p@h/x"), 5);
        for seq in [5, 6, 9, 8, 12] {
            cursor.delivered(record(seq));
        }
        cursor.failed(record(14), "500");
        cursor.save(&path).unwrap();
        assert_eq!(Cursor::load(&path).unwrap(), Some(cursor.clone()));
        assert_eq!(cursor.lowest_undelivered(), 7);
        assert_eq!(cursor.undelivered(14), 4);
        assert_eq!(cursor.mark(), Some(record(14)));
        assert!(!fs::read_to_string(&path).unwrap().contains(":p@"));
        for text in ["", "{}", "{\"enx_hook_cursor\":1}"] {
            fs::write(&path, text).unwrap();
            let error = Cursor::load(&path).unwrap_err();
            assert!(matches!(error, CursorError::Foreign { .. }), "{text}");
        }
        fs::write(&path, "{\"enx_hook_cursor\":2}").unwrap();
        let error = Cursor::load(&path).unwrap_err();
        assert!(matches!(error, CursorError::Version { version: 2, .. }));
    }

    #[test]
    fn a_cursor_of_the_first_release_is_read_and_so_is_one_with_more_fields() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.json");
        let first = "{\"enx_hook_cursor\":1,\"target\":\"http://h/\",\"watermark\":7,\"done\":{\"9\":12},\
            \"mark\":{\"seq\":12,\"received_at\":\"1970-01-01T00:00:00Z\"},\"failed\":1,\
            \"last_failed\":[{\"seq\":9,\"at\":\"1970-01-01T00:00:00Z\",\"why\":\"500\"}]}";
        let more = first.replace("\"failed\"", "\"later\":[1],\"failed\"");
        for text in [first, &more] {
            fs::write(&path, text).unwrap();
            let cursor = Cursor::load(&path).unwrap().unwrap();
            assert_eq!(cursor.lowest_undelivered(), 8);
            assert!(cursor.is_done(12) && !cursor.is_done(8));
            assert_eq!((cursor.failures(), cursor.mark()), (1, Some(record(12))));
        }
    }

    #[test]
    fn each_target_has_its_own_file_and_a_password_makes_no_other() {
        let path = |url| Cursor::path(Path::new("a/log.jsonl"), &target(url));
        let one = path("http://localhost:8080/hook");
        assert_eq!(one.parent(), Some(Path::new("a")));
        let name = one.file_name().unwrap().to_str().unwrap();
        assert!(
            name.starts_with("log.jsonl.forward-localhost-8080-"),
            "{name}"
        );
        assert_eq!(path("http://u:p@localhost:8080/hook"), one);
        assert_ne!(path("http://localhost:8080/other"), one);
    }

    #[test]
    fn failures_are_named_up_to_a_limit_and_counted_beyond() {
        let mut cursor = Cursor::new(&target("http://h/"), 1);
        for seq in 1..=NAMED_FAILURES as u64 + 5 {
            cursor.failed(record(seq), "500");
        }
        assert_eq!(cursor.failures(), NAMED_FAILURES as u64 + 5);
        assert_eq!(cursor.last_failed.len(), NAMED_FAILURES);
        assert_eq!(cursor.last_failed[0].seq, 6);
    }

    proptest! {
        #[test]
        fn it_knows_exactly_what_is_done(
            first in 1..5_u64,
            passes in prop::collection::vec((1..60_u64, 0..4_u64), 0..40),
        ) {
            let mut cursor = Cursor::new(&target("http://h/"), first);
            let mut done: BTreeSet<u64> = (0..first).collect();
            for (from, more) in passes {
                cursor.pass(from, from + more);
                done.extend(from..=from + more);
                for seq in 0..70 {
                    prop_assert_eq!(cursor.is_done(seq), done.contains(&seq), "{}", seq);
                }
                let lowest = (0..100).find(|seq| !done.contains(seq)).unwrap_or(0);
                prop_assert_eq!(cursor.lowest_undelivered(), lowest);
                let open = (1..=64).filter(|seq| !done.contains(seq)).count() as u64;
                prop_assert_eq!(cursor.undelivered(64), open);
            }
        }
    }
}
