//! What `log` and its like read, and how they report what cannot be read.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use super::console::Console;
use super::runtime::{RuntimeError, small_runtime};
use super::signals::Signals;
use crate::files::{Input, expand};
use crate::flows::history::{self, CaptureName, Flow, Found, Told};
use crate::journal::{Inputs, Watch};
use crate::model::error::Failure;
use crate::model::outcome::Outcome;
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

/// A reading of logs.
pub(super) struct Reading<'r> {
    pub(super) files: &'r [Input],
    pub(super) validation: &'r Validation,
    /// The last log is followed until Ctrl-C.
    pub(super) follow: bool,
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
        let mut outcome = Outcome::Done;
        history::read(inputs, self.validation, digest, &mut |told| match told {
            Told::Capture(name, made) => take(console, name, made),
            Told::Unread(item) => {
                console.warn(&format!("{}: {}; skipped", item.place, item.why), None)?;
                Ok(ControlFlow::Continue(()))
            }
            Told::Failed(failure) => {
                console.fail(&failure)?;
                outcome = failure.category().outcome();
                Ok(ControlFlow::Continue(()))
            }
        })?;
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
