//! The disk, as far as the writer of the log needs one.
//!
//! The log's promises are about disks that fail: so the writer does everything to its
//! files through this small layer, and tests put a failing disk in its place. Nothing
//! here decides anything.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::files;

/// A directory's worth of files.
pub(super) trait Storage: Clone + Send + 'static {
    /// An open log file.
    type File: LogFile;

    /// Opens a file to read and write; one that is missing is created, for its owner only.
    fn open(&self, path: &Path) -> io::Result<Self::File>;

    /// Opens a file that is there, to read and write.
    fn open_existing(&self, path: &Path) -> io::Result<Self::File>;

    /// Whether something stands under that name.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// Names in a directory.
    fn names(&self, directory: &Path) -> io::Result<Vec<OsString>>;

    /// Gives a file another name, in place of a file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Returns when the disk has the directory's names.
    fn sync_directory(&self, directory: &Path) -> io::Result<()>;
}

/// An open log file.
pub(super) trait LogFile: Send {
    /// Length in bytes.
    fn len(&mut self) -> io::Result<u64>;

    /// Reads at a place; fewer bytes than asked for are normal, none means the end.
    fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes all bytes at the end. On an error some of them may stand there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file to a length.
    fn truncate(&mut self, len: u64) -> io::Result<()>;

    /// Returns when the disk has the file's bytes and length.
    fn sync(&mut self) -> io::Result<()>;

    /// Whether the file is still the one that stands under that name: users delete and
    /// move logs while they are written.
    fn stands_at(&self, path: &Path) -> bool;
}

/// The real disk.
#[derive(Clone)]
pub(super) struct Disk;

impl Storage for Disk {
    type File = File;

    fn open(&self, path: &Path) -> io::Result<File> {
        files::open_state(path)
    }

    fn open_existing(&self, path: &Path) -> io::Result<File> {
        regular(OpenOptions::new().read(true).write(true).open(path)?)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        match fs::symlink_metadata(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn names(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(directory)?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        files::sync_folder(directory)
    }
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a regular file",
        ))
    }
}

impl LogFile for File {
    fn len(&mut self) -> io::Result<u64> {
        self.seek(SeekFrom::End(0))
    }

    fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.seek(SeekFrom::Start(at))?;
        self.read(buffer)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.seek(SeekFrom::End(0))?;
        self.write_all(bytes)
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    #[cfg(unix)]
    fn stands_at(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        match (self.metadata(), fs::metadata(path)) {
            (Ok(file), Ok(named)) => file.dev() == named.dev() && file.ino() == named.ino(),
            _ => false,
        }
    }

    /// Elsewhere std has no stable identity of a file: one that is gone is still noticed.
    #[cfg(not(unix))]
    fn stands_at(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok()
    }
}
