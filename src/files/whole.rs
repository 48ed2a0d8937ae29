//! Reads a file as a whole, and never one without an end.
//!
//! `/dev/zero` has no end, and a named pipe that nobody writes to has no beginning: opening it waits
//! for ever. A user may name a pipe; a file that is only found in a folder must be a regular one.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// The largest file that is read as a whole.
const MOST: u64 = 64_000_000;

/// Reads a file that the user named: a regular one, a pipe.
///
/// # Errors
///
/// It cannot be read, or is larger than 64 MB.
pub fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MOST {
        return Err(io::Error::other("it is larger than 64 MB"));
    }
    Ok(text)
}

/// Reads a file that nobody named: only a regular one.
///
/// # Errors
///
/// It cannot be read, is no regular file, or is larger than 64 MB.
pub fn read_found(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    read_whole(path)
}
