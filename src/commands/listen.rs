//! `listen`: receiver, log, display and forwarding, wired.
//!
//! A capture goes from the receiver to the log, then to the counter of expectations and to the
//! queue of the display, and is answered; the display has a thread of its own, so that a slow
//! terminal delays no reply. Forwarding reads the log up to the number that is safe.

mod display;
mod following;
mod log;
mod notice;
mod opening;
mod options;
mod ready_file;

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::signals::Signals;
use super::{Console, Outcome, RuntimeError, Verbosity};
use crate::catalog::Catalog;
use crate::delivery::reaches;
use crate::flows::expectation::{Counter, ExpectOptions, ExpectationResult, Expectations};
use crate::flows::forwarding::{self, ForwardTotals, Forwarder, LogForwarder, SyncForwarder};
use crate::flows::history::CaptureFacts;
use crate::flows::listening::{
    LogCounts, LogRecorder, NoticeSender, RefusalThrottle, Simulation, notice_queue,
};
use crate::flows::relay::{FollowTotals, Publishing};
use crate::journal::{Journal, Kept, LogInfo};
use crate::model::capture::Capture;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::receiver;
use crate::receiver::{Receiver, Tls};
use crate::render::listen::{ListenFormat, ListenTotals};
use crate::selection::{Need, Pattern, Query, Selector, Term};
use crate::validation::{JudgedCapture, Validation, is_json};
use crate::wire::JsonLines;

use display::{Display, Displayed};
use notice::Notice;
use opening::Opened;
pub use options::{CertificateSource, FollowSettings, ListenOptions};

/// How long the display may take to show what is left, after the last reply was sent.
const DISPLAY_GRACE: Duration = Duration::from_secs(5);

/// How long the log may take to be closed, after the last reply was sent: a disk may hang.
const LOG_GRACE: Duration = Duration::from_secs(10);

/// Receives, or follows a relay, until the run is stopped.
pub fn run(options: &ListenOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    if let Some(name) = &options.simulate {
        catalog.require_provider(name)?;
    }
    let filter = console.selector(&options.filter, &catalog)?;
    let expectations = expectations(&options.expect, filter.query(), &catalog, console)?;
    let runtime = runtime().map_err(RuntimeError)?;
    let outcome = match &options.follow {
        None => runtime.block_on(listen(options, console, catalog, filter, expectations)),
        Some(follow) => {
            let run = following::follow(options, follow, console, catalog, filter, expectations);
            runtime.block_on(run)
        }
    };
    // After a second Ctrl-C, or while a simulation waits for an answer, tasks are left behind.
    runtime.shutdown_background();
    outcome
}

async fn listen(
    options: &ListenOptions,
    console: &mut Console,
    catalog: Arc<Catalog>,
    filter: Selector,
    expectations: Arc<Expectations>,
) -> Result<Outcome, Failure> {
    // Before anything is opened: an early signal must not find the default action.
    let mut signals = Signals::new().map_err(RuntimeError)?;
    if let Some(path) = &options.ready_file {
        ready_file::check(path)?;
    }
    let validation = Validation::new(Arc::clone(&catalog));
    let asked_for = receiver::ReceiverOptions {
        tls: tls(options)?,
        shows_partial: console.verbosity == Verbosity::Verbose,
        ..options.receiver.clone()
    };
    // A sender can connect from here on, and waits. A port that is taken leaves no log behind.
    let (receiver, connections) = bind(options, &asked_for).await?;
    let address = receiver.local_addr();
    if let Some(path) = &options.ready_file {
        ready_file::clear(path)?;
    }
    let (notices, queue) = notice_queue();
    let counts = Arc::new(LogCounts::default());
    let (stop, stopped) = watch::channel(false);
    let holder = format!("enx-hook at {address}");
    let journal = log::open(options, holder, console, &counts, &notices, &stop)?;
    let info = journal.as_deref().map(Journal::info);
    log::tell_of_targets(options, info, console)?;

    let (safe, safe_seq) = watch::channel(info.map_or(0, |info| info.last_seq));
    let forwarder = forwarder(
        options,
        info,
        safe_seq.clone(),
        &validation,
        &notices,
        console,
    )?;
    let relay = publishing(options, info, safe_seq, &validation, &notices, console)?;
    retain(options, journal.as_deref(), relay.as_ref())?;
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
        forward: forwarder.queue().map(LogForwarder::began),
        relay: relay.as_ref().map(Publishing::began),
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
    let observer = observer(validation, notices, throttle, counter, in_reply);
    let server = tokio::spawn(receiver.serve(recorder, observer, until(stopped)));
    simulate(options, &asked_for, address, catalog, &stop);
    let failed = display_failure(&mut failure, options, console);
    let ended = wait(&mut signals, expectations.ended(), failed, &stop, server).await?;
    let Some(requests) = ended else {
        return Ok(Outcome::Interrupted);
    };
    let run = Run {
        journal,
        forwarder,
        relay,
        display,
        counting,
        failure,
        counts,
        began,
        url: opening::url(&asked_for, address),
    };
    run.end(
        options,
        &expectations,
        &mut signals,
        console,
        (requests, None),
    )
    .await
}

