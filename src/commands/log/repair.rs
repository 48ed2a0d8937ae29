//! `log repair`: what is damaged in a log, and a whole copy of it.

use std::io::{self, Write as _};
use std::path::PathBuf;

use super::page;
use crate::commands::reading::Logs;
use crate::commands::{Console, Format, Outcome};
use crate::files::AtomicFile;
use crate::journal::{DamageKind, RewriteError, Survey, survey, writer};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::render::log::{damage, damage_json};
use crate::text::number::counted;
use crate::text::show;
use crate::wire::JsonLines;
use crate::wire::log::RepairSummary;

/// What `log repair` was asked for.
#[derive(Debug)]
pub struct RepairOptions {
    /// The log.
    pub logs: Logs,
    /// The file itself.
    pub log: PathBuf,
    /// Where the copy goes.
    pub output: Option<PathBuf>,
    /// What stdout carries.
    pub format: Format,
}

/// The copy would replace a file.
#[derive(Debug, thiserror::Error)]
#[error("{} exists already, and --output writes a new file only", show(&.0.display().to_string()))]
pub(super) struct Exists(pub(super) PathBuf);

impl Explain for Exists {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("choose another name, or remove that file first".to_owned())
    }
}

/// Tells what is damaged, and writes the copy.
pub(super) fn run(options: &RepairOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let mut copy = match &options.output {
        Some(path) if path.symlink_metadata().is_ok() => return Err(Exists(path.clone()).into()),
        Some(path) => Some(AtomicFile::begin_state(path).map_err(RewriteError::Copy)?),
        None => None,
    };
    // What a listener is just writing is not torn.
    let is_written = writer(&options.log).is_some();
    let mut unfinished = 0;
    let page = page::page(console, false);
    let found = {
        let mut nowhere = io::sink();
        let to: &mut dyn io::Write = match &mut copy {
            Some(copy) => copy,
            None => &mut nowhere,
        };
        survey(&options.log, to, &mut |found| {
            if is_written && found.file == options.log && matches!(found.kind, DamageKind::Torn(_))
            {
                unfinished += 1;
                return Ok(());
            }
            match options.format {
                Format::Human => damage(&found, page, &mut *console.out)?,
                Format::Json => damage_json(&found, &mut *console.out)?,
            }
            Ok(())
        })?
    };
    let found = Survey {
        damages: found.damages - unfinished,
        ..found
    };
    if let (Some(copy), Some(path)) = (copy, &options.output) {
        copy.commit_new().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::from(Exists(path.clone())),
            _ => RewriteError::Copy(error).into(),
        })?;
    }
    if options.format == Format::Json {
        let output = options
            .output
            .as_ref()
            .map(|path| path.display().to_string());
        let summary = RepairSummary {
            files: found.files,
            records: found.records,
            removed: found.removed,
            missing: found.missing,
            damages: found.damages,
            first_seq: found.first_seq,
            last_seq: found.last_seq,
            output,
        };
        JsonLines::new(&mut *console.out).write("summary", &summary)?;
    } else {
        console.out.flush().map_err(OutputError::from)?;
        say(options, &found, console)?;
    }
    Ok(match found.damages {
        0 => Outcome::Done,
        _ => Outcome::Negative,
    })
}

fn say(options: &RepairOptions, found: &Survey, console: &mut Console) -> Result<(), OutputError> {
    let records = counted(found.records, "whole record", "whole records");
    let files = counted(found.files, "file", "files");
    let damages = match found.damages {
        0 => "nothing is damaged".to_owned(),
        damages => counted(damages, "place is damaged", "places are damaged"),
    };
    let copy = match (&options.output, found.damages) {
        (Some(path), _) => {
            let path = path.display().to_string();
            format!("; the whole records are in {}", show(&path))
        }
        (None, 0) => String::new(),
        (None, _) => "; --output FILE writes the whole records to another file".to_owned(),
    };
    console.say(&format!("{records} in {files}; {damages}{copy}"))
}
