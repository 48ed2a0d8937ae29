//! `--ready-file`: the URL in a file, for a script that waits until it is there.
//!
//! A file that holds something else is never changed. A pipe or a device is written into.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use crate::files;
use crate::model::error::{Category, Explain};

/// The longest URL in a file, in bytes.
const MOST: u64 = 4096;

/// Checks that the file is missing, empty, or of an earlier run.
pub(super) fn check(path: &Path) -> Result<(), ReadyFileError> {
    let failed = |source| ReadyFileError::Write(path.to_owned(), source);
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
        // It is a stream, or it is refused when it is written.
        Ok(found) if !found.is_file() => return Ok(()),
        Ok(_) => {}
    }
    let mut text = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MOST).read_to_end(&mut text).map_err(failed)?;
    let is_url = |line: &[u8]| {
        let is_http = line.starts_with(b"http://") || line.starts_with(b"https://");
        is_http && line.iter().all(u8::is_ascii_graphic)
    };
    match text.strip_suffix(b"\n") {
        None if text.is_empty() => Ok(()),
        Some(line) if is_url(line) => Ok(()),
        _ => Err(ReadyFileError::Foreign(path.to_owned())),
    }
}

/// Removes the file of an earlier run, so that a script does not take it for this one's.
pub(super) fn clear(path: &Path) -> Result<(), ReadyFileError> {
    check(path)?;
    if is_stream(path) {
        return Ok(());
    }
    files::remove_state(path).map_err(|source| ReadyFileError::Write(path.to_owned(), source))
}

/// Writes the URL: atomically into a file, or into a pipe once somebody reads it.
pub(super) fn write(path: &Path, url: &str) -> Result<(), ReadyFileError> {
    let line = format!("{url}\n");
    if is_stream(path) {
        let path = path.to_owned();
        // Opening waits for a reader, who may come late or never. Nothing else waits for it.
        thread::spawn(move || {
            let file = File::options().write(true).open(path);
            let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
        });
        return Ok(());
    }
    check(path)?;
    files::write_state(path, line.as_bytes())
        .map_err(|source| ReadyFileError::Write(path.to_owned(), source))
}

/// Whether it is a pipe or a device, which is not replaced.
fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadyFileError {
    #[error("{} holds something other than the URL of a listener", .0.display())]
    Foreign(PathBuf),
    #[error("cannot write {}", .0.display())]
    Write(PathBuf, #[source] io::Error),
}

impl Explain for ReadyFileError {
    fn category(&self) -> Category {
        match self {
            ReadyFileError::Foreign(_) => Category::Usage,
            ReadyFileError::Write(..) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            ReadyFileError::Foreign(_) => "name another file with --ready-file, or remove this one",
            ReadyFileError::Write(..) => "name a file with --ready-file that you may write",
        };
        Some(advice.to_owned())
    }
}
