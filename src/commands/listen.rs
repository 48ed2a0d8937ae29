//! `listen`: receiver, log, display and forwarding, wired.
//!
//! A capture goes from the receiver to the log, then to the counter of expectations and to the
//! queue of the display, and is answered; the display has a thread of its own, so that a slow
//! terminal delays no reply. Forwarding reads the log up to the number that is safe.

mod display;
mod inspecting;
mod log;
mod notice;
mod opening;
mod options;
mod port;
mod queries;
mod ready_file;
mod simulated;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::inspector::RunningInspector;
use super::signals::Signals;
use super::{Console, Outcome, RuntimeError};
use crate::catalog::Catalog;
use crate::flows::expectation::{Counter, ExpectationResult, Expectations};
use crate::flows::forwarding::{
    self, ForwardContext, ForwardEvent, ForwardTotals, Forwarder, SyncForwarder,
};
use crate::flows::listening::{
    LogCounts, LogRecorder, NoticeSender, RefusalThrottle, notice_queue,
};
use crate::journal::{Journal, Kept, LogInfo};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::receiver;
use crate::receiver::all_fetched;
use crate::render::files::{leaked, write_files, write_files_json};
use crate::render::listen::{ListenFormat, ListenTotals};
use crate::selection::Selector;
use crate::validation::Validation;
use crate::wire::JsonLines;

use display::{Display, Displayed};
use notice::Notice;
use opening::Opened;
pub use options::{CertificateSource, ListenOptions};
use port::{Bound, Choice};
use simulated::Simulated;

/// How long the display may take to show what is left, after the last reply was sent.
const DISPLAY_GRACE: Duration = Duration::from_secs(5);

/// How long the log may take to be closed, after the last reply was sent: a disk may hang.
const LOG_GRACE: Duration = Duration::from_secs(10);

/// How `listen` ended.
#[derive(Debug)]
pub enum Ended {
    /// It received, and this is what came of it.
    Outcome(Outcome),
    /// The user wants to see this log instead, which another listener writes.
    Follow(PathBuf),
}

/// Receives until the run is stopped.
pub fn run(options: &ListenOptions, console: &mut Console) -> Result<Ended, Failure> {
    let catalog = console.catalog()?;
    if let Some(name) = &options.simulate {
        catalog.require_provider(name)?;
    }
    let mut options = queries::resolved(options, &catalog, console)?;
    let filter = console.selector(&options.filter, &catalog)?;
    let expectations = queries::expectations(&options.expect, filter.query(), &catalog, console)?;
    let runtime = runtime().map_err(RuntimeError)?;
    let validation = Validation::new(Arc::clone(&catalog)).one_large_at_a_time();
    let bound = match port::bind(&mut options, &validation, console, &runtime)? {
        Choice::Listen(bound) => bound,
        Choice::Follow(log) => return Ok(Ended::Follow(log)),
    };
    let listening = listen(&options, bound, console, catalog, filter, expectations);
    let outcome = runtime.block_on(listening);
    // After a second Ctrl-C, or while a simulation waits for an answer, tasks are left behind.
    runtime.shutdown_background();
    outcome.map(Ended::Outcome)
}

