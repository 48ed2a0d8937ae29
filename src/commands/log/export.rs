//! `log export`: the selected captures as a new log, without what is masked.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::repair::Exists;
use crate::commands::reading::{Logs, Reading, bounds};
use crate::commands::{Console, Outcome};
use crate::files::AtomicFile;
use crate::journal::{RewriteError, write_record};
use crate::model::error::{Failure, OutputError};
use crate::selection::Query;
use crate::text::number::counted;
use crate::text::show;
use crate::validation::{JudgedCapture, Mask, Validation};

/// What `log export` was asked for.
#[derive(Debug)]
pub struct ExportOptions {
    /// The logs.
    pub logs: Logs,
    /// Which captures.
    pub query: Query,
    /// Only the last of them.
    pub last: Option<usize>,
    /// At most this many.
    pub limit: Option<u64>,
    /// What is masked.
    pub mask: Mask,
    /// The file to write; stdout without it.
    pub output: Option<PathBuf>,
}

/// Writes the selected captures.
pub(super) fn run(options: &ExportOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let selector = console.selector(&options.query, &catalog)?;
    let file = match &options.output {
        Some(path) if path.symlink_metadata().is_ok() => return Err(Exists(path.clone()).into()),
        Some(path) => Some(AtomicFile::begin_state(path).map_err(RewriteError::Copy)?),
        None => None,
    };
    let validation = Validation::new(catalog);
    let files = &options.logs.files;
    let reading = Reading {
        files,
        validation: &validation,
        follow: false,
        within: Some((
            &selector,
            bounds(files, selector.query(), options.last, &validation),
        )),
    };
    let mut to = Exported {
        out: console.out.share(),
        file,
        is_one: files.len() == 1,
        newest: 0,
        written: 0,
    };
    let mut last = VecDeque::new();
    let most = options.limit.unwrap_or(u64::MAX);
    let outcome = reading.select(&selector, console, &mut |_, _, selected| {
        if let Some(kept) = options.last {
            if last.len() == kept {
                last.pop_front();
            }
            last.push_back(selected.judged);
        } else if to.written < most {
            to.write(&selected.judged, &options.mask)?;
        }
        Ok(match options.last {
            None if to.written == most => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    })?;
    let left = usize::try_from(most).unwrap_or(usize::MAX);
    for judged in last.iter().take(left) {
        to.write(judged, &options.mask)?;
    }
    let written = to.written;
    to.finish(options.output.as_ref())?;
    console.warn_of_none(&selector)?;
    console.warn_of_mask(&options.mask)?;
    let captures = counted(written, "capture", "captures");
    let place = options
        .output
        .as_ref()
        .map(|path| path.display().to_string());
    let place = place.map_or_else(|| "stdout".to_owned(), |path| show(&path).into_owned());
    console.say(&format!("{captures} written to {place}"))?;
    Ok(match written {
        0 => Outcome::Negative,
        _ => outcome,
    })
}

/// The records that are written.
struct Exported {
    out: Box<dyn crate::model::environment::Output>,
    file: Option<AtomicFile>,
    /// Whether there is one input, whose numbers are kept.
    is_one: bool,
    newest: u64,
    written: u64,
}

impl Exported {
    fn write(&mut self, judged: &JudgedCapture, mask: &Mask) -> Result<(), Failure> {
        let next = self.newest + 1;
        let seq = judged.seq.filter(|_| self.is_one).unwrap_or(next);
        // Numbers ascend in a log.
        self.newest = seq.max(next);
        self.written += 1;
        let mut record = Vec::new();
        if mask.is_off() {
            write_record(self.newest, None, &judged.capture, &mut record);
        } else {
            write_record(self.newest, None, &judged.masked(mask).capture, &mut record);
        }
        match &mut self.file {
            Some(file) => Ok(file.write_all(&record).map_err(RewriteError::Copy)?),
            None => Ok(self.out.write_all(&record).map_err(OutputError::from)?),
        }
    }

    fn finish(mut self, path: Option<&PathBuf>) -> Result<(), Failure> {
        let (Some(file), Some(path)) = (self.file, path) else {
            return Ok(self.out.flush().map_err(OutputError::from)?);
        };
        file.commit_new().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::from(Exists(path.clone())),
            _ => RewriteError::Copy(error).into(),
        })
    }
}
