//! Files of ours: how they are created, opened and replaced.
//!
//! There is one rule for permissions. State (log, cursor, progress, ready file) is created for
//! its owner only (0600) and is never written through a symbolic link. Any other file (a
//! report, a fixed document, a configuration) follows the umask when it is new, and keeps its
//! mode and the link that leads to it when it exists.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file that is written whole or not at all.
///
/// The bytes go to a file beside it until they are complete and on the disk; then that file
/// takes the name. A reader, or a crash at any moment, finds the old file or the new one.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Begins a file for the user: a report, a fixed document, a configuration.
    ///
    /// # Errors
    ///
    /// When the folder is missing, or the file exists and must not be written to.
    pub fn begin(path: &Path) -> io::Result<AtomicFile> {
        let existing = match fs::metadata(path) {
            Ok(existing) => {
                // A rename would succeed even on a file that is write-protected.
                File::options().write(true).open(path)?;
                Some(existing)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let path = match &existing {
            Some(_) => fs::canonicalize(path)?,
            None => path.to_owned(),
        };
        // Without this, the error would name the file beside it.
        fs::metadata(folder(&path))?;
        let mut builder = Builder::new();
        builder.prefix(".enx-hook-");
        if let (None, Some(permissions)) = (&existing, default_permissions()) {
            builder.permissions(permissions);
        }
        let file = builder.tempfile_in(folder(&path))?;
        if let Some(existing) = existing {
            keep_owner(file.as_file(), &existing)?;
            file.as_file().set_permissions(existing.permissions())?;
        }
        Ok(AtomicFile {
            path,
            file: BufWriter::new(file),
        })
    }

    /// Begins a file of state.
    ///
    /// # Errors
    ///
    /// When the name holds a link or anything else that is not a file, or when the folder
    /// cannot be written.
    pub fn begin_state(path: &Path) -> io::Result<AtomicFile> {
        exists(path)?;
        // The name is always the same, so that crashes do not leave one file each.
        let mut name = OsString::from(".enx-hook-");
        name.push(path.file_name().unwrap_or_default());
        name.push(".new");
        let folder = folder(path);
        let create = || {
            Builder::new()
                .prefix(&name)
                .rand_bytes(0)
                .tempfile_in(folder)
        };
        let left = folder.join(&name);
        let file = match create() {
            Ok(file) => file,
            Err(_) if is_left(&left) => {
                fs::remove_file(&left)?;
                create()?
            }
            // The name is taken by something that is not ours, or it is too long.
            Err(_) => Builder::new().prefix(".enx-hook-").tempfile_in(folder)?,
        };
        Ok(AtomicFile {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    ///
    /// When the disk refuses. The old file is then still there.
    pub fn commit(self) -> io::Result<()> {
        self.settle(|file, path| file.persist(path).map_err(|error| error.error))
    }

    /// Puts a file of state in the place of another one, with its permissions and its owner.
    ///
    /// # Errors
    ///
    /// When the disk refuses, or the owner cannot be kept. The old file is then still there.
    pub fn commit_as_it_was(self) -> io::Result<()> {
        self.settle(|file, path| {
            let existing = fs::metadata(path)?;
            keep_owner(file.as_file(), &existing)?;
            file.as_file().set_permissions(existing.permissions())?;
            file.persist(path).map_err(|error| error.error)
        })
    }

    /// Puts the file in its place, if the place is still empty.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` when it is not; or when the disk refuses.
    pub fn commit_new(self) -> io::Result<()> {
        self.settle(|file, path| file.persist_noclobber(path).map_err(|error| error.error))
    }

    fn settle(
        self,
        rename: impl FnOnce(NamedTempFile, &Path) -> io::Result<File>,
    ) -> io::Result<()> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        // A rename that outlives a crash without its bytes would leave an empty file.
        file.as_file().sync_all()?;
        rename(file, &self.path)?;
        sync_folder(folder(&self.path))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Replaces a file of state.
///
/// # Errors
///
/// As [`AtomicFile::begin_state`] and [`AtomicFile::commit`].
pub fn write_state(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::begin_state(path)?;
    file.write_all(bytes)?;
    file.commit()
}

/// Removes a file of state, if it exists.
///
/// # Errors
///
/// When the name holds a link or anything else that is not a file, or when the system refuses.
pub fn remove_state(path: &Path) -> io::Result<()> {
    if exists(path)? {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Opens a file of state to read and append; a missing one is created.
///
/// # Errors
///
/// When the name holds a link or anything else that is not a file, or when the system refuses.
pub fn open_state(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Not in append mode: on Windows such a file cannot be cut.
    options.read(true).write(true);
    for_its_owner_only(&mut options);
    if !exists(path)? {
        // This follows no link, not even one that appears now.
        return options.create_new(true).open(path);
    }
    let file = options.open(path)?;
    // The name may have become a link since.
    if is_same(&file.metadata()?, &fs::symlink_metadata(path)?) {
        Ok(file)
    } else {
        Err(io::Error::other("another file took its name"))
    }
}

/// Creates a folder for files of state, with the folders above it, for its owner only (0700).
///
/// # Errors
///
/// When the system refuses.
pub fn create_state_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Returns when the disk has the names in a folder.
///
/// # Errors
///
/// When the disk refuses.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Not every file system syncs folders, and not every folder in which one may create
        // files may be opened.
        Err(error) if matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// Elsewhere std cannot open a folder; Windows journals names by itself.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Creates a file for its owner only (0600): state holds private data.
#[cfg(unix)]
fn for_its_owner_only(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

/// Elsewhere the rules of the folder apply.
#[cfg(not(unix))]
fn for_its_owner_only(_: &mut OpenOptions) {}

/// Whether two descriptions are of one file.
#[cfg(unix)]
fn is_same(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    one.dev() == other.dev() && one.ino() == other.ino()
}

/// Makes a file of state its owner's alone, whoever created it.
///
/// # Errors
///
/// When the system refuses.
#[cfg(unix)]
pub fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(Permissions::from_mode(0o600))
}

/// Elsewhere the rules of the folder apply.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
pub fn make_private(_: &File) -> io::Result<()> {
    Ok(())
}

/// Whether other users can read a file.
#[cfg(unix)]
pub fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o044 != 0)
}

/// Elsewhere std does not know.
#[cfg(not(unix))]
pub fn is_readable_by_others(_: &Path) -> bool {
    false
}

/// Whether a crash of ours left this file: it looks like one that we create.
#[cfg(unix)]
fn is_left(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_file() && found.nlink() == 1 && found.mode() & 0o777 == 0o600)
}

#[cfg(not(unix))]
fn is_left(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// Gives a new file the owner of the one that it replaces.
#[cfg(unix)]
fn keep_owner(file: &File, existing: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let new = file.metadata()?;
    let uid = (new.uid() != existing.uid()).then(|| existing.uid());
    let gid = (new.gid() != existing.gid()).then(|| existing.gid());
    if uid.is_none() && gid.is_none() {
        return Ok(());
    }
    let failed = |error| io::Error::new(io::ErrorKind::PermissionDenied, OwnerError(error));
    fchown(file, uid, gid).map_err(failed)
}

/// Elsewhere std does not know the owner of a file.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
fn keep_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// A file cannot be replaced, since its owner would change.
#[cfg(unix)]
#[derive(Debug, thiserror::Error)]
#[error("it belongs to another user or group, and replacing it would change that")]
struct OwnerError(#[source] io::Error);

/// Elsewhere std has no stable identity of a file.
#[cfg(not(unix))]
fn is_same(_: &fs::Metadata, other: &fs::Metadata) -> bool {
    other.is_file()
}

/// Whether a file of state exists; a link or a folder in its place is an error.
fn exists(path: &Path) -> io::Result<bool> {
    let what = match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => return Ok(true),
        Ok(found) if found.is_symlink() => "it is a symbolic link",
        Ok(_) => "it is not a regular file",
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// As any program creates a file; the umask is taken from it.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "there is none elsewhere")]
fn default_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn default_permissions() -> Option<Permissions> {
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_old_file_stays_until_the_new_one_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for begin in [AtomicFile::begin, AtomicFile::begin_state] {
            fs::write(&path, "old").unwrap();
            let mut file = begin(&path).unwrap();
            file.write_all(b"new").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"old");
            file.commit().unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"new");
            drop(begin(&path).unwrap());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_new_file_takes_no_place_that_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = AtomicFile::begin(&path).unwrap();
        fs::write(&path, "other").unwrap();
        let error = file.commit_new().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"other");
    }

    #[cfg(unix)]
    mod on_unix {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        use super::*;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        #[test]
        fn a_file_of_the_user_keeps_its_mode_and_its_link() {
            let folder = tempfile::tempdir().unwrap();
            let (path, link) = (folder.path().join("a"), folder.path().join("b"));
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
            symlink(&path, &link).unwrap();
            let mut file = AtomicFile::begin(&link).unwrap();
            file.write_all(b"new").unwrap();
            file.commit().unwrap();
            assert!(link.is_symlink());
            assert_eq!(fs::read(&path).unwrap(), b"new");
            assert_eq!(mode(&path), 0o666);
        }

        #[test]
        fn state_is_its_owners_and_goes_through_no_link() {
            let folder = tempfile::tempdir().unwrap();
            let (path, link) = (folder.path().join("a"), folder.path().join("b"));
            fs::write(&path, "old").unwrap();
            symlink(&path, &link).unwrap();
            symlink(folder.path().join("gone"), folder.path().join("dangling")).unwrap();
            for name in ["b", "dangling", "."] {
                let path = folder.path().join(name);
                assert!(write_state(&path, b"new").is_err(), "{name}");
                assert!(open_state(&path).is_err(), "{name}");
            }
            assert_eq!(fs::read(&path).unwrap(), b"old");
            // What someone put there is neither written through nor removed.
            let taken = folder.path().join(".enx-hook-c.new");
            let state = folder.path().join("c");
            symlink(&path, &taken).unwrap();
            write_state(&state, b"new").unwrap();
            assert!(taken.is_symlink());
            assert_eq!(fs::read(&path).unwrap(), b"old");
            fs::remove_file(&taken).unwrap();
            fs::write(&taken, "mine").unwrap();
            fs::set_permissions(&taken, Permissions::from_mode(0o644)).unwrap();
            write_state(&state, b"new").unwrap();
            assert_eq!(fs::read(&taken).unwrap(), b"mine");
            // What a crash left is.
            fs::set_permissions(&taken, Permissions::from_mode(0o600)).unwrap();
            write_state(&state, b"new").unwrap();
            assert!(!taken.exists());
            write_state(&folder.path().join("x".repeat(250)), b"new").unwrap();
            assert_eq!(mode(&state), 0o600);
            drop(open_state(&folder.path().join("d")).unwrap());
            assert_eq!(mode(&folder.path().join("d")), 0o600);
        }
    }
}
