//! One file has one role in a run: a log that is also the standard output, or a report that is
//! also an input, would be destroyed.
//!
//! Files are compared by device and inode where the system has them. Only regular files count:
//! a terminal, a pipe or `/dev/null` can have several roles.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::model::environment::{FileId, StreamFiles};
use crate::model::error::{Category, Explain};

/// A file that a run uses.
#[derive(Clone, Debug)]
pub struct FileRole {
    /// What it is for, such as `the log`.
    pub what: &'static str,
    /// The file.
    pub path: PathBuf,
    /// Whether it is written.
    pub is_written: bool,
}

/// Two roles for one file.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be both {one} and {other}", path.display())]
pub struct RoleError {
    path: PathBuf,
    one: &'static str,
    other: &'static str,
}

impl Explain for RoleError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("give each of them a file of its own".to_owned())
    }
}

/// What identifies a file that may not exist yet.
#[derive(PartialEq, Eq)]
enum Identity {
    Known(FileId),
    Path(PathBuf),
}

/// Checks that no file that is written has another role.
///
/// # Errors
///
/// A file has two roles.
pub fn check_roles(files: &[FileRole], streams: &StreamFiles) -> Result<(), RoleError> {
    let mut seen: Vec<(Identity, &FileRole)> = Vec::new();
    for file in files {
        let Some(identity) = identity(&file.path) else {
            continue;
        };
        let error = |other| RoleError {
            path: file.path.clone(),
            one: file.what,
            other,
        };
        for (stream, what, is_written) in [
            (streams.input, "the standard input", false),
            (streams.out, "the standard output", true),
            (streams.err, "the standard error", true),
        ] {
            let is_it = stream.is_some_and(|id| identity == Identity::Known(id));
            if is_it && (file.is_written || is_written) {
                return Err(error(what));
            }
        }
        let same = |(known, other): &&(Identity, &FileRole)| {
            *known == identity && (file.is_written || other.is_written)
        };
        if let Some((_, other)) = seen.iter().find(same) {
            return Err(error(other.what));
        }
        seen.push((identity, file));
    }
    Ok(())
}

fn identity(path: &Path) -> Option<Identity> {
    match fs::metadata(path) {
        Ok(file) if !file.is_file() => None,
        Ok(file) => Some(match id(&file) {
            Some(id) => Identity::Known(id),
            None => Identity::Path(path.canonicalize().ok()?),
        }),
        Err(_) => {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(Identity::Path(folder.join(path.file_name()?)))
        }
    }
}

/// What identifies an existing regular file, if the system has such a thing.
pub fn file_id(path: &Path) -> Option<FileId> {
    let file = fs::metadata(path).ok()?;
    file.is_file().then(|| id(&file)).flatten()
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "there is none elsewhere")]
fn id(file: &Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    Some(FileId(file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn id(_: &Metadata) -> Option<FileId> {
    None
}

/// The regular files behind the standard streams.
#[cfg(unix)]
pub fn stream_files() -> StreamFiles {
    use std::fs::File;
    use std::os::fd::{AsFd as _, BorrowedFd};

    let file = |stream: BorrowedFd<'_>| {
        let file = File::from(stream.try_clone_to_owned().ok()?);
        let file = file.metadata().ok()?;
        file.is_file().then(|| id(&file)).flatten()
    };
    StreamFiles {
        input: file(std::io::stdin().as_fd()),
        out: file(std::io::stdout().as_fd()),
        err: file(std::io::stderr().as_fd()),
    }
}

/// Elsewhere std has no stable identity of a file.
#[cfg(not(unix))]
pub fn stream_files() -> StreamFiles {
    StreamFiles::default()
}
