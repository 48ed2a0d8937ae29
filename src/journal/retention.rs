//! Retention: compresses the older parts of a log and deletes the oldest.
//!
//! The directory is its only state: each pass lists the parts and does what is left to do. So a
//! pass that was interrupted, by a crash too, is simply repeated. Its rules:
//!
//! - A part is deleted only if its compressed form is complete on disk under its final name, or if
//!   there are more parts than the limit. Readers that find both forms take one.
//! - A part with records that are still needed is not deleted, however many parts there are,
//!   unless there is a limit to their size.
//! - The log itself is never touched.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::event::{JournalEvent, Observer};
use super::part_names::{Part, directory, packed_name, unfinished_name};
use super::parts;
use super::seek::time_of;
use super::storage::{Disk, LogFile, Section, Storage};
use crate::model::background;
use crate::text::number::counted;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// Bytes at the beginning of a file that are read for its first time.
const FIRST: u64 = 512;

/// The wait after a pass that left parts that were still needed.
const RETRY_NEEDED: Duration = Duration::from_secs(1);
/// The wait after a pass that failed.
const RETRY_FAILED: Duration = Duration::from_secs(30);

/// The shortest and the longest wait before ages are looked at again.
const LOOK_AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3600));

/// What to do with older parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// Compress them.
    pub gzip: bool,
    /// Keep at most this many parts, at least one; nothing keeps all.
    pub keep: Option<usize>,
    /// Keep parts whose last record is not older than this.
    pub keep_for: Option<Duration>,
    /// Keep at most this many bytes in the log and its parts, whatever is still needed.
    pub keep_at_most: Option<u64>,
}

impl RetentionPolicy {
    /// When to look again although nothing happened.
    fn look_again(self) -> Duration {
        let keep_for = self
            .keep_for
            .map(|time| (time / 20).clamp(LOOK_AGAIN.0, LOOK_AGAIN.1));
        keep_for.unwrap_or(Duration::MAX)
    }
}