/// A run, once nothing more comes.
struct Run {
    journal: Option<Arc<Journal>>,
    forwarder: Forwarder,
    relay: Option<Publishing>,
    display: thread::JoinHandle<Displayed>,
    counting: Option<thread::JoinHandle<()>>,
    failure: oneshot::Receiver<OutputError>,
    counts: Arc<LogCounts>,
    began: Instant,
    /// Where captures came from.
    url: String,
}

impl Run {
    /// Closes the log, delivers what is left for a while, and prints the totals.
    async fn end(
        self,
        options: &ListenOptions,
        expectations: &Expectations,
        signals: &mut Signals,
        console: &mut Console,
        (requests, followed): (receiver::Totals, Option<FollowTotals>),
    ) -> Result<Outcome, Failure> {
        let Run {
            journal,
            forwarder,
            relay,
            display,
            counting,
            mut failure,
            counts,
            began,
            url,
        } = self;
        let mut kept = None;
        if let Some(journal) = journal {
            kept = tokio::select! {
                closed = closed(journal) => Some(closed?),
                () = signals.next() => return Ok(Outcome::Interrupted),
            };
        }
        let drained = async {
            // Both go on for a while.
            let published = async {
                match relay {
                    Some(relay) => Some(relay.finish().await),
                    None => None,
                }
            };
            tokio::join!(forwarder.finish(), published)
        };
        let (forward_totals, published) = tokio::select! {
            (forwarded, published) = drained => (forwarded?, published),
            () = signals.next() => return Ok(Outcome::Interrupted),
        };
        let displayed = match shown(display, counting, signals).await {
            Ending::Finished(displayed) => displayed,
            ending => return unfinished(&ending, expectations, console),
        };
        tell_late_failure(&mut failure, console)?;
        let results = expectations.results();
        let totals = ListenTotals {
            url: &url,
            requests,
            log: options.log.as_deref().zip(kept),
            log_counts: &counts,
            display: &displayed.totals,
            forwarded: forward_totals.as_ref(),
            forward: options.forward.as_ref(),
            published,
            followed,
            results: &results,
            took: began.elapsed(),
        };
        conclude(console, options.format, &totals, &displayed)?;
        if counts.has_died() {
            return Err(LogDied.into());
        }
        Ok(outcome(
            &results,
            forward_totals.as_ref(),
            followed.as_ref(),
        ))
    }
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
            Ok(outcome(&expectations.results(), None, None))
        }
    }
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
    let is_output_all = options.log.is_none() && options.forward.is_none();
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

/// The expectations, with catalog names in place of what was typed. A name that is not in the
/// catalog is refused: a typo would only show at the end of the run.
fn expectations(
    options: &ExpectOptions,
    filter: &Query,
    catalog: &Catalog,
    console: &mut Console,
) -> Result<Arc<Expectations>, Failure> {
    let mut options = options.clone();
    options.selection = filter.clone();
    for expected in &mut options.events {
        if expected.name.starts_with('(') {
            expected.query = console.resolve(&expected.query, catalog)?;
        } else {
            let name = &catalog.require_event(&expected.name)?.event.name;
            expected.name.clone_from(name);
            let event = Term::Event(vec![Pattern::exactly(name.clone())]);
            expected.query = Query::Term(event);
        }
    }
    let counted = options.events.iter().map(|expected| &expected.query);
    let selection = options.max_events.map(|_| &options.selection);
    if counted
        .chain(selection)
        .any(|query| query.need() == Some(Need::History))
    {
        return Err(CountError.into());
    }
    let matches = |query: &Query, judged: &JudgedCapture| {
        let received_at = Some(judged.capture.received_at);
        query.matches(&CaptureFacts::new(judged, received_at, None))
    };
    Ok(Arc::new(Expectations::new(options, matches)))
}

/// Captures are counted before it is known how they relate to earlier ones.
#[derive(Debug, thiserror::Error)]
#[error("--expect and --max-events cannot count by is: and has:")]
struct CountError;

