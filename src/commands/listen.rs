//! `listen`: receiver, journal and display, wired.
//!
//! A capture goes from the receiver to the journal, is answered, and only then put on a
//! bounded queue to the display, which runs on a thread of its own: a slow terminal delays
//! no reply. What finds the queue full is counted and not shown; it is in the log all the same.

mod banner;
mod display;
mod simulation;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::signals::Signals;
use super::{Chatter, Console, Outcome, RuntimeError, provider};
use crate::capture::Capture;
use crate::error::{Category, Explain, Failure, OutputError};
use crate::journal::{Journal, JournalOptions};
use crate::output::number::{counted, grouped};
use crate::output::{JsonLines, time};
use crate::receiver::{self, Receiver, RecordError, Recorder};
use crate::report::Verdict;
use crate::secret::Credentials;
use crate::validation::{self, Validation};

use display::{Display, Tally};

/// Events that may wait for the display; more are dropped from it, with a count.
const QUEUE: usize = 4096;

/// How long the display may take to show what is left, after the last reply was sent.
const DISPLAY_GRACE: Duration = Duration::from_secs(5);

/// What `listen` was asked for.
#[derive(Debug)]
pub struct Options {
    /// A name or an address of this machine.
    pub host: String,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// The log; nothing logs nothing.
    pub log: Option<PathBuf>,
    /// What a sender must know.
    pub credentials: Option<Credentials>,
    /// Answer 400 to what is not JSON.
    pub reject_malformed: bool,
    /// The largest body, in bytes.
    pub max_body: usize,
    /// The provider whose events are to be played.
    pub simulate: Option<String>,
    /// Show long lists and texts whole.
    pub full: bool,
    /// What stdout carries.
    pub format: Format,
}

/// What `listen` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A headline, the payload and the findings of each event.
    Pretty,
    /// One JSON object a line, each with a `kind`.
    Json,
}

/// Receives until it is told to stop.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    if let Some(name) = &options.simulate {
        provider(&catalog, name)?;
    }
    let runtime = tokio::runtime::Runtime::new().map_err(RuntimeError)?;
    let outcome = runtime.block_on(listen(options, console, Validation::new(catalog)));
    // A second Ctrl-C, or a simulation that still waits for an answer, is not waited for.
    runtime.shutdown_background();
    outcome
}

