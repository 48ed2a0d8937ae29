//! `follow`: captures come from a relay in place of a port. And what `listen --relay` asks for.

use std::sync::Arc;
use std::time::Instant;

use dialoguer::Input;
use tokio::sync::{oneshot, watch};

use super::display::Display;
use super::notice::Notice;
use super::options::{FollowSettings, ListenOptions};
use super::run::{Run, display_failure, forward, observer, retain, until, wait};
use super::{inspecting, log, opening, ready_file};
use crate::catalog::Catalog;
use crate::commands::inspector::BoundInspector;
use crate::commands::prompt::{Asking, theme};
use crate::commands::signals::Signals;
use crate::commands::{Console, Outcome, RuntimeError, Verbosity};
use crate::flows::expectation::{Counter, Expectations};
use crate::flows::forwarding::ForwardStart;
use crate::flows::listening::{
    LogCounts, LogRecorder, NoticeSender, RefusalThrottle, notice_queue,
};
use crate::flows::relay::{
    Access, Beginning, Followed, Following, Publishing, RelayUrl, Store, is_name, name_like,
    remembered_name,
};
use crate::journal::{AppendError, LogInfo};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::receiver;
use crate::render::listen::following;
use crate::selection::{Bound, Selector};
use crate::validation::Validation;

/// Follows a relay until the run is stopped.
pub(super) async fn follow(
    options: &ListenOptions,
    (follow, page): (&FollowSettings, Option<BoundInspector>),
    console: &mut Console,
    catalog: Arc<Catalog>,
    filter: Selector,
    expectations: Arc<Expectations>,
) -> Result<Outcome, Failure> {
    let mut signals = Signals::new().map_err(RuntimeError)?;
    clear_ready_file(options)?;
    let validation = Validation::new(catalog).one_large_at_a_time();
    let relay = &follow.relay;
    let (notices, queue) = notice_queue();
    let counts = Arc::new(LogCounts::default());
    let (stop, stopped) = watch::channel(false);
    let holder = format!("enx-hook following {}", relay.url);
    let Some(journal) = log::open(options, holder, console, &counts, &notices, &stop)? else {
        return Ok(Outcome::Done);
    };
    let info = journal.info().clone();
    log::tell_of_targets(options, Some(&info), console)?;
    warn_of_access(&relay.url, &relay.access, console)?;
    let (safe, safe_seq) = watch::channel(info.last_seq);
    let page_url = page.as_ref().map(|page| page.url.clone());
    let known = (None, &validation);
    let page = inspecting::run(page, options, known, Some(&info), &safe, console)?;
    let tell = inspecting::teller(options, &notices, page.as_ref());
    let forwarder = forward(
        options,
        Some(&info),
        safe_seq,
        &validation,
        console,
        tell.clone(),
    )?;
    retain(options, Some(&journal), None)?;
    let said = (relay.name.as_str(), page_url.as_deref());
    begin(options, said, &info, forwarder.began(), console)?;

    let began = Instant::now();
    let (counter, counting) = Counter::spawn(&expectations).map_err(RuntimeError)?.unzip();
    let throttle = Arc::<RefusalThrottle>::default();
    let (failed, mut failure) = oneshot::channel();
    let display = Display::new(options, filter, console, Arc::clone(&throttle), failed);
    let display = display.spawn(queue, Some(info.clone()), validation.clone())?;
    let recorder = LogRecorder {
        room: counter.as_ref().map(Counter::room),
        journal: Some(Arc::clone(&journal)),
        safe,
        counts: Arc::clone(&counts),
    };
    let told = notices.clone();
    let store = FollowedLog {
        recorder,
        observer: observer(validation, notices, throttle, counter, None, tell),
    };
    let mut relay = relay.clone();
    relay.beginning = beginning(follow, console);
    let tell = move |event| told.offer(Notice::Relay(Box::new(event)));
    let running = Following::start(&relay, &info, store, tell)?;
    let reader = tokio::spawn(async {
        until(stopped).await;
        tokio::task::spawn_blocking(|| running.finish())
            .await
            .ok()
            .flatten()
    });
    let failed = display_failure(&mut failure, options, console);
    let ended = wait(
        &mut signals,
        expectations.ended(None::<std::future::Pending<()>>),
        failed,
        &stop,
        reader,
    )
    .await?;
    let Some(followed) = ended else {
        return Ok(Outcome::Interrupted);
    };
    inspecting::close(page);
    let followed = followed.ok_or(FollowerDied)?;
    let requests = receiver::Totals {
        captured: followed.captured,
        ..receiver::Totals::default()
    };
    let run = Run {
        journal: Some(journal),
        forwarder,
        relay: None,
        display,
        counting,
        failure,
        counts,
        began,
        url: relay.url.to_string(),
        simulated: None,
    };
    let came = (requests, Some(followed));
    let outcome = run
        .end(options, &expectations, &mut signals, console, came)
        .await?;
    if !followed.was_connected && options.expect.period.is_some() {
        return Err(NotReached(relay.url.to_string()).into());
    }
    Ok(outcome)
}

fn clear_ready_file(options: &ListenOptions) -> Result<(), Failure> {
    if let Some(path) = &options.ready_file {
        ready_file::check(path)?;
        ready_file::clear(path)?;
    }
    Ok(())
}

/// Where the first run begins.
fn beginning(follow: &FollowSettings, console: &Console) -> Beginning {
    follow.since.map_or(follow.relay.beginning, |since| {
        Beginning::Since(since.resolve(Bound::Since, chrono::Utc::now(), console.zone))
    })
}

