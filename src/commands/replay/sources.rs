//! Opens what was named, one after the other: logs with their older parts, other files, stdin.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::commands::Input;
use crate::journal;
use crate::journal::{Files, ReadError, Source, Watch};
use crate::model::error::Failure;

/// How far the reading is, for whoever watches the posting.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Bytes that were read.
    pub(super) bytes: AtomicU64,
    /// Captures that were handed over.
    pub(super) ordered: AtomicU64,
}

/// A source that is open, or why it is not.
pub(super) struct Opened {
    /// Which of those that were named it belongs to.
    pub(super) named: usize,
    /// Its whole path, if it is another file than the one that was named: a part of it.
    pub(super) part: Option<String>,
    /// What it is called.
    pub(super) name: Arc<str>,
    pub(super) source: Result<Source, Failure>,
}

/// What was named.
pub(super) struct Sources {
    inputs: std::iter::Enumerate<std::vec::IntoIter<Input>>,
    last: usize,
    /// Files that were named: as parts of a log they are not read again.
    named: Vec<PathBuf>,
    /// The log that is being read, and which of those that were named it is.
    log: Option<(usize, PathBuf, Files)>,
    stdin: Box<dyn Read + Send>,
    /// Whoever may end the following of the last one, if it is followed.
    watch: Option<Arc<Watch>>,
    max_document: usize,
    ahead: Arc<Ahead>,
}

impl Sources {
    pub(super) fn new(
        inputs: Vec<Input>,
        stdin: Box<dyn Read + Send>,
        watch: Option<Arc<Watch>>,
        max_document: usize,
    ) -> Sources {
        let named = inputs.iter().filter_map(|input| match input {
            Input::File(path) => Some(path.clone()),
            Input::Stdin => None,
        });
        Sources {
            last: inputs.len().saturating_sub(1),
            named: named.collect(),
            inputs: inputs.into_iter().enumerate(),
            log: None,
            stdin,
            watch,
            max_document,
            ahead: Arc::default(),
        }
    }

    pub(super) fn ahead(&self) -> Arc<Ahead> {
        Arc::clone(&self.ahead)
    }

    /// How many older parts there are now, and how many bytes in all; of stdin and the like
    /// nobody knows.
    pub(super) fn size(&self) -> (u64, Option<u64>) {
        let (mut parts, mut bytes) = (0, Some(0));
        let mut add = |path: &Path| {
            let file = std::fs::metadata(path)
                .ok()
                .filter(std::fs::Metadata::is_file);
            let all = bytes.zip(file.as_ref().map(std::fs::Metadata::len));
            bytes = all.map(|(all, more)| all + more);
            file.is_some()
        };
        for (_, input) in self.inputs.clone() {
            let Input::File(path) = input else {
                add(Path::new(""));
                continue;
            };
            if add(&path) {
                for part in journal::older_parts(&path) {
                    if !self.named.contains(&part) {
                        parts += 1;
                        add(&part);
                    }
                }
            }
        }
        (parts, bytes)
    }

    fn open_next(&mut self) -> Option<Result<Opened, (usize, ReadError)>> {
        loop {
            if let Some((named, log, files)) = &mut self.log {
                let named = *named;
                match files.open_next() {
                    Ok(Some((path, file))) => {
                        let part = (path != *log).then(|| whole(&path));
                        return Some(Ok(self.opened(
                            named,
                            &path.display().to_string(),
                            part,
                            file,
                        )));
                    }
                    Ok(None) => self.log = None,
                    Err(error) => {
                        self.log = None;
                        return Some(Err((named, error)));
                    }
                }
                continue;
            }
            let (named, input) = self.inputs.next()?;
            let Input::File(path) = input else {
                let stdin = std::mem::replace(&mut self.stdin, Box::new(std::io::empty()));
                return Some(Ok(self.opened(named, "stdin", None, stdin)));
            };
            // A pipe has no parts, and can be opened but once.
            if std::fs::metadata(&path).is_ok_and(|file| file.is_file()) {
                let watch = self.watch.clone().filter(|_| named == self.last);
                let files = Files::new(&path, &self.named, watch);
                self.log = Some((named, path, files));
                continue;
            }
            let name = path.display().to_string();
            return Some(match std::fs::File::open(&path) {
                Ok(file) => Ok(self.opened(named, &name, None, Box::new(file))),
                Err(source) => Err((named, ReadError { name, source })),
            });
        }
    }

    fn opened(
        &self,
        named: usize,
        name: &str,
        part: Option<String>,
        input: Box<dyn Read + Send>,
    ) -> Opened {
        let counted = Box::new(Counted {
            input,
            ahead: self.ahead(),
        });
        let source = Source::new(counted, name, self.max_document);
        Opened {
            named,
            part,
            name: Arc::from(name),
            source: source.map_err(Failure::from),
        }
    }
}

impl Iterator for Sources {
    type Item = Opened;

    fn next(&mut self) -> Option<Opened> {
        Some(match self.open_next()? {
            Ok(opened) => opened,
            Err((named, error)) => Opened {
                named,
                part: None,
                name: Arc::from(&*error.name),
                source: Err(error.into()),
            },
        })
    }
}

/// A path that means the same wherever one stands.
pub(super) fn whole(path: &Path) -> String {
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    whole.display().to_string()
}

/// Counts what is read.
struct Counted {
    input: Box<dyn Read + Send>,
    ahead: Arc<Ahead>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.ahead.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