async fn listen(
    options: &ListenOptions,
    bound: Box<Bound>,
    console: &mut Console,
    catalog: Arc<Catalog>,
    filter: Selector,
    expectations: Arc<Expectations>,
) -> Result<Outcome, Failure> {
    // Before any file is opened: an early signal must not find the default action.
    let mut signals = Signals::new().map_err(RuntimeError)?;
    let Bound {
        receiver,
        asked_for,
        connections,
        inspector,
    } = *bound;
    let validation = Validation::new(Arc::clone(&catalog)).one_large_at_a_time();
    let address = receiver.local_addr();
    if let Some(path) = &options.ready_file {
        ready_file::clear(path)?;
    }
    let (notices, queue) = notice_queue();
    let counts = Arc::new(LogCounts::default());
    let (stop, stopped) = watch::channel(false);
    let journal = log::open(options, address, console, &counts, &notices, &stop)?;
    let info = journal.as_deref().map(Journal::info);
    log::tell_of_targets(options, info, console)?;

    let (safe, safe_seq) = watch::channel(info.map_or(0, |info| info.last_seq));
    let page = inspector.as_ref().map(|inspector| inspector.url.clone());
    let known = (&asked_for, address, &validation);
    let inspector = inspecting::run(inspector, options, known, info, &safe, console)?;
    let tell = teller(options, &notices, inspector.as_ref());
    let forwarder = forward(options, info, safe_seq, &validation, console, tell.clone())?;
    if let (Some(journal), Some(info)) = (&journal, info) {
        let holders = forwarding::holders(info);
        options.keeping.apply_retention(journal, holders)?;
    }
    let in_reply = forwarder.in_reply().cloned();
    let receiver = match &in_reply {
        Some(sync) => receiver.reply_by(sync.policy()),
        None => receiver,
    };
    let opened = Opened {
        address,
        receiver: &asked_for,
        fewer_connections: (connections < asked_for.max_connections).then_some(connections),
        log: info,
        forward: forwarder.began(),
        inspect: page.as_deref(),
    };
    opening::ready(console, options, &opened)?;
    opening::describe(console, options, &opened).await?;

    let began = Instant::now();
    let counter = Counter::spawn(&expectations).map_err(RuntimeError)?;
    let (counter, counting) = counter.unzip();
    let throttle = Arc::<RefusalThrottle>::default();
    let (failed, mut failure) = oneshot::channel();
    let display = Display::new(options, filter, console, Arc::clone(&throttle), failed);
    let display = display.spawn(queue, info.cloned(), validation.clone())?;

    let recorder = LogRecorder {
        room: counter.as_ref().map(Counter::room),
        journal: journal.clone(),
        safe,
        counts: Arc::clone(&counts),
    };
    let observer = observer(validation, notices, throttle, counter, in_reply, tell);
    let server = tokio::spawn(receiver.serve(recorder, observer, until(stopped)));
    let mut simulated = Simulated::start(options, &opened, catalog, console, &stop).await?;
    let ended = expectations.ended(simulated.fetched());
    let failed = display_failure(&mut failure, options, console);
    let ended = wait(&mut signals, ended, failed, &stop, server).await?;
    let Some(requests) = ended else {
        return Ok(Outcome::Interrupted);
    };
    inspecting::close(inspector);
    let kept = tokio::select! {
        kept = closed(journal) => kept?,
        () = signals.next() => return Ok(Outcome::Interrupted),
    };
    let forward_totals = tokio::select! {
        totals = forwarder.finish() => totals?,
        () = signals.next() => return Ok(Outcome::Interrupted),
    };
    let displayed = match shown(display, counting, &mut signals).await {
        Ending::Finished(displayed) => displayed,
        ending => return unfinished(&ending, &expectations, console),
    };
    tell_late_failure(&mut failure, console)?;
    let results = expectations.results();
    let files = simulated.uses();
    let totals = ListenTotals {
        url: &opening::url(&asked_for, address),
        requests,
        log: options.log.as_deref().zip(kept),
        log_counts: &counts,
        display: &displayed.totals,
        forwarded: &forward_totals,
        forward: &options.forward,
        results: &results,
        files: &files,
        took: began.elapsed(),
    };
    conclude(console, options.format, &totals, &displayed)?;
    lived(&counts)?;
    let is_fetched = !options.expect_fetched || all_fetched(&files);
    Ok(outcome(&results, &forward_totals, is_fetched))
}

/// The outcome of a run whose display did not end as it should.
fn unfinished(
    ending: &Ending,
    expectations: &Expectations,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    match ending {
        Ending::Interrupted => Ok(Outcome::Interrupted),
        Ending::Panicked => Err(DisplayError.into()),
        Ending::Unread | Ending::Finished(_) => {
            console.warn(
                "the display did not end in time; what was not shown is in the log",
                None,
            )?;
            Ok(outcome(&expectations.results(), &[], true))
        }
    }
}

/// Tells the terminal and the inspector what came of forwarding.
fn teller(
    options: &ListenOptions,
    notices: &NoticeSender<Notice>,
    inspector: Option<&RunningInspector>,
) -> impl Fn(usize, ForwardEvent) + Clone + Send + Sync + 'static {
    let (tell_page, notices) = (inspecting::teller(options, inspector), notices.clone());
    move |target, event| {
        tell_page(target, &event);
        notices.offer(Notice::Forwarded(target, event));
    }
}

