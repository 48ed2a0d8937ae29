//! What became of forwarding, for people: `log.deliveries.jsonl` beside `log.jsonl`. Nothing depends
//! on it.
//!
//! A thread writes a line for each attempt. It takes them from a bounded queue, so that neither a
//! reply nor the cursor waits for it, and syncs nothing: a crash costs the last lines. There are
//! at most two files, the second one with `.old` at its end, of `LONGEST` each.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, Ending};
use crate::files::{self, AtomicFile, read_found};
use crate::model::ranges::Ranges;
use crate::text::number::counted;
use crate::wire::listen::ForwardState;

/// The version of a line.
const VERSION: u64 = 1;
/// The bytes of an answer that are kept.
const ANSWER: usize = 4096;
/// The bytes of a file at which another one is begun.
const LONGEST: u64 = 8 * 1024 * 1024;
/// Lines that may wait to be written.
const QUEUE: usize = 1024;

/// An attempt at a capture, as a line of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptRecord {
    #[serde(rename = "enx_hook_delivery")]
    version: u64,
    /// The capture.
    pub seq: u64,
    /// When the capture was received; with `seq` it names the capture.
    pub received_at: DateTime<Utc>,
    /// When the attempt ended.
    pub at: DateTime<Utc>,
    /// The target. A password in it is masked.
    pub target: String,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// What came of it.
    pub state: ForwardState,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The code that a command ended with.
    pub exit: Option<i32>,
    /// Whether the whole answer was read.
    pub complete: bool,
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// The kind of failure, if there was no answer.
    pub cause: Option<String>,
    /// The failure, or why the answer is incomplete, for people.
    pub error: Option<String>,
    /// The beginning of the answer; bytes that are not UTF-8 are replaced.
    pub answer: Option<String>,
}

impl AttemptRecord {
    fn new(
        (seq, received_at): (u64, DateTime<Utc>),
        (attempt, state): (u32, ForwardState),
        target: &str,
        ended: &Attempt,
    ) -> AttemptRecord {
        let ending = &ended.ending;
        let (status, exit) = match ending {
            Ending::Answered(answer) => (Some(answer.status), None),
            Ending::Exited(exit) => (None, exit.code()),
            Ending::Unanswered(_) => (None, None),
        };
        let said = ending.said().map(|said| &said[..said.len().min(ANSWER)]);
        AttemptRecord {
            version: VERSION,
            seq,
            received_at,
            at: Utc::now(),
            target: target.to_owned(),
            attempt,
            state,
            status,
            exit,
            complete: said.is_some() && ending.incomplete().is_none(),
            took_ms: ended.took.as_secs_f64() * 1000.0,
            cause: ending.cause().map(|cause| cause.word().to_owned()),
            error: ending.failure().or_else(|| ending.incomplete()),
            answer: said.map(|said| String::from_utf8_lossy(said).into_owned()),
        }
    }
}

