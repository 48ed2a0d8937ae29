//! Retention: compresses the older parts of a log and deletes the oldest.
//!
//! The directory is its only state: each pass lists the parts and does what is left to do. So a
//! pass that was interrupted, by a crash too, is simply repeated. Its rules:
//!
//! - A part is deleted only if its compressed form is complete on disk under its final name, or if
//!   there are more parts than the limit. Readers that find both forms take one.
//! - A part with records that are still needed is not deleted, however many parts there are.
//! - The log itself is never touched.

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::event::{JournalEvent, Observer};
use super::parts::{self, Part};
use super::storage::{Disk, LogFile, Section, Storage};
use crate::model::background;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// The wait after a pass that left parts that were still needed.
const RETRY_NEEDED: Duration = Duration::from_secs(1);
/// The wait after a pass that failed.
const RETRY_FAILED: Duration = Duration::from_secs(30);

/// What to do with older parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Compress them.
    pub gzip: bool,
    /// Keep at most this many parts, at least one; nothing keeps all.
    pub keep: Option<usize>,
}

/// A thread that makes a pass at once and for each new part.
pub(super) struct Retention {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Retention {
    /// Starts the thread. It ends when `new_parts` is closed, and drops `holds` then.
    pub(super) fn start(
        log: PathBuf,
        policy: RetentionPolicy,
        needed: impl Fn() -> u64 + Send + 'static,
        new_parts: Receiver<()>,
        observer: Observer,
        holds: impl Send + 'static,
    ) -> io::Result<Retention> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("journal-parts".to_owned())
            .spawn(move || {
                let _holds = holds;
                background::yield_to_others();
                let mut is_well = true;
                while !stopped.load(Ordering::Relaxed) {
                    let pass = apply(&Disk, &log, policy, needed(), &stopped, &*observer);
                    let was_well = std::mem::replace(&mut is_well, pass.is_ok());
                    let retry_in = match pass {
                        Ok(Left::Nothing) => Duration::MAX,
                        Ok(Left::Needed) => RETRY_NEEDED,
                        Err(Failed { path, source }) => {
                            if was_well {
                                observer(JournalEvent::RetentionFailed { path, source });
                            }
                            RETRY_FAILED
                        }
                    };
                    if new_parts.recv_timeout(retry_in) == Err(RecvTimeoutError::Disconnected) {
                        break;
                    }
                }
            })?;
        Ok(Retention { stop, thread })
    }

    /// Tells it to end, also in the middle of a pass.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits for its end, which comes once the other end of `new_parts` is dropped.
    pub(super) fn join(self) {
        // If it panicked, the panic was reported.
        let _ = self.thread.join();
    }
}

/// What a pass left undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing, until there is another part.
    Nothing,
    /// Parts that are still needed.
    Needed,
}

/// A pass that failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) path: PathBuf,
    pub(super) source: io::Error,
}

impl Failed {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Failed {
        let path = path.to_owned();
        move |source| Failed { path, source }
    }
}

/// Makes one pass over the parts of a log. Records from `needed` on are still needed. Ends early
/// once `stop` is set.
pub(super) fn apply<S: Storage>(
    storage: &S,
    log: &Path,
    policy: RetentionPolicy,
    needed: u64,
    stop: &AtomicBool,
    tell: &dyn Fn(JournalEvent),
) -> Result<Left, Failed> {
    let directory = parts::directory(log);
    for path in parts::unfinished(storage, log).map_err(Failed::at(directory))? {
        storage.remove(&path).map_err(Failed::at(&path))?;
    }
    let mut left = Left::Nothing;
    let mut listed = parts::listed(storage, log).map_err(Failed::at(directory))?;
    // Delete first: a part that is deleted need not be compressed.
    if let Some(keep) = policy.keep {
        let surplus = listed.len().saturating_sub(keep.max(1));
        let is_needed = |part: &Part| {
            // Its last record is the one before the first record of the next part.
            let next = listed.iter().map(|part| part.first_seq);
            let next = next.filter(|first| *first > part.first_seq).min();
            next.is_none_or(|next| next > needed)
        };
        let needless = listed[..surplus].iter().take_while(|part| !is_needed(part));
        let needless = needless.count();
        if needless < surplus {
            left = Left::Needed;
        }
        for part in listed.drain(..needless) {
            for path in part.copy.iter().chain([&part.path]) {
                storage.remove(path).map_err(Failed::at(path))?;
            }
            tell(JournalEvent::Deleted { part: part.path });
        }
    }
    if policy.gzip {
        for part in listed.iter().filter(|part| !part.is_packed) {
            pack(storage, &part.path, stop).map_err(Failed::at(&part.path))?;
        }
    }
    Ok(left)
}

/// Replaces a part by its compressed form.
fn pack<S: Storage>(storage: &S, part: &Path, stop: &AtomicBool) -> io::Result<()> {
    let unfinished = parts::unfinished_name(part);
    let mut plain = storage.open_existing(part)?;
    // Bytes that were cut off must not come back if a crash undoes its deletion.
    plain.sync()?;
    let len = plain.len()?;
    let mut to = storage.open(&unfinished)?;
    to.truncate(0)?;
    let mut packer = GzEncoder::new(Appender(&mut to), Compression::default());
    let mut from = Section::new(&mut plain, 0, len);
    let mut chunk = vec![0; CHUNK];
    loop {
        if stop.load(Ordering::Relaxed) {
            drop(packer);
            return storage.remove(&unfinished);
        }
        match from.read(&mut chunk)? {
            0 => break,
            read => packer.write_all(&chunk[..read])?,
        }
    }
    packer.finish()?;
    to.sync()?;
    drop(to);
    storage.rename(&unfinished, &parts::packed_name(part))?;
    storage.sync_directory(parts::directory(part))?;
    storage.remove(part)
}

/// Writes to the end of a file.
struct Appender<'a, F>(&'a mut F);

impl<F: LogFile> Write for Appender<'_, F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.append(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
