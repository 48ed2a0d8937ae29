//! How far delivery of a log to one target has come, kept beside the log.
//!
//! The log is the queue, so all that has to be remembered is which of its records are done:
//! every one up to a watermark, and some beyond it, since lanes do not wait for each other.
//! How many those are is bounded by whoever delivers. A cursor that is behind, because a crash
//! came before it was written, means that something is delivered twice, never that something
//! is not.
//!
//! It reads no log: the record that ties it to one is handed in.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::target_url::TargetUrl;
use crate::files;
use crate::model::error::{Category, Explain};

/// The version of the file.
const VERSION: u64 = 1;

/// Failed deliveries that are named; older ones are only counted.
const NAMED_FAILURES: usize = 1000;

/// How far delivery has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(rename = "enx_hook_cursor")]
    version: u64,
    /// The target, for people who look into the file; a password in it is masked.
    target: String,
    /// Every record up to this one is done.
    watermark: u64,
    /// What is done beyond it: first and last seq of each run, apart from each other.
    done: BTreeMap<u64, u64>,
    /// The newest record that is done, by which the log is known again.
    mark: Option<Mark>,
    /// Records that were passed over after their last attempt.
    failed: u64,
    /// The newest of them.
    last_failed: VecDeque<Failed>,
}

/// A record of the log, as far as it takes to know it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its number.
    pub seq: u64,
    /// When it was received.
    pub received_at: DateTime<Utc>,
}

/// A delivery that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The record.
    pub seq: u64,
    /// When the last attempt ended.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub why: String,
}

impl Cursor {
    /// A cursor for a target to which nothing before `first` is to be delivered.
    pub fn new(target: &TargetUrl, first: u64) -> Cursor {
        Cursor {
            version: VERSION,
            target: target.to_string(),
            watermark: first.saturating_sub(1),
            done: BTreeMap::new(),
            mark: None,
            failed: 0,
            last_failed: VecDeque::new(),
        }
    }

    /// The lowest seq that is not done. Nothing before it is needed any more.
    pub fn lowest_undelivered(&self) -> u64 {
        self.watermark + 1
    }

    /// Whether a record is done.
    pub fn is_done(&self, seq: u64) -> bool {
        seq <= self.watermark
            || self
                .done
                .range(..=seq)
                .next_back()
                .is_some_and(|(_, last)| seq <= *last)
    }

    /// How many records up to `last` are not done.
    pub fn undelivered(&self, last: u64) -> u64 {
        let beyond: u64 = self.done.iter().map(|(first, last)| last - first + 1).sum();
        last.saturating_sub(self.watermark).saturating_sub(beyond)
    }

    /// The record by which the log is known again.
    pub fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// How many records were passed over after their last attempt, in the life of the cursor.
    pub fn failures(&self) -> u64 {
        self.failed
    }

    /// A record is delivered.
    pub fn delivered(&mut self, record: Mark) {
        self.pass(record.seq, record.seq);
        if self.mark.is_none_or(|mark| mark.seq < record.seq) {
            self.mark = Some(record);
        }
    }

    /// A record was attempted as often as it may be, and is passed over.
    pub fn failed(&mut self, record: Mark, why: &str) {
        self.failed += 1;
        if self.last_failed.len() == NAMED_FAILURES {
            self.last_failed.pop_front();
        }
        self.last_failed.push_back(Failed {
            seq: record.seq,
            at: Utc::now(),
            why: why.to_owned(),
        });
        self.delivered(record);
    }

    /// There is nothing to deliver from `first` to `last`.
    pub fn pass(&mut self, first: u64, last: u64) {
        let (mut first, mut last) = (first, last);
        if let Some((&before, &end)) = self.done.range(..=first).next_back()
            && end.saturating_add(1) >= first
        {
            (first, last) = (before, last.max(end));
        }
        while let Some((&next, &end)) = self.done.range(first..).next()
            && next <= last.saturating_add(1)
        {
            self.done.remove(&next);
            last = last.max(end);
        }
        if first <= self.watermark.saturating_add(1) {
            self.watermark = self.watermark.max(last);
        } else {
            self.done.insert(first, last);
        }
    }

    /// Where the cursor of a log and a target stands: beside the log, told apart by the host
    /// and a hash of the whole URL. Credentials do not count: a new password is no new target.
    pub fn path(log: &Path, target: &TargetUrl) -> PathBuf {
        let host: String = target
            .authority()
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || c == '.' {
                    c
                } else {
                    '-'
                }
            })
            .take(60)
            .collect();
        let hash = xxh3_64(target.url().as_str().as_bytes());
        let mut name = OsString::from(log.file_name().unwrap_or_default());
        name.push(format!(".forward-{host}-{hash:016x}.json"));
        log.with_file_name(name)
    }

    /// Reads a cursor; nothing if there is none.
    ///
    /// # Errors
    ///
    /// When it is there and cannot be read, or is none of this version.
    pub fn load(path: &Path) -> Result<Option<Cursor>, CursorError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(CursorError::Read {
                    path: path.to_owned(),
                    source,
                });
            }
        };
        match serde_json::from_slice::<Cursor>(&bytes) {
            Ok(cursor) if cursor.version == VERSION => Ok(Some(cursor)),
            Ok(_) => Err(CursorError::Foreign {
                path: path.to_owned(),
                source: None,
            }),
            Err(source) => Err(CursorError::Foreign {
                path: path.to_owned(),
                source: Some(source),
            }),
        }
    }

    /// Writes the cursor atomically: a reader finds the old one or the new one.
    ///
    /// # Errors
    ///
    /// When the disk refuses. The old one is then still there.
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

/// What is wrong with a cursor's file.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// It cannot be read.
    #[error("cannot read {}, which says how far forwarding came", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not what this program writes.
    #[error("{} does not say how far forwarding came, as it should", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Where it is not.
        source: Option<serde_json::Error>,
    },
    /// It cannot be written.
    #[error("cannot write {}, which says how far forwarding came", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
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
                "remove the file; then say with --forward-from where to start"
            }
            CursorError::Read { .. } | CursorError::Write { .. } => {
                "make the folder of the log one that you may write"
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

    fn target(url: &str) -> TargetUrl {
        TargetUrl::parse(url).unwrap()
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
        for text in ["", "{}", "{\"enx_hook_cursor\":2}"] {
            fs::write(&path, text).unwrap();
            let error = Cursor::load(&path).unwrap_err();
            assert!(matches!(error, CursorError::Foreign { .. }), "{text}");
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
                let runs: Vec<_> = cursor.done.iter().collect();
                prop_assert!(runs.windows(2).all(|pair| pair[0].1 + 1 < *pair[1].0));
            }
        }
    }
}
