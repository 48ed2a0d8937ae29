//! The names of the parts of a log: `log-17.jsonl` beside `log.jsonl`, or `log-17.jsonl.gz`.
//!
//! A part is named after its first seq. A name alone makes no part: see `parts.rs`.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::storage::Storage;

/// The file extension of a compressed part.
const PACKED: &str = ".gz";
/// The file extension of a compressed part that is not complete.
const UNFINISHED: &str = ".gz.tmp";

/// A file with the name of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The first seq in it, by its name, and the turn where several have the same.
    pub(super) number: (u64, u32),
    /// Whether it is compressed.
    pub(super) is_packed: bool,
    /// The same part in its other form, which a crash left beside it.
    pub(super) copy: Option<PathBuf>,
}

impl Part {
    /// Opens it, also if it was packed since it was listed.
    pub(super) fn open(&self) -> io::Result<(PathBuf, File)> {
        match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.is_packed => {
                let packed = packed_name(&self.path);
                File::open(&packed).map(|file| (packed, file))
            }
            file => file.map(|file| (self.path.clone(), file)),
        }
    }
}

/// The number in the name of a part, compressed or not.
pub(super) fn part_number(log: &Path, part: &Path) -> Option<(u64, u32)> {
    let name = part.file_name()?.to_owned();
    let named = named(log, &[name]);
    named.first().map(|part| part.number)
}

/// The files of a folder that have the name of a part, in order. Two forms of one are listed
/// once.
pub(super) fn named(log: &Path, names: &[OsString]) -> Vec<Part> {
    let mut parts = BTreeMap::<(u64, u32), Part>::new();
    for name in names {
        let path = log.with_file_name(name);
        // The log itself may be called `a.gz`.
        let plain = number(log, name);
        let packed = || number(log, &without(name, PACKED)?);
        let is_packed = plain.is_none();
        let Some(number) = plain.or_else(packed) else {
            continue;
        };
        let part = parts.entry(number).or_insert_with(|| Part {
            path: path.clone(),
            number,
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
    parts.into_values().collect()
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

/// First seq and turn in a file name that a part of this log may have.
pub(super) fn number(log: &Path, part: &OsStr) -> Option<(u64, u32)> {
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
    use super::*;
    use crate::journal::storage::Disk;

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
    fn only_names_that_this_program_would_give_are_those_of_parts() {
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
    fn names_are_listed_in_order_packed_or_not_and_each_once() {
        let listed = |log: &str, names: &[&str]| -> Vec<_> {
            let names: Vec<_> = names.iter().map(OsString::from).collect();
            let part = |part: Part| (part.path.display().to_string(), part.is_packed);
            named(Path::new(log), &names)
                .into_iter()
                .map(part)
                .collect()
        };
        let of = |name: &str, is_packed| (name.to_owned(), is_packed);
        let names = [
            "log-9.jsonl.gz",
            "log-100.jsonl",
            "log-20.jsonl",
            "log-20.jsonl.gz",
            "log-30.jsonl.gz.tmp",
            "log.jsonl",
            "log-x.jsonl.gz",
        ];
        assert_eq!(
            listed("log.jsonl", &names),
            [
                of("log-9.jsonl.gz", true),
                of("log-20.jsonl", false),
                of("log-100.jsonl", false)
            ]
        );
        let names = ["a.jsonl-1.gz", "a.jsonl-9.gz.gz"];
        assert_eq!(
            listed("a.jsonl.gz", &names),
            [of("a.jsonl-1.gz", false), of("a.jsonl-9.gz.gz", true)]
        );
    }

    #[test]
    fn a_name_that_is_taken_in_any_form_is_not_free() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        std::fs::write(folder.path().join("log-9.jsonl.gz"), "").unwrap();
        let free = free_name(&Disk, &log, 9).unwrap();
        assert_eq!(free, folder.path().join("log-9-2.jsonl"));
    }
}
