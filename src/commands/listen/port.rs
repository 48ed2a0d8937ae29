//! The port: bound, or taken by another program. On a terminal the user then says what to do.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::options::{CertificateSource, ListenOptions};
use super::{inspecting, queries, ready_file};
use crate::commands::inspector::BoundInspector;
use crate::commands::prompt::{Asking, choose};
use crate::commands::{Console, Verbosity};
use crate::journal::writer;
use crate::model::capture::Capture;
use crate::model::error::{Category, Explain, Failure};
use crate::receiver::{self, Receiver, ReceiverError, ReceiverOptions, Tls};
use crate::render::request::word;
use crate::validation::{Validation, is_json};

/// A receiver with a port of its own.
pub(super) struct Bound {
    pub(super) receiver: Receiver,
    /// Its settings as typed.
    pub(super) asked_for: ReceiverOptions,
    /// The possible number of connections.
    pub(super) connections: usize,
    /// The page beside it, if one was asked for.
    pub(super) inspector: Option<BoundInspector>,
}

/// What becomes of the run.
pub(super) enum Choice {
    /// It listens.
    Listen(Box<Bound>),
    /// It shows this log, which another listener writes.
    Follow(PathBuf),
}

/// Binds the port. If it is taken, the user may choose another one, for which `options` are
/// changed.
pub(super) fn bind(
    options: &mut ListenOptions,
    validation: &Validation,
    console: &Console,
    runtime: &Runtime,
) -> Result<Choice, Failure> {
    if let Some(path) = &options.ready_file {
        ready_file::check(path)?;
    }
    let mut asked_for = ReceiverOptions {
        tls: tls(options)?,
        // What broke off cannot be masked.
        shows_partial: console.verbosity == Verbosity::Verbose && options.mask.is_off(),
        ..options.receiver.clone()
    };
    let connections = receiver::make_room(asked_for.max_connections);
    let delay = options.replies.as_ref().map(|replies| replies.delay);
    let receiver = loop {
        // A sender can connect from here on, and waits. A port that is taken leaves no log behind.
        let bound = Receiver::bind(ReceiverOptions {
            max_connections: connections,
            // A delayed reply keeps its request in flight for longer.
            grace: asked_for.grace + delay.unwrap_or_default(),
            ..asked_for.clone()
        });
        // A question is not asked within the runtime.
        let error = match runtime.block_on(bound) {
            Ok(receiver) => break receiver,
            Err(error) => error,
        };
        let taken = Taken::new(error, asked_for.port, options.log.as_deref())?;
        if !console.environment.can_ask() {
            return Err(taken.into());
        }
        match taken.ask(console)? {
            Answer::Port(port, log) => {
                asked_for.port = port;
                options.receiver.port = port;
                options.log = log.or(options.log.take());
            }
            Answer::Follow(log) => return Ok(Choice::Follow(log)),
            Answer::Neither => return Err(taken.into()),
        }
    };
    let inspector = inspecting::bind(options, Some(receiver.local_addr()), runtime)?;
    if let Some(path) = &options.ready_file {
        ready_file::clear(path)?;
    }
    let receiver = replying(receiver, options, validation);
    Ok(Choice::Listen(Box::new(Bound {
        receiver,
        asked_for,
        connections,
        inspector,
    })))
}

/// The receiver with the replies that were asked for.
fn replying(mut receiver: Receiver, options: &ListenOptions, validation: &Validation) -> Receiver {
    if let Some(replies) = &options.replies {
        receiver = receiver.reply_by(replies.policy(validation.clone(), queries::meant));
    }
    if options.reject_malformed {
        let is_malformed = |capture: &Capture| !is_json(&capture.content().bytes);
        receiver = receiver.reject_malformed(Arc::new(is_malformed));
    }
    receiver
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

/// Another program has the port.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
struct Taken {
    #[source]
    error: ReceiverError,
    /// The next port that is free.
    next: u16,
    /// The log, if a listener writes it, and where that listens.
    written: Option<(PathBuf, SocketAddr)>,
    /// The port that was asked for.
    port: u16,
}

/// What the user wants instead of a port that is taken.
enum Answer {
    /// This port, with this log if the other listener writes the one that was asked for.
    Port(u16, Option<PathBuf>),
    /// To see the log of the other listener.
    Follow(PathBuf),
    /// Nothing of that.
    Neither,
}

impl Taken {
    /// What is known besides the error; another error comes back as it is.
    fn new(error: ReceiverError, port: u16, log: Option<&Path>) -> Result<Taken, ReceiverError> {
        let ReceiverError::PortTaken {
            next: Some(next), ..
        } = error
        else {
            return Err(error);
        };
        Ok(Taken {
            error,
            next,
            written: log.and_then(|log| Some((log.to_owned(), writer(log)?))),
            port,
        })
    }

    /// A log for the next port, if another listener writes the one that was asked for.
    fn other_log(&self) -> Option<PathBuf> {
        let (log, _) = self.written.as_ref()?;
        Some(log.with_file_name(format!("listen-{}.jsonl", self.next)))
    }

    /// Asks on the terminal.
    fn ask(&self, console: &Console) -> Result<Answer, Failure> {
        let Taken { next, written, .. } = self;
        let other = self.other_log();
        let log = other.as_ref().map_or_else(String::new, |log| {
            format!(", with the log {}", log.display())
        });
        let mut items = vec![format!("listen on port {next}{log}")];
        if let Some((log, _)) = written {
            items.push(format!(
                "show what that listener receives (enx-hook log --follow {})",
                word(&log.to_string_lossy())
            ));
        }
        items.push("neither".to_owned());
        let last = items.len() - 1;
        let asking = Asking::begin("nothing was received")?;
        let question = format!("{}. What now?", self.error);
        let width = console.environment.width();
        let chosen = choose(&asking, &question, items.into_iter(), width)?;
        Ok(match written {
            _ if chosen == 0 => Answer::Port(*next, other),
            Some((log, _)) if chosen < last => Answer::Follow(log.clone()),
            _ => Answer::Neither,
        })
    }
}

impl Explain for Taken {
    fn category(&self) -> Category {
        self.error.category()
    }

    fn advice(&self) -> Option<String> {
        let advice = self.error.advice()?;
        let (Some((log, address)), Some(other)) = (&self.written, self.other_log()) else {
            return Some(advice);
        };
        let log = word(&log.to_string_lossy());
        let whose = if address.port() == self.port {
            "it".to_owned()
        } else {
            format!("the listener at {address}")
        };
        Some(format!(
            "{whose} writes {log}, and `enx-hook log --follow {log}` shows what it receives; a second \
             listener has a port and a log of its own: --port {} --log {}",
            self.next,
            word(&other.to_string_lossy())
        ))
    }
}
