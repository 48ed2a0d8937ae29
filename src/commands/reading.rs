//! What `log` and its like read, and how they report what cannot be read.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread;

use super::console::{Console, Verbosity};
use super::runtime::{RuntimeError, small_runtime};
use super::signals::Signals;
use crate::files::{Input, expand};
use crate::flows::history::{self, CaptureFacts, CaptureName, Flow, Found, Told};
use crate::journal::{Inputs, Record, Watch, first_of_last};
use crate::model::error::Failure;
use crate::model::outcome::Outcome;
use crate::render::progress::{Progress, Unit};
use crate::selection::{Bounds, Need, Query, Selector};
use crate::validation::Validation;

/// The longest line or document that is read, in bytes.
const MAX_DOCUMENT: usize = 32 * 1024 * 1024;

/// The logs that are read.
#[derive(Clone, Debug)]
pub struct Logs {
    /// The inputs.
    pub files: Vec<Input>,
    /// How they were typed, for a command that is suggested: empty, or words behind a space.
    pub words: String,
}

/// Between which numbers and times a log must be read for a query, and for the last captures that
/// it means. Of a query about earlier captures, and of several inputs, everything is read.
pub(super) fn bounds(
    files: &[Input],
    query: &Query,
    last: Option<usize>,
    validation: &Validation,
) -> Bounds {
    let ([Input::File(log)], true) = (files, query.need() != Some(Need::History)) else {
        return Bounds::default();
    };
    let mut bounds = query.bounds();
    let is_meant = &mut |record: Record| {
        let received_at = Some(record.capture.received_at);
        let judged = validation.capture(Some(record.seq), Arc::new(record.capture));
        query.matches(&CaptureFacts::new(&judged, received_at, None))
    };
    let is_file = log.is_file() && bounds.last == u64::MAX;
    let first = last.filter(|_| is_file);
    let first = first.and_then(|last| first_of_last(log, last, is_meant));
    bounds.first = bounds.first.max(first.unwrap_or(0));
    bounds
}

/// A reading of logs.
pub(super) struct Reading<'r> {
    pub(super) files: &'r [Input],
    pub(super) validation: &'r Validation,
    /// The last log is followed until Ctrl-C.
    pub(super) follow: bool,
    /// What selects, and between which numbers and times; what is outside need not be read.
    pub(super) within: Option<(&'r Selector, Bounds)>,
}

impl Reading<'_> {
    /// Reads every capture: `digest` makes something of it on several threads, `take` takes that
    /// in order. What cannot be read is reported, and the rest is still read.
    pub(super) fn run<T: Send>(
        &self,
        console: &mut Console,
        digest: &(dyn Fn(Found<'_>) -> T + Sync),
        take: &mut dyn FnMut(&mut Console, CaptureName, T) -> Flow,
    ) -> Result<Outcome, Failure> {
        let watch = self.follow.then(until_stopped).transpose()?;
        let files = expand(self.files).inputs.into_iter();
        let files = files.map(|file| file.map_err(Failure::from)).collect();
        let stdin = std::mem::replace(&mut console.input, Box::new(std::io::empty()));
        let inputs = Inputs::new(files, stdin, MAX_DOCUMENT).following(watch);
        let inputs = match self.within {
            Some((_, bounds)) => inputs.within(bounds),
            None => inputs,
        };
        let (unread, bytes_read) = (inputs.unread(), inputs.bytes_read());
        if !self.follow && console.verbosity > Verbosity::Quiet {
            console.bar = Progress::new(console.err_style, Unit::Bytes, inputs.size().1);
        }
        let mut outcome = Outcome::Done;
        history::read(inputs, self.validation, digest, &mut |told| {
            let read = bytes_read.swap(0, Ordering::Relaxed);
            if read > 0 {
                console.bar.advance(read, &mut *console.err)?;
            }
            match told {
                Told::Capture(name, made) => return take(console, name, made),
                Told::Unread(item) => {
                    console.warn(&format!("{}: {}; skipped", item.place, item.why), None)?;
                }
                Told::Failed(failure) => {
                    console.fail(&failure)?;
                    outcome = failure.category().outcome();
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        console.end_bar()?;
        if let Some((selector, _)) = self.within {
            selector.note_unread(&unread.lock().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(outcome)
    }
}

/// Ends what is followed at the first signal.
fn until_stopped() -> Result<Arc<Watch>, Failure> {
    let watch = Arc::<Watch>::default();
    let runtime = small_runtime()?;
    let caught = {
        let _inside = runtime.enter();
        Signals::new()
    };
    let (mut signals, ending) = (caught.map_err(RuntimeError)?, Arc::clone(&watch));
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            runtime.block_on(signals.next());
            ending.end();
        })
        .map_err(RuntimeError)?;
    Ok(watch)
}
