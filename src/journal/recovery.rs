//! Opens a log to append to it, after a crash too.
//!
//! The file must be a log, end with a line end and have its name on disk. The last seq stands in
//! the file or in the parts before it.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::error::JournalError;
use super::line::ItemKind;
use super::parts::{self, Part};
use super::reader::RecordReader;
use super::scan::{Content, scan};
use super::storage::{LogFile, Section, Storage, SyncPolicy};

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
    };
    if was_torn {
        file.append(b"\n").map_err(open_error)?;
        kept += 1;
    }
    let path = path();
    // Also if the file existed: the process that created it may have died before its sync.
    storage
        .sync_directory(parts::directory(&path))
        .map_err(open_error)?;
    let last_seq = match seqs {
        Some((_, last)) => last,
        None => last_seq_of_parts(storage, &path, policy)?,
    };
    Ok(OpenLog {
        file,
        kept,
        first_seq: seqs.map(|(first, _)| first),
        last_seq,
        was_torn,
    })
}

/// The last seq in the parts before the log; 0 if there is none.
fn last_seq_of_parts<S: Storage>(
    storage: &S,
    log: &Path,
    policy: SyncPolicy,
) -> Result<u64, JournalError> {
    let parts = match parts::listed(storage, log) {
        // A directory can be writable and not listable.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(0),
        parts => parts.map_err(|source| JournalError::Open {
            path: log.to_owned(),
            source,
        })?,
    };
    for part in parts.into_iter().rev() {
        match last_seq_of(storage, &part, policy) {
            Ok(None) => {}
            Ok(Some(last)) => return Ok(last),
            Err(source) => {
                return Err(JournalError::Open {
                    path: part.path,
                    source,
                });
            }
        }
    }
    Ok(0)
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
            return last_seq_of_packed(storage, &parts::packed_name(&part.path));
        }
        file => file?,
    };
    // Bytes that were cut off must not come back, since their seqs are used again.
    if policy == SyncPolicy::Each {
        file.sync()?;
    }
    let len = file.len()?;
    Ok(match scan(&mut file, len)? {
        Content::Log { seqs, .. } => seqs.map(|(_, last)| last),
        _ => None,
    })
}

/// The last seq in a compressed part, which has to be read from its beginning.
fn last_seq_of_packed<S: Storage>(storage: &S, path: &Path) -> io::Result<Option<u64>> {
    let mut file = match storage.open_existing(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let len = file.len()?;
    let input = MultiGzDecoder::new(BufReader::new(Section::new(&mut file, 0, len)));
    let mut last = None;
    for item in RecordReader::by_lines(input, "", MAX_LINE) {
        if let ItemKind::Record(record) = item.map_err(|error| error.source)?.kind {
            last = Some(record.seq);
        }
    }
    Ok(last)
}
