//! What of a replay is done, on disk, so that an interrupted one goes on where it was.
//!
//! An append-only file: a first line that says which replay it belongs to, then one line for
//! each capture that was answered, written before another one is sent in its place. After
//! `kill -9` at any moment, what was answered is known but for what was on its way. A file of
//! another replay is refused. A lock keeps two replays from sharing one.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Category, Explain};

/// The version of the file's form.
const VERSION: u32 = 1;

/// Which capture: its number in the log, or its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    source: u32,
    number: u64,
}

/// The source of captures that have a number: it outlives the moving of a log into a part.
const BY_SEQ: u32 = u32::MAX;

impl Key {
    pub(super) fn new(source: usize, line: u64, seq: Option<u64>) -> Key {
        match seq {
            Some(seq) => Key {
                source: BY_SEQ,
                number: seq,
            },
            None => Key {
                source: u32::try_from(source).unwrap_or(BY_SEQ - 1),
                number: line,
            },
        }
    }
}

/// The captures that are done, as ranges, since they mostly follow each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Done(BTreeMap<(u32, u64), u64>);

impl Done {
    pub(super) fn contains(&self, key: Key) -> bool {
        let before = self.0.range(..=(key.source, key.number)).next_back();
        before.is_some_and(|(&(source, _), &last)| source == key.source && key.number <= last)
    }

    fn insert(&mut self, key: Key) {
        if self.contains(key) {
            return;
        }
        let Key { source, number } = key;
        let last = number
            .checked_add(1)
            .and_then(|next| self.0.remove(&(source, next)))
            .unwrap_or(number);
        let before = self.0.range_mut(..(source, number)).next_back();
        if let Some((&(other, _), end)) = before
            && other == source
            && end.checked_add(1) == Some(number)
        {
            *end = last;
        } else {
            self.0.insert((source, number), last);
        }
    }

    fn remove(&mut self, key: Key) {
        let Key { source, number } = key;
        let range = self.0.range(..=(source, number)).next_back();
        let Some((&(other, first), &last)) = range else {
            return;
        };
        if other != source || number > last {
            return;
        }
        self.0.remove(&(source, first));
        if first < number {
            self.0.insert((source, first), number - 1);
        }
        if number < last {
            self.0.insert((source, number + 1), last);
        }
    }
}

/// Which replay a file belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Belongs {
    pub(super) enx_hook_replay: u32,
    /// The sources, by their whole paths.
    pub(super) sources: Vec<String>,
    /// What was selected, as it was typed.
    pub(super) selection: String,
    /// The target, without its password.
    pub(super) url: String,
}

impl Belongs {
    pub(super) fn new(sources: Vec<String>, selection: String, url: String) -> Belongs {
        Belongs {
            enx_hook_replay: VERSION,
            sources,
            selection,
            url,
        }
    }

    fn difference(&self, other: &Belongs) -> &'static str {
        if self.enx_hook_replay != other.enx_hook_replay {
            "another version of enx-hook wrote it"
        } else if self.sources != other.sources {
            "its sources are others"
        } else if self.url != other.url {
            "its target is another"
        } else {
            "its selection is another"
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Noted {
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    status: u16,
}

/// The file.
#[derive(Debug)]
pub(super) struct Progress {
    path: PathBuf,
    file: File,
    line: Vec<u8>,
}

impl Progress {
    /// Opens the file of a replay, or begins it, and says what is done. With `failed`, what was
    /// not answered 2xx is not done.
    pub(super) fn open(
        path: &Path,
        belongs: &Belongs,
        failed: bool,
    ) -> Result<(Progress, Done), ProgressError> {
        let fail = |source| ProgressError::Io {
            path: path.to_owned(),
            source,
        };
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ProgressError::Taken(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(fail(source)),
        }
        let mut progress = Progress {
            path: path.to_owned(),
            file,
            line: Vec::new(),
        };
        let done = progress.read(belongs, failed)?;
        Ok((progress, done))
    }

    fn read(&mut self, belongs: &Belongs, failed: bool) -> Result<Done, ProgressError> {
        let mut reader = BufReader::new(&self.file);
        let mut whole = 0;
        let mut done = Done::default();
        let mut line = Vec::new();
        let mut is_first = true;
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line);
            let length = length.map_err(|source| ProgressError::Io {
                path: self.path.clone(),
                source,
            })?;
            // What a crash left of a line is cut away below: it is not known to be done.
            if length == 0 || !line.ends_with(b"\n") {
                break;
            }
            if is_first {
                let found: Belongs = serde_json::from_slice(&line)
                    .map_err(|_| ProgressError::Foreign(self.path.clone()))?;
                if found != *belongs {
                    return Err(ProgressError::Other {
                        path: self.path.clone(),
                        difference: found.difference(belongs),
                    });
                }
            } else if let Ok(Noted {
                seq,
                source,
                line,
                status,
            }) = serde_json::from_slice(&line)
            {
                let key = match (seq, source, line) {
                    (Some(number), ..) => Key {
                        source: BY_SEQ,
                        number,
                    },
                    (None, Some(source), Some(number)) => Key { source, number },
                    _ => continue,
                };
                if failed && !(200..300).contains(&status) {
                    done.remove(key);
                } else {
                    done.insert(key);
                }
            }
            is_first = false;
            whole += length as u64;
        }
        if is_first && !line.is_empty() && !line.starts_with(b"{\"enx_hook_replay\"") {
            return Err(ProgressError::Foreign(self.path.clone()));
        }
        self.begin(belongs, whole, is_first)
            .map_err(|source| ProgressError::Io {
                path: self.path.clone(),
                source,
            })?;
        Ok(done)
    }

