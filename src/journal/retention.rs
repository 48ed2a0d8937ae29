//! Looks after the older parts of a log: compresses them, and deletes the oldest.
//!
//! It has no memory but the directory: each pass lists the parts and does what is left to do,
//! so that one that was interrupted, by a crash too, is simply done again. Its rules:
//!
//! - A part is deleted only once its compressed form is whole on disk under its own name, or
//!   when there are more parts than are to be kept. Readers that find both forms take one.
//! - What somebody still needs is not deleted, however many parts there are.
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

/// How soon a pass is made again that left something needed.
const SOON: Duration = Duration::from_secs(1);
/// And one that failed.
const LATER: Duration = Duration::from_secs(30);

/// What is to be done with older parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Compress them.
    pub gzip: bool,
    /// Keep so many of them, at least one; nothing keeps all.
    pub keep: Option<usize>,
}

/// A thread that makes a pass at once, and whenever there is a new part.
pub(super) struct Retention {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Retention {
    /// Starts it. It ends with the news, and drops what it holds then.
    pub(super) fn start(
        log: PathBuf,
        policy: RetentionPolicy,
        needed: impl Fn() -> u64 + Send + 'static,
        news: Receiver<()>,
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
                let mut well = true;
                loop {
                    let pass = apply(&Disk, &log, policy, needed(), &stopped, &*observer);
                    let failed = pass.is_err();
                    let rest = match pass {
                        Ok(Left::Nothing) => None,
                        Ok(Left::Needed) => Some(SOON),
                        Err(Failed { path, source }) => {
                            if well {
                                observer(JournalEvent::RetentionFailed { path, source });
                            }
                            Some(LATER)
                        }
                    };
                    well = !failed;
                    let ended = match rest {
                        None => news.recv().is_err(),
                        Some(rest) => {
                            news.recv_timeout(rest) == Err(RecvTimeoutError::Disconnected)
                        }
                    };
                    if ended || stopped.load(Ordering::Relaxed) {
                        break;
                    }
                }
            })?;
        Ok(Retention { stop, thread })
    }

    /// Tells it to end, in the middle of what it does.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits for its end, which comes once nobody has news for it.
    pub(super) fn join(self) {
        // If it panicked, that has been said.
        let _ = self.thread.join();
    }
}

/// What a pass leaves to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing, until there is another part.
    Nothing,
    /// Parts that somebody still needs.
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

/// One pass over the parts of a log. Records from `needed` on are still needed by somebody.
/// Ends early where `stop` says so.
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
    // What is going to be deleted need not be compressed before.
    if let Some(keep) = policy.keep {
        let surplus = listed.len().saturating_sub(keep.max(1));
        let is_needed = |part: &Part| {
            // Its last record is the one before the first of a part that begins later.
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

/// Puts a compressed part in the place of one.
fn pack<S: Storage>(storage: &S, part: &Path, stop: &AtomicBool) -> io::Result<()> {
    let unfinished = parts::unfinished_name(part);
    let mut plain = storage.open_existing(part)?;
    // What was cut off it must not come back with it, should a crash undo its deletion.
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

/// A file of the storage, to write to its end.
struct Appender<'a, F>(&'a mut F);

impl<F: LogFile> Write for Appender<'_, F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.append(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
