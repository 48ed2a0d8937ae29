//! `--fix`: writes the repairs that are beyond doubt into the files, or shows them.
//!
//! A file is taken as it lies: a line that needs no repair stays byte for byte, blank
//! lines and line ends included. Captures are what was received, so a log is never changed, and
//! neither is what is compressed. stdin comes out at stdout, as from any filter.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::path::PathBuf;

use super::document::{JudgedDocument, Said, judge_item};
use crate::files::AtomicFile;
use crate::journal::{Item, ItemKind, ReadError, RecordReader, is_packed, says_lines};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::validation::{Fixed, Validation};

/// Why no more of an input is judged.
#[derive(Debug)]
pub enum Stop {
    /// It cannot be read or fixed; the others are judged all the same.
    Input(Failure),
    /// What is found cannot be told.
    Run(Failure),
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Stop {
        Stop::Input(error.into())
    }
}

impl From<OutputError> for Stop {
    fn from(error: OutputError) -> Stop {
        Stop::Run(error.into())
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Run(failure)
    }
}

/// Why a file is not fixed.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// What is in it was received like that.
    #[error("{0} holds captures: --fix leaves what was received as it came")]
    Captures(String),
    /// It would have to be packed again.
    #[error("{0} is compressed: --fix works on plain files only")]
    Packed(String),
    /// Another program writes to it.
    #[error("{0} changed while it was read, so nothing was written")]
    Changed(String),
    /// There is no file to put the fixed text into.
    #[error("{0} is a pipe or a device: --fix cannot write the fixed text into it")]
    NotAFile(String),
    /// It cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Explain for FixError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            FixError::Captures(_) => "leave out --fix, and `validate` judges them",
            FixError::Packed(_) => "unpack it first",
            FixError::Changed(_) => "run it again once nobody writes to it",
            FixError::NotAFile(_) => {
                "`enx-hook validate --fix -` reads stdin and prints the fixed text"
            }
            FixError::Write { .. } => return None,
        };
        Some(advice.to_owned())
    }
}

impl From<FixError> for Stop {
    fn from(error: FixError) -> Stop {
        Stop::Input(error.into())
    }
}

/// The text to fix. A file is read twice, everything else once.
#[derive(Debug)]
pub enum Original {
    /// A regular file.
    File(PathBuf),
    /// What came on stdin.
    Stdin(Vec<u8>),
    /// What came out of a pipe or a device, which cannot be written.
    Pipe(Vec<u8>),
}

impl Original {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Original::File(path) => Box::new(File::open(path)?),
            Original::Stdin(bytes) | Original::Pipe(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }
}

/// By the line on which they begin: the documents that change, before and after.
pub type Changes = BTreeMap<u64, [Vec<u8>; 2]>;

/// What is to be done to an input.
#[derive(Debug, Default)]
pub struct Plan {
    /// The documents that change.
    pub changes: Changes,
    /// How many repairs that takes.
    pub repairs: usize,
    /// Why documents that have repairs stay as they are, with the lines on which they begin.
    pub refusals: Vec<(u64, String)>,
}

/// Fixes the documents of one input.
#[derive(Debug)]
pub struct Fixer<'f> {
    /// The name of the input.
    pub name: &'f str,
    /// The input.
    pub original: Original,
    /// What judges and fixes.
    pub validation: &'f Validation,
    /// The largest document that is judged, in bytes.
    pub max_document: usize,
    /// Documents are judged as they are, and not as they are after their fixes.
    pub is_dry: bool,
}

