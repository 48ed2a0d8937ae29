//! The disk as the writer of the log sees it.
//!
//! The promises of the log are about disks that fail. So the writer accesses its files through
//! this small layer only, and tests put a failing disk in its place. It decides nothing.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::files;

/// The files of a directory.
pub(super) trait Storage: Clone + Send + 'static {
    /// An open log file.
    type File: LogFile;

    /// Opens a file to read and write, and creates it with mode 0600 if it is missing.
    fn open(&self, path: &Path) -> io::Result<Self::File>;

    /// Opens an existing file to read and write.
    fn open_existing(&self, path: &Path) -> io::Result<Self::File>;

    /// Opens an existing file to read.
    fn open_to_read(&self, path: &Path) -> io::Result<Self::File>;

    /// What tells a file from every other one; nothing if the system has no such thing.
    fn identity(&self, path: &Path) -> Option<Identity>;

    /// The bytes that are free where a file stands, if that is known.
    fn free_space(&self, path: &Path) -> Option<u64>;

    /// Whether the name is taken.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// Names in a directory.
    fn names(&self, directory: &Path) -> io::Result<Vec<OsString>>;

    /// Renames a file, and replaces a file that has the new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Returns when the disk has the directory's names.
    fn sync_directory(&self, directory: &Path) -> io::Result<()>;
}

/// What tells a file from every other one: device, number and length. A part is not written any
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64, u64);

/// An open log file.
pub(super) trait LogFile: Send + 'static {
    /// Length in bytes.
    fn len(&mut self) -> io::Result<u64>;

    /// Reads at an offset; it may return fewer bytes than asked for, and none at the end.
    fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes all bytes at the end. After an error some of them may stand there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file to a length.
    fn truncate(&mut self, len: u64) -> io::Result<()>;

    /// Returns when the disk has the file's bytes and length.
    fn sync(&mut self) -> io::Result<()>;

    /// Takes the right to write it, under whatever name; false if another writer has it.
    fn try_lock(&self) -> io::Result<bool>;

    /// Gives that right back.
    fn unlock(&self);

    /// Whether the file still has that name: users delete and move logs while they are written.
    fn stands_at(&self, path: &Path) -> bool;
}

/// When a capture counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum SyncPolicy {
    /// The disk has it: it survives a crash of the machine. Captures that wait share one sync,
    /// which takes as long as the disk takes.
    #[default]
    Each,
    /// The operating system has it: faster on slow disks. It survives a crash of this program, but
    /// a crash of the machine or a power cut can lose the last captures.
    Os,
}

/// Reads a range of a file.
pub(super) struct Section<'a, F> {
    file: &'a mut F,
    at: u64,
    end: u64,
}

impl<'a, F: LogFile> Section<'a, F> {
    pub(super) fn new(file: &'a mut F, at: u64, end: u64) -> Section<'a, F> {
        Section { file, at, end }
    }
}

impl<F: LogFile> Read for Section<'_, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        if wanted == 0 {
            return Ok(0);
        }
        let read = self.file.read_at(self.at, &mut buffer[..wanted])?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Reads a whole file.
pub(super) struct Reading<F> {
    file: F,
    at: u64,
}

impl<F: LogFile> Reading<F> {
    pub(super) fn new(file: F) -> Reading<F> {
        Reading { file, at: 0 }
    }
}

impl<F: LogFile> Read for Reading<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(self.at, buffer)?;
        self.at += read as u64;
        Ok(read)
    }
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

    fn open_to_read(&self, path: &Path) -> io::Result<File> {
        regular(File::open(path)?)
    }

    #[cfg(unix)]
    fn identity(&self, path: &Path) -> Option<Identity> {
        use std::os::unix::fs::MetadataExt;
        let file = fs::metadata(path).ok()?;
        Some(Identity(file.dev(), file.ino(), file.len()))
    }

    /// Elsewhere std has no stable identity of a file.
    #[cfg(not(unix))]
    fn identity(&self, _: &Path) -> Option<Identity> {
        None
    }

    #[cfg(unix)]
    fn free_space(&self, path: &Path) -> Option<u64> {
        let disk = rustix::fs::statvfs(path).ok()?;
        disk.f_bavail.checked_mul(disk.f_frsize)
    }

    #[cfg(not(unix))]
    fn free_space(&self, _: &Path) -> Option<u64> {
        None
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        match fs::symlink_metadata(path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn names(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            // Whoever opens a named pipe waits until somebody writes to it.
            let is_file = match entry.file_type()? {
                kind if kind.is_symlink() => entry.path().is_file(),
                kind => kind.is_file(),
            };
            if is_file {
                names.push(entry.file_name());
            }
        }
        Ok(names)
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
    fn try_lock(&self) -> io::Result<bool> {
        match File::try_lock(self) {
            Ok(()) => Ok(true),
            Err(fs::TryLockError::WouldBlock) => Ok(false),
            // Not every file system has locks; the lock file is there anyway.
            Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(true)
            }
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Elsewhere a lock would keep readers out; the lock file has to do.
    #[cfg(not(unix))]
    fn try_lock(&self) -> io::Result<bool> {
        Ok(true)
    }

    fn unlock(&self) {
        #[cfg(unix)]
        let _ = File::unlock(self);
    }

    #[cfg(unix)]
    fn stands_at(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        match (self.metadata(), fs::metadata(path)) {
            (Ok(file), Ok(named)) => file.dev() == named.dev() && file.ino() == named.ino(),
            _ => false,
        }
    }

    /// Elsewhere std has no stable identity of a file; a missing file is still detected.
    #[cfg(not(unix))]
    fn stands_at(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok()
    }
}
