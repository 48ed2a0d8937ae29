//! What `log` and its like read, and how they report what cannot be read.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread;

use chrono::{DateTime, Utc};

use super::console::{Console, Verbosity};
use super::runtime::{RuntimeError, small_runtime};
use super::signals::Signals;
use crate::delivery::deliveries::{self, AttemptRecord};
use crate::files::{Input, expand};
use crate::flows::history::{
    self, CaptureFacts, CaptureName, Context, Flow, Found, History, Sighting, Told,
};
use crate::journal::{Inputs, Record, Watch, first_of_last};
use crate::model::error::Failure;
use crate::model::outcome::Outcome;
use crate::render::progress::{Progress, Unit};
use crate::selection::{Bounds, Need, Query, Selector};
use crate::validation::{JudgedCapture, Validation};

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

/// A capture that is selected.
pub(super) struct Selected {
    pub(super) judged: JudgedCapture,
    pub(super) received_at: Option<DateTime<Utc>>,
    pub(super) sighting: Sighting,
    /// How it relates to earlier ones.
    pub(super) context: Context,
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
    /// in order. What cannot be read is reported, and the rest is still read. If nothing is left, the
    /// reading fails: "no captures" would not be true.
    pub(super) fn run<T: Send>(
        &self,
        console: &mut Console,
        digest: &(dyn Fn(Found<'_>) -> T + Sync),
        take: &mut dyn FnMut(&mut Console, CaptureName, T) -> Flow,
    ) -> Result<Outcome, Failure> {
        let watch = self.follow.then(until_stopped).transpose()?;
        let files = expand(self.files).inputs.into_iter();
        let mut files: Vec<_> = files.map(|file| file.map_err(Failure::from)).collect();
        // Nothing is read where a name stands for nothing: it is a typing mistake, and its error
        // would stand far above a long answer.
        if let Some(wrong) = files.iter().position(Result::is_err) {
            return files.swap_remove(wrong).map(|_| Outcome::Done);
        }
        let stdin = std::mem::replace(&mut console.input, Box::new(std::io::empty()));
        let inputs = Inputs::new(files, stdin, MAX_DOCUMENT).following(watch);
        if let Some(error) = inputs.missing() {
            return Err(error.into());
        }
        let inputs = match self.within {
            Some((_, bounds)) => inputs.within(bounds),
            None => inputs,
        };
        let (unread, bytes_read) = (inputs.unread(), inputs.bytes_read());
        if !self.follow && console.verbosity > Verbosity::Quiet {
            console.bar = Progress::new(console.err_style, Unit::Bytes, inputs.size().1);
        }
        let mut outcome = Outcome::Done;
        // The last failure is told when something comes after it.
        let (mut failed, mut is_empty) = (None::<Failure>, true);
        history::read(inputs, self.validation, digest, &mut |told| {
            let read = bytes_read.swap(0, Ordering::Relaxed);
            if read > 0 {
                console.bar.advance(read, &mut *console.err)?;
            }
            if let Some(failure) = failed.take() {
                console.fail(&failure)?;
            }
            match told {
                Told::Capture(name, made) => {
                    is_empty = false;
                    return take(console, name, made);
                }
                Told::Unread(item) => {
                    is_empty = false;
                    console.warn(&format!("{}: {}; skipped", item.place, item.why), None)?;
                }
                Told::Failed(failure) => {
                    outcome = failure.category().outcome();
                    if self.follow {
                        console.fail(&failure)?;
                    } else {
                        failed = Some(failure);
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        console.end_bar()?;
        match failed {
            Some(failure) if is_empty => return Err(failure),
            Some(failure) => console.fail(&failure)?,
            None => {}
        }
        if let Some((selector, _)) = self.within {
            selector.note_unread(&unread.lock().unwrap_or_else(PoisonError::into_inner));
        }
        Ok(outcome)
    }

    /// Reads every capture, and hands over in order those that are selected.
    pub(super) fn select(
        &self,
        selector: &Selector,
        console: &mut Console,
        take: &mut dyn FnMut(&mut Console, CaptureName, Selected) -> Flow,
    ) -> Result<Outcome, Failure> {
        let asks_history = selector.query().need() == Some(Need::History);
        let mut history = History::of_log();
        self.run(
            console,
            &|found| {
                let received_at = found.received_at;
                let sighting = Sighting::of(found.judged(), received_at);
                let is_meant = asks_history
                    || selector.matches(&CaptureFacts::new(found.judged(), received_at, None));
                (sighting, received_at, is_meant.then(|| found.whole()))
            },
            &mut |console, name, (sighting, received_at, judged)| {
                let catalog = self.validation.catalog();
                let (context, _) = history.observe(&name, &sighting, catalog);
                let judged = judged.filter(|judged| {
                    let facts = CaptureFacts::new(judged, received_at, Some(&context));
                    !asks_history || selector.matches(&facts)
                });
                let Some(judged) = judged else {
                    return Ok(ControlFlow::Continue(()));
                };
                let selected = Selected {
                    judged,
                    received_at,
                    sighting,
                    context,
                };
                take(console, name, selected)
            },
        )
    }

    /// Reads every capture: `digest` makes something of it on several threads, `take` takes that
    /// in order, with whether it is selected. What a query asks of earlier captures, it asks of
    /// all of them.
    pub(super) fn observe<T: Send>(
        &self,
        selector: &Selector,
        console: &mut Console,
        digest: &(dyn Fn(&Found<'_>) -> T + Sync),
        take: &mut dyn FnMut(CaptureName, T, bool) -> Flow,
    ) -> Result<Outcome, Failure> {
        let asks_history = selector.query().need() == Some(Need::History);
        let is_all = selector.query().is_everything();
        let mut all = History::of_log();
        self.run(
            console,
            &|found| {
                let received_at = found.received_at;
                let made = digest(&found);
                let is_meant = is_all
                    || (!asks_history
                        && selector.matches(&CaptureFacts::new(found.judged(), received_at, None)));
                // Most readings need none: what is handed over stays small.
                let asked = asks_history.then(|| {
                    let sighting = Sighting::without_key(&found);
                    Box::new((sighting, found.into_judged(), received_at))
                });
                (made, is_meant, asked)
            },
            &mut |_, name, (made, mut is_meant, asked)| {
                if let Some(asked) = asked {
                    let (sighting, judged, received_at) = *asked;
                    let (context, _) = all.observe(&name, &sighting, judged.catalog());
                    let facts = CaptureFacts::new(&judged, received_at, Some(&context));
                    is_meant = selector.matches(&facts);
                }
                take(name, made, is_meant)
            },
        )
    }
}

/// What became of forwarding captures: the last attempt for each target.
pub(super) fn deliveries(
    files: &[Input],
    captures: impl Iterator<Item = (CaptureName, Option<DateTime<Utc>>)>,
) -> HashMap<CaptureName, Vec<AttemptRecord>> {
    let mut logs = HashMap::<PathBuf, HashMap<u64, (CaptureName, DateTime<Utc>)>>::new();
    for (name, at) in captures {
        let log = match (&name.file, files) {
            (Some(file), _) => PathBuf::from(&**file),
            (None, [Input::File(log)]) => log.clone(),
            _ => continue,
        };
        if let (Some(seq), Some(at)) = (name.number, at) {
            logs.entry(log).or_default().insert(seq, (name, at));
        }
    }
    let mut found = HashMap::<_, Vec<AttemptRecord>>::new();
    for (log, wanted) in &logs {
        for (seq, attempts) in deliveries::attempts(log, &|seq| wanted.contains_key(&seq)) {
            let (name, at) = &wanted[&seq];
            for attempt in attempts.into_iter().filter(|one| one.received_at == *at) {
                let known = found.entry(name.clone()).or_default();
                known.retain(|known| known.target != attempt.target);
                known.push(attempt);
            }
        }
    }
    found
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
