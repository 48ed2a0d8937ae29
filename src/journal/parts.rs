//! The older parts of a log, among the files that have the name of one.
//!
//! A log that has become large continues in a new file. So does a log whose sync failed: the
//! content of the file on disk is then unknown, and a second sync may succeed without writing
//! anything. The old file is named after its first seq and not written again.
//!
//! A backup or the log of another listener can have such a name too. A file is a part only if
//! its records say so: they have the id of the log, and the first seq is that of the name. The
//! records of release 0.1 have no id. A part of such records has no lock of its own, and no
//! seq is missing between it and a neighbour. Nothing else is touched or read. A file whose
//! beginning is damaged and says nothing is named, and left alone.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::line::{ItemKind, RECORD_MARK};
use super::packed;
use super::part_names::{Part, directory, named, packed_name};
use super::reader::RecordReader;
use super::record::{LogId, RECORD_START};
use super::scan::{Content, scan};
use super::seek::{self, NumberAndTime, head_of};
use super::storage::{Disk, Identity, LogFile as _, Reading, Storage};

/// Bytes in which something like a record must stand.
const GLANCE: u64 = 64 * 1024;
/// Bytes in which the first record is looked for.
const MAX_START: u64 = 64 * 1024 * 1024;
/// How many files are remembered.
const MAX_KNOWN: usize = 100_000;

/// The parts of a log.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// In the order in which they were written, without the log itself.
    pub(super) parts: Vec<Part>,
    /// Files that may be parts, but whose beginning is damaged.
    pub(super) damaged: Vec<Part>,
    /// The id of the log, if a record has it.
    pub(super) log: Option<LogId>,
}

/// What a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// A record.
    Record(u64, Option<LogId>),
    /// Damage, and this record behind it.
    Behind(u64, Option<LogId>),
    /// Damage, and no record near it. So does a file that cannot be read.
    Damaged,
    /// Nothing.
    Empty,
    /// What another program wrote.
    Foreign,
}

impl Start {
    fn first(self) -> Option<(u64, Option<LogId>)> {
        match self {
            Start::Record(seq, log) | Start::Behind(seq, log) => Some((seq, log)),
            _ => None,
        }
    }

    fn id(self) -> Option<LogId> {
        self.first().and_then(|(_, log)| log)
    }

    /// Whether it begins with the seq of its name, as far as damage lets see.
    fn fits(self, number: u64) -> bool {
        match self {
            Start::Behind(seq, Some(_)) => seq >= number,
            Start::Record(seq, _) | Start::Behind(seq, None) => seq == number,
            _ => false,
        }
    }

    fn is_damaged(self, number: u64) -> bool {
        match self {
            Start::Behind(seq, None) => seq > number,
            Start::Damaged | Start::Empty => true,
            _ => false,
        }
    }
}

/// The parts on the real disk.
///
/// # Errors
///
/// When the directory cannot be listed.
pub(super) fn parts(log: &Path) -> io::Result<Listed> {
    listed(&Disk, log)
}

/// Whether a file begins like a log, or a crash may have damaged its beginning. An empty or
/// unreadable file counts as a log: reading it tells more.
pub fn begins_with_record(file: &Path) -> bool {
    file.is_file()
        && text_of(&Disk, file)
            .and_then(|input| {
                let mut start = Vec::new();
                input
                    .take(RECORD_START.len() as u64)
                    .read_to_end(&mut start)?;
                Ok(start)
            })
            .map_or(true, |start| {
                RECORD_START.starts_with(&start) || start.starts_with(b"\0")
            })
}

/// The seq of the first record of a file, if it has one near its start.
pub(super) fn first_seq(file: &Path) -> Option<u64> {
    start_of(&Disk, file).first().map(|(seq, _)| seq)
}

/// The first record of a file, and the last one if the file is not compressed.
pub(super) fn ends(file: &Path) -> Option<(NumberAndTime, Option<NumberAndTime>)> {
    let plain = File::open(file).and_then(|mut file| seek::first_and_last(&mut file));
    if let Ok(Some((first, last))) = plain {
        return Some((first, Some(last)));
    }
    let mut head = Vec::new();
    let text = text_of(&Disk, file).ok()?;
    text.take(GLANCE).read_to_end(&mut head).ok()?;
    let (seq, _) = head_of(&head)?;
    let time = seek::time_of(&head).filter(|_| !seek::is_followed(&head));
    Some(((seq, time), None))
}

