//! Opens the inputs of a command one after the other: logs with their older parts, other files,
//! stdin.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::ReadError;
use super::log_files::{LogFiles, Watch};
use super::parts::older_parts;
use super::reader::RecordReader;
use crate::files::Input;
use crate::model::error::Failure;

/// An input that is open, or the reason why it is not.
pub struct OpenInput {
    /// The index of the input to which it belongs.
    pub index: usize,
    /// Its absolute path, if it is an older part of that input.
    pub part: Option<String>,
    /// Its name in output.
    pub name: Arc<str>,
    /// What reads it.
    pub reader: Result<RecordReader, Failure>,
}

/// The inputs of a command. A part that is an input itself is read once, as that input.
pub struct Inputs {
    left: std::vec::IntoIter<Result<Input, Failure>>,
    count: usize,
    files: Vec<PathBuf>,
    /// The log that is being read, and its index.
    log: Option<(usize, PathBuf, LogFiles)>,
    stdin: Box<dyn Read + Send>,
    watch: Option<Arc<Watch>>,
    max_document: usize,
    bytes_read: Arc<AtomicU64>,
}

impl Inputs {
    /// Opens these inputs in order. A document longer than `max_document` bytes is skipped.
    pub fn new(
        inputs: Vec<Result<Input, Failure>>,
        stdin: Box<dyn Read + Send>,
        max_document: usize,
    ) -> Inputs {
        let files = inputs.iter().flatten().filter_map(|input| match input {
            Input::File(path) => Some(path.clone()),
            Input::Stdin => None,
        });
        Inputs {
            count: inputs.len(),
            files: files.collect(),
            left: inputs.into_iter(),
            log: None,
            stdin,
            watch: None,
            max_document,
            bytes_read: Arc::default(),
        }
    }

    /// Follows the last input, until the watch ends.
    #[must_use]
    pub fn following(mut self, watch: Option<Arc<Watch>>) -> Inputs {
        self.watch = watch;
        self
    }

    /// Counts the bytes that were read from the inputs, before they are unpacked.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// The number of older parts, and the length of all inputs in bytes; the length of stdin or
    /// a pipe is not known.
    pub fn size(&self) -> (u64, Option<u64>) {
        let (mut parts, mut bytes) = (0, Some(0));
        for input in self.left.as_slice() {
            let mut add = |more: Option<u64>| bytes = bytes.zip(more).map(|(all, more)| all + more);
            match input {
                Ok(Input::Stdin) => add(None),
                Ok(Input::File(path)) => {
                    add(length(path));
                    for part in older_parts(path) {
                        if !self.files.contains(&part) {
                            parts += 1;
                            add(length(&part));
                        }
                    }
                }
                Err(_) => {}
            }
        }
        (parts, bytes)
    }

    /// The inputs that are left, for a caller that opens them itself.
    pub fn unopened(self) -> impl Iterator<Item = Result<Input, Failure>> {
        self.left
    }

    fn open_next(&mut self) -> Option<OpenInput> {
        if let Some((index, log, files)) = &mut self.log {
            let index = *index;
            match files.open_next() {
                Ok(Some((path, file))) => {
                    let part = (path != *log).then(|| whole_path(&path));
                    let name = path.display().to_string();
                    return Some(self.open(index, name, part, file));
                }
                Ok(None) => self.log = None,
                Err(error) => {
                    self.log = None;
                    return Some(failed(index, error));
                }
            }
        }
        let index = self.count - self.left.len();
        let path = match self.left.next()? {
            Ok(Input::File(path)) => path,
            Ok(Input::Stdin) => {
                let stdin = std::mem::replace(&mut self.stdin, Box::new(io::empty()));
                return Some(self.open(index, "stdin".to_owned(), None, stdin));
            }
            Err(failure) => {
                return Some(OpenInput {
                    index,
                    part: None,
                    name: Arc::from(""),
                    reader: Err(failure),
                });
            }
        };
        // A pipe has no parts, and can be opened only once.
        if fs::metadata(&path).is_ok_and(|file| file.is_file()) {
            let watch = self.watch.clone().filter(|_| index + 1 == self.count);
            let files = LogFiles::new(&path, &self.files, watch);
            self.log = Some((index, path, files));
            return self.open_next();
        }
        let name = path.display().to_string();
        Some(match File::open(&path) {
            Ok(file) => self.open(index, name, None, Box::new(file)),
            Err(source) => failed(index, ReadError { name, source }),
        })
    }

    fn open(
        &self,
        index: usize,
        name: String,
        part: Option<String>,
        input: Box<dyn Read + Send>,
    ) -> OpenInput {
        let counted = Box::new(Counted {
            input,
            bytes_read: self.bytes_read(),
        });
        let reader = RecordReader::new(counted, &name, self.max_document);
        OpenInput {
            index,
            part,
            name: Arc::from(name),
            reader: reader.map_err(Failure::from),
        }
    }
}

impl Iterator for Inputs {
    type Item = OpenInput;

    fn next(&mut self) -> Option<OpenInput> {
        self.open_next()
    }
}

fn failed(index: usize, error: ReadError) -> OpenInput {
    OpenInput {
        index,
        part: None,
        name: Arc::from(&*error.name),
        reader: Err(error.into()),
    }
}

/// The length of a file. A file that cannot be read counts nothing: opening it tells why.
fn length(path: &Path) -> Option<u64> {
    match fs::metadata(path) {
        Ok(known) => known.is_file().then_some(known.len()),
        Err(_) => Some(0),
    }
}

/// The absolute path of a file, without links.
pub fn whole_path(path: &Path) -> String {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    whole.display().to_string()
}

/// Counts the bytes that are read.
struct Counted {
    input: Box<dyn Read + Send>,
    bytes_read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes_read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
