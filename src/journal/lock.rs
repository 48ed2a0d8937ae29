//! One writer at a time: a lock on a file beside the log.
//!
//! The lock is the system's and ends with the process, however that ends; so a file that
//! was left behind keeps nobody out, and it is never deleted (another process could just
//! be locking it). The log itself is not locked: readers are never kept waiting. In the
//! file stands who holds the lock, for the message that the next one gets.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::JournalError;
use crate::files::open_state;

/// The right to write a log; given back when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of a log at once or not at all. `holder` is the word on who it is.
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
        // Only a courtesy to the next holder, so failure is nothing.
        let _ = self.file.set_len(0);
    }
}

/// `log.jsonl.lock`
fn lock_path(log: &Path) -> PathBuf {
    let mut name = OsString::from(log);
    name.push(".lock");
    name.into()
}

/// Who holds the lock, as well as can be told: where locks keep readers out (Windows),
/// or the holder is just signing, it stays unnamed.
fn who_holds(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(200).read_to_string(&mut text);
    let (pid, word) = text.trim_ascii().split_once(' ').unwrap_or((&text, ""));
    match pid.trim_ascii().parse::<u32>() {
        Ok(pid) if read.is_ok() => {
            let word: String = word.chars().filter(|c| matches!(c, ' '..='~')).collect();
            if word.is_empty() {
                format!("process {pid}")
            } else {
                format!("process {pid} ({word})")
            }
        }
        _ => "another process".to_owned(),
    }
}