    fn begin(&mut self, belongs: &Belongs, whole: u64, is_new: bool) -> io::Result<()> {
        self.file.set_len(whole)?;
        self.file.seek(io::SeekFrom::End(0))?;
        if is_new {
            let mut first = serde_json::to_vec(belongs)?;
            first.push(b'\n');
            self.file.write_all(&first)?;
        }
        Ok(())
    }

    /// Notes that a capture was answered.
    pub(super) fn note(&mut self, key: Key, status: u16) -> Result<(), ProgressError> {
        let line = if key.source == BY_SEQ {
            Noted {
                seq: Some(key.number),
                source: None,
                line: None,
                status,
            }
        } else {
            Noted {
                seq: None,
                source: Some(key.source),
                line: Some(key.number),
                status,
            }
        };
        self.line.clear();
        serde_json::to_writer(&mut self.line, &line)
            .map_err(io::Error::from)
            .and_then(|()| {
                self.line.push(b'\n');
                self.file.write_all(&self.line)
            })
            .map_err(|source| ProgressError::Io {
                path: self.path.clone(),
                source,
            })
    }
}

/// Why a replay cannot be resumed.
#[derive(Debug, thiserror::Error)]
pub enum ProgressError {
    /// The file cannot be read or written.
    #[error("cannot use {} for the progress of the replay", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no such file.
    #[error("{} does not hold the progress of a replay", .0.display())]
    Foreign(PathBuf),
    /// It is another replay's.
    #[error("{} belongs to another replay: {difference}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What is different.
        difference: &'static str,
    },
    /// Another process uses it.
    #[error("another replay is using {}", .0.display())]
    Taken(PathBuf),
    /// What came by stdin cannot be read again.
    #[error("--resume cannot tell what was read from stdin")]
    Stdin,
}

impl Explain for ProgressError {
    fn category(&self) -> Category {
        match self {
            ProgressError::Io { .. } | ProgressError::Taken(_) => Category::Undone,
            ProgressError::Foreign(_) | ProgressError::Other { .. } | ProgressError::Stdin => {
                Category::Usage
            }
        }
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            ProgressError::Io { .. } => return None,
            ProgressError::Foreign(_) => "name a file that is not there yet".to_owned(),
            ProgressError::Other { .. } => {
                "resume with the same files, selection and URL, or name another file".to_owned()
            }
            ProgressError::Taken(_) => "wait for it, or name another file".to_owned(),
            ProgressError::Stdin => "write it to a file first, and replay that".to_owned(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn belongs() -> Belongs {
        Belongs::new(vec!["/a".into()], "all".into(), "http://h/".into())
    }

    #[test]
    fn what_was_noted_is_done_and_a_torn_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        let (seq, line) = (Key::new(0, 9, Some(3)), Key::new(1, 9, None));
        let (mut progress, done) = Progress::open(&path, &belongs(), false).unwrap();
        assert!(!done.contains(seq));
        progress.note(seq, 200).unwrap();
        progress.note(line, 500).unwrap();
        assert!(matches!(
            Progress::open(&path, &belongs(), false),
            Err(ProgressError::Taken(_))
        ));
        progress.file.write_all(b"{\"seq\":4,\"stat").unwrap();
        drop(progress);
        let (mut progress, done) = Progress::open(&path, &belongs(), false).unwrap();
        assert!(done.contains(seq) && done.contains(line));
        assert!(!done.contains(Key::new(0, 1, Some(4))));
        assert!(!done.contains(Key::new(0, 9, None)));
        progress.note(Key::new(0, 1, Some(4)), 200).unwrap();
        drop(progress);
        let (_, done) = Progress::open(&path, &belongs(), true).unwrap();
        assert!(done.contains(Key::new(0, 1, Some(4))) && !done.contains(line));
    }

    #[test]
    fn a_file_of_another_replay_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        drop(Progress::open(&path, &belongs(), false).unwrap());
        let other = Belongs {
            url: "http://other/".into(),
            ..belongs()
        };
        let error = Progress::open(&path, &other, false).unwrap_err();
        assert!(
            error.to_string().contains("its target is another"),
            "{error}"
        );
        for text in ["{\"a\":1}\n", "hello", "{\"a\":1"] {
            std::fs::write(&path, text).unwrap();
            let error = Progress::open(&path, &belongs(), false).unwrap_err();
            assert!(matches!(error, ProgressError::Foreign(_)), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    proptest! {
        #[test]
        fn ranges_hold_what_a_set_would(steps in prop::collection::vec((any::<bool>(), 0..2_u32, 0..12_u64), 0..60)) {
            let (mut done, mut set) = (Done::default(), std::collections::BTreeSet::new());
            for (put, source, number) in steps {
                let key = Key { source, number };
                if put { done.insert(key); set.insert((source, number)); }
                else { done.remove(key); set.remove(&(source, number)); }
            }
            for source in 0..2 {
                for number in 0..12 {
                    prop_assert_eq!(done.contains(Key { source, number }), set.contains(&(source, number)));
                }
            }
            let gaps = done.0.iter().zip(done.0.iter().skip(1));
            for ((&(a, _), &end), (&(b, next), _)) in gaps {
                prop_assert!(a != b || next > end + 1);
            }
        }
    }
}
