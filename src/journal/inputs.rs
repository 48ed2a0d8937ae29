//! Opens the inputs of a command one after the other: logs with their older parts, any other
//! files, stdin.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::error::ReadError;
use super::log_files::{LogFiles, Open, Watch};
use super::reader::RecordReader;
use super::section::Section;
use crate::files::Input;
use crate::model::error::Failure;
use crate::selection::{Bounds, Unread};

/// Why a file that may be a part is not read.
const NO_PART: &str =
    "it may be a part of the log by its name, but its beginning is damaged; it was not read";

/// An input that is open, or the reason why it is not.
pub struct OpenInput {
    /// The index of the input to which it belongs.
    pub index: usize,
    /// The name of that input.
    pub input: Arc<str>,
    /// Its absolute path, if it is an older part of that input.
    pub part: Option<String>,
    /// Its name in output.
    pub name: Arc<str>,
    /// It is read from its beginning, so that the numbers of its lines are known.
    pub is_whole: bool,
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
    /// Files beside it that may be parts and are not read, and its index.
    damaged: VecDeque<(usize, PathBuf)>,
    stdin: Box<dyn Read + Send>,
    watch: Option<Arc<Watch>>,
    section: Section,
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
            damaged: VecDeque::new(),
            stdin,
            watch: None,
            section: Section::default(),
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

    /// Leaves out what is outside of these bounds, as far as that can be seen without reading it
    /// all. What is inside comes, and more may come.
    #[must_use]
    pub fn within(mut self, bounds: Bounds) -> Inputs {
        self.section.bounds = bounds;
        self
    }

    /// The first input that is left and stands for no file.
    pub fn missing(&self) -> Option<ReadError> {
        self.left.as_slice().iter().find_map(|input| match input {
            Ok(Input::File(path)) => match fs::metadata(path) {
                Err(source) if source.kind() == io::ErrorKind::NotFound => Some(ReadError {
                    name: path.display().to_string(),
                    source,
                }),
                _ => None,
            },
            _ => None,
        })
    }

