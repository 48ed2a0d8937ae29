//! The older parts of a log: `log-17.jsonl` beside `log.jsonl`.
//!
//! After a sync that failed, nobody can say what the disk has of a file, and asking
//! again can get a "yes" that is not true. So such a file is left alone under a name of
//! its own, its first seq, and the log goes on in a new one. This module knows the names,
//! and nothing of what is in the files.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use super::storage::{Disk, Storage};

/// The older parts of a log, in the order in which they were written; the log itself,
/// which comes after them, is not among them.
///
/// # Errors
///
/// When the directory cannot be listed.
pub fn parts(log: &Path) -> io::Result<Vec<PathBuf>> {
    listed(&Disk, log)
}

/// The same on any storage.
pub(super) fn listed<S: Storage>(storage: &S, log: &Path) -> io::Result<Vec<PathBuf>> {
    let directory = directory(log);
    let mut parts: Vec<_> = storage
        .names(directory)?
        .iter()
        .filter_map(|name| Some((number(log, name)?, log.with_file_name(name))))
        .collect();
    parts.sort();
    Ok(parts.into_iter().map(|(_, path)| path).collect())
}

/// A name for the part that begins with that seq. Never one that is taken: a file from
/// an earlier life of the log may have it.
pub(super) fn free_name<S: Storage>(
    storage: &S,
    log: &Path,
    first_seq: u64,
) -> io::Result<PathBuf> {
    let mut turn = 1;
    loop {
        let path = name(log, first_seq, turn);
        if !storage.exists(&path)? {
            return Ok(path);
        }
        turn += 1;
    }
}

/// The directory that a log stands in.
pub(super) fn directory(log: &Path) -> &Path {
    match log.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    }
}

/// `log-17.jsonl`, and `log-17-2.jsonl` where that is taken.
fn name(log: &Path, first_seq: u64, turn: u32) -> PathBuf {
    let mut name = log.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{first_seq}"));
    if turn > 1 {
        name.push(format!("-{turn}"));
    }
    if let Some(extension) = log.extension() {
        name.push(".");
        name.push(extension);
    }
    log.with_file_name(name)
}

/// First seq and turn that a part's name says; nothing if it is no part of this log.
fn number(log: &Path, part: &OsStr) -> Option<(u64, u32)> {
    let mut prefix = log.file_stem()?.to_owned();
    prefix.push("-");
    let mut suffix = OsString::new();
    if let Some(extension) = log.extension() {
        suffix.push(".");
        suffix.push(extension);
    }
    let numbers = part
        .as_encoded_bytes()
        .strip_prefix(prefix.as_encoded_bytes())?
        .strip_suffix(suffix.as_encoded_bytes())?;
    let numbers = str::from_utf8(numbers).ok()?;
    let (first_seq, turn) = numbers.split_once('-').unwrap_or((numbers, "1"));
    let (first_seq, turn) = (first_seq.parse().ok()?, turn.parse().ok()?);
    (name(log, first_seq, turn).file_name() == Some(part)).then_some((first_seq, turn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_named_after_its_first_seq() {
        let log = Path::new("a/log.jsonl");
        assert_eq!(name(log, 17, 1), Path::new("a/log-17.jsonl"));
        assert_eq!(name(log, 17, 2), Path::new("a/log-17-2.jsonl"));
        assert_eq!(name(Path::new("log"), 1, 1), Path::new("log-1"));
    }

    #[test]
    fn only_names_that_this_program_would_give_are_parts() {
        let log = Path::new("log.jsonl");
        let number = |part: &str| number(log, OsStr::new(part));
        assert_eq!(number("log-17.jsonl"), Some((17, 1)));
        assert_eq!(number("log-17-2.jsonl"), Some((17, 2)));
        for other in [
            "log.jsonl",
            "log.jsonl.lock",
            "log-017.jsonl",
            "log-+1.jsonl",
            "log-17-1.jsonl",
            "log-2026-11-20.jsonl",
            "log-old.jsonl",
            "log-17.json",
            "blog-17.jsonl",
        ] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
