//! `replay`: posts logged bodies again. What is sent are the logged bytes, never JSON that
//! was parsed and printed again.

mod screen;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::prompt;
use super::reading;
use super::signals::Signals;
use super::{Console, Format, Input, Outcome, RuntimeError, Target, small_runtime, wait_for};
use crate::delivery::{
    ClientOptions, Concurrency, Halt, HttpClient, Limit, Metronome, Proxies, Rate, RetryCondition,
    RetryPolicy, Scheduler, SchedulerPolicy, Supplied, WhenUnreached, reaches,
};
use crate::flows::history::{CaptureName, History, Sighting};
use crate::flows::replaying::run::{Run, Stop};
use crate::flows::replaying::supply::{Ahead, Relate, Supply};
use crate::flows::replaying::tag::{Tag, Word};
use crate::flows::replaying::{
    Belongs, Choice, Done, Envelope, Gaps, Headers, Overrides, Progress, ProgressError, Typed,
};
use crate::journal::{Inputs, Watch, whole_path, writer};
use crate::model::error::{Category, Explain, Failure};
use crate::render::delivery::{limit_sentence, target_line, unauthorized};
use crate::render::progress::{Progress as Bar, Unit};
use crate::render::replay::Gauge;
use crate::render::report::{DeliveryReport, ReportKind};
use crate::selection::{Bounds, Need, Relation, Speed};
use crate::text::number::counted;
use crate::validation::{Mask, Validation};

use screen::Screen;

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
    /// What is masked in it.
    pub mask: Mask,
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

/// Replays until all is sent, or the target cannot be reached.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    if !options.dry_run {
        prompt::consent_to_file(&options.target, console)?;
    }
    let (progress, done) = progress(options)?;
    let watch = options.follow.then(|| Arc::new(Watch::default()));
    let stdin = std::mem::replace(&mut console.input, Box::new(std::io::empty()));
    let files = options.files.iter().cloned().map(Ok).collect();
    let inputs = Inputs::new(files, stdin, options.max_document).following(watch.clone());
    let ahead = Arc::new(Ahead::new(inputs.bytes_read()));
    let supply = supply(options, Arc::clone(&ahead), done, console)?;
    let selector = Arc::clone(&supply.selector);
    let inputs = inputs.within(bounds(options, &supply));
    let unread = inputs.unread();
    let (parts, bytes) = inputs.size();
    let post = (!options.dry_run)
        .then(|| scheduler(options, console))
        .transpose()?;
    let report = (!options.dry_run)
        .then(|| report(options, console))
        .transpose()?
        .flatten();
    if options.follow && !options.dry_run {
        refuse_own_log(options)?;
    }
    announce(options, parts, console)?;
    if !options.dry_run {
        wait_for(&options.target, console)?;
    }
    let supplied = start(supply, inputs)?;
    let limit = options
        .max_failures
        .map(Limit::Failures)
        .unwrap_or_default();
    let (bar, reading) = bars(options, bytes, console);
    // As the runner of GitHub Actions sets it, and those that imitate it.
    let annotates = console.environment.variable("GITHUB_ACTIONS") == Some("true");
    let mut screen = Screen {
        console: &mut *console,
        format: options.format,
        url: options.target.url.to_string(),
        gauge: Gauge::new(bar, reading, ahead, bytes),
        report,
        has_max_gap: options.max_gap.is_some(),
        annotates,
    };
    let run = Run::new(progress, limit, |totals, event| screen.show(totals, event));
    let mut replayed = match post {
        None => run.plan(supplied),
        Some(scheduler) => small_runtime()?.block_on(async {
            let stopped = stopped(options, Signals::new().map_err(RuntimeError)?);
            Ok::<_, RuntimeError>(run.deliver(scheduler, supplied, stopped).await)
        })?,
    };
    if let Some(watch) = watch {
        watch.end();
    }
    let outcome = replayed.outcome();
    let stop = replayed.stop.take();
    if !(options.dry_run && matches!(stop, Some(Stop::Failed(_)))) {
        let unread = *unread.lock().unwrap_or_else(PoisonError::into_inner);
        selector.note_unread(&unread);
        replayed.counts.seen += unread.count;
        screen.summarise(&replayed, stop.as_ref(), options.dry_run)?;
        console.warn_of_none(&selector)?;
        console.warn_of_mask(&options.mask)?;
    }
    if let Some((what, advice)) = unauthorized(&replayed.totals.stats, &options.target) {
        console.warn(what, Some(advice))?;
    }
    match stop {
        // Nothing reads what would be sent.
        Some(Stop::Failed(failure)) if failure.category() == Category::ClosedPipe => Ok(outcome),
        Some(Stop::Failed(failure)) => Err(failure),
        Some(Stop::Enough(limit)) => {
            let why = limit_sentence(limit, "capture", "captures");
            console.warn(&format!("stopped: {why}"), None)?;
            Ok(outcome)
        }
        None | Some(Stop::Interrupted | Stop::Over) => Ok(outcome),
    }
}