/// Writes the file as long as it lives.
pub struct DeliveryRecorder {
    lines: Mutex<Option<SyncSender<AttemptRecord>>>,
    lost: Arc<AtomicU64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl DeliveryRecorder {
    /// Begins. `tell` receives what went wrong, for people.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started.
    pub fn start(
        log: &Path,
        tell: impl Fn(String) + Send + 'static,
    ) -> io::Result<DeliveryRecorder> {
        let (sender, receiver) = sync_channel(QUEUE);
        let lost = Arc::<AtomicU64>::default();
        let mut writer = Writer {
            path: path(log),
            file: None,
            has_failed: false,
            lost: Arc::clone(&lost),
            tell: Box::new(tell),
        };
        let thread = std::thread::Builder::new()
            .name("deliveries".to_owned())
            .spawn(move || writer.run(&receiver))?;
        Ok(DeliveryRecorder {
            lines: Mutex::new(Some(sender)),
            lost,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Records an attempt at the capture of that number and time. Never waits.
    pub fn record(
        &self,
        target: &str,
        capture: (u64, DateTime<Utc>),
        attempt: (u32, ForwardState),
        ended: &Attempt,
    ) {
        let line = AttemptRecord::new(capture, attempt, target, ended);
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let is_taken = |lines: &SyncSender<_>| lines.try_send(line).is_ok();
        if !lines.as_ref().is_some_and(is_taken) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes what waits. Later attempts are not recorded.
    pub fn close(&self) {
        drop(
            self.lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // If it panicked, the panic was reported.
        thread.map(JoinHandle::join);
    }
}

struct Writer {
    path: PathBuf,
    /// The open file and its length.
    file: Option<(File, u64)>,
    has_failed: bool,
    lost: Arc<AtomicU64>,
    tell: Box<dyn Fn(String) + Send>,
}

impl Writer {
    fn run(&mut self, lines: &Receiver<AttemptRecord>) {
        while let Ok(first) = lines.recv() {
            let batch: Vec<_> = std::iter::once(first)
                .chain(lines.try_iter().take(QUEUE))
                .collect();
            if let Err(error) = self.write(&batch) {
                // It is opened anew for the next lines.
                self.file = None;
                self.lost.fetch_add(batch.len() as u64, Ordering::Relaxed);
                if !std::mem::replace(&mut self.has_failed, true) {
                    let path = self.path.display();
                    (self.tell)(format!(
                        "what is delivered cannot be written to {path}: {error}"
                    ));
                }
            }
        }
        let lost = self.lost.load(Ordering::Relaxed);
        if lost > 0 {
            let lost = counted(lost, "attempt is", "attempts are");
            (self.tell)(format!("{lost} not in {}", self.path.display()));
        }
    }

    fn write(&mut self, batch: &[AttemptRecord]) -> io::Result<()> {
        let mut open = match self.file.take() {
            Some(open) => open,
            None => at_end(&self.path)?,
        };
        if open.1 >= LONGEST {
            fs::rename(&self.path, old(&self.path))?;
            open = at_end(&self.path)?;
        }
        let (file, length) = self.file.insert(open);
        let mut text = Vec::new();
        for line in batch {
            serde_json::to_writer(&mut text, line)?;
            text.push(b'\n');
        }
        file.write_all(&text)?;
        *length += text.len() as u64;
        Ok(())
    }
}

/// Opens the file at its end. A line that a crash has torn is closed.
fn at_end(path: &Path) -> io::Result<(File, u64)> {
    let mut file = files::open_state(path)?;
    let mut length = file.seek(SeekFrom::End(0))?;
    if length > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
            length += 1;
        }
    }
    Ok((file, length))
}

/// `log.deliveries.jsonl` for `log.jsonl`.
pub fn path(log: &Path) -> PathBuf {
    let mut name = log.file_stem().unwrap_or_default().to_owned();
    name.push(".deliveries");
    if let Some(extension) = log.extension() {
        name.push(".");
        name.push(extension);
    }
    log.with_file_name(name)
}

/// `log.deliveries.jsonl.old`
fn old(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".old");
    name.into()
}

/// The attempts at some captures of a log, by number, in order. What cannot be read is left out.
pub fn attempts(log: &Path, wanted: &dyn Fn(u64) -> bool) -> BTreeMap<u64, Vec<AttemptRecord>> {
    let mut found = BTreeMap::<u64, Vec<AttemptRecord>>::new();
    let path = path(log);
    for path in [old(&path), path] {
        let text = read_found(&path).unwrap_or_default();
        for line in text.split(|byte| *byte == b'\n') {
            if !seq(line).is_some_and(wanted) {
                continue;
            }
            if let Ok(record) = serde_json::from_slice::<AttemptRecord>(line) {
                found.entry(record.seq).or_default().push(record);
            }
        }
    }
    found
}

/// Removes what is known of some captures.
///
/// # Errors
///
/// If a file cannot be replaced.
pub fn forget(log: &Path, removed: &Ranges) -> io::Result<()> {
    let path = path(log);
    for path in [old(&path), path] {
        let text = match read_found(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let mut file = AtomicFile::begin_state(&path)?;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            // A torn line may hold anything.
            if seq(line).is_some_and(|seq| !removed.contains(seq)) && line.ends_with(b"\n") {
                file.write_all(line)?;
            }
        }
        file.commit_as_it_was()?;
    }
    Ok(())
}

/// The number of the capture of a line of this version, without reading all of it.
fn seq(line: &[u8]) -> Option<u64> {
    let rest = line.strip_prefix(b"{\"enx_hook_delivery\":1,\"seq\":")?;
    let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;

    use super::*;

    fn recorder(log: &Path) -> DeliveryRecorder {
        DeliveryRecorder::start(log, |what| panic!("{what}")).unwrap()
    }

    fn record(recorder: &DeliveryRecorder, seq: u64) {
        let ended = Attempt::of(200, Duration::from_millis(5), Bytes::from(vec![b'x'; 9000]));
        let capture = (seq, DateTime::UNIX_EPOCH);
        recorder.record("http://t/", capture, (1, ForwardState::Delivered), &ended);
    }

    #[test]
    fn a_torn_line_is_closed_and_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        fs::write(path(&log), "{\"enx_hook_delivery\":1,\"seq\":1,\"rec").unwrap();
        let writer = recorder(&log);
        record(&writer, 1);
        writer.close();
        let found = attempts(&log, &|_| true);
        assert_eq!(found[&1].len(), 1);
        assert_eq!(found[&1][0].answer.as_ref().unwrap().len(), ANSWER);
        assert_eq!(fs::read_to_string(path(&log)).unwrap().lines().count(), 2);
    }

    #[test]
    fn two_files_are_all_that_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        for round in 1..=4 {
            let file = File::create(path(&log)).unwrap();
            file.set_len(LONGEST - 1).unwrap();
            let writer = recorder(&log);
            record(&writer, round);
            writer.close();
            let writer = recorder(&log);
            record(&writer, 10 + round);
            writer.close();
        }
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|one| one.unwrap().file_name())
            .collect();
        assert_eq!(names.len(), 2, "{names:?}");
        let found = attempts(&log, &|_| true);
        assert_eq!(found.keys().collect::<Vec<_>>(), [&4, &14]);
    }

    #[test]
    fn what_is_forgotten_is_gone_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let writer = recorder(&log);
        (1..=5).for_each(|seq| record(&writer, seq));
        writer.close();
        let mut removed = Ranges::default();
        removed.insert(2, 3);
        forget(&log, &removed).unwrap();
        let found = attempts(&log, &|seq| seq != 5);
        assert_eq!(found.keys().collect::<Vec<_>>(), [&1, &4]);
    }
}
