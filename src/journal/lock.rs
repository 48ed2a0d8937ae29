//! One writer at a time: a lock on a file beside the log.
//!
//! The lock belongs to the operating system and ends with the process. The lock file is left in
//! place on purpose: another process could be about to lock it. The log itself is not locked,
//! so readers never wait. The file names the holder of the lock, for the error message of the
//! next writer.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use crate::files::open_state;

/// How every holder begins. It tells our lock files from others.
const NAME: &str = "enx-hook";
/// The longest lock file, in bytes.
const MOST: u64 = 200;

/// The right to write a log, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of a log, or fails at once. `holder` describes this process.
    pub(super) fn take(log: &Path, holder: &str) -> Result<Lock, JournalError> {
        let path = lock_path(log);
        let failed = |source| JournalError::Lock {
            path: path.clone(),
            source,
        };
        let mut file = open_state(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::Locked {
                    path: log.to_owned(),
                    holder: who_holds(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // `Cargo.lock` is no lock of ours.
        let (len, text) = beginning(&mut file).map_err(failed)?;
        if len > 0 && (len > MOST || signature(&text).is_none()) {
            let foreign = "it is not a lock file of enx-hook; name the log differently";
            return Err(failed(io::Error::new(io::ErrorKind::InvalidData, foreign)));
        }
        let mut lock = Lock { file };
        lock.sign(holder).map_err(failed)?;
        Ok(lock)
    }

    fn sign(&mut self, holder: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        let line = format!("{} {holder}\n", std::process::id());
        self.file.write_all(line.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Helps the next error message only, so a failure does not matter.
        let _ = self.file.set_len(0);
    }
}

/// The address of the listener that writes a log. `None` if nothing writes it, or if that is not
/// known.
pub fn writer(log: &Path) -> Option<SocketAddr> {
    let path = lock_path(&log.canonicalize().ok()?);
    let mut file = File::open(path).ok()?;
    let mut text = String::new();
    (&mut file).take(200).read_to_string(&mut text).ok()?;
    let address = text.trim_ascii().rsplit_once(" at ")?.1.parse().ok()?;
    // Only now, so that a listener that starts meanwhile seldom meets this lock.
    let is_held = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    is_held.then_some(address)
}

/// The lock file of a log: `log.jsonl.lock`.
pub(super) fn lock_path(log: &Path) -> PathBuf {
    let mut name = OsString::from(log);
    name.push(".lock");
    name.into()
}

/// The length of the file, and its first bytes.
fn beginning(file: &mut File) -> io::Result<(u64, Vec<u8>)> {
    let mut text = Vec::new();
    file.rewind()?;
    file.take(MOST).read_to_end(&mut text)?;
    Ok((file.metadata()?.len(), text))
}

/// The process and its name in a lock file.
fn signature(text: &[u8]) -> Option<(u32, String)> {
    let line = std::str::from_utf8(text).ok()?.trim_ascii();
    let (pid, holder) = line.split_once(' ')?;
    if !holder.starts_with(NAME) || holder.contains('\n') {
        return None;
    }
    let holder = holder.chars().filter(|c| matches!(c, ' '..='~')).collect();
    Some((pid.parse().ok()?, holder))
}

/// The holder of the lock. It is not known while the holder writes its name, or where a lock
/// blocks readers too (Windows).
fn who_holds(file: &mut File) -> String {
    let signature = beginning(file).ok().and_then(|(_, text)| signature(&text));
    match signature {
        Some((pid, holder)) => format!("process {pid} ({holder})"),
        None => "another process".to_owned(),
    }
}
