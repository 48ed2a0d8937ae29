//! `listen`: receiver, log, display and forwarding, wired.
//!
//! A capture goes from the receiver to the log, then to the counter of expectations and to the
//! queue of the display, and is answered; the display has a thread of its own, so that a slow
//! terminal delays no reply. Forwarding reads the log up to the number that is safe.

mod display;
mod following;
mod inspecting;
mod log;
mod notice;
mod opening;
mod options;
mod port;
mod queries;
mod ready_file;
mod run;
mod simulated;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use tokio::sync::{oneshot, watch};

use super::signals::Signals;
use super::{Console, Outcome, RuntimeError};
use crate::catalog::Catalog;
use crate::flows::expectation::{Counter, Expectations};
use crate::flows::listening::{LogCounts, LogRecorder, RefusalThrottle, notice_queue};
use crate::flows::relay::Publishing;
use crate::journal::Journal;
use crate::model::error::Failure;
use crate::selection::Selector;
use crate::validation::Validation;

use display::Display;

use opening::Opened;
pub use options::{CertificateSource, FollowSettings, ListenOptions};
use port::{Bound, Choice};
use run::{Run, display_failure, forward, observer, retain, until, wait};
use simulated::Simulated;

/// How `listen` ended.
#[derive(Debug)]
pub enum Ended {
    /// It received, and this is what came of it.
    Outcome(Outcome),
    /// The user wants to see this log instead, which another listener writes.
    Follow(PathBuf),
}

/// Receives, or follows a relay, until the run is stopped.
pub fn run(options: &ListenOptions, console: &mut Console) -> Result<Ended, Failure> {
    let catalog = console.catalog()?;
    if let Some(name) = &options.simulate {
        catalog.require_provider(name)?;
    }
    let mut options = queries::resolved(options, &catalog, console)?;
    let filter = console.selector(&options.filter, &catalog)?;
    let expectations = queries::expectations(&options.expect, filter.query(), &catalog, console)?;
    let runtime = runtime().map_err(RuntimeError)?;
    if let Some(follow) = options.follow.clone() {
        let page = inspecting::bind(&options, None, &runtime)?;
        let followed = (&follow, page);
        let run = following::follow(&options, followed, console, catalog, filter, expectations);
        let outcome = runtime.block_on(run);
        runtime.shutdown_background();
        return outcome.map(Ended::Outcome);
    }
    // A question is not asked within the runtime.
    following::name_source(&mut options, console)?;
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
    let holder = format!("enx-hook at {address}");
    let journal = log::open(options, holder, console, &counts, &notices, &stop)?;
    let info = journal.as_deref().map(Journal::info);
    log::tell_of_targets(options, info, console)?;

    let (safe, safe_seq) = watch::channel(info.map_or(0, |info| info.last_seq));
    let page = inspector.as_ref().map(|inspector| inspector.url.clone());
    let known = (Some((&asked_for, address)), &validation);
    let inspector = inspecting::run(inspector, options, known, info, &safe, console)?;
    let tell = inspecting::teller(options, &notices, inspector.as_ref());
    let behind = safe_seq.clone();
    let forwarder = forward(options, info, safe_seq, &validation, console, tell.clone())?;
    let relay = following::publish(options, info, behind, &validation, &notices)?;
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
        forward: forwarder.began(),
        relay: relay.as_ref().map(Publishing::began),
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
    let observer = inspecting::noting(observer, inspector.as_ref());
    let server = tokio::spawn(receiver.serve(recorder, observer, until(stopped)));
    let mut simulated = Simulated::start(options, &opened, catalog, console, &stop).await?;
    let ended = expectations.ended(simulated.fetched());
    let failed = display_failure(&mut failure, options, console);
    let ended = wait(&mut signals, ended, failed, &stop, server).await?;
    let Some(requests) = ended else {
        return Ok(Outcome::Interrupted);
    };
    inspecting::close(inspector);
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
        simulated: Some(simulated),
    };
    let came = (requests, None);
    run.end(options, &expectations, &mut signals, console, came)
        .await
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
