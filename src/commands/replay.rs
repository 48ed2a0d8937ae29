//! `replay`: posts logged bodies again. What is sent are the logged bytes, never JSON that
//! was parsed and printed again.

mod account;
mod choice;
mod machine;
mod progress;
mod supply;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::inputs::with_older_parts;
use super::post::{delivery_options, target_line};
use super::signals::Signals;
use super::{Console, Format, Input, Outcome, RuntimeError, Target, open, small_runtime};
use crate::delivery::{Again, Crew, Metronome, News, Occasion, Poster, Rate, Supplied};
use crate::error::Failure;
use crate::output::number::{count, counted};
use crate::validation::Validation;

use account::{Account, Limit, Stop};
use progress::{Belongs, Done, Progress};
use supply::{Opened, Supply, Tag, Word};

pub use choice::{Choice, Condition, Moment, SeqRange, Speed};
pub(super) use machine::Latency;
pub use progress::ProgressError;

/// Batches that may lie between the reading and the posting.
const AHEAD: usize = 16;

/// What `replay` was asked for.
#[derive(Debug)]
pub struct Options {
    /// The sources, in this order.
    pub files: Vec<Input>,
    /// Which captures.
    pub choice: Choice,
    /// The same as it was typed, which tells one replay from another.
    pub choice_typed: String,
    /// Requests at a time.
    pub concurrency: usize,
    /// Even spacing.
    pub rate: Option<Rate>,
    /// The gaps of the log.
    pub speed: Speed,
    /// The longest gap.
    pub max_gap: Option<Duration>,
    /// Attempts after the first.
    pub retries: u32,
    /// What is tried again.
    pub retry_on: Vec<Occasion>,
    /// So many failures end the run.
    pub max_failures: Option<u64>,
    /// Which headers go along.
    pub headers: Headers,
    /// Whether the logged path takes the place of the target's.
    pub keep_path: bool,
    /// Where progress is kept.
    pub resume: Option<PathBuf>,
    /// Whether what was not answered 2xx is sent again.
    pub failed: bool,
    /// Send nothing, and say what would be sent.
    pub dry_run: bool,
    /// The longest line that is taken, in bytes.
    pub max_document: usize,
    /// Where to.
    pub target: Target,
    /// What stdout carries.
    pub format: Format,
}

/// Which of the logged headers go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headers {
    /// What the provider sent.
    Provider,
    /// Also what was added on the way.
    Original,
    /// None.
    None,
}

/// Replays until all is sent, or the target cannot be reached.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    let (files, older) = with_older_parts(&options.files);
    let (progress, done) = progress(options)?;
    let verb = if options.dry_run {
        "would send"
    } else {
        "replaying"
    };
    let parts = match older {
        0 => String::new(),
        older => format!(
            ", with {}",
            counted(count(older), "older part", "older parts")
        ),
    };
    console.say(&format!(
        "{verb} to {}{parts}",
        target_line(&options.target)
    ))?;
    let supplied = start_supply(options, files, done, console)?;
    let limit = options.max_failures.map_or(Limit::Silence, Limit::Failures);
    let url = options.target.url.to_string();
    let post = (!options.dry_run)
        .then(|| crew(options, console))
        .transpose()?;
    let mut account = Account::new(console, options.format, url, limit);
    account.progress = progress;
    match post {
        None => plan(options, supplied, account),
        Some(crew) => small_runtime()?.block_on(deliver(options, crew, supplied, account)),
    }
}

/// The file that progress is kept in, and what is done by it.
fn progress(options: &Options) -> Result<(Option<Progress>, Done), Failure> {
    let Some(path) = &options.resume else {
        return Ok((None, Done::default()));
    };
    let mut sources = Vec::new();
    for input in &options.files {
        let Input::File(file) = input else {
            return Err(ProgressError::Stdin.into());
        };
        let whole = std::fs::canonicalize(file).unwrap_or_else(|_| file.clone());
        sources.push(whole.display().to_string());
    }
    let url = options.target.url.to_string();
    let belongs = Belongs::new(sources, options.choice_typed.clone(), url);
    let (progress, done) = Progress::open(path, &belongs, options.failed)?;
    Ok(((!options.dry_run).then_some(progress), done))
}