/// What still needs records of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The file that says so.
    pub cursor: PathBuf,
    /// The first seq that it needs.
    pub from: u64,
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
        holders: impl Fn() -> Vec<Holder> + Send + 'static,
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
                let mut said = Said::default();
                while !stopped.load(Ordering::Relaxed) {
                    let pass = apply(
                        &Disk,
                        &log,
                        policy,
                        &holders(),
                        &mut said,
                        &stopped,
                        &*observer,
                    );
                    let was_well = std::mem::replace(&mut is_well, pass.is_ok());
                    let retry_in = match pass {
                        Ok(Left::Nothing) => policy.look_again(),
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

/// What was said in earlier passes, and is not said again.
#[derive(Debug, Default)]
pub(super) struct Said {
    held_by: Vec<PathBuf>,
    damaged: BTreeSet<PathBuf>,
}

/// Makes one pass over the parts of a log. Ends early once `stop` is set.
pub(super) fn apply<S: Storage>(
    storage: &S,
    log: &Path,
    policy: RetentionPolicy,
    holders: &[Holder],
    said: &mut Said,
    stop: &AtomicBool,
    tell: &dyn Fn(JournalEvent),
) -> Result<Left, Failed> {
    let listed = parts::listed(storage, log).map_err(Failed::at(directory(log)))?;
    for part in listed.damaged {
        if said.damaged.insert(part.path.clone()) {
            tell(JournalEvent::Damaged { file: part.path });
        }
    }
    let mut parts = listed.parts;
    for part in parts.iter().filter(|part| !part.is_packed) {
        let path = unfinished_name(&part.path);
        if storage.exists(&path).map_err(Failed::at(&path))? {
            storage.remove(&path).map_err(Failed::at(&path))?;
        }
    }
    // Delete first: a part that is deleted need not be compressed.
    let left = delete(storage, log, policy, holders, said, &mut parts, tell)?;
    if policy.gzip {
        for part in parts.iter().filter(|part| !part.is_packed) {
            pack(storage, part, stop).map_err(Failed::at(&part.path))?;
        }
    }
    Ok(left)
}

/// Deletes the oldest parts above the limits.
fn delete<S: Storage>(
    storage: &S,
    log: &Path,
    policy: RetentionPolicy,
    holders: &[Holder],
    said: &mut Said,
    parts: &mut Vec<Part>,
    tell: &dyn Fn(JournalEvent),
) -> Result<Left, Failed> {
    let size = |path: &Path| -> u64 {
        let file = storage.open_to_read(path);
        file.and_then(|mut file| file.len()).unwrap_or_default()
    };
    let held_by = |part: &Part| -> Vec<PathBuf> {
        // Its last record is the one before the first record of the next part.
        let next = parts.iter().map(|part| part.number.0);
        let next = next.filter(|first| *first > part.number.0).min();
        let holders = holders
            .iter()
            .filter(|holder| next.is_none_or(|next| next > holder.from));
        holders.map(|holder| holder.cursor.clone()).collect()
    };
    let surplus = policy
        .keep
        .map_or(0, |keep| parts.len().saturating_sub(keep.max(1)));
    let surplus = policy.keep_for.map_or(surplus, |time| {
        surplus.max(expired(storage, log, parts, time))
    });
    let needless = parts[..surplus].iter();
    let needless = needless.take_while(|part| held_by(part).is_empty()).count();
    let held = &parts[needless..surplus];
    let bytes = held.iter().map(|part| size(&part.path)).sum();
    let holders = held.first().map(&held_by).unwrap_or_default();
    // A size limit wins over everything.
    let mut over = 0;
    if let Some(most) = policy.keep_at_most {
        let sizes: Vec<_> = parts.iter().map(|part| size(&part.path)).collect();
        let mut all = size(log) + sizes.iter().sum::<u64>();
        while over < parts.len() && all > most {
            all -= sizes[over];
            over += 1;
        }
    }
    let is_held = over < surplus && !holders.is_empty();
    if is_held && said.held_by != holders {
        tell(JournalEvent::Held {
            bytes,
            by: holders.clone(),
        });
    }
    said.held_by = holders;
    let deleted = needless.max(over);
    let waiting: Vec<_> = parts[..deleted].iter().map(held_by).collect();
    for (part, held_by) in parts.drain(..deleted).zip(waiting) {
        for path in part.copy.iter().chain([&part.path]) {
            storage.remove(path).map_err(Failed::at(path))?;
        }
        tell(JournalEvent::Deleted {
            part: part.path,
            held_by,
        });
    }
    Ok(if is_held { Left::Needed } else { Left::Nothing })
}

/// How many parts, from the oldest on, have no record that is younger than this. A part is as young as
/// the first record behind it.
fn expired<S: Storage>(storage: &S, log: &Path, parts: &[Part], keep_for: Duration) -> usize {
    let oldest = chrono::TimeDelta::from_std(keep_for).ok();
    let Some(oldest) = oldest.and_then(|time| Utc::now().checked_sub_signed(time)) else {
        return 0;
    };
    let behind = parts
        .iter()
        .skip(1)
        .map(|part| (&*part.path, part.is_packed));
    let is_old = |(path, is_packed): &(&Path, bool)| {
        first_time(storage, path, *is_packed).is_ok_and(|time| time.is_some_and(|at| at < oldest))
    };
    let behind = behind.chain([(log, false)]);
    parts.len().min(behind.take_while(is_old).count())
}

/// When the first record of a file was received.
fn first_time<S: Storage>(
    storage: &S,
    path: &Path,
    is_packed: bool,
) -> io::Result<Option<DateTime<Utc>>> {
    let mut file = storage.open_to_read(path)?;
    let len = file.len()?;
    let section = Section::new(&mut file, 0, len);
    let mut head = Vec::new();
    if is_packed {
        MultiGzDecoder::new(section)
            .take(FIRST)
            .read_to_end(&mut head)?;
    } else {
        section.take(FIRST).read_to_end(&mut head)?;
    }
    Ok(time_of(&head))
}

/// Replaces a part by its compressed form, if there is room for both.
fn pack<S: Storage>(storage: &S, part: &Part, stop: &AtomicBool) -> io::Result<()> {
    let packed = packed_name(&part.path);
    // What another program left there is not replaced.
    if part.copy.is_none() && storage.exists(&packed)? {
        return Ok(());
    }
    let unfinished = unfinished_name(&part.path);
    let mut plain = storage.open_existing(&part.path)?;
    // Bytes that were cut off must not come back if a crash undoes its deletion.
    plain.sync()?;
    let len = plain.len()?;
    let free = storage.free_space(directory(&part.path));
    // What is packed may be as long; and the log needs room meanwhile.
    if let Some(free) = free.filter(|free| *free / 2 < len) {
        return Err(io::Error::new(
            io::ErrorKind::StorageFull,
            format!(
                "it is not compressed, since only {} are free on that disk",
                counted(free, "byte", "bytes")
            ),
        ));
    }
    match pack_into(storage, &mut plain, len, &unfinished, stop) {
        Ok(true) => {}
        // Stopped, or failed: half a file only takes room.
        outcome => {
            storage.remove(&unfinished)?;
            return outcome.map(drop);
        }
    }
    storage.rename(&unfinished, &packed)?;
    storage.sync_directory(directory(&part.path))?;
    storage.remove(&part.path)
}

/// Compresses a file; false if it was stopped.
fn pack_into<S: Storage>(
    storage: &S,
    plain: &mut S::File,
    len: u64,
    unfinished: &Path,
    stop: &AtomicBool,
) -> io::Result<bool> {
    let mut to = storage.open(unfinished)?;
    to.truncate(0)?;
    let mut packer = GzEncoder::new(Appender(&mut to), Compression::default());
    let mut from = Section::new(plain, 0, len);
    let mut chunk = vec![0; CHUNK];
    loop {
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        match from.read(&mut chunk)? {
            0 => break,
            read => packer.write_all(&chunk[..read])?,
        }
    }
    packer.finish()?;
    to.sync()?;
    Ok(true)
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
