//! `--ready-file`: the URL in a file, for a script that waits until it is there.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::error::{Category, Explain};

/// Removes what an earlier run left, so that nobody takes it for this one's.
pub(super) fn clear(path: &Path) -> Result<(), ReadyFileError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(error(path, source)),
        _ => Ok(()),
    }
}

/// Writes the URL, whole or not at all.
pub(super) fn write(path: &Path, url: &str) -> Result<(), ReadyFileError> {
    let mut new = OsString::from(path);
    new.push(".new");
    fs::write(&new, format!("{url}\n"))
        .and_then(|()| fs::rename(&new, path))
        .map_err(|source| error(path, source))
}

fn error(path: &Path, source: io::Error) -> ReadyFileError {
    ReadyFileError {
        path: path.to_owned(),
        source,
    }
}

/// The file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub(super) struct ReadyFileError {
    path: PathBuf,
    source: io::Error,
}

impl Explain for ReadyFileError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some("name a file with --ready-file that you may write".to_owned())
    }
}