/// Who posts.
fn crew(options: &Options, console: &Console) -> Result<Crew, Failure> {
    let target = &options.target;
    let poster = Poster::new(&target.url, &delivery_options(target, console))?;
    Ok(Crew {
        poster: Arc::new(poster),
        concurrency: options.concurrency,
        again: Again::new(options.retries, options.retry_on.clone()),
        metronome: options.rate.map(Metronome::new),
    })
}

/// Reads and chooses on a thread of its own, from now on.
fn start_supply(
    options: &Options,
    files: Vec<Input>,
    done: Done,
    console: &mut Console,
) -> Result<mpsc::Receiver<Supplied<Tag, Word>>, Failure> {
    let catalog = console.catalog()?;
    let mut choice = options.choice.clone();
    // An alias selects its event, and a name that the catalog does not have selects itself:
    // a log may hold events that are newer than the catalog.
    for name in &mut choice.events {
        if let Some(entry) = catalog.find(name) {
            name.clone_from(&entry.event.name);
        }
    }
    let (now, zone) = (chrono::Utc::now(), console.zone);
    let resolve = |moment: Option<Moment>| moment.map(|moment| moment.resolve(now, zone));
    let supply = Supply {
        since: resolve(choice.since),
        until: resolve(choice.until),
        headers: options.headers,
        keep_path: options.keep_path,
        speed: options.speed,
        max_gap: options.max_gap,
        max_document: options.max_document,
        validation: Validation::new(catalog),
        in_lanes: options.concurrency > 1,
        prompt: files.contains(&Input::Stdin),
        choice,
        done,
    };
    let max_document = options.max_document;
    let mut input = std::mem::replace(&mut console.input, Box::new(std::io::empty()));
    let sources = files.into_iter().map(move |file| -> Opened {
        let source = open(&file, &mut input, max_document);
        (Arc::from(file.name()), source.map_err(Failure::from))
    });
    let (to, supplied) = mpsc::channel(AHEAD);
    std::thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || supply.run(sources, to))
        .map_err(RuntimeError)?;
    Ok(supplied)
}

/// Says what would be sent.
fn plan(
    options: &Options,
    mut supplied: mpsc::Receiver<Supplied<Tag, Word>>,
    mut account: Account<'_>,
) -> Result<Outcome, Failure> {
    while let Some(next) = supplied.blocking_recv() {
        match next {
            Supplied::Orders(orders) => {
                for order in orders {
                    account.announce(&order.tag, order.parcel.size())?;
                }
            }
            Supplied::Word(word) => {
                if let std::ops::ControlFlow::Break(Stop::Failed(failure)) =
                    account.hear(News::Word(word))
                {
                    return Err(failure);
                }
            }
        }
    }
    account.summarise(true, options.choice.is_everything(), None)?;
    Ok(nothing_is_no_success(&account, account.outcome()))
}

async fn deliver(
    options: &Options,
    crew: Crew,
    mut supplied: mpsc::Receiver<Supplied<Tag, Word>>,
    mut account: Account<'_>,
) -> Result<Outcome, Failure> {
    let mut signals = Signals::new().map_err(RuntimeError)?;
    let interrupted = async {
        signals.next().await;
        Stop::Interrupted
    };
    let (stop, left) = crew
        .deliver(&mut supplied, interrupted, |news| account.hear(news))
        .await;
    let left = left.map(|tag| format!("{}:{}", tag.file, tag.line));
    let before = account.unreached.take().or(left);
    account.summarise(false, options.choice.is_everything(), before.as_deref())?;
    let outcome = account.outcome();
    match stop {
        None => Ok(nothing_is_no_success(&account, outcome)),
        Some(Stop::Failed(failure)) => Err(failure),
        Some(Stop::Interrupted) => Ok(outcome.and(Outcome::Interrupted)),
        Some(Stop::Enough(why)) => {
            account.console.warn(&format!("stopped: {why}"), None)?;
            Ok(outcome)
        }
    }
}

/// A check in CI that checked nothing must not look like one that passed; but what was done
/// in an earlier run was checked then.
fn nothing_is_no_success(account: &Account<'_>, outcome: Outcome) -> Outcome {
    if account.counts.selected == 0 {
        outcome.and(Outcome::Negative)
    } else {
        outcome
    }
}
