//! `replay`: posts logged bodies again. What is sent are the logged bytes, never JSON that
//! was parsed and printed again.

mod account;
mod choice;
mod done;
mod envelope;
mod gaps;
mod machine;
mod overrides;
mod progress;
mod report;
mod show;
mod supply;
mod tag;
mod tally;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use tokio::sync::mpsc;

use super::signals::Signals;
use super::{Console, Format, Input, Outcome, RuntimeError, Target, small_runtime};
use crate::delivery::{
    Concurrency, Halt, HttpClient, JobEvent, Limit, Metronome, Proxies, Rate, RetryCondition,
    RetryPolicy, Scheduler, SchedulerPolicy, Supplied, WhenUnreached,
};
use crate::journal::{Inputs, Watch, whole_path};
use crate::model::error::Failure;
use crate::render::delivery::target_line;
use crate::render::progress::{Progress as Bar, Unit};
use crate::render::report::{DeliveryReport, ReportError, ReportKind};
use crate::text::number::counted;
use crate::validation::Validation;

use account::{Account, Gauge, Reporting, Stop};
use done::Done;
use envelope::Envelope;
use gaps::Gaps;
use progress::{Belongs, Progress};
use supply::{Ahead, Supply};
use tag::{Tag, Word};

use crate::selection::Speed;
pub use choice::{Choice, Moment, SeqRange};
pub use overrides::Overrides;
pub use progress::{ProgressError, Typed};

/// Batches that may lie between the reading and the posting.
const AHEAD: usize = 16;

/// What `replay` was asked for.
#[derive(Debug)]
pub struct Options {
    /// The sources, in this order.
    pub files: Vec<Input>,
    /// Which captures.
    pub choice: Choice,
    /// The options of selection and changes as they were typed, which identify a replay.
    pub typed: Typed,
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
    pub retry_on: Vec<RetryCondition>,
    /// So many failures end the run.
    pub max_failures: Option<u64>,
    /// Which headers go along.
    pub headers: Headers,
    /// Whether the logged path takes the place of the target's.
    pub keep_path: bool,
    /// What is changed in the bodies.
    pub overrides: Overrides,
    /// Whether to go on with what is still being logged.
    pub follow: bool,
    /// How long that may take.
    pub length: Option<Duration>,
    /// A report in a file besides.
    pub report: Option<(PathBuf, ReportKind)>,
    /// Where progress is kept, and what counts as done.
    pub resume: Option<Resume>,
    /// Send nothing, and say what would be sent.
    pub dry_run: bool,
    /// The longest line that is taken, in bytes.
    pub max_document: usize,
    /// Where to.
    pub target: Target,
    /// What stdout carries.
    pub format: Format,
}

/// Where a replay goes on.
#[derive(Clone, Debug)]
pub struct Resume {
    /// The file of its progress.
    pub file: PathBuf,
    /// Whether what was not answered 2xx is sent again.
    pub failed: bool,
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
    let (progress, done) = progress(options)?;
    let watch = options.follow.then(|| Arc::new(Watch::default()));
    let stdin = std::mem::replace(&mut console.input, Box::new(std::io::empty()));
    let files = options.files.iter().cloned().map(Ok).collect();
    let inputs = Inputs::new(files, stdin, options.max_document).following(watch.clone());
    let (parts, bytes) = inputs.size();
    let ahead = Arc::new(Ahead::new(inputs.bytes_read()));
    let supply = supply(options, Arc::clone(&ahead), done, console)?;
    let post = (!options.dry_run)
        .then(|| scheduler(options, console))
        .transpose()?;
    let report = (!options.dry_run)
        .then(|| report(options, console))
        .transpose()?
        .flatten();
    announce(options, parts, console)?;
    let supplied = start(supply, inputs)?;
    let limit = options
        .max_failures
        .map(Limit::Failures)
        .unwrap_or_default();
    let url = options.target.url.to_string();
    let bar = bar(options, bytes, console);
    let mut account = Account::new(console, options.format, url, limit);
    account.progress = progress;
    account.report = report;
    account.bar = Gauge::new(bar, ahead, bytes);
    let outcome = match post {
        None => plan(options, supplied, account),
        Some(scheduler) => {
            small_runtime()?.block_on(deliver(options, scheduler, supplied, account))
        }
    };
    if let Some(watch) = watch {
        watch.end();
    }
    outcome
}

/// Says what is going to happen.
fn announce(options: &Options, parts: u64, console: &mut Console) -> Result<(), Failure> {
    let verb = if options.dry_run {
        "would send"
    } else {
        "replaying"
    };
    let parts = match parts {
        0 => String::new(),
        parts => format!(", with {}", counted(parts, "older part", "older parts")),
    };
    console.say(&format!(
        "{verb} to {}{parts}",
        target_line(&options.target)
    ))?;
    if !options.overrides.is_empty() {
        console.say("bodies are changed on their way: they are not the logged bytes any more")?;
    }
    if options.follow {
        console.say("and on with what is still being logged; Ctrl-C ends it")?;
    }
    Ok(())
}

/// The file that progress is kept in, and what is done by it.
fn progress(options: &Options) -> Result<(Option<Progress>, Done), Failure> {
    let Some(Resume { file, failed }) = &options.resume else {
        return Ok((None, Done::default()));
    };
    let mut named = Vec::new();
    for input in &options.files {
        let Input::File(source) = input else {
            return Err(ProgressError::Stdin.into());
        };
        named.push(whole_path(source));
    }
    let url = options.target.url.to_string();
    let belongs = Belongs::new(named, url, options.typed.clone());
    let (progress, done) = Progress::open(file, &belongs, *failed)?;
    Ok(((!options.dry_run).then_some(progress), done))
}

