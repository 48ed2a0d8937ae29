//! What of a replay is done, on disk, so that an interrupted one goes on where it was.
//!
//! An append-only file: a first line that says which replay it belongs to, then one line for
//! each capture that was answered, written before another one is sent in its place. Lines that
//! belong to one moment are written together. After
//! `kill -9` at any moment, what was answered is known but for what was on its way. A file of
//! another replay is refused. A lock keeps two replays from sharing one.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::done::{By, Done, Key};
use crate::files::open_state;
use crate::model::error::{Category, Explain};

/// The version of the file's form.
const VERSION: u32 = 2;

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

/// A line of the file after the first.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Noted {
    /// A capture with a number was answered.
    Seq {
        source: u32,
        seq: u64,
        mark: u32,
        status: u16,
    },
    /// A capture without one was.
    Line {
        source: u32,
        line: u64,
        mark: u32,
        status: u16,
    },
    /// A source has that number from now on.
    Source { source: u32, path: String },
}

impl Noted {
    fn answered(key: Key, status: u16) -> Noted {
        let Key {
            source,
            by,
            number,
            mark,
        } = key;
        match by {
            By::Seq => Noted::Seq {
                source,
                seq: number,
                mark,
                status,
            },
            By::Line => Noted::Line {
                source,
                line: number,
                mark,
                status,
            },
        }
    }
}

/// The file.
#[derive(Debug)]
pub(super) struct Progress {
    path: PathBuf,
    file: File,
    /// Lines that are not written yet.
    pending: Vec<u8>,
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
        let file = open_state(path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ProgressError::Taken(path.to_owned())),
            Err(TryLockError::Error(source)) => return Err(fail(source)),
        }
        let mut progress = Progress {
            path: path.to_owned(),
            file,
            pending: Vec::new(),
        };
        let done = progress.read(belongs, failed)?;
        Ok((progress, done))
    }

    fn read(&mut self, belongs: &Belongs, failed: bool) -> Result<Done, ProgressError> {
        let mut reader = BufReader::new(&self.file);
        let mut whole = 0;
        let mut done = Done::new(belongs.sources.clone());
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
            whole += length as u64;
            if std::mem::take(&mut is_first) {
                let found: Belongs = serde_json::from_slice(&line)
                    .map_err(|_| ProgressError::Foreign(self.path.clone()))?;
                if found != *belongs {
                    return Err(ProgressError::Other {
                        path: self.path.clone(),
                        difference: found.difference(belongs),
                    });
                }
            } else if let Ok(noted) = serde_json::from_slice(&line) {
                let (source, by, number, mark, status) = match noted {
                    Noted::Seq {
                        source,
                        seq,
                        mark,
                        status,
                    } => (source, By::Seq, seq, mark, status),
                    Noted::Line {
                        source,
                        line,
                        mark,
                        status,
                    } => (source, By::Line, line, mark, status),
                    Noted::Source { path, .. } => {
                        done.source(&path, belongs.sources.len());
                        continue;
                    }
                };
                let key = Key {
                    source,
                    by,
                    number,
                    mark,
                };
                if failed && !(200..300).contains(&status) {
                    done.remove(key);
                } else {
                    done.insert(key);
                }
            }
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

    /// Notes that a capture was answered. It is on disk after the next [`Progress::write`].
    pub(super) fn note(&mut self, key: Key, status: u16) -> Result<(), ProgressError> {
        self.add(&Noted::answered(key, status))
    }

    /// Notes the number of a source that was found beside those that were named.
    pub(super) fn name(&mut self, source: u32, path: String) -> Result<(), ProgressError> {
        self.add(&Noted::Source { source, path })
    }

    fn add(&mut self, noted: &Noted) -> Result<(), ProgressError> {
        let added = serde_json::to_writer(&mut self.pending, noted);
        self.pending.push(b'\n');
        added.map_err(|source| self.failed(source.into()))
    }

    /// Writes what was noted.
    pub(super) fn write(&mut self) -> Result<(), ProgressError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.pending);
        self.pending.clear();
        written.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> ProgressError {
        ProgressError::Io {
            path: self.path.clone(),
            source,
        }
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
    /// A source is not what it was.
    #[error("{0} is not what it was when the progress was noted")]
    Replaced(String),
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
            ProgressError::Foreign(_)
            | ProgressError::Other { .. }
            | ProgressError::Replaced(_)
            | ProgressError::Stdin => Category::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            ProgressError::Io { .. } => return None,
            ProgressError::Foreign(_) => "name a file that is not there yet".to_owned(),
            ProgressError::Replaced(_) => {
                "keep the progress of another log in another file".to_owned()
            }
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
    use super::*;

    fn belongs() -> Belongs {
        Belongs::new(vec!["/a".into()], "all".into(), "http://h/".into())
    }

    #[test]
    fn what_was_noted_is_done_and_a_torn_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        let key = |source, by, number| Key {
            source,
            by,
            number,
            mark: 7,
        };
        let (seq, line) = (key(0, By::Seq, 3), key(1, By::Line, 9));
        let (mut progress, done) = Progress::open(&path, &belongs(), false).unwrap();
        assert_eq!(done.contains(seq), Ok(false));
        progress.note(seq, 200).unwrap();
        progress.note(line, 500).unwrap();
        progress.name(1, "/a-1".to_owned()).unwrap();
        progress.write().unwrap();
        assert!(matches!(
            Progress::open(&path, &belongs(), false),
            Err(ProgressError::Taken(_))
        ));
        progress
            .file
            .write_all(b"{\"source\":0,\"seq\":4,\"stat")
            .unwrap();
        drop(progress);
        let (mut progress, mut done) = Progress::open(&path, &belongs(), false).unwrap();
        assert_eq!(
            (done.contains(seq), done.contains(line)),
            (Ok(true), Ok(true))
        );
        assert_eq!(done.source("/a-1", 1), (1, false));
        for other in [key(0, By::Seq, 4), key(1, By::Seq, 3), key(0, By::Line, 3)] {
            assert_eq!(done.contains(other), Ok(false), "{other:?}");
        }
        progress.note(key(0, By::Seq, 4), 200).unwrap();
        progress.write().unwrap();
        drop(progress);
        let (_, done) = Progress::open(&path, &belongs(), true).unwrap();
        assert_eq!(done.contains(key(0, By::Seq, 4)), Ok(true));
        assert_eq!(done.contains(line), Ok(false));
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
}
