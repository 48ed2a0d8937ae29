//! The inspector beside a listener.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;

use super::opening;
use super::options::ListenOptions;
use crate::commands::Console;
use crate::commands::inspector::{BoundInspector, Captures, NamedTarget, RunningInspector, Setup};
use crate::delivery::{Target, TargetUrl, Trust};
use crate::flows::forwarding::ForwardEvent;
use crate::journal::LogInfo;
use crate::model::error::Failure;
use crate::receiver::{Event, ReceiverOptions};
use crate::render::listen::forward_object;
use crate::render::request::word;
use crate::validation::Validation;
use crate::wire::object_text;

/// Tells the inspector, if there is one, what came of forwarding.
pub(super) fn teller(
    options: &ListenOptions,
    inspector: Option<&RunningInspector>,
) -> impl Fn(usize, &ForwardEvent) + Clone + Send + Sync + 'static {
    let tell = inspector.map(RunningInspector::deliveries).map(Arc::new);
    let targets = options.forward.iter().map(|one| one.to.to_string());
    let targets: Arc<[String]> = targets.collect();
    move |target, event| {
        if let (Some(tell), Some(target)) = (&tell, targets.get(target)) {
            tell(object_text("forward", &forward_object(target, event)));
        }
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

/// What the inspector of a listener knows: from its page, requests can be sent to the listener, to
/// the target of `--forward`, and to the targets of the configuration.
fn setup(
    options: &ListenOptions,
    receiver: &ReceiverOptions,
    address: SocketAddr,
    validation: &Validation,
    console: &Console,
) -> Setup {
    let url = opening::url(receiver, address);
    let mut targets = Vec::new();
    if let Ok(own) = TargetUrl::parse(&url) {
        targets.push(NamedTarget {
            name: "listener".to_owned(),
            target: Target {
                credentials: receiver.credentials.clone(),
                // It is this process, whatever name the certificate is for.
                trust: Trust {
                    insecure: receiver.tls.is_some(),
                    ..Trust::default()
                },
                ..Target::plain(own)
            },
        });
    }
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
    Setup {
        validation: validation.clone(),
        environment: console.environment.clone(),
        mask: options.mask.clone(),
        zone: console.zone,
        listener: Some(url),
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
    (receiver, address, validation): (&ReceiverOptions, SocketAddr, &Validation),
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
    let setup = setup(options, receiver, address, validation, console);
    Ok(Some(inspector.run(setup, captures)?))
}

/// Ends it, and waits for nothing.
pub(super) fn close(inspector: Option<RunningInspector>) {
    if let Some(inspector) = inspector {
        tokio::task::spawn_blocking(|| inspector.close());
    }
}