impl Explain for CountError {
    fn category(&self) -> Category {
        Category::Usage
    }
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

/// The certificate that was asked for.
fn tls(options: &ListenOptions) -> Result<Option<Tls>, Failure> {
    Ok(match &options.certificate {
        Some(CertificateSource::Files { certificate, key }) => {
            Some(Tls::from_files(certificate, key)?)
        }
        Some(CertificateSource::SelfSigned) => Some(Tls::self_signed(&options.receiver.host)?),
        None => None,
    })
}

/// Binds the port. Also returns the possible number of connections.
async fn bind(
    options: &ListenOptions,
    asked_for: &receiver::ReceiverOptions,
) -> Result<(Receiver, usize), Failure> {
    let connections = receiver::make_room(asked_for.max_connections);
    let delay = options.replies.as_ref().map(|replies| replies.delay);
    let mut receiver = Receiver::bind(receiver::ReceiverOptions {
        max_connections: connections,
        // A delayed reply keeps its request in flight for longer.
        grace: asked_for.grace + delay.unwrap_or_default(),
        ..asked_for.clone()
    })
    .await?;
    if let Some(forward) = &options.forward
        && reaches(&forward.url, receiver.local_addr()).await
    {
        return Err(ForwardsToItself(forward.url.to_string()).into());
    }
    if let Some(replies) = &options.replies {
        receiver = receiver.reply_by(replies.policy());
    }
    if options.reject_malformed {
        let is_malformed = |capture: &Capture| !is_json(&capture.content().bytes);
        receiver = receiver.reject_malformed(Arc::new(is_malformed));
    }
    Ok((receiver, connections))
}

/// Starts to forward what was asked for.
fn forwarder(
    options: &ListenOptions,
    log: Option<&LogInfo>,
    safe: watch::Receiver<u64>,
    validation: &Validation,
    notices: &NoticeSender<Notice>,
    console: &Console,
) -> Result<Forwarder, Failure> {
    let notices = notices.clone();
    let tell = move |event| notices.offer(Notice::Forwarded(event));
    let (to, environment) = (options.forward.as_ref(), &console.environment);
    Forwarder::start(to, log, safe, validation, environment, tell)
}

/// Starts to publish to the relay that was asked for.
fn publishing(
    options: &ListenOptions,
    log: Option<&LogInfo>,
    safe: watch::Receiver<u64>,
    validation: &Validation,
    notices: &NoticeSender<Notice>,
    console: &mut Console,
) -> Result<Option<Publishing>, Failure> {
    let (Some(relay), Some(log)) = (&options.relay, log) else {
        return Ok(None);
    };
    let name = following::source_name(relay, log, console)?;
    following::warn_of_access(&relay.url, &relay.access, console)?;
    let notices = notices.clone();
    let tell = move |event| notices.offer(Notice::Relay(event));
    Publishing::start(relay, &name, log, safe, validation, tell).map(Some)
}

/// Keeps what forwarding and publishing still need of the log, and deletes what is too old.
fn retain(
    options: &ListenOptions,
    journal: Option<&Journal>,
    relay: Option<&Publishing>,
) -> Result<(), Failure> {
    if let Some(journal) = journal {
        let holders = forwarding::holders(journal.info());
        let publishing = relay.map(Publishing::holder);
        let all = move || {
            let mut all = holders();
            all.extend(publishing.as_ref().map(|holder| holder()));
            all
        };
        options.keeping.apply_retention(journal, all)?;
    }
    Ok(())
}

/// Plays the simulation that was asked for, beside the receiver.
fn simulate(
    options: &ListenOptions,
    receiver: &receiver::ReceiverOptions,
    address: SocketAddr,
    catalog: Arc<Catalog>,
    stop: &watch::Sender<bool>,
) {
    if let Some(provider) = options.simulate.clone() {
        let simulation = Simulation {
            provider,
            url: opening::url(receiver, address),
            credentials: receiver.credentials.clone(),
            catalog,
        };
        tokio::spawn(simulation.play(stop.subscribe()));
    }
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

/// Each forwarded capture would come back, and be forwarded again.
#[derive(Debug, thiserror::Error)]
#[error("--forward {0} is the address of this listener")]
struct ForwardsToItself(String);

impl Explain for ForwardsToItself {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("name the port of your own server, or move the listener with --port".to_owned())
    }
}

/// Whether all expectations were met, and nothing was missing that was to be forwarded.
/// What a relay did not bring counts if something is expected.
fn outcome(
    results: &[ExpectationResult],
    forwarded: Option<&ForwardTotals>,
    followed: Option<&FollowTotals>,
) -> Outcome {
    let is_followed = results.is_empty() || followed.is_none_or(|totals| totals.missing == 0);
    let is_complete = forwarded.is_none_or(|totals| totals.missing == 0) && is_followed;
    if is_complete && results.iter().all(|result| result.met) {
        Outcome::Done
    } else {
        Outcome::Negative
    }
}

/// Waits for the first signal, a failure of the display that ends the run, or the end that the
/// options ask for; then for the requests in flight. A second signal ends the run at once, without
/// totals.
async fn wait<T>(
    signals: &mut Signals,
    end: impl Future<Output = ()>,
    failure: impl Future<Output = Result<(), OutputError>>,
    stop: &watch::Sender<bool>,
    mut server: JoinHandle<T>,
) -> Result<Option<T>, OutputError> {
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
async fn closed(journal: Arc<Journal>) -> Result<Kept, LogError> {
    let closed = tokio::task::spawn_blocking(move || {
        journal.close();
        journal.kept()
    });
    match tokio::time::timeout(LOG_GRACE, closed).await {
        Ok(kept) => Ok(kept.unwrap_or_default()),
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
        JsonLines::new(&mut *console.out).write("summary", &totals.json())?;
    } else {
        totals.write_missed(&mut *console.out, console.style)?;
    }
    for (text, advice) in totals.invalid_counted() {
        console.warn(&text, Some(&advice))?;
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
                notices.offer(Notice::Forwarded(event));
            }
        }
        event => {
            if throttle.admit(&event) {
                notices.offer(Notice::Refused(event));
            }
        }
    }
}
