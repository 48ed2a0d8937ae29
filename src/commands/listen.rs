//! `listen`: receiver, journal, display and forwarding, wired.
//!
//! A capture goes from the receiver to the journal, is answered, and only then put on a
//! bounded queue to the display, which runs on a thread of its own: a slow terminal delays
//! no reply. What finds the queue full is counted and not shown; it is in the log all the same.
//! Forwarding reads the log, and is told how far that is safe.

mod banner;
mod display;
mod door;
mod filter;
pub mod forward;
mod headline;
pub mod keeping;
mod log_line;
mod machine;
mod passed_on;
mod queue;
mod ready_file;
pub mod replies;
mod simulation;
mod strangers;
mod totals;
mod tunnel;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::signals::Signals;
use super::{Console, Outcome, RuntimeError, Verbosity};
use crate::catalog::Catalog;
use crate::flows::expectation::{Counter, ExpectOptions, ExpectationResult, Expectations};
use crate::journal::{Journal, LogInfo};
use crate::model::background;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::model::secret::Credentials;
use crate::selection::Query;
use crate::validation::{Judge, Validation};
use crate::{delivery, receiver};

use display::{Display, Tally};
use door::Door;
pub use door::{Certificate, Limits};
use filter::Filter;
use forward::{Forward, Passing};
use keeping::LogRecorder;
use queue::{Feed, Notice, Queue, queue};
use simulation::Simulation;
use strangers::Strangers;
use totals::Totals;

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
    /// How it is kept.
    pub keeping: keeping::Options,
    /// What a sender must know.
    pub credentials: Option<Credentials>,
    /// Answer 400 to what is not JSON.
    pub reject_malformed: bool,
    /// The certificate to speak HTTPS with; nothing speaks plain HTTP.
    pub certificate: Option<Certificate>,
    /// The one path that is served; nothing serves all.
    pub path: Option<String>,
    /// Whether proxies say who a sender is.
    pub trust_proxy: bool,
    /// How much is let in.
    pub limits: Limits,
    /// The provider whose events are to be played.
    pub simulate: Option<String>,
    /// Show long lists and texts whole.
    pub full: bool,
    /// What stdout carries.
    pub format: Format,
    /// What of it is shown.
    pub filter: Query,
    /// Where captures are passed on to; there is a log then.
    pub forward: Option<forward::Options>,
    /// What senders are told on purpose.
    pub replies: Option<replies::Options>,
    /// What is asserted, and when the run ends.
    pub expect: ExpectOptions,
    /// The file that gets the URL once the port is bound.
    pub ready_file: Option<PathBuf>,
    /// The local API of an ngrok agent; nothing asks none.
    pub ngrok_api: Option<delivery::TargetUrl>,
}

/// What `listen` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A headline, the payload and the findings of each event.
    Pretty,
    /// One line an event, in columns.
    Line,
    /// One JSON object a line, each with a `kind`.
    Json,
    /// The totals.
    Quiet,
}

/// Receives until it is told to stop.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    if let Some(name) = &options.simulate {
        catalog.require_provider(name)?;
    }
    let expectations = filter::expectations(&options.expect, &catalog)?;
    let filter = Filter::new(&options.filter, &catalog, console)?;
    let runtime = runtime().map_err(RuntimeError)?;
    let outcome = runtime.block_on(listen(options, console, catalog, filter, expectations));
    // A second Ctrl-C, or a simulation that still waits for an answer, is not waited for.
    runtime.shutdown_background();
    outcome
}

