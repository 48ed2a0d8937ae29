//! Opens a log to append to it, after a crash too.
//!
//! The file must be a log, end with a line end and have its name on disk. The last seq stands in
//! the file or in the parts before it.

use std::io;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::line::ItemKind;
use super::packed::unpacked;
use super::part_names::{Part, directory, packed_name};
use super::parts::{self, Listed};
use super::reader::RecordReader;
use super::record::{LAST_SEQ, LogId};
use super::scan::{Content, scan};
use super::storage::{LogFile, Reading, Storage, SyncPolicy};

/// The longest line that is read in a compressed part.
const MAX_LINE: usize = 256 * 1024 * 1024;

/// What a log was when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogInfo {
    /// The file.
    pub path: PathBuf,
    /// The seq of its first record; nothing if it has no record.
    pub first_seq: Option<u64>,
    /// The last seq so far, in the file or the part before it; 0 if there is none.
    pub last_seq: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Whether its last line was torn, most likely by a crash. A line end was added to it.
    pub was_torn: bool,
    /// The id that its next records get.
    pub id: LogId,
}

impl LogInfo {
    /// The number of captures in the file, calculated from its seqs.
    pub fn captures(&self) -> u64 {
        self.first_seq
            .map_or(0, |first| self.last_seq.saturating_sub(first) + 1)
    }
}

/// The current file.
pub(super) struct OpenLog<F> {
    pub(super) file: F,
    /// Bytes of it that are acknowledged.
    pub(super) kept: u64,
    pub(super) first_seq: Option<u64>,
    pub(super) last_seq: u64,
    pub(super) was_torn: bool,
    /// The id for its next records.
    pub(super) id: LogId,
}

/// Opens a log; creates it if it is missing, and ends its last line if that is torn.
pub(super) fn open_log<S: Storage>(
    storage: &S,
    path: &Path,
    policy: SyncPolicy,
) -> Result<OpenLog<S::File>, JournalError> {
    let open_error = |source| JournalError::Open {
        path: path.to_owned(),
        source,
    };
    let mut file = storage.open(path).map_err(open_error)?;
    if !file.try_lock().map_err(open_error)? {
        return Err(JournalError::Locked {
            path: path.to_owned(),
            holder: "another process, under this or another name".to_owned(),
        });
    }
    let mut kept = file.len().map_err(open_error)?;
    let path = || path.to_owned();
    let (seqs, was_torn) = match scan(&mut file, kept).map_err(open_error)? {
        Content::Log { seqs, torn } => (seqs, torn),
        Content::Bodies => return Err(JournalError::Bodies { path: path() }),
        Content::Foreign => return Err(JournalError::Foreign { path: path() }),
        Content::Newer(version) => {
            return Err(JournalError::Newer {
                path: path(),
                version,
            });
        }
        Content::Beyond(seq) => return Err(JournalError::Beyond { path: path(), seq }),
    };
    if was_torn {
        file.append(b"\n").map_err(open_error)?;
        kept += 1;
    }
    let path = path();
    // Also if the file existed: the process that created it may have died before its sync.
    storage
        .sync_directory(directory(&path))
        .map_err(open_error)?;
    let (last_seq, id) = if let Some(seqs) = seqs {
        (seqs.last, seqs.log)
    } else {
        let former = former(storage, &path, policy)?;
        (former.last_seq, former.log)
    };
    Ok(OpenLog {
        file,
        kept,
        first_seq: seqs.map(|seqs| seqs.first),
        last_seq,
        was_torn,
        id: id.unwrap_or_else(LogId::random),
    })
}

/// What the parts before the log say of it.
struct Former {
    /// The last seq in them; 0 if there is none.
    last_seq: u64,
    log: Option<LogId>,
}

fn former<S: Storage>(storage: &S, log: &Path, policy: SyncPolicy) -> Result<Former, JournalError> {
    let listed = match parts::listed(storage, log) {
        // A directory can be writable and not listable.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Listed::default(),
        listed => listed.map_err(|source| JournalError::Open {
            path: log.to_owned(),
            source,
        })?,
    };
    let mut former = Former {
        last_seq: 0,
        log: listed.log,
    };
    for part in listed.parts.into_iter().rev() {
        let last = last_seq_of(storage, &part, policy).map_err(|source| JournalError::Open {
            path: part.path,
            source,
        })?;
        if let Some(last) = last {
            former.last_seq = last;
            break;
        }
    }
    // What a damaged file may have is not given a second time.
    for part in listed.damaged {
        let last = last_seq_of(storage, &part, policy).ok().flatten();
        let last = last.unwrap_or(0).max(part.number.0);
        former.last_seq = former.last_seq.max(last.min(LAST_SEQ / 2));
    }
    Ok(former)
}

/// The last seq in a part, if it has a record.
fn last_seq_of<S: Storage>(
    storage: &S,
    part: &Part,
    policy: SyncPolicy,
) -> io::Result<Option<u64>> {
    if part.is_packed {
        return last_seq_of_packed(storage, &part.path);
    }
    let mut file = match storage.open_existing(&part.path) {
        // It was compressed since it was listed.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return last_seq_of_packed(storage, &packed_name(&part.path));
        }
        file => file?,
    };
    // Bytes that were cut off must not come back, since their seqs are used again.
    if policy == SyncPolicy::Each {
        file.sync()?;
    }
    let len = file.len()?;
    Ok(match scan(&mut file, len)? {
        Content::Log { seqs, .. } => seqs.map(|seqs| seqs.last),
        _ => None,
    })
}

/// The last seq in a compressed part, which has to be read from its beginning.
fn last_seq_of_packed<S: Storage>(storage: &S, path: &Path) -> io::Result<Option<u64>> {
    let file = match storage.open_to_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let input = unpacked(Box::new(Reading::new(file)))?;
    let mut last = None;
    for item in RecordReader::by_lines(input, "", MAX_LINE) {
        match item {
            Ok(item) => {
                if let ItemKind::Record(record) = item.kind {
                    last = Some(record.seq);
                }
            }
            // Damage: nothing behind it can be read.
            Err(error) if error.source.raw_os_error().is_none() => break,
            Err(error) => return Err(error.source),
        }
    }
    Ok(last)
}
