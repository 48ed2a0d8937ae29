//! The file of `--report`.
//!
//! It is opened before the work begins, so that a wrong path does not cost a run. It takes its
//! name once it is complete: a reader never finds half a report, and a run that fails leaves
//! the report of the previous run.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::files::AtomicFile;
use crate::model::error::{Category, Explain, OutputError};

/// A report that is being written to a file.
#[derive(Debug)]
pub struct ReportFile {
    /// As it was typed.
    path: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A file, which appears when it is complete.
    File(AtomicFile),
    /// What is not a file and cannot be replaced: a pipe, `/dev/stderr`.
    Stream(BufWriter<File>),
}

/// The report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report {}", crate::text::mask::show(&path.display().to_string()))]
pub struct ReportError {
    path: PathBuf,
    source: io::Error,
}

impl ReportError {
    /// An error while the report of that path was written.
    pub fn new(path: &Path, error: OutputError) -> ReportError {
        let source = match error {
            OutputError::Write(error) => error,
            OutputError::ClosedPipe => io::ErrorKind::BrokenPipe.into(),
        };
        let path = path.to_owned();
        ReportError { path, source }
    }
}

impl Explain for ReportError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        match self.source.kind() {
            io::ErrorKind::NotFound => Some("its folder has to exist".to_owned()),
            _ => None,
        }
    }
}

impl ReportFile {
    /// Opens the report; nothing appears at the path yet.
    ///
    /// # Errors
    ///
    /// When it could not be put there.
    pub fn create(path: &Path) -> Result<ReportFile, ReportError> {
        match Place::open(path) {
            Ok(place) => Ok(ReportFile {
                path: path.to_owned(),
                place,
            }),
            Err(source) => Err(ReportError {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// An error while this report was written.
    pub fn failed(&self, error: OutputError) -> ReportError {
        ReportError::new(&self.path, error)
    }

    /// Writes the report and puts it in its place.
    ///
    /// # Errors
    ///
    /// When it cannot be written. The path then keeps what it had before.
    pub fn write(
        self,
        report: impl FnOnce(&mut dyn Write) -> Result<(), OutputError>,
    ) -> Result<(), ReportError> {
        let mut file = self;
        match report(&mut file) {
            Ok(()) => file.keep(),
            Err(error) => Err(ReportError::new(&file.path, error)),
        }
    }

    /// Puts what was written in its place.
    ///
    /// # Errors
    ///
    /// As [`ReportFile::write`].
    pub fn keep(self) -> Result<(), ReportError> {
        let ReportFile { path, place } = self;
        let kept = match place {
            Place::File(file) => file.commit(),
            Place::Stream(mut stream) => stream.flush(),
        };
        kept.map_err(|source| ReportError { path, source })
    }
}

impl Write for ReportFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::File(file) => file.write(bytes),
            Place::Stream(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::File(file) => file.flush(),
            Place::Stream(stream) => stream.flush(),
        }
    }
}

impl Place {
    fn open(path: &Path) -> io::Result<Place> {
        match fs::metadata(path) {
            Ok(known) if known.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(known) if !known.is_file() => {
                let stream = File::options().write(true).open(path)?;
                Ok(Place::Stream(BufWriter::new(stream)))
            }
            _ => AtomicFile::begin(path).map(Place::File),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_report_replaces_the_one_before_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "before").unwrap();
        let report = ReportFile::create(&path).unwrap();
        let failed = report.write(|out| {
            out.write_all(b"half a ")?;
            Err(io::Error::other("no more").into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        let report = ReportFile::create(&path).unwrap();
        report.write(|out| Ok(out.write_all(b"after")?)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        drop(ReportFile::create(&path).unwrap());
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn a_folder_that_is_not_there_or_in_the_way_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ReportFile::create(folder.path()).is_err());
        let error = ReportFile::create(&folder.path().join("no/report.xml")).unwrap_err();
        assert!(error.advice().unwrap().contains("folder"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let report = ReportFile::create(&link).unwrap();
        report.write(|out| Ok(out.write_all(b"after")?)).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "after");
    }
}