async fn listen(
    options: &Options,
    console: &mut Console,
    catalog: Arc<Catalog>,
    filter: Filter,
    expectations: Arc<Expectations>,
) -> Result<Outcome, Failure> {
    let judge = Judge::new(Validation::new(Arc::clone(&catalog)));
    // Before anything is opened: a signal that comes early must not find the default action.
    let mut signals = Signals::new().map_err(RuntimeError)?;
    if let Some(path) = &options.ready_file {
        ready_file::clear(path)?;
    }
    // A sender can connect from here on, and waits; a port that is taken leaves no log behind.
    let Door {
        receiver,
        tls,
        fewer_connections,
    } = door::bind(options).await?;
    let (feed, notices) = queue();
    let counts = Arc::new(keeping::Counts::default());
    let (stop, stopped) = watch::channel(false);
    let journal = match &options.log {
        Some(path) => Some(keeping::open(
            path, options, console, &counts, &feed, &stop,
        )?),
        None => None,
    };
    let info = journal.as_deref().map(Journal::info);
    let address = receiver.local_addr();

    let (safe, last) = watch::channel(info.map_or(0, |info| info.last_seq));
    let to = options.forward.as_ref();
    let passing = Passing::start(to, info, last, &judge, &feed, console)?;
    let lowest = passing.queue().map(Forward::lowest_undelivered);
    keeping::apply_retention(journal.as_deref(), &options.keeping, lowest)?;
    let in_reply = passing.in_reply().cloned();
    let receiver = match &in_reply {
        Some(sync) => receiver.reply_by(sync.policy()),
        None => receiver,
    };
    let facts = banner::Facts {
        address,
        tls: tls.as_ref(),
        fewer_connections,
        log: info,
        forward: passing.queue(),
    };
    banner::ready(console, options, &facts)?;
    banner::describe(console, options, &facts).await?;

    let simulation = simulation(options, address, catalog);
    let began = Instant::now();
    let counter = Counter::spawn(&expectations).map_err(RuntimeError)?;
    let (counter, counting) = counter.unzip();
    let strangers = Arc::<Strangers>::default();
    let display = Display::new(options, filter, console, judge.clone(), &strangers);
    let display = show(display, notices, info.cloned(), stop.clone())?;

    let recorder = LogRecorder {
        journal: journal.clone(),
        safe,
        counts: Arc::clone(&counts),
    };
    let observer = observer(judge, feed, strangers, counter, in_reply);
    let server = receiver.serve(recorder, observer, async move {
        let mut stopped = stopped;
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(server);
    if let Some(simulation) = simulation {
        tokio::spawn(simulation.play(stop.subscribe()));
    }
    let ended = expectations.ended();
    let Some(requests) = wait(&mut signals, ended, &stop, server).await else {
        return Ok(Outcome::Interrupted);
    };
    if let Some(journal) = journal {
        journal.close();
    }
    let forwarded = tokio::select! {
        tally = passing.finish() => tally?,
        () = signals.next() => return Ok(Outcome::Interrupted),
    };
    let (out, tally) = match shown(display, counting, &mut signals).await {
        Ending::Finished(finished) => finished?,
        Ending::Interrupted => return Ok(Outcome::Interrupted),
        Ending::Unread => {
            console.warn(
                "nobody reads the output: what was not shown is in the log",
                None,
            )?;
            return Ok(outcome(&expectations.results()));
        }
        Ending::Panicked => return Err(DisplayError.into()),
    };
    console.out = out;
    let results = expectations.results();
    let totals = Totals {
        requests,
        log: &counts,
        tally: &tally,
        forwarded: forwarded.as_ref(),
        results: &results,
        took: began.elapsed(),
    };
    totals.write(options, console)?;
    Ok(outcome(&results))
}

/// A runtime on half of the cores: the log, the display and, on a developer's machine, senders
/// have work too, and a request that moves from core to core costs more than it gains.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads((cores / 2).max(1))
        .enable_all()
        .build()
}

/// What the display's thread ends with.
type Shown = Result<(Box<dyn Write + Send>, Tally), OutputError>;

/// Shows what comes, on a thread of its own.
fn show(
    display: Display,
    mut notices: Queue,
    log: Option<LogInfo>,
    stop: watch::Sender<bool>,
) -> Result<thread::JoinHandle<Shown>, RuntimeError> {
    thread::Builder::new()
        .name("display".to_owned())
        .spawn(move || {
            background::yield_to_others();
            let finished = display.run(&mut notices, log.as_ref());
            // Nobody reads what is shown any more: there is nothing left to listen for.
            let _ = stop.send(true);
            finished
        })
        .map_err(RuntimeError)
}

/// How the display ended.
enum Ending {
    /// All was shown.
    Finished(Shown),
    /// A second signal came.
    Interrupted,
    /// Nobody reads stdout.
    Unread,
    Panicked,
}

/// Waits for the display and the counter, which end when the server and forwarding have ended.
/// Stdout may be read slowly or not at all: a second signal ends the wait, and so does
/// [`DISPLAY_GRACE`], for a supervisor sends only one signal.
async fn shown(
    display: thread::JoinHandle<Shown>,
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

/// Whether all expectations were met.
fn outcome(results: &[ExpectationResult]) -> Outcome {
    if results.iter().all(|result| result.met) {
        Outcome::Done
    } else {
        Outcome::Negative
    }
}

/// What is played, if anything is.
fn simulation(options: &Options, address: SocketAddr, catalog: Arc<Catalog>) -> Option<Simulation> {
    Some(Simulation {
        provider: options.simulate.clone()?,
        url: banner::url(options, address),
        credentials: options.credentials.clone(),
        catalog,
    })
}

/// Waits for the end: of the first signal, of the display, or as the options say; then for
/// the requests in flight. A second signal does not wait, and there are no totals then.
async fn wait(
    signals: &mut Signals,
    end: impl Future<Output = ()>,
    stop: &watch::Sender<bool>,
    mut server: JoinHandle<receiver::Totals>,
) -> Option<receiver::Totals> {
    tokio::select! {
        () = signals.next() => {}
        () = end => {}
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

/// Hands events to the counter and the display, and never waits for them.
fn observer(
    judge: Judge,
    feed: Feed,
    strangers: Arc<Strangers>,
    counter: Option<Counter>,
    sync: Option<Arc<forward::SyncForward>>,
) -> impl Fn(receiver::Event) + Send + Sync + 'static {
    move |event| match event {
        receiver::Event::Captured {
            seq,
            capture,
            status,
        } => {
            let judged = Arc::new(judge.capture(seq, capture));
            if let Some(counter) = &counter {
                counter.count(&judged);
            }
            feed.offer(Notice::Captured {
                judged: Arc::clone(&judged),
                status,
            });
            if let Some(notice) = sync.as_ref().and_then(|sync| sync.result(judged)) {
                feed.offer(Notice::Forwarded(notice));
            }
        }
        event => {
            if strangers.admit(&event) {
                feed.offer(Notice::Refused(event));
            }
        }
    }
}