/// What posts the captures.
fn scheduler(options: &Options, console: &Console) -> Result<Scheduler, Failure> {
    let target = &options.target;
    let client = HttpClient::new(
        &target.url,
        &target.options(Proxies::of(&console.environment)),
    )?;
    let policy = SchedulerPolicy {
        concurrency: Concurrency::Jobs(options.concurrency),
        pace: options.rate.map(Metronome::new),
        retry: RetryPolicy::new(options.retries, options.retry_on.clone()),
        when_unreached: WhenUnreached::CountAttempt,
        span: u64::MAX,
    };
    Ok(Scheduler::new(Arc::new(client), policy))
}

/// The report, if one was asked for.
fn report(options: &Options, console: &Console) -> Result<Option<Reporting>, ReportError> {
    let Some(report) = &options.report else {
        return Ok(None);
    };
    let names: Vec<String> = options.files.iter().map(Input::name).collect();
    let name = format!("replay of {}", names.join(", "));
    let target = &options.target;
    Ok(Some(Reporting {
        report: DeliveryReport::create(report, name, target.url.to_string())?,
        target: target.url.clone(),
        options: target.options(Proxies::of(&console.environment)),
    }))
}

/// A bar, where a person waits and nothing else tells how far it is.
fn bar(options: &Options, bytes: Option<u64>, console: &Console) -> Bar {
    if options.dry_run || console.verbosity == super::Verbosity::Quiet {
        return Bar::hidden();
    }
    let total = bytes.filter(|_| !options.follow).map(|_| 0);
    Bar::new(console.err_style, Unit::Things, total)
}

/// What is handed over, and how.
fn supply(
    options: &Options,
    ahead: Arc<Ahead>,
    done: Done,
    console: &Console,
) -> Result<Supply, Failure> {
    let catalog = console.catalog()?;
    let mut choice = options.choice.clone();
    // An alias selects its event, and a name that the catalog does not have selects itself:
    // a log may hold events that are newer than the catalog.
    for name in &mut choice.events {
        if let Some(entry) = catalog.find(name) {
            name.clone_from(&entry.event.name);
        }
    }
    options.overrides.check(&catalog, &choice.events)?;
    let (now, zone) = (chrono::Utc::now(), console.zone);
    let resolve = |moment: Option<Moment>| moment.map(|moment| moment.resolve(now, zone));
    let waits = options.follow || options.files.contains(&Input::Stdin);
    Ok(Supply {
        since: resolve(choice.since),
        until: resolve(choice.until),
        envelope: Envelope {
            headers: options.headers,
            keep_path: options.keep_path,
        },
        overrides: options.overrides.clone(),
        gaps: Gaps::new(options.speed, options.max_gap),
        max_document: options.max_document,
        validation: Validation::new(catalog),
        in_lanes: options.concurrency > 1,
        prompt: waits || options.speed != Speed::Max,
        named: options.files.len(),
        ahead,
        choice,
        done,
    })
}

/// Reads and chooses on a thread of its own, from now on.
fn start(supply: Supply, inputs: Inputs) -> Result<mpsc::Receiver<Supplied<Tag, Word>>, Failure> {
    let (to, supplied) = mpsc::channel(AHEAD);
    std::thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || supply.run(inputs, to))
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
            Supplied::Jobs(jobs) => {
                for job in jobs {
                    account.announce(&job.tag, job.request.size())?;
                }
            }
            Supplied::Word(word) => {
                if let ControlFlow::Break((Stop::Failed(failure), _)) =
                    account.hear(JobEvent::Word(word))
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
    scheduler: Scheduler,
    mut supplied: mpsc::Receiver<Supplied<Tag, Word>>,
    mut account: Account<'_>,
) -> Result<Outcome, Failure> {
    let mut signals = Signals::new().map_err(RuntimeError)?;
    let stopped = async {
        let over = async {
            match options.length {
                Some(length) => tokio::time::sleep(length).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // What is followed has no other end than this.
            () = signals.next() => if options.follow {
                (Stop::Over, Halt::Gently)
            } else {
                (Stop::Interrupted, Halt::AtOnce)
            },
            () = over => (Stop::Over, Halt::Gently),
        }
    };
    let supply = stream::poll_fn(|context| supplied.poll_recv(context));
    let ended = scheduler
        .run(supply, stopped, |event| account.hear(event))
        .await;
    let left = ended.first_left.or_else(|| first(&mut supplied));
    let left = left.map(|tag| format!("{}:{}", tag.file, tag.line));
    let before = account.unreached.take().or(left);
    account.summarise(false, options.choice.is_everything(), before.as_deref())?;
    let outcome = account.outcome();
    match ended.stopped {
        None => Ok(nothing_is_no_success(&account, outcome)),
        Some(Stop::Failed(failure)) => Err(failure),
        // All that was logged until then is delivered; or it is not.
        Some(Stop::Over) if before.is_none() => Ok(outcome),
        Some(Stop::Interrupted | Stop::Over) => Ok(outcome.and(Outcome::Interrupted)),
        Some(Stop::Enough(why)) => {
            account.console.warn(&format!("stopped: {why}"), None)?;
            Ok(outcome)
        }
    }
}

/// The first capture that was supplied and not taken.
fn first(supplied: &mut mpsc::Receiver<Supplied<Tag, Word>>) -> Option<Arc<Tag>> {
    loop {
        if let Supplied::Jobs(jobs) = supplied.try_recv().ok()? {
            return jobs.into_iter().next().map(|job| job.tag);
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
