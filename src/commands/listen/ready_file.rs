//! `--ready-file`: the URL in a file, for a script that waits until it is there.

use std::io;
use std::path::{Path, PathBuf};

use crate::files;
use crate::model::error::{Category, Explain};

/// Removes the file of an earlier run, so that a script does not take it for this one's.
pub(super) fn clear(path: &Path) -> Result<(), ReadyFileError> {
    files::remove_state(path).map_err(|source| error(path, source))
}

/// Writes the URL atomically.
pub(super) fn write(path: &Path, url: &str) -> Result<(), ReadyFileError> {
    files::write_state(path, format!("{url}\n").as_bytes()).map_err(|source| error(path, source))
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
