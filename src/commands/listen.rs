//! `listen`: receiver, journal and display, wired.
//!
//! A capture goes from the receiver to the journal, is answered, and only then put on a
//! bounded queue to the display, which runs on a thread of its own: a slow terminal delays
//! no reply. What finds the queue full is counted and not shown; it is in the log all the same.

mod banner;
mod display;
mod simulation;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Instant;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::signals::Signals;
use super::{Console, Outcome, RuntimeError, provider};
use crate::capture::Capture;
use crate::error::{Failure, OutputError};
use crate::journal::{Journal, JournalOptions};
use crate::receiver::{self, Receiver, RecordError, Recorder};
use crate::secret::Credentials;
use crate::validation::{self, Validation};

use display::{Display, Tally};

/// Events that may wait for the display; more are dropped from it, with a count.
const QUEUE: usize = 4096;

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
pub fn run(options: Options, console: Console) -> Result<Outcome, Failure> {
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

async fn listen(options: Options, mut console: Console, validation: Validation) -> Result<Outcome, Failure> {
    // Before anything is opened: a signal that comes early must not find the default action.
    let signals = Signals::new().map_err(RuntimeError)?;
    let journal = match &options.log {
        Some(path) => Some(Arc::new(Journal::open(path, JournalOptions::default())?)),
        None => None,
    };
    let receiver = bind(&options).await?;
    let url = banner::url(receiver.local_addr());
    banner::show(&mut console, &options, journal.as_deref(), &url)?;

    let (stop, stopped) = watch::channel(false);
    let simulation = options.simulate.clone().map(|provider| simulation::Simulation {
        provider,
        url: url.clone(),
        credentials: options.credentials.clone(),
        validation: validation.clone(),
    });
    let began = Instant::now();
    let (queue, events) = sync_channel(QUEUE);
    let dropped = Arc::new(AtomicU64::new(0));
    let display = Display::new(&options, console, validation, Arc::clone(&dropped));
    let display_stop = stop.clone();
    let display = thread::Builder::new()
        .name("display".to_owned())
        .spawn(move || {
            let finished = display.run(&url, &events);
            // Nobody reads what is shown any more: there is nothing left to listen for.
            let _ = display_stop.send(true);
            finished
        })
        .map_err(RuntimeError)?;

    let recorder = LogRecorder { journal: journal.clone() };
    let observer = observer(queue, dropped);
    let server = receiver.serve(recorder, observer, async move {
        let mut stopped = stopped;
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(server);
    if let Some(simulation) = simulation {
        tokio::spawn(simulation.play(stop.subscribe()));
    }
    if !wait(signals, &stop, server).await {
        return Ok(Outcome::Interrupted);
    }
    if let Some(journal) = &journal {
        journal.close();
    }
    // The display ends when the observer, the queue's only sender, is gone with the server.
    let (mut console, tally) = match tokio::task::spawn_blocking(move || display.join()).await {
        Ok(Ok(finished)) => finished?,
        _ => return Err(DisplayError.into()),
    };
    totals(&mut console, &options, &tally, began)?;
    Ok(Outcome::Done)
}

/// Waits for the end: of the first signal, or of the display; then for the requests in flight.
/// A second signal does not wait; false says that it came.
async fn wait(
    mut signals: Signals,
    stop: &watch::Sender<bool>,
    mut server: JoinHandle<receiver::Totals>,
) -> bool {
    tokio::select! {
        () = signals.next() => {}
        _ = &mut server => return true,
    }
    let _ = stop.send(true);
    tokio::select! {
        () = signals.next() => false,
        _ = server => true,
    }
}

/// The display ended in a panic, which has said why.
#[derive(Debug, thiserror::Error)]
#[error("the display ended unexpectedly; what was answered 200 is in the log")]
struct DisplayError;

impl crate::error::Explain for DisplayError {
    fn category(&self) -> crate::error::Category {
        crate::error::Category::Undone
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
            Err(error) => Err(RecordError { message: error.to_string() }),
        }
    }
}