async fn listen(
    options: &Options,
    console: &mut Console,
    validation: Validation,
) -> Result<Outcome, Failure> {
    // Before anything is opened: a signal that comes early must not find the default action.
    let mut signals = Signals::new().map_err(RuntimeError)?;
    // A sender can connect from here on, and waits; a port that is taken leaves no log behind.
    let receiver = bind(options).await?;
    let journal = match &options.log {
        Some(path) => Some(Arc::new(Journal::open(path, &JournalOptions::default())?)),
        None => None,
    };
    let address = receiver.local_addr();
    banner::show(console, options, address, journal.as_deref())?;

    let (stop, stopped) = watch::channel(false);
    let simulation = options
        .simulate
        .clone()
        .map(|provider| simulation::Simulation {
            provider,
            url: banner::url(address),
            credentials: options.credentials.clone(),
            validation: validation.clone(),
        });
    let began = Instant::now();
    let (queue, events) = sync_channel(QUEUE);
    let dropped = Arc::new(AtomicU64::new(0));
    let display = Display::new(options, console, validation, Arc::clone(&dropped));
    let display_stop = stop.clone();
    let display = thread::Builder::new()
        .name("display".to_owned())
        .spawn(move || {
            let finished = display.run(&events);
            // Nobody reads what is shown any more: there is nothing left to listen for.
            let _ = display_stop.send(true);
            finished
        })
        .map_err(RuntimeError)?;

    let recorder = LogRecorder {
        journal: journal.clone(),
    };
    let observer = observer(queue, dropped);
    let server = receiver.serve(recorder, observer, async move {
        let mut stopped = stopped;
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(server);
    if let Some(simulation) = simulation {
        tokio::spawn(simulation.play(stop.subscribe()));
    }
    let Some(server) = wait(&mut signals, &stop, server).await else {
        return Ok(Outcome::Interrupted);
    };
    if let Some(journal) = &journal {
        journal.close();
    }
    // The display ends when the observer, the queue's only sender, is gone with the server.
    // What is shown may be read slowly or not at all: a second signal does not wait for that.
    // Nor does the first one without end, for a supervisor sends only one.
    let finished = tokio::select! {
        finished = tokio::task::spawn_blocking(move || display.join()) => finished,
        () = signals.next() => return Ok(Outcome::Interrupted),
        () = tokio::time::sleep(DISPLAY_GRACE) => {
            console.warn("nobody reads the output: what was not shown is in the log", None)?;
            return Ok(Outcome::Done);
        }
    };
    let (out, tally) = match finished {
        Ok(Ok(finished)) => finished?,
        _ => return Err(DisplayError.into()),
    };
    console.out = out;
    totals(console, options, &tally, server, began)?;
    Ok(Outcome::Done)
}

/// Waits for the end: of the first signal, or of the display; then for the requests in flight.
/// A second signal does not wait, and there are no totals then.
async fn wait(
    signals: &mut Signals,
    stop: &watch::Sender<bool>,
    mut server: JoinHandle<receiver::Totals>,
) -> Option<receiver::Totals> {
    tokio::select! {
        () = signals.next() => {}
        totals = &mut server => return totals.ok(),
    }
    let _ = stop.send(true);
    tokio::select! {
        () = signals.next() => None,
        totals = server => totals.ok(),
    }
}

/// The display ended in a panic, which has said why.
#[derive(Debug, thiserror::Error)]
#[error("the display ended unexpectedly; what was answered 200 is in the log")]
struct DisplayError;

impl Explain for DisplayError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

async fn bind(options: &Options) -> Result<Receiver, Failure> {
    let receiver = Receiver::bind(receiver::Options {
        credentials: options.credentials.clone(),
        max_body: options.max_body,
        ..receiver::Options::new(&options.host, options.port)
    })
    .await?;
    Ok(if options.reject_malformed {
        receiver.reject_malformed(Arc::new(|body| !validation::is_json(body)))
    } else {
        receiver
    })
}

/// Hands events to the display, and never waits for it.
fn observer(
    queue: SyncSender<receiver::Event>,
    dropped: Arc<AtomicU64>,
) -> impl Fn(receiver::Event) + Send + Sync + 'static {
    move |event| {
        if let Err(TrySendError::Full(_)) = queue.try_send(event) {
            dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Makes a capture safe by the journal; without a log there is nothing to wait for.
struct LogRecorder {
    journal: Option<Arc<Journal>>,
}

impl Recorder for LogRecorder {
    async fn record(&self, capture: Arc<Capture>) -> Result<Option<u64>, RecordError> {
        let Some(journal) = &self.journal else {
            return Ok(None);
        };
        match journal.append(capture).await {
            Ok(seq) => Ok(Some(seq)),
            Err(error) => Err(RecordError {
                message: error.to_string(),
            }),
        }
    }
}

/// The totals: on stderr for people, as the last line of stdout for machines.
fn totals(
    console: &mut Console,
    options: &Options,
    tally: &Tally,
    totals: receiver::Totals,
    began: Instant,
) -> Result<(), OutputError> {
    let shown = Verdict::ALL
        .iter()
        .filter_map(|verdict| Some((verdict, tally.verdicts.get(verdict)?)));
    if options.format == Format::Json {
        let summary = Summary {
            captured: totals.captured,
            refused: totals.refused,
            not_shown: tally.dropped,
            verdicts: shown
                .map(|(verdict, count)| (verdict.word(), *count))
                .collect(),
            seconds: began.elapsed().as_secs_f64(),
        };
        JsonLines::new(&mut *console.out).write("summary", &summary)?;
    }
    let mut parts = vec![format!(
        "{} in {}",
        counted(totals.captured, "capture", "captures"),
        time::duration(began.elapsed()),
    )];
    let word = |verdict: &Verdict| {
        Some(format!(
            "{} {verdict}",
            grouped(*tally.verdicts.get(verdict)?)
        ))
    };
    let words: Vec<String> = Verdict::ALL.iter().filter_map(word).collect();
    if !words.is_empty() {
        parts[0] = format!("{}: {}", parts[0], words.join(", "));
    }
    if totals.refused > 0 {
        parts.push(format!(
            "{} refused",
            counted(totals.refused, "request", "requests")
        ));
    }
    if tally.dropped > 0 {
        parts.push(format!(
            "{} not shown",
            counted(tally.dropped, "event", "events")
        ));
    }
    let place = match &options.log {
        Some(path) if totals.captured > 0 => format!(" All are in {}.", path.display()),
        _ => String::new(),
    };
    console.say(&format!("{}.{place}", parts.join("; ")))
}

/// The last line of `--format json`.
#[derive(Serialize)]
struct Summary {
    captured: u64,
    refused: u64,
    not_shown: u64,
    verdicts: BTreeMap<&'static str, u64>,
    seconds: f64,
}