/// Begins to forward to the targets that were asked for.
fn forward(
    options: &ListenOptions,
    log: Option<&LogInfo>,
    safe: watch::Receiver<u64>,
    validation: &Validation,
    console: &Console,
    tell: impl Fn(usize, ForwardEvent) + Clone + Send + Sync + 'static,
) -> Result<Forwarder, Failure> {
    let context = ForwardContext {
        log,
        safe,
        validation,
        matches: Arc::new(queries::meant),
        environment: &console.environment,
    };
    Forwarder::start(&options.forward, &context, tell)
}

async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Waits until stdout fails, and says so once. Receiving goes on, unless nothing but the output
/// comes of it and its reader went away: then this returns.
async fn display_failure(
    failure: &mut oneshot::Receiver<OutputError>,
    options: &ListenOptions,
    console: &mut Console,
) -> Result<(), OutputError> {
    let is_output_all = options.log.is_none() && options.forward.is_empty();
    // Without a failure, the display has ended.
    if let Ok(error) = failure.await {
        if is_output_all && matches!(error, OutputError::ClosedPipe) {
            return Ok(());
        }
        tell_display_failure(&error, console)?;
    }
    std::future::pending().await
}

/// Tells a failure of stdout that came after the end was asked for.
fn tell_late_failure(
    failure: &mut oneshot::Receiver<OutputError>,
    console: &mut Console,
) -> Result<(), OutputError> {
    match failure.try_recv() {
        Ok(error) => tell_display_failure(&error, console),
        Err(_) => Ok(()),
    }
}

fn tell_display_failure(error: &OutputError, console: &mut Console) -> Result<(), OutputError> {
    let what = match error {
        OutputError::ClosedPipe => "nothing reads stdout any more".to_owned(),
        OutputError::Write(error) => format!("stdout cannot be written: {error}"),
    };
    let goes_on = "receiving goes on, and what is not shown is counted";
    console.warn(&format!("{what}; {goes_on}"), None)
}

/// A runtime on half of the cores. The log, the display and local senders need the others, and a
/// request that moves between cores costs more than it gains.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads((cores / 2).max(1))
        .enable_all()
        .build()
}

/// How the display ended.
enum Ending {
    /// All was shown.
    Finished(Displayed),
    /// A second signal came.
    Interrupted,
    /// Nothing reads stdout, or there is too much to show.
    Unread,
    Panicked,
}

/// Waits for the display and the counter, which end when the server and forwarding have ended.
/// Stdout may be read slowly or not at all. A second signal ends the wait, and so does
/// [`DISPLAY_GRACE`], since a supervisor sends only one signal.
async fn shown(
    display: thread::JoinHandle<Displayed>,
    counting: Option<thread::JoinHandle<()>>,
    signals: &mut Signals,
) -> Ending {
    let ended = tokio::task::spawn_blocking(move || {
        let counted = counting.map_or(Ok(()), thread::JoinHandle::join);
        display.join().and_then(|shown| counted.map(|()| shown))
    });
    tokio::select! {
        ended = ended => match ended {
            Ok(Ok(finished)) => Ending::Finished(finished),
            _ => Ending::Panicked,
        },
        () = signals.next() => Ending::Interrupted,
        () = tokio::time::sleep(DISPLAY_GRACE) => Ending::Unread,
    }
}

/// Whether all expectations were met, and nothing was missing that was to be forwarded or fetched.
fn outcome(
    results: &[ExpectationResult],
    forwarded: &[ForwardTotals],
    is_fetched: bool,
) -> Outcome {
    let is_complete = forwarded.iter().all(|totals| totals.missing == 0);
    if is_complete && is_fetched && results.iter().all(|result| result.met) {
        Outcome::Done
    } else {
        Outcome::Negative
    }
}