impl Fixer<'_> {
    /// Judges every document, tells of each, and returns what is to be done.
    ///
    /// # Errors
    ///
    /// What `tell` fails with; or the input cannot be read or must not be changed.
    pub fn plan(
        &self,
        tell: &mut dyn FnMut(&JudgedDocument<'_>) -> Result<(), Failure>,
    ) -> Result<Plan, Stop> {
        let mut start = Vec::new();
        self.open()?
            .take(4)
            .read_to_end(&mut start)
            .map_err(|source| self.cannot_read(source))?;
        if is_packed(&start) {
            return Err(FixError::Packed(self.name.to_owned()).into());
        }
        let mut plan = Plan::default();
        for item in RecordReader::new(self.open()?, self.name, self.max_document)? {
            let item = item?;
            if matches!(
                &item.kind,
                ItemKind::Record(_) | ItemKind::Damaged { .. } | ItemKind::Unusable { .. }
            ) {
                return Err(FixError::Captures(self.name.to_owned()).into());
            }
            let fixed = match &item.kind {
                ItemKind::Body { bytes, .. } => Some((bytes, self.fixed(bytes))),
                _ => None,
            };
            self.judge(&item, fixed.as_ref().map(|(_, fixed)| fixed), tell)?;
            let Some((before, fixed)) = fixed else {
                continue;
            };
            plan.refusals
                .extend(fixed.refusal.map(|why| (item.line, why)));
            if fixed.repairs > 0 {
                plan.repairs += fixed.repairs;
                plan.changes
                    .insert(item.line, [before.to_vec(), fixed.text]);
            }
        }
        Ok(plan)
    }

    /// A document with its repairs. In a file that others read line by line, none that spans
    /// lines is touched: it does not belong there as it is.
    fn fixed(&self, document: &[u8]) -> Fixed {
        let fixed = self.validation.fix(document);
        let spans_lines = memchr::memchr(b'\n', document.trim_ascii()).is_some();
        if fixed.repairs == 0 || !spans_lines || !says_lines(self.name) {
            return fixed;
        }
        Fixed {
            text: document.to_vec(),
            repairs: 0,
            report: self.validation.report(document),
            refusal: Some("it spans lines, and a .jsonl file has a document a line".to_owned()),
        }
    }

    /// Tells what is left to say about a document; in a dry run, what there is without its fixes.
    fn judge(
        &self,
        item: &Item,
        fixed: Option<&Fixed>,
        tell: &mut dyn FnMut(&JudgedDocument<'_>) -> Result<(), Failure>,
    ) -> Result<(), Stop> {
        let said;
        let (document, judgement) = if let Some(fixed) = fixed.filter(|_| !self.is_dry) {
            (&*fixed.text, fixed.report.judgement())
        } else {
            said = judge_item(item, self.validation, self.max_document);
            match &said {
                Said::Document {
                    document, report, ..
                } => (&**document, report.judgement()),
                Said::Torn(_) => return Ok(()),
            }
        };
        Ok(tell(&JudgedDocument {
            file: self.name,
            line: item.line,
            seq: None,
            document,
            judgement,
        })?)
    }

    /// Puts the changes into the file, or returns the fixed text of stdin.
    ///
    /// # Errors
    ///
    /// The input cannot be read again, changed meanwhile, or cannot be written.
    pub fn write(&self, changes: &Changes) -> Result<Option<Vec<u8>>, Stop> {
        match &self.original {
            Original::Stdin(_) => {
                let mut fixed = Vec::new();
                self.rewrite(changes, &mut fixed)?;
                Ok(Some(fixed))
            }
            Original::File(_) | Original::Pipe(_) if changes.is_empty() => Ok(None),
            Original::Pipe(_) => Err(FixError::NotAFile(self.name.to_owned()).into()),
            Original::File(path) => {
                let cannot_write = |source| FixError::Write {
                    path: path.clone(),
                    source,
                };
                let mut file = AtomicFile::begin(path).map_err(cannot_write)?;
                self.rewrite(changes, &mut file)?;
                file.commit().map_err(cannot_write)?;
                Ok(None)
            }
        }
    }

    fn open(&self) -> Result<Box<dyn Read + Send>, ReadError> {
        self.original
            .open()
            .map_err(|source| self.cannot_read(source))
    }

    fn cannot_read(&self, source: io::Error) -> ReadError {
        ReadError {
            name: self.name.to_owned(),
            source,
        }
    }

    /// Copies the input with its changes. What is not where it was found has changed meanwhile.
    fn rewrite(&self, changes: &Changes, out: &mut dyn Write) -> Result<(), Stop> {
        let name = self.name;
        let cannot_write = |source| FixError::Write {
            path: PathBuf::from(name),
            source,
        };
        let mut input = BufReader::new(self.open()?);
        let mut line = Vec::new();
        let mut number = 0;
        let mut left = changes.len();
        loop {
            line.clear();
            number += 1;
            let change = changes.get(&number);
            let document = change.map_or(&[][..], |change| &*change[0]);
            let more = memchr::memchr_iter(b'\n', document).count();
            for _ in 0..=more {
                let read = input.read_until(b'\n', &mut line);
                read.map_err(|source| self.cannot_read(source))?;
            }
            number += more as u64;
            if line.is_empty() {
                break;
            }
            let Some([old, new]) = change else {
                out.write_all(&line).map_err(cannot_write)?;
                continue;
            };
            let Some(at) = memchr::memmem::find(&line, old) else {
                return Err(FixError::Changed(name.to_owned()).into());
            };
            left -= 1;
            for part in [&line[..at], new, &line[at + old.len()..]] {
                out.write_all(part).map_err(cannot_write)?;
            }
        }
        if left > 0 {
            return Err(FixError::Changed(name.to_owned()).into());
        }
        Ok(())
    }
}
