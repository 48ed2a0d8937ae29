//! The older parts of a log: `log-17.jsonl` beside `log.jsonl`, or `log-17.jsonl.gz`.
//!
//! A log that has become large continues in a new file. So does a log whose sync failed: the
//! content of the file on disk is then unknown, and a second sync may succeed without writing
//! anything. The old file is named after its first seq and not written again. This module knows
//! the names only, not how the files are made.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::packed;
use super::record::RECORD_START;
use super::storage::{Disk, Storage};

/// The file extension of a compressed part.
const PACKED: &str = ".gz";
/// The file extension of a compressed part that is not complete.
const UNFINISHED: &str = ".gz.tmp";

/// An older part of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The first seq in it.
    pub(super) first_seq: u64,
    /// Whether it is compressed.
    pub(super) is_packed: bool,
    /// The same part in its other form, which a crash left beside it.
    pub(super) copy: Option<PathBuf>,
}

/// The older parts of a log, in the order in which they were written, without the log itself.
///
/// # Errors
///
/// When the directory cannot be listed.
pub(super) fn parts(log: &Path) -> io::Result<Vec<Part>> {
    listed(&Disk, log)
}

/// Whether a file begins like a log, or a crash may have damaged its beginning. An empty or
/// unreadable file counts as a log: reading it tells more.
pub(super) fn begins_with_record(file: &Path) -> bool {
    let read = || -> io::Result<Vec<u8>> {
        let mut start = Vec::new();
        let input = packed::unpacked(Box::new(File::open(file)?))?;
        input
            .take(RECORD_START.len() as u64)
            .read_to_end(&mut start)?;
        Ok(start)
    };
    file.is_file()
        && read().map_or(true, |start| {
            RECORD_START.starts_with(&start) || start.starts_with(b"\0")
        })
}

/// The parts on any storage. A part in two forms is listed once.
pub(super) fn listed<S: Storage>(storage: &S, log: &Path) -> io::Result<Vec<Part>> {
    let mut parts = BTreeMap::<(u64, u32), Part>::new();
    for name in storage.names(directory(log))? {
        let path = log.with_file_name(&name);
        let bare = without(&name, PACKED);
        let is_packed = bare.is_some();
        let Some(number) = number(log, bare.as_deref().unwrap_or(&name)) else {
            continue;
        };
        let part = parts.entry(number).or_insert_with(|| Part {
            path: path.clone(),
            first_seq: number.0,
            is_packed,
            copy: None,
        });
        if part.path != path {
            // Both are complete; the plain one is read faster.
            let (path, copy) = if is_packed {
                (part.path.clone(), path)
            } else {
                (path, part.path.clone())
            };
            part.path = path;
            part.copy = Some(copy);
            part.is_packed = false;
        }
    }
    Ok(parts.into_values().collect())
}

/// Compressed parts that were not completed.
pub(super) fn unfinished<S: Storage>(storage: &S, log: &Path) -> io::Result<Vec<PathBuf>> {
    let names = storage.names(directory(log))?;
    let is_ours = |name: &&OsString| {
        without(name, UNFINISHED).is_some_and(|part| number(log, &part).is_some())
    };
    let names = names.iter().filter(is_ours);
    Ok(names.map(|name| log.with_file_name(name)).collect())
}

/// A free name for the part that begins with that seq. A file of an earlier log may have the
/// plain one.
pub(super) fn free_name<S: Storage>(
    storage: &S,
    log: &Path,
    first_seq: u64,
) -> io::Result<PathBuf> {
    let mut turn = 1;
    loop {
        let path = name(log, first_seq, turn);
        if !storage.exists(&path)? && !storage.exists(&packed_name(&path))? {
            return Ok(path);
        }
        turn += 1;
    }
}

/// `log-17.jsonl.gz`
pub(super) fn packed_name(part: &Path) -> PathBuf {
    with_ending(part, PACKED)
}

/// Whether a part is compressed, by its name.
pub(super) fn is_packed(part: &Path) -> bool {
    part.extension().is_some_and(|ending| ending == "gz")
}

/// The name of a compressed part while it is written.
pub(super) fn unfinished_name(part: &Path) -> PathBuf {
    with_ending(part, UNFINISHED)
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

/// First seq and turn in the name of a part; nothing if it is not a part of this log.
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

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = OsString::from(path);
    path.push(ending);
    path.into()
}

/// A name without this ending; nothing if it has another one. A name that is not Unicode is not
/// the name of a part.
fn without(name: &OsStr, ending: &str) -> Option<OsString> {
    name.to_str()?.strip_suffix(ending).map(OsString::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_part_is_named_after_its_first_seq() {
        let log = Path::new("a/log.jsonl");
        assert_eq!(name(log, 17, 1), Path::new("a/log-17.jsonl"));
        assert_eq!(name(log, 17, 2), Path::new("a/log-17-2.jsonl"));
        assert_eq!(name(Path::new("log"), 1, 1), Path::new("log-1"));
        let packed = packed_name(&name(log, 17, 1));
        assert_eq!(packed, Path::new("a/log-17.jsonl.gz"));
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
            "log-17.jsonl.gz",
        ] {
            assert_eq!(number(other), None, "{other}");
        }
    }

    #[test]
    fn parts_are_listed_in_order_packed_or_not_and_each_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        for name in [
            "log-9.jsonl.gz",
            "log-100.jsonl",
            "log-20.jsonl",
            "log-20.jsonl.gz",
            "log-30.jsonl.gz.tmp",
            "log.jsonl",
            "log-x.jsonl.gz",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = parts(&log)
            .unwrap()
            .into_iter()
            .map(|part| part.path.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["log-9.jsonl.gz", "log-20.jsonl", "log-100.jsonl"]);
        let left = unfinished(&Disk, &log).unwrap();
        assert_eq!(left, [folder.path().join("log-30.jsonl.gz.tmp")]);
        let free = free_name(&Disk, &log, 9).unwrap();
        assert_eq!(free, folder.path().join("log-9-2.jsonl"));
    }
}