/// Each replayed capture would be logged, and replayed again.
#[derive(Debug, thiserror::Error)]
#[error("the listener at {url} writes {log}: --follow would replay each capture again and again")]
struct OwnLog {
    url: String,
    log: String,
}

impl Explain for OwnLog {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("name another server with --url, or leave out --follow".to_owned())
    }
}

/// Refuses to follow a log into the listener that writes it.
fn refuse_own_log(options: &Options) -> Result<(), Failure> {
    for input in &options.files {
        let Input::File(log) = input else { continue };
        let Some(listener) = writer(log) else {
            continue;
        };
        let url = &options.target.url;
        if small_runtime()?.block_on(reaches(url, listener)) {
            return Err(OwnLog {
                url: url.to_string(),
                log: log.display().to_string(),
            }
            .into());
        }
    }
    Ok(())
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
    let client = ClientOptions {
        trace: console.environment.trace,
        ..target.options(Proxies::of(&console.environment))
    };
    let client = HttpClient::new(&target.url, &client)?;
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
fn report(options: &Options, console: &Console) -> Result<Option<DeliveryReport>, Failure> {
    let Some(report) = &options.report else {
        return Ok(None);
    };
    let names: Vec<String> = options.files.iter().map(Input::name).collect();
    let name = format!("replay of {}", names.join(", "));
    let target = &options.target;
    let client = target.options(Proxies::of(&console.environment));
    let report = DeliveryReport::create(report, name, &target.url, client)?;
    let mask = options.mask.clone();
    if mask.is_off() {
        return Ok(Some(report));
    }
    let catalog = console.catalog()?;
    let masked = move |body: &Bytes| mask.bytes(body, &catalog).into();
    Ok(Some(report.masking(Box::new(masked))))
}

/// Bars for what is sent and for what is read, where a person waits and nothing else tells how far
/// it is.
fn bars(options: &Options, bytes: Option<u64>, console: &Console) -> (Bar, Bar) {
    let bar = |is_wanted: bool, unit, total| {
        if is_wanted && console.verbosity > super::Verbosity::Quiet {
            Bar::new(console.err_style, unit, total)
        } else {
            Bar::hidden()
        }
    };
    let total = bytes.filter(|_| !options.follow).map(|_| 0);
    (
        bar(!options.dry_run, Unit::Things, total),
        bar(!options.follow, Unit::Bytes, bytes),
    )
}

/// What is handed over, and how.
fn supply(
    options: &Options,
    ahead: Arc<Ahead>,
    done: Done,
    console: &mut Console,
) -> Result<Supply, Failure> {
    let catalog = console.catalog()?;
    let selector = console.selector(&options.choice.query, &catalog)?;
    let query = selector.query();
    options.overrides.check(&catalog, query.events())?;
    let validation = Validation::new(catalog);
    let waits = options.follow || options.files.contains(&Input::Stdin);
    Ok(Supply {
        envelope: Envelope {
            headers: options.headers,
            keep_path: options.keep_path,
        },
        overrides: options.overrides.clone(),
        gaps: Gaps::new(options.speed, options.max_gap),
        max_document: options.max_document,
        tells_verdicts: options.format == Format::Json && options.dry_run,
        in_lanes: options.concurrency > 1,
        prompt: waits || options.speed != Speed::Max,
        named: options.files.len(),
        ahead,
        relate: (query.need() == Some(Need::History)).then(|| relate(validation.clone())),
        validation,
        choice: options.choice.clone(),
        selector: Arc::new(selector),
        done,
    })
}

/// What need not be read. A progress file names lines by their numbers; and what is a duplicate
/// depends on what came before.
fn bounds(options: &Options, supply: &Supply) -> Bounds {
    if options.resume.is_some() || options.choice.skip_duplicates {
        return Bounds::default();
    }
    let (last, query) = (options.choice.last, supply.selector.query());
    reading::bounds(&options.files, query, last, &supply.validation)
}

/// Says how each capture relates to earlier ones.
fn relate(validation: Validation) -> Relate {
    let mut history = History::of_log();
    Box::new(move |content, record| {
        let sighting = Sighting::of_body(
            &validation.classify(content),
            &content.bytes,
            record.map(|record| record.capture.received_at),
            validation.catalog(),
        );
        let name = CaptureName::of_log(record.map(|record| record.seq));
        let (context, _) = history.observe(&name, &sighting, validation.catalog());
        let mut relations = Relation::ALL.to_vec();
        relations.retain(|relation| context.is(*relation));
        relations
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

/// Returns when the replay is to end before its end.
async fn stopped(options: &Options, mut signals: Signals) -> (Stop, Halt) {
    let over = async {
        match options.length {
            Some(length) => tokio::time::sleep(length).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        // A log that is followed has no other end than this.
        () = signals.next() => if options.follow {
            (Stop::Over, Halt::Gently)
        } else {
            (Stop::Interrupted, Halt::AtOnce)
        },
        () = over => (Stop::Over, Halt::Gently),
    }
}
