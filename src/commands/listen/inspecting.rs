//! The inspector beside a listener or a follower.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::notice::Notice;
use super::opening;
use super::options::ListenOptions;
use crate::commands::Console;
use crate::commands::inspector::{
    self, Beside, BoundInspector, Captures, NamedTarget, RunningInspector, Setup,
};
use crate::delivery::{Target, TargetUrl, Trust, reaches};
use crate::flows::forwarding::ForwardEvent;
use crate::flows::listening::NoticeSender;
use crate::journal::LogInfo;
use crate::model::error::{Category, Explain, Failure};
use crate::receiver::{Event, ReceiverOptions};
use crate::render::listen::forward_object;
use crate::render::request::word;
use crate::validation::Validation;
use crate::wire::object_text;

/// Binds the page that was asked for. Captures must not be forwarded to it, nor to the listener.
pub(super) fn bind(
    options: &ListenOptions,
    listener: Option<SocketAddr>,
    runtime: &Runtime,
) -> Result<Option<BoundInspector>, Failure> {
    let inspector = options.inspect.as_ref();
    let inspector = inspector.map(|settings| inspector::bind(settings, options.log.as_deref()));
    let inspector = inspector.transpose()?;
    let page = inspector.as_ref().map(|inspector| inspector.address);
    for url in options.forward.iter().filter_map(|one| one.to.url()) {
        for (own, name) in [(listener, "listener"), (page, "inspector")] {
            if own.is_some_and(|own| runtime.block_on(reaches(url, own))) {
                return Err(ForwardsToItself(url.to_string(), name).into());
            }
        }
    }
    Ok(inspector)
}

/// Tells the terminal, and the inspector if there is one, what came of forwarding.
pub(super) fn teller(
    options: &ListenOptions,
    notices: &NoticeSender<Notice>,
    inspector: Option<&RunningInspector>,
) -> impl Fn(usize, ForwardEvent) + Clone + Send + Sync + 'static {
    let notices = notices.clone();
    let tell = inspector.map(RunningInspector::deliveries).map(Arc::new);
    let targets = options.forward.iter().map(|one| one.to.to_string());
    let targets: Arc<[String]> = targets.collect();
    move |target, event| {
        if let (Some(tell), Some(target)) = (&tell, targets.get(target)) {
            tell(object_text("forward", &forward_object(target, &event)));
        }
        notices.offer(Notice::Forwarded(target, Box::new(event)));
    }
}

/// Also tells the inspector, if there is one, of each capture before it is answered.
pub(super) fn noting(
    observer: impl Fn(Event) + Send + Sync + 'static,
    inspector: Option<&RunningInspector>,
) -> impl Fn(Event) + Send + Sync + 'static {
    let note = inspector.map(RunningInspector::arrivals);
    move |event| {
        if let Event::Captured {
            seq: Some(seq),
            capture,
            ..
        } = &event
            && let Some(note) = &note
        {
            note(&capture.peer, *seq);
        }
        observer(event);
    }
}

/// The listener as a target of its page.
fn own(receiver: &ReceiverOptions, url: &str) -> Option<NamedTarget> {
    Some(NamedTarget {
        name: "listener".to_owned(),
        target: Target {
            credentials: receiver.credentials.clone(),
            // It is this process, whatever name the certificate is for.
            trust: Trust {
                insecure: receiver.tls.is_some(),
                ..Trust::default()
            },
            ..Target::plain(TargetUrl::parse(url).ok()?)
        },
    })
}

/// What the inspector knows: from its page, requests can be sent to the listener, to the target of
/// `--forward`, and to the targets of the configuration.
fn setup(
    options: &ListenOptions,
    listener: Option<(&ReceiverOptions, SocketAddr)>,
    validation: &Validation,
    console: &Console,
) -> Setup {
    let url = listener.map(|(receiver, address)| (receiver, opening::url(receiver, address)));
    let own = url.as_ref().and_then(|(receiver, url)| own(receiver, url));
    let mut targets = Vec::from_iter(own);
    for (number, forward) in (1..).zip(&options.forward) {
        let Some(url) = forward.to.url() else {
            continue;
        };
        let name = match number {
            1 => "forward".to_owned(),
            number => format!("forward-{number}"),
        };
        targets.push(NamedTarget {
            name,
            target: Target {
                credentials: forward.credentials.clone(),
                headers: forward.headers.clone(),
                timeout: forward.timeout,
                ..Target::plain(url.clone())
            },
        });
    }
    let named = options
        .inspect
        .iter()
        .flat_map(|settings| settings.targets.clone());
    targets.extend(named);
    let relay = options.relay_url().map(ToString::to_string);
    Setup {
        validation: validation.clone(),
        environment: console.environment.clone(),
        mask: options.mask.clone(),
        zone: console.zone,
        beside: match url {
            Some((_, url)) => Some(Beside::Listener(url)),
            None => relay.map(Beside::Follower),
        },
        targets,
        words: match options.log.as_deref() {
            Some(log) => format!(" {}", word(&log.to_string_lossy())),
            None => String::new(),
        },
    }
}

/// Begins to answer, about what is in the log and then what is safe.
pub(super) fn run(
    inspector: Option<BoundInspector>,
    options: &ListenOptions,
    (listener, validation): (Option<(&ReceiverOptions, SocketAddr)>, &Validation),
    log: Option<&LogInfo>,
    safe: &watch::Sender<u64>,
    console: &Console,
) -> Result<Option<RunningInspector>, Failure> {
    let (Some(inspector), Some(log)) = (inspector, log) else {
        return Ok(None);
    };
    let captures = Captures::Live {
        log: log.path.clone(),
        last: log.last_seq,
        safe: safe.subscribe(),
    };
    let setup = setup(options, listener, validation, console);
    Ok(Some(inspector.run(setup, captures)?))
}

/// Ends it, and waits for nothing.
pub(super) fn close(inspector: Option<RunningInspector>) {
    if let Some(inspector) = inspector {
        tokio::task::spawn_blocking(|| inspector.close());
    }
}

/// Each forwarded capture would come back, and be forwarded again.
#[derive(Debug, thiserror::Error)]
#[error("--forward {0} is the address of this {1}")]
struct ForwardsToItself(String, &'static str);

impl Explain for ForwardsToItself {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(
            "name the port of your own server, or move this one with --port or --inspect=PORT"
                .to_owned(),
        )
    }
}
