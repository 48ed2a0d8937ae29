//! Fills the index: what is in the log already, on all cores; then what comes.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::sleep;

use super::backend::InspectorBackend;
use super::captures::{Captures, opened};
use crate::commands::runtime::{RuntimeError, small_runtime};
use crate::files::Input;
use crate::flows::history::{self, CaptureName, Found, Indexed, Told};
use crate::journal::{Inputs, LogCursor, ReadError, Watch};
use crate::model::background::yield_to_others;
use crate::model::error::Failure;
use crate::selection::Bounds;
use crate::validation::Validation;
use crate::wire::inspect::UnreadJson;

/// Items that cannot be read and are told one by one.
const MOST_UNREAD: usize = 100;
/// How long it works at a stretch, and rests then.
const STRETCH: Duration = Duration::from_millis(8);
const REST: Duration = Duration::from_millis(100);
/// Captures within a stretch that mean that the listener is busy.
const BUSY: u64 = 100;

/// Starts the thread that fills the index, until it is told to stop.
pub(super) fn start(
    backend: Arc<InspectorBackend>,
    captures: Captures,
    closing: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let fill = move || {
        // Replies come first.
        yield_to_others();
        let indexing = Indexing { backend, closing };
        indexing.read(&captures);
        match captures {
            Captures::Live { log, last, safe } => indexing.follow_live(&log, last, safe),
            Captures::Inputs {
                inputs,
                is_log: true,
            } => indexing.follow_log(inputs),
            Captures::Inputs { .. } => {}
        }
    };
    let thread = thread::Builder::new().name("index".to_owned());
    thread.spawn(fill).map_err(RuntimeError)?;
    Ok(())
}

struct Indexing {
    backend: Arc<InspectorBackend>,
    closing: watch::Receiver<bool>,
}

impl Indexing {
    /// Reads what is there.
    fn read(&self, captures: &Captures) {
        let inputs = captures.open();
        let (read, progress) = (inputs.bytes_read(), &self.backend.progress);
        self.take(inputs, 0, &|| {
            let bytes = read.swap(0, Ordering::Relaxed);
            progress.read.fetch_add(bytes, Ordering::Relaxed);
        });
        let end = self.backend.search.read(|index| index.places().end);
        let _ = progress.end.set(end);
        progress.is_ready.store(true, Ordering::Release);
        self.backend.tell();
    }

    /// Adds all captures of these inputs with numbers above `last`.
    fn take(&self, inputs: Inputs, last: u64, tick: &dyn Fn()) {
        let digest = |found: Found<'_>| Indexed::of(found.judged(), found.received_at);
        let validation: &Validation = &self.backend.search.validation;
        let read = history::read(inputs, validation, &digest, &mut |told| {
            tick();
            match told {
                Told::Capture(name, _) if name.number.is_some_and(|number| number <= last) => {}
                Told::Capture(name, new) => self.add(&name, &new),
                Told::Unread(item) => self.unread(item.place, item.why),
                Told::Failed(failure) => self.unread(String::new(), failure.message()),
            }
            if *self.closing.borrow() {
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        });
        if let Err(failure) = read {
            self.unread(String::new(), failure.message());
        }
    }

    fn add(&self, name: &CaptureName, new: &Indexed) {
        let is_added = self.backend.search.change(|index| index.add(name, new));
        if !is_added {
            let why = "its number is not above those before it, or it is no record of the log";
            self.unread(name.to_string(), why.to_owned());
        }
        self.backend.tell();
    }

    fn unread(&self, place: String, why: String) {
        self.backend.change_unread(|unread, count| {
            *count += 1;
            if unread.len() < MOST_UNREAD {
                unread.push(UnreadJson { place, why });
            }
        });
    }

    /// Adds what the listener of this run has on disk, in the order of the numbers. A capture that
    /// comes alone is added at once. In a flood they are added in handfuls, with rests between them:
    /// what they take of two busy cores, the listener loses, and a page needs no more.
    fn follow_live(&self, log: &Path, last: u64, mut safe: watch::Receiver<u64>) {
        let mut cursor = LogCursor::new(log, last + 1);
        let Ok(runtime) = small_runtime() else {
            return;
        };
        let mut closing = self.closing.clone();
        loop {
            let end = *safe.borrow_and_update();
            let added = self.add_some(&mut cursor, end);
            let is_idle = *safe.borrow() < end + BUSY;
            if matches!(added, Ok(false)) && is_idle && !*closing.borrow() {
                continue;
            }
            // Nothing tells when a log that cannot be read can be read again: the display tells what
            // is wrong, and it is tried again after the rest.
            let is_whole = matches!(added, Ok(true));
            let goes_on = runtime.block_on(async {
                let next = async {
                    sleep(REST).await;
                    !is_whole || safe.changed().await.is_ok()
                };
                tokio::select! {
                    goes_on = next => goes_on,
                    _ = closing.wait_for(|closing| *closing) => false,
                }
            });
            if !goes_on {
                return;
            }
        }
    }

    /// Adds captures up to this number, but works no longer than a stretch. Whether it added all.
    fn add_some(&self, cursor: &mut LogCursor, end: u64) -> Result<bool, ReadError> {
        let start = Instant::now();
        let validation = &self.backend.search.validation;
        while start.elapsed() < STRETCH && !*self.closing.borrow() {
            let Some(record) = cursor.next(end)? else {
                return Ok(true);
            };
            let name = CaptureName::of_log(Some(record.seq));
            let at = Some(record.capture.received_at);
            let judged = validation.capture(Some(record.seq), Arc::new(record.capture));
            self.add(&name, &Indexed::of(&judged, at));
        }
        Ok(false)
    }

    /// Adds what something else appends to the log.
    fn follow_log(&self, inputs: Vec<Input>) {
        let watch = Arc::<Watch>::default();
        let (ending, mut closing) = (Arc::clone(&watch), self.closing.clone());
        let waiter = thread::Builder::new().name("inspector-end".to_owned());
        let waits = waiter.spawn(move || {
            if let Ok(runtime) = small_runtime() {
                runtime.block_on(async {
                    let _ = closing.wait_for(|closing| *closing).await;
                });
            }
            ending.end();
        });
        if waits.is_err() {
            return;
        }
        let last = self.backend.search.read(|index| {
            let last = index.places().end.checked_sub(1);
            last.and_then(|last| index.at(last))
                .map_or(0, |last| last.id())
        });
        let inputs = opened(inputs).following(Some(watch)).within(Bounds {
            first: last + 1,
            ..Bounds::default()
        });
        self.take(inputs, last, &|| {});
    }
}
