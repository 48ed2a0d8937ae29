//! How far a log has been published: a file beside the log.
//!
//! It is a hint. What the relay itself says of a listener counts for more.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::address::RelayUrl;
use crate::files::{read_found, write_state};
use crate::model::error::{Category, Explain};

const VERSION: u64 = 1;
/// How many [`Late`] ones are remembered.
const MOST_LATE: usize = 8;

/// How far a log has been published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Published {
    #[serde(rename = "enx_hook_published")]
    version: u64,
    /// The relay, for people who read the file.
    relay: String,
    /// The name under which the log is published.
    pub(super) source: String,
    /// The first capture that is to be published.
    pub(super) first: u64,
    /// The last one up to which all are; 0 if none is. Nothing is known of it if the file is new.
    pub(super) last: Option<u64>,
    /// The number in the stream of the last message that was acknowledged.
    #[serde(default)]
    pub(super) stream_seq: Option<u64>,
    /// When the stream was created to which it was published.
    #[serde(default)]
    pub(super) created: Option<String>,
    /// The log of another listener that this one goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) taken_over: Option<String>,
    /// What the stream has out of order, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) late: Vec<Late>,
}

/// Captures that stand in the stream behind later ones: it refused one of them when it took the
/// later ones. If the stream loses its end, they can be gone where a later one is still there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Late {
    /// The capture before the first of them.
    after: u64,
    /// The last capture that the stream took before them.
    until: u64,
    /// The highest number in the stream that one of them has; 0 until one is acknowledged.
    stream_seq: u64,
}

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used as a cursor of a relay", .path.display())]
pub struct PublishedError {
    path: PathBuf,
    source: io::Error,
}

impl Explain for PublishedError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some("move it away: the relay itself knows what was published".to_owned())
    }
}

/// The file of a role of a log at a relay.
pub(super) fn path(log: &Path, role: &str, relay: &RelayUrl) -> PathBuf {
    let mut name = OsString::from(log.file_name().unwrap_or_default());
    let hash = xxh3_64(relay.bare().as_bytes());
    name.push(format!(".{role}-{}-{hash:016x}.json", relay.project));
    log.with_file_name(name)
}

/// Reads such a file; nothing if there is none.
pub(super) fn load<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, PublishedError> {
    let bytes = match read_found(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed(path, source)),
    };
    let parsed = serde_json::from_slice(&bytes).map(Some);
    parsed.map_err(|error| failed(path, error.into()))
}

/// Writes such a file.
pub(super) fn save<T: Serialize>(value: &T, path: &Path) -> Result<(), PublishedError> {
    let write = || {
        let mut text = serde_json::to_vec(value)?;
        text.push(b'\n');
        write_state(path, &text)
    };
    write().map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: io::Error) -> PublishedError {
    let path = path.to_owned();
    PublishedError { path, source }
}

impl Published {
    pub(super) fn new(relay: &RelayUrl, source: &str, first: u64) -> Published {
        Published {
            version: VERSION,
            relay: relay.to_string(),
            source: source.to_owned(),
            first,
            last: None,
            stream_seq: None,
            created: None,
            taken_over: None,
            late: Vec::new(),
        }
    }

    /// Nothing of this log is in the stream.
    pub(super) fn begin_anew(&mut self) {
        self.last = Some(0);
        self.late.clear();
    }

    /// The stream has messages from `first` to `last`, and in its order all captures up to
    /// `complete`. Returns the last one up to which all are there.
    pub(super) fn settle(&mut self, complete: u64, (first, last): (u64, u64)) -> u64 {
        self.late.retain(|late| late.stream_seq >= first);
        let gone = self.late.iter().filter(|late| late.stream_seq > last);
        let before = gone.map(|late| late.after).chain(self.last);
        let done = before.fold(complete, u64::min);
        self.last = Some(done);
        if done < complete {
            self.late.push(Late {
                after: done,
                until: complete,
                stream_seq: 0,
            });
            let is_apart = |late: &Late, next: &Late| late.until <= next.after;
            while let [.., late, next] = &self.late[..]
                && !is_apart(late, next)
            {
                self.unite(self.late.len() - 2);
            }
            if self.late.len() > MOST_LATE {
                self.unite(0);
            }
        }
        done
    }

    /// Makes one of two neighbours.
    fn unite(&mut self, at: usize) {
        let next = self.late.remove(at + 1);
        let late = &mut self.late[at];
        late.after = late.after.min(next.after);
        late.until = late.until.max(next.until);
        late.stream_seq = late.stream_seq.max(next.stream_seq);
    }

    /// The stream has a message of that capture, under that number.
    pub(super) fn acknowledged(&mut self, seq: u64, stream_seq: u64) {
        let late = self.late.iter_mut();
        for late in late.filter(|late| late.after < seq && seq <= late.until) {
            late.stream_seq = late.stream_seq.max(stream_seq);
        }
    }

    /// The file of a log.
    pub(super) fn path(log: &Path, relay: &RelayUrl) -> PathBuf {
        path(log, "relay", relay)
    }

    pub(super) fn load(path: &Path) -> Result<Option<Published>, PublishedError> {
        let found: Option<Published> = load(path)?;
        match found {
            Some(found) if found.version != VERSION => {
                let newer = io::Error::other("another version of enx-hook wrote it");
                Err(failed(path, newer))
            }
            found => Ok(found),
        }
    }
}