/// Says what is followed, where to, and writes the ready file.
fn begin(
    options: &ListenOptions,
    (name, page): (&str, Option<&str>),
    info: &LogInfo,
    forward: Vec<ForwardStart>,
    console: &mut Console,
) -> Result<(), Failure> {
    let url = options
        .relay_url()
        .map_or_else(String::new, ToString::to_string);
    let path = options.log.as_deref().unwrap_or(&info.path);
    let targets = options.forward.iter().map(|one| one.to.to_string());
    let targets: Vec<_> = targets.zip(forward).collect();
    let rest = (console.verbosity > Verbosity::Quiet).then_some((info, path));
    if let Some(path) = &options.ready_file {
        ready_file::write(path, &url)?;
    }
    following(
        &mut *console.err,
        console.err_style,
        (&url, name),
        rest,
        &targets,
        page,
    )
    .map_err(OutputError::from)?;
    opening::announce(console, options, &url, None, page);
    Ok(())
}

/// Warns of a password that others can read on its way.
pub(super) fn warn_of_access(
    url: &RelayUrl,
    access: &Access,
    console: &mut Console,
) -> Result<(), OutputError> {
    let has_password = access.credentials.is_some() || url.credentials.is_some();
    if has_password && url.scheme == "nats" && !url.is_loopback() {
        console.warn(
            &format!("the password for {url} and all captures cross the network readable"),
            Some("tls:// in the URL encrypts them, if the server has a certificate"),
        )?;
    }
    Ok(())
}

/// Starts to publish to the relay that was asked for.
pub(super) fn publish(
    options: &ListenOptions,
    log: Option<&LogInfo>,
    safe: watch::Receiver<u64>,
    validation: &Validation,
    notices: &NoticeSender<Notice>,
) -> Result<Option<Publishing>, Failure> {
    let (Some(relay), Some(log)) = (&options.relay, log) else {
        return Ok(None);
    };
    let notices = notices.clone();
    let tell = move |event| notices.offer(Notice::Relay(Box::new(event)));
    let name = relay.name.as_deref().unwrap_or_default();
    Publishing::start(relay, name, log, safe, validation, tell).map(Some)
}

/// Gives the source a name: the one that was given, or that its log remembers, or that the user
/// chooses.
pub(super) fn name_source(
    options: &mut ListenOptions,
    console: &mut Console,
) -> Result<(), Failure> {
    let (Some(relay), Some(log)) = (&mut options.relay, &options.log) else {
        return Ok(());
    };
    warn_of_access(&relay.url, &relay.access, console)?;
    if relay.name.is_none() {
        relay.name = match remembered_name(log, &relay.url)? {
            Some(name) => Some(name),
            None => Some(chosen_name(&relay.url, console)?),
        };
    }
    Ok(())
}

fn chosen_name(relay: &RelayUrl, console: &Console) -> Result<String, Failure> {
    let environment = &console.environment;
    let host = ["HOSTNAME", "COMPUTERNAME"];
    let host = host
        .iter()
        .find_map(|name| environment.variable(name))
        .map(str::to_owned);
    let host = host.or_else(|| std::fs::read_to_string("/etc/hostname").ok());
    let proposal = host.and_then(|host| name_like(host.trim()));
    if !environment.can_ask() {
        return Err(NoName(proposal).into());
    }
    let asking = Asking::begin("nothing was published")?;
    let theme = theme();
    let mut question = Input::<String>::with_theme(&*theme)
        .with_prompt(format!("Name of this source at {relay}"))
        .validate_with(|name: &String| {
            if is_name(name) {
                Ok(())
            } else {
                Err("1 to 64 letters, digits, - and _")
            }
        });
    if let Some(proposal) = proposal {
        question = question.default(proposal);
    }
    Ok(asking.answer(question.interact_text().map(Some))?)
}

/// The log of a follower, and who is told of what it takes.
struct FollowedLog<O> {
    recorder: LogRecorder,
    observer: O,
}

impl<O: Fn(receiver::Event) + Send> Store for FollowedLog<O> {
    async fn write(&mut self, captures: Vec<Followed>) -> Result<u64, AppendError> {
        let told: Vec<_> = captures
            .iter()
            .map(|(capture, _)| Arc::clone(capture))
            .collect();
        let seqs = self.recorder.record_read(captures).await?;
        for (seq, capture) in seqs.clone().zip(told) {
            self.recorder.reserve(&capture).await;
            (self.observer)(receiver::Event::Captured {
                seq: Some(seq),
                capture,
                status: None,
            });
        }
        Ok(seqs.start)
    }
}

/// A source has no name.
#[derive(Debug, thiserror::Error)]
#[error("--relay requires a name for this source, and there is no terminal to ask on")]
struct NoName(Option<String>);

impl Explain for NoName {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        let name = self.0.as_deref().unwrap_or("NAME");
        Some(format!("add --relay-as {name}; the log remembers it"))
    }
}

/// The relay was not reached in the time of `--for`.
#[derive(Debug, thiserror::Error)]
#[error("{0} was not reached")]
struct NotReached(String);

impl Explain for NotReached {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// The follower panicked; the panic message tells why.
#[derive(Debug, thiserror::Error)]
#[error("the follower ended unexpectedly; the next run goes on where it was")]
struct FollowerDied;

impl Explain for FollowerDied {
    fn category(&self) -> Category {
        Category::Undone
    }
}
