//! The HTTP receiver: everything between the first byte of a request and its answer.
//!
//! It exists so that one promise holds in one place: **a request is answered 200 only after
//! its capture was made safe**, and that answer depends on nothing else. The [`Recorder`] of
//! the caller makes a capture safe. The observer of the caller gets an [`Event`] for each
//! capture and each refusal.
//!
//! The receiver does not read bodies, does not know where captures are kept, prints nothing,
//! and never waits for the observer.

mod auth;
mod bind;
mod budget;
mod checks;
mod connection;
mod descriptors;
mod error;
mod event;
mod file_server;
mod head;
mod options;
mod paced;
mod phase;
mod port_holder;
mod proxied;
mod recorder;
mod reply;
mod request;
mod serve;
mod service;
mod socket;
#[cfg(test)]
mod tests;
mod tls;

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::{Request, Response};
use tokio::net::TcpListener;

pub use descriptors::make_room;
pub use error::ReceiverError;
pub use event::{Arrived, Event, Foreign, Problem, Refusal};
pub use file_server::{
    FileAccess, FileFault, FileFaultError, FileFaults, FileServer, FileServerOptions, FileUse,
    GivenCredentials, all_fetched,
};
pub use options::{
    DEFAULT_BODY_MEMORY, DEFAULT_GRACE, DEFAULT_HEAD_TIMEOUT, DEFAULT_MAX_BODY,
    DEFAULT_MAX_CONNECTIONS, DEFAULT_MAX_HEAD, DEFAULT_TIMEOUT, ReceiverOptions,
};
pub use proxied::ProxyHeader;
pub use recorder::{IsMalformed, RecordError, Recorder, Totals};
pub use reply::{Policy, Reply, ReplyError};
use request::Shared;
use service::Responder;
pub use tls::{Tls, TlsError};

/// A bound socket that is not served yet: senders can connect and wait.
pub struct Receiver {
    listener: TcpListener,
    address: SocketAddr,
    options: ReceiverOptions,
    is_malformed: Option<IsMalformed>,
    policy: Option<Policy>,
}

impl Receiver {
    /// Resolves the host and takes the port.
    pub async fn bind(options: ReceiverOptions) -> Result<Receiver, ReceiverError> {
        let (listener, address) = bind::listen(&options.host, options.port).await?;
        Ok(Receiver {
            listener,
            address,
            options,
            is_malformed: None,
            policy: None,
        })
    }

    /// The address it listens on, with the port that was picked.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers 400 to captures for which `is_malformed` returns true. They are recorded too.
    #[must_use]
    pub fn reject_malformed(mut self, is_malformed: IsMalformed) -> Receiver {
        self.is_malformed = Some(is_malformed);
        self
    }

    /// Answers captures as the policy says, in place of 200.
    #[must_use]
    pub fn reply_by(mut self, policy: Policy) -> Receiver {
        self.policy = Some(policy);
        self
    }

    /// Serves until `shutdown` completes, then lets requests in flight finish within
    /// the grace period.
    ///
    /// `observer` is called on the way to the reply: it must be cheap and never block,
    /// such as a `try_send` into a bounded channel. Nothing that a sender does, and no
    /// panic of one request, ends this early.
    pub async fn serve<R, O>(
        self,
        recorder: R,
        observer: O,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Totals
    where
        R: Recorder,
        O: Fn(Event) + Send + Sync + 'static,
    {
        let Receiver {
            listener,
            options,
            is_malformed,
            policy,
            ..
        } = self;
        let shared = Arc::new(Shared::new(
            &options,
            is_malformed,
            policy,
            recorder,
            observer,
        ));
        let panicked = serve::serve(listener, &options, Arc::clone(&shared), shutdown).await;
        Totals {
            captured: shared.captured.load(Relaxed),
            refused: shared.refused.load(Relaxed),
            greeted: shared.greeted.load(Relaxed),
            panicked,
        }
    }

    /// Answers every request as `respond` says, over the same connections, limits and timers.
    /// Credentials, paths and the recorder of the options have no part in it.
    pub async fn respond<F, A, B>(self, respond: F, shutdown: impl Future<Output = ()> + Send)
    where
        F: Fn(SocketAddr, Request<Incoming>) -> A + Send + Sync + 'static,
        A: Future<Output = Response<B>> + Send,
        B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static,
    {
        let service = Arc::new(Responder(respond));
        serve::serve(self.listener, &self.options, service, shutdown).await;
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("address", &self.address)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