    /// What was left out so far.
    pub fn unread(&self) -> Arc<Mutex<Unread>> {
        Arc::clone(&self.section.unread)
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
                    let files = LogFiles::new(path, &self.files, None).within(Section {
                        bounds: self.section.bounds,
                        ..Section::default()
                    });
                    for part in files.parts_left() {
                        parts += 1;
                        add(length(&part));
                    }
                }
                Err(_) => {}
            }
        }
        (parts, bytes)
    }

    /// How many inputs there are, without their parts.
    pub fn input_count(&self) -> usize {
        self.count
    }

    /// The inputs that are left, for a caller that opens them itself.
    pub fn unopened(self) -> impl Iterator<Item = Result<Input, Failure>> {
        self.left
    }

    fn open_next(&mut self) -> Option<OpenInput> {
        if let Some((index, path)) = self.damaged.pop_front() {
            let of = self
                .log
                .as_ref()
                .map(|(_, log, _)| log.display().to_string());
            let name = path.display().to_string();
            return Some(OpenInput {
                index,
                part: Some(whole_path(&path)),
                input: Arc::from(of.unwrap_or_default()),
                is_whole: true,
                reader: Ok(RecordReader::of_damaged(&name, NO_PART)),
                name: Arc::from(name),
            });
        }
        if let Some((index, log, files)) = &mut self.log {
            let index = *index;
            match files.open_next() {
                Ok(Some(Open {
                    path,
                    input: file,
                    is_whole,
                })) => {
                    let part = (path != *log).then(|| whole_path(&path));
                    let (name, input) = (path.display().to_string(), log.display().to_string());
                    let open = self.open(index, name, Some(input), part, file);
                    return Some(OpenInput { is_whole, ..open });
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
                return Some(self.open(index, "stdin".to_owned(), None, None, stdin));
            }
            Err(failure) => {
                return Some(OpenInput {
                    index,
                    input: Arc::from(""),
                    part: None,
                    is_whole: true,
                    name: Arc::from(""),
                    reader: Err(failure),
                });
            }
        };
        // A pipe has no parts, and can be opened only once.
        if fs::metadata(&path).is_ok_and(|file| file.is_file()) {
            let watch = self.watch.clone().filter(|_| index + 1 == self.count);
            let files = LogFiles::new(&path, &self.files, watch);
            let files = files.within(self.section.clone());
            self.damaged = files
                .damaged()
                .into_iter()
                .map(|path| (index, path))
                .collect();
            self.log = Some((index, path, files));
            return self.open_next();
        }
        let name = path.display().to_string();
        Some(match File::open(&path) {
            Ok(file) => self.open(index, name, None, None, Box::new(file)),
            Err(source) => failed(index, ReadError { name, source }),
        })
    }

    fn open(
        &self,
        index: usize,
        name: String,
        of: Option<String>,
        part: Option<String>,
        input: Box<dyn Read + Send>,
    ) -> OpenInput {
        let counted = Box::new(Counted {
            input,
            bytes_read: self.bytes_read(),
        });
        let reader = RecordReader::new(counted, &name, self.max_document);
        let reader = reader.map(|reader| reader.within(self.section.clone()));
        OpenInput {
            index,
            input: Arc::from(of.unwrap_or_else(|| name.clone())),
            part,
            name: Arc::from(name),
            is_whole: true,
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
        input: Arc::from(&*error.name),
        part: None,
        name: Arc::from(&*error.name),
        is_whole: true,
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::files::InputError;
    use crate::journal::line::ItemKind;

    #[test]
    fn inputs_come_in_order_with_older_parts_and_each_file_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let record = |seq: u32| {
            format!(
                "{{\"enx_hook\":1,\"seq\":{seq},\"received_at\":\"2026-11-20T14:03:22Z\",\
                 \"peer\":\"\",\"method\":\"\",\"target\":\"\",\"headers\":[],\"body\":\"\"}}\n"
            )
        };
        for (name, seq) in [("log-1.jsonl", 1), ("log-2.jsonl", 2), ("log.jsonl", 3)] {
            fs::write(path(name), record(seq)).unwrap();
        }
        fs::write(path("a.json"), "[1]").unwrap();
        let missing = InputError::NoMatch("x*".to_owned());
        let inputs = vec![
            Ok(Input::Stdin),
            Ok(Input::File(path("log.jsonl"))),
            Err(missing.into()),
            Ok(Input::File(path("log-2.jsonl"))),
            Ok(Input::File(path("a.json"))),
            Ok(Input::File(path("none.json"))),
        ];
        let stdin = Box::new(&b"{}\n"[..]);
        let inputs = Inputs::new(inputs, stdin, 1000);
        assert_eq!(inputs.size(), (1, None));
        let bytes_read = inputs.bytes_read();
        let found: Vec<_> = inputs
            .map(|input| {
                let name = Path::new(&*input.name).file_name();
                let name = name.unwrap_or_default().to_str().unwrap().to_owned();
                let items = input.reader.map(|reader| {
                    let kinds = reader.map(|item| match item.unwrap().kind {
                        ItemKind::Record(record) => record.seq,
                        _ => 0,
                    });
                    kinds.collect::<Vec<_>>()
                });
                (input.index, name, input.part.is_some(), items.ok())
            })
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|(index, name, is_part, items)| (*index, &**name, *is_part, items.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                (0, "stdin", false, Some(&[0][..])),
                (1, "log-1.jsonl", true, Some(&[1])),
                (1, "log.jsonl", false, Some(&[3])),
                (2, "", false, None),
                (3, "log-2.jsonl", false, Some(&[2])),
                (4, "a.json", false, Some(&[0])),
                (5, "none.json", false, None),
            ]
        );
        let records = 3 * record(1).len() as u64;
        assert_eq!(bytes_read.load(Ordering::Relaxed), 3 + records + 3);
    }
}