/// The parts on any storage.
pub(super) fn listed<S: Storage>(storage: &S, log: &Path) -> io::Result<Listed> {
    let names = storage.names(directory(log))?;
    let mut found: Vec<_> = named(log, &names)
        .into_iter()
        .filter_map(|mut part| {
            let is_gone = |part: &Part, start| {
                start == Start::Damaged && !storage.exists(&part.path).unwrap_or(true)
            };
            let mut start = start_of(storage, &part.path);
            // It was packed since it was listed, or deleted.
            if !part.is_packed && is_gone(&part, start) {
                part.path = packed_name(&part.path);
                part.is_packed = true;
                start = start_of(storage, &part.path);
            }
            (!is_gone(&part, start)).then_some((part, start))
        })
        .collect();
    if found.is_empty() {
        return Ok(Listed::default());
    }
    let log_start = start_of(storage, log);
    let is_before_log = |number: u64| log_start.first().is_none_or(|(seq, _)| number < seq);
    let is_locked = |part: &Part| {
        let mut lock = OsString::from(part.path.file_name().unwrap_or_default());
        lock.push(".lock");
        names.contains(&lock)
    };
    let damaged = found
        .extract_if(.., |(part, start)| {
            start.is_damaged(part.number.0) && !is_locked(part)
        })
        .map(|(part, _)| part)
        .collect();
    found.retain(|(part, start)| {
        let is_alone = start.id().is_none() && is_locked(part);
        start.fits(part.number.0) && is_before_log(part.number.0) && !is_alone
    });
    // A log that has no record yet continues its newest part.
    let id = match log_start.first() {
        Some((_, id)) => id,
        None => found.last().and_then(|(_, start)| start.id()),
    };
    found.retain(|(_, start)| start.id().is_none_or(|part| Some(part) == id));
    let parts = found.iter().enumerate().filter(|(index, (_, start))| {
        start.id().is_some() || joins(storage, &found, *index, log_start)
    });
    let parts = parts.map(|(_, (part, start))| Part {
        // A file that has the other name need not be the same part.
        copy: part
            .copy
            .clone()
            .filter(|copy| start_of(storage, copy).first() == start.first()),
        ..part.clone()
    });
    Ok(Listed {
        parts: parts.collect(),
        damaged,
        log: id,
    })
}

/// Whether a part without an id belongs to a neighbour: no seq is missing between them. What
/// a compressed part ends with would cost too much to know.
fn joins<S: Storage>(storage: &S, found: &[(Part, Start)], index: usize, log: Start) -> bool {
    let (part, _) = &found[index];
    if part.is_packed {
        return true;
    }
    let last = last_seq(storage, &part.path);
    let next = match found.get(index + 1) {
        Some((next, _)) => Some(next.number.0),
        None if matches!(log, Start::Record(..)) => log.first().map(|(seq, _)| seq),
        None => None,
    };
    let joins_next = next.is_none_or(|next| last.is_none_or(|last| last + 1 == next));
    let joins_former = || {
        let (former, _) = index.checked_sub(1).and_then(|index| found.get(index))?;
        let last = (!former.is_packed).then(|| last_seq(storage, &former.path))??;
        Some(last + 1 == part.number.0)
    };
    joins_next || joins_former().unwrap_or(false)
}

/// What is known of files, by name and identity, so that each is opened once.
static KNOWN: Mutex<BTreeMap<PathBuf, (Identity, Start)>> = Mutex::new(BTreeMap::new());

fn start_of<S: Storage>(storage: &S, path: &Path) -> Start {
    let identity = storage.identity(path);
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(identity) = identity
        && let Some((same, start)) = known().get(path)
        && *same == identity
    {
        return *start;
    }
    let start = text_of(storage, path).and_then(start_of_text);
    let start = start.unwrap_or(Start::Damaged);
    if let Some(identity) = identity {
        let mut known = known();
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(path.to_owned(), (identity, start));
    }
    start
}

fn start_of_text(mut input: Box<dyn Read + Send>) -> io::Result<Start> {
    let mut head = Vec::new();
    input.by_ref().take(GLANCE).read_to_end(&mut head)?;
    if let Some((seq, log)) = head_of(&head)
        && is_whole(&head)
    {
        return Ok(Start::Record(seq, log));
    }
    if head.is_empty() {
        return Ok(Start::Empty);
    }
    let mark = memchr::memmem::find(&head, RECORD_MARK);
    let is_torn = head.starts_with(b"\0") || RECORD_START.starts_with(&head);
    if mark.is_none() && !is_torn {
        return Ok(Start::Foreign);
    }
    let text = Cursor::new(head).chain(input).take(MAX_START);
    let mut is_first = true;
    for item in RecordReader::by_lines(text, "", usize::MAX) {
        match item.map_err(|error| error.source)?.kind {
            ItemKind::Record(record) if is_first => {
                return Ok(Start::Record(record.seq, record.log));
            }
            ItemKind::Record(record) => return Ok(Start::Behind(record.seq, record.log)),
            // A file of bodies, one of which has the mark of a record.
            ItemKind::Body { is_json: true, .. } if is_first => return Ok(Start::Foreign),
            _ => is_first = false,
        }
    }
    Ok(Start::Damaged)
}

/// Whether the first line of a text was not torn. What is longer than the text is read on, and
/// parsed.
fn is_whole(text: &[u8]) -> bool {
    let line = memchr::memchr(b'\n', text).map(|end| text[..end].trim_ascii_end());
    line.is_some_and(|line| line.ends_with(b"}") && memchr::memchr(0, line).is_none())
}

/// The last seq of a file that is not compressed.
fn last_seq<S: Storage>(storage: &S, path: &Path) -> Option<u64> {
    let mut file = storage.open_to_read(path).ok()?;
    let len = file.len().ok()?;
    match scan(&mut file, len).ok()? {
        Content::Log { seqs, .. } => seqs.map(|seqs| seqs.last),
        _ => None,
    }
}

/// The text of a file, unpacked.
fn text_of<S: Storage>(storage: &S, path: &Path) -> io::Result<Box<dyn Read + Send>> {
    packed::unpacked(Box::new(Reading::new(storage.open_to_read(path)?)))
}

#[cfg(test)]
mod tests;
