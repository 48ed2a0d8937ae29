//! What all runs of `listen` and `follow` share: what captures go through, and how a run ends.

use std::io::Write as _;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::display::Displayed;
use super::notice::Notice;
use super::options::ListenOptions;
use super::queries;
use super::simulated::Simulated;
use crate::commands::signals::Signals;
use crate::commands::{Console, Outcome};
use crate::flows::expectation::{Counter, ExpectationResult, Expectations};
use crate::flows::forwarding::{
    self, ForwardContext, ForwardEvent, ForwardTotals, Forwarder, SyncForwarder,
};
use crate::flows::listening::{LogCounts, NoticeSender, RefusalThrottle};
use crate::flows::relay::{FollowTotals, Publishing};
use crate::journal::{Journal, Kept, LogInfo};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::receiver;
use crate::receiver::all_fetched;
use crate::render::files::{leaked, write_files, write_files_json};
use crate::render::listen::{ListenFormat, ListenTotals};
use crate::validation::Validation;
use crate::wire::JsonLines;

/// How long the display may take to show what is left, after the last reply was sent.
const DISPLAY_GRACE: Duration = Duration::from_secs(5);

/// How long the log may take to be closed, after the last reply was sent: a disk may hang.
const LOG_GRACE: Duration = Duration::from_secs(10);

/// A run, once nothing more comes.
pub(super) struct Run {
    pub(super) journal: Option<Arc<Journal>>,
    pub(super) forwarder: Forwarder,
    pub(super) relay: Option<Publishing>,
    pub(super) display: thread::JoinHandle<Displayed>,
    pub(super) counting: Option<thread::JoinHandle<()>>,
    pub(super) failure: oneshot::Receiver<OutputError>,
    pub(super) counts: Arc<LogCounts>,
    pub(super) began: Instant,
    /// Where captures came from.
    pub(super) url: String,
    pub(super) simulated: Option<Simulated>,
}

impl Run {
    /// Closes the log, delivers what is left for a while, and prints the totals.
    pub(super) async fn end(
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
            simulated,
        } = self;
        let kept = tokio::select! {
            kept = closed(journal) => kept?,
            () = signals.next() => return Ok(Outcome::Interrupted),
        };
        // Both go on for a while.
        let published = async {
            match relay {
                Some(relay) => Some(relay.finish().await),
                None => None,
            }
        };
        let drained = async { tokio::join!(forwarder.finish(), published) };
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
        let files = simulated.map_or_else(Vec::new, |simulated| simulated.uses());
        let totals = ListenTotals {
            url: &url,
            requests,
            log: options.log.as_deref().zip(kept),
            log_counts: &counts,
            display: &displayed.totals,
            forwarded: &forward_totals,
            forward: &options.forward,
            published,
            followed,
            results: &results,
            files: &files,
            took: began.elapsed(),
        };
        conclude(console, options.format, &totals, &displayed)?;
        console.warn_of_mask(&options.mask)?;
        lived(&counts)?;
        let is_fetched = !options.expect_fetched || all_fetched(&files);
        // What a relay did not bring counts if something is expected.
        let is_followed = results.is_empty() || followed.is_none_or(|totals| totals.missing == 0);
        Ok(outcome(
            &results,
            &forward_totals,
            is_fetched && is_followed,
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
            Ok(outcome(&expectations.results(), &[], true))
        }
    }
}

/// Begins to forward to the targets that were asked for.
pub(super) fn forward(
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

/// Keeps what forwarding and publishing still need of the log, and deletes what is too old.
pub(super) fn retain(
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

pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Waits until stdout fails, and says so once. Receiving goes on, unless nothing but the output
/// comes of it and its reader went away: then this returns.
pub(super) async fn display_failure(
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
pub(super) async fn wait<T>(
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
pub(super) fn observer(
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
                notices.offer(Notice::Refused(Box::new(event)));
            }
        }
    }
}
