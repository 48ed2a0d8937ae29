//! `inspect`: captures in a browser, without a listener.

use std::fs;
use std::io::Write as _;

use super::inspector::{self, Captures, InspectSettings, Setup};
use super::signals::Signals;
use super::{Console, Input, Logs, Outcome, RuntimeError, small_runtime};
use crate::files::expand;
use crate::journal::begins_with_record;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::validation::{Mask, Validation};

/// What `inspect` was asked for.
#[derive(Debug)]
pub struct InspectOptions {
    /// What is inspected.
    pub logs: Logs,
    /// What is masked on the page.
    pub mask: Mask,
    /// Where the page is.
    pub settings: InspectSettings,
}

/// The page reads the inputs again and again.
#[derive(Debug, thiserror::Error)]
#[error("a pipe can be read only once, and the page reads its inputs again and again")]
struct PipeError;

impl Explain for PipeError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("save it in a file first".to_owned())
    }
}

/// Answers until it is interrupted.
pub fn run(options: &InspectOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let inputs = expand(&options.logs.files).inputs.into_iter();
    let inputs: Vec<Input> = inputs.collect::<Result<_, _>>()?;
    for input in &inputs {
        readable(input)?;
    }
    let log = match &inputs[..] {
        [Input::File(log)] => Some(log.as_path()),
        _ => None,
    };
    let validation = Validation::new(console.catalog()?);
    let runtime = small_runtime()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::new().map_err(RuntimeError)?
    };
    let bound = inspector::bind(&options.settings, log)?;
    let setup = Setup {
        validation,
        environment: console.environment.clone(),
        mask: options.mask.clone(),
        zone: console.zone,
        beside: None,
        targets: options.settings.targets.clone(),
        words: options.logs.words.clone(),
    };
    let captures = Captures::Inputs {
        is_log: log.is_some_and(begins_with_record),
        inputs,
    };
    writeln!(console.out, "{}", bound.url)
        .and_then(|()| console.out.flush())
        .map_err(OutputError::from)?;
    console.say("the page is at the URL above; Ctrl-C ends it")?;
    let running = bound.run(setup, captures)?;
    runtime.block_on(signals.next());
    running.close();
    Ok(Outcome::Done)
}

/// Opens an input, so that a mistake is told before anything else.
fn readable(input: &Input) -> Result<(), Failure> {
    let Input::File(path) = input else {
        return Err(PipeError.into());
    };
    let opened = fs::File::open(path).and_then(|file| file.metadata());
    let known = opened.map_err(|source| crate::journal::ReadError {
        name: path.display().to_string(),
        source,
    })?;
    if known.is_file() {
        return Ok(());
    }
    Err(PipeError.into())
}