/// Waits for the first signal, a failure of the display that ends the run, or the end that the
/// options ask for; then for the requests in flight. A second signal ends the run at once, without
/// totals.
async fn wait(
    signals: &mut Signals,
    end: impl Future<Output = ()>,
    failure: impl Future<Output = Result<(), OutputError>>,
    stop: &watch::Sender<bool>,
    mut server: JoinHandle<receiver::Totals>,
) -> Result<Option<receiver::Totals>, OutputError> {
    tokio::select! {
        () = signals.next() => {}
        () = end => {}
        failed = failure => failed?,
        totals = &mut server => return Ok(totals.ok()),
    }
    let _ = stop.send(true);
    Ok(tokio::select! {
        () = signals.next() => None,
        totals = server => totals.ok(),
    })
}

/// The journal's thread died.
#[derive(Debug, thiserror::Error)]
#[error("the log cannot be written any more: its thread died; what was answered 200 is in it")]
struct LogDied;

impl Explain for LogDied {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some("start it again; this is a fault of enx-hook, please report it".to_owned())
    }
}

/// Fails if the journal's thread died.
fn lived(counts: &LogCounts) -> Result<(), LogDied> {
    if counts.has_died() {
        Err(LogDied)
    } else {
        Ok(())
    }
}

/// The display panicked; the panic message tells why.
#[derive(Debug, thiserror::Error)]
#[error("the display ended unexpectedly; what was answered 200 is in the log")]
struct DisplayError;

impl Explain for DisplayError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// Closes the log, which waits for its disk. Returns where the captures are.
async fn closed(journal: Option<Arc<Journal>>) -> Result<Option<Kept>, LogError> {
    let Some(journal) = journal else {
        return Ok(None);
    };
    let closed = tokio::task::spawn_blocking(move || {
        journal.close();
        journal.kept()
    });
    match tokio::time::timeout(LOG_GRACE, closed).await {
        Ok(kept) => Ok(Some(kept.unwrap_or_default())),
        Err(_) => Err(LogError),
    }
}

/// The log is not closed.
#[derive(Debug, thiserror::Error)]
#[error("the log was not closed within 10 seconds; what was answered 200 is in it")]
struct LogError;

impl Explain for LogError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some("look at the disk that it is on".to_owned())
    }
}

/// Writes the totals: on stderr for people, on stdout with `quiet`, and as the last line of
/// stdout for machines.
fn conclude(
    console: &mut Console,
    format: ListenFormat,
    totals: &ListenTotals<'_>,
    displayed: &Displayed,
) -> Result<(), OutputError> {
    console.warn_of_none(&displayed.filter)?;
    if displayed.is_broken {
        // It was said when it broke.
        return console.say(&totals.sentence());
    }
    if format == ListenFormat::Json {
        write_files_json(totals.files, &mut *console.out)?;
        JsonLines::new(&mut *console.out).write("summary", &totals.json())?;
    } else {
        write_files(totals.files, &mut *console.out, console.style)?;
        totals.write_missed(&mut *console.out, console.style)?;
    }
    for (text, advice) in totals.invalid_counted() {
        console.warn(&text, Some(&advice))?;
    }
    if let Some(leaked) = leaked(totals.files) {
        console.warn(&leaked, None)?;
    }
    let sentence = totals.sentence();
    if format == ListenFormat::Quiet {
        writeln!(console.out, "{sentence}")?;
        return Ok(console.out.flush()?);
    }
    console.say(&sentence)
}

/// Hands events to the counter and the display without waiting for them.
fn observer(
    validation: Validation,
    notices: NoticeSender<Notice>,
    throttle: Arc<RefusalThrottle>,
    counter: Option<Counter>,
    sync: Option<Arc<SyncForwarder>>,
    tell: impl Fn(usize, ForwardEvent) + Send + Sync + 'static,
) -> impl Fn(receiver::Event) + Send + Sync + 'static {
    move |event| match event {
        receiver::Event::Captured {
            seq,
            capture,
            status,
        } => {
            let judged = Arc::new(validation.capture(seq, capture));
            if let Some(counter) = &counter {
                counter.count(&judged);
            }
            notices.offer(Notice::Captured {
                judged: Arc::clone(&judged),
                status,
            });
            if let Some(event) = sync.as_ref().and_then(|sync| sync.result(judged)) {
                tell(0, event);
            }
        }
        event => {
            if throttle.admit(&event) {
                notices.offer(Notice::Refused(event));
            }
        }
    }
}
