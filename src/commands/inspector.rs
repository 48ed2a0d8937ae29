//! The inspector beside a command: `listen --inspect` and `inspect` start it.
//!
//! It has a thread of its own with a runtime of its own, so that nothing that a browser does
//! delays a reply.

mod answering;
mod archive;
mod arrivals;
mod backend;
mod captures;
mod feed;
mod indexing;
mod news;
mod options;
mod orders;
mod sending;
mod sessions;
mod targets;
mod token;
mod totals;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::{io, thread};

use tokio::sync::{oneshot, watch};

use super::runtime::{RuntimeError, small_runtime};
use crate::flows::inspector::{Gate, Inspector, InspectorOptions, Token};
use crate::model::background::yield_to_others;
use crate::model::error::Failure;
use crate::receiver::ReceiverError;

use answering::Shared;
use backend::InspectorBackend;
pub(super) use backend::{Beside, Setup};
pub(super) use captures::Captures;
pub use options::{InspectSettings, NamedTarget};
pub use token::path as token_path;

/// An inspector whose port is bound, and that answers once it is told what.
pub(super) struct BoundInspector {
    /// The URL for a browser, with the token.
    pub(super) url: String,
    /// Where it listens.
    pub(super) address: SocketAddr,
    begin: oneshot::Sender<Shared>,
    closing: watch::Sender<bool>,
    thread: JoinHandle<()>,
    opener: Option<token::Opener>,
}

/// An inspector that answers.
pub(super) struct RunningInspector {
    closing: watch::Sender<bool>,
    thread: JoinHandle<()>,
    backend: Arc<InspectorBackend>,
    /// Removed at the end.
    _opener: Option<token::Opener>,
}

/// Binds the port of an inspector. `log`: the token is kept beside it.
///
/// # Errors
///
/// The port is taken, or the token cannot be kept.
pub(super) fn bind(
    settings: &InspectSettings,
    log: Option<&Path>,
) -> Result<BoundInspector, Failure> {
    let token = match settings.token_file.clone().or_else(|| log.map(token::path)) {
        Some(file) => token::kept(&file)?,
        None => token::new()?,
    };
    let (address, begin, closing, thread) = start(settings, &token)?;
    let host = match address {
        SocketAddr::V4(any) if any.ip().is_unspecified() => format!("127.0.0.1:{}", address.port()),
        SocketAddr::V6(any) if any.ip().is_unspecified() => format!("[::1]:{}", address.port()),
        address => address.to_string(),
    };
    let url = format!("http://{host}/#token={}", token.digits());
    let opener = settings
        .opens
        .then(|| token::Opener::new(&url))
        .transpose()?;
    Ok(BoundInspector {
        url,
        address,
        begin,
        closing,
        thread,
        opener,
    })
}

/// What the thread of an inspector and its owner know of each other.
type Started = (
    SocketAddr,
    oneshot::Sender<Shared>,
    watch::Sender<bool>,
    JoinHandle<()>,
);

fn start(settings: &InspectSettings, token: &Token) -> Result<Started, Failure> {
    let options = InspectorOptions {
        host: settings.host.clone(),
        port: settings.port,
        takes_next: settings.takes_next,
        allowed_hosts: settings.allowed_hosts.clone(),
        is_open: settings.is_open,
    };
    let (bound, binding) = std::sync::mpsc::channel::<Result<SocketAddr, ReceiverError>>();
    let (begin, beginning) = oneshot::channel::<Shared>();
    let (close, closing) = watch::channel(false);
    let (runtime, token) = (small_runtime()?, token.clone());
    let serving = move || {
        yield_to_others();
        runtime.block_on(async {
            let inspector = match Inspector::bind(&options).await {
                Ok(inspector) => inspector,
                Err(error) => return drop(bound.send(Err(error))),
            };
            let address = inspector.local_addr();
            let gate = Gate::new(token, address, &options.allowed_hosts, !options.is_open);
            let _ = bound.send(Ok(address));
            // Without an owner there is nothing to answer.
            if let Ok(backend) = beginning.await {
                inspector.serve(gate, Arc::new(backend), closing).await;
            }
        });
        runtime.shutdown_background();
    };
    let thread = thread::Builder::new().name("inspector".to_owned());
    let thread = thread.spawn(serving).map_err(RuntimeError)?;
    let address = binding
        .recv()
        .map_err(|_| RuntimeError(io::Error::other("its thread died")))??;
    Ok((address, begin, close, thread))
}

impl BoundInspector {
    /// Answers from now on about these captures.
    ///
    /// # Errors
    ///
    /// A thread cannot be started.
    pub(super) fn run(self, setup: Setup, captures: Captures) -> Result<RunningInspector, Failure> {
        let backend = Arc::new(InspectorBackend::new(setup, &captures, self.address));
        indexing::start(Arc::clone(&backend), captures, self.closing.subscribe())?;
        let _ = self.begin.send(Shared(Arc::clone(&backend)));
        if let Some(opener) = &self.opener {
            opener.open();
        }
        Ok(RunningInspector {
            closing: self.closing,
            thread: self.thread,
            backend,
            _opener: self.opener,
        })
    }
}

impl RunningInspector {
    /// Tells streams what came of forwarding a capture: a JSON object.
    pub(super) fn deliveries(&self) -> impl Fn(Vec<u8>) + Send + Sync + 'static {
        let backend = Arc::clone(&self.backend);
        move |object| backend.tell_delivery(object)
    }

    /// Takes the captures of the listener, before they are answered: peer and number.
    pub(super) fn arrivals(&self) -> impl Fn(&str, u64) + Send + Sync + 'static {
        let backend = Arc::clone(&self.backend);
        move |peer, seq| backend.note_arrival(peer, seq)
    }

    /// Ends it. Streams end, and what is being sent stops.
    pub(super) fn close(self) {
        let _ = self.closing.send(true);
        self.backend.close();
        // It gives what is in flight a second.
        let _ = self.thread.join();
    }
}
