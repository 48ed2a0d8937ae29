//! A report in a file besides what is printed.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::{Category, Explain};

/// The file, which is created before anything is sent: a run must not be lost to a path that
/// is wrong.
#[derive(Debug)]
pub(super) struct ReportFile {
    path: PathBuf,
    file: File,
}

/// The report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub(super) struct ReportError {
    path: PathBuf,
    source: std::io::Error,
}

impl Explain for ReportError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

impl ReportFile {
    /// Creates the file, or empties it.
    pub(super) fn create(path: &Path) -> Result<ReportFile, ReportError> {
        let path = path.to_owned();
        match File::create(&path) {
            Ok(file) => Ok(ReportFile { path, file }),
            Err(source) => Err(ReportError { path, source }),
        }
    }

    /// Writes all of it.
    pub(super) fn write(mut self, bytes: &[u8]) -> Result<(), ReportError> {
        self.file.write_all(bytes).map_err(|source| ReportError {
            path: self.path,
            source,
        })
    }
}
