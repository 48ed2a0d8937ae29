//! The HTTP receiver: a socket, and what has to happen between a request's first
//! byte and the sender's acknowledgement.
//!
//! It exists so that one promise holds in one place: **a request is answered 200
//! only after its capture was made safe**, and that answer depends on nothing else.
//! What makes a capture safe is the [`Recorder`] that the caller hands in; whoever
//! wants to look hands in an observer, which gets an [`Event`] for each capture and
//! each refusal.
//!
//! It refuses to know what is in a body, where captures are kept, or what a terminal
//! is: it prints nothing and waits for nobody who only watches.

mod auth;
mod bind;
mod budget;
mod connection;
mod descriptors;
mod error;
mod event;
mod paced;
mod proxied;
mod reply;
mod request;
mod serve;
#[cfg(test)]
mod tests;
mod tls;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::model::capture::Capture;
use crate::model::secret::Credentials;

pub use descriptors::make_room;
pub use error::ReceiverError;
pub use event::{Event, Problem, Refusal};
pub use reply::{Policy, Reply, ReplyError};
pub use tls::{Tls, TlsError};

/// The largest body that is taken unless the caller says otherwise, in bytes.
pub const DEFAULT_MAX_BODY: usize = 16 * 1024 * 1024;

/// How many connections are served at a time unless the caller says otherwise.
pub const DEFAULT_MAX_CONNECTIONS: usize = 4096;

/// The largest head unless the caller says otherwise, in bytes.
pub const DEFAULT_MAX_HEAD: usize = 32 * 1024;

/// The memory for bodies on their way in, of all connections, unless the caller says
/// otherwise, in bytes.
pub const DEFAULT_BODY_MEMORY: usize = 256 * 1024 * 1024;

/// How long a sender may take over a request's head unless the caller says otherwise.
pub const DEFAULT_HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a sender may take over a body, or leave a connection idle, unless the caller says
/// otherwise. No provider documents its own limits, so this one is generous.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long requests in flight may take to finish once a shutdown was asked for.
pub const DEFAULT_GRACE: Duration = Duration::from_secs(5);

/// Where to listen, and what to let in.
#[derive(Clone, Debug)]
pub struct Options {
    /// A name or an address of this machine; an IPv6 address with or without brackets.
    pub host: String,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// What a sender must know (RFC 7617); nothing lets anyone in.
    pub credentials: Option<Credentials>,
    /// The one path that is served, compared exactly and without the query; nothing
    /// serves every path.
    pub path: Option<String>,
    /// The certificate to speak TLS with; nothing speaks plain HTTP.
    pub tls: Option<Tls>,
    /// Whether a proxy on this machine or in a private network says who a sender is, by
    /// `Forwarded` or `X-Forwarded-For`.
    pub trust_proxy: bool,
    /// The largest body, in bytes, as sent (not decompressed).
    pub max_body: usize,
    /// The largest head, in bytes: request line and header fields.
    pub max_head: usize,
    /// Memory for bodies on their way in, of all connections, in bytes. What each may have
    /// without asking, 16 KiB, comes on top.
    pub body_memory: usize,
    /// From a connection's begin, or the first byte of a later request, until the head is
    /// complete. A TLS handshake has as long.
    pub head_timeout: Duration,
    /// From the end of a request's head until its last byte.
    pub body_timeout: Duration,
    /// From a reply to the first byte of the next request. A sender that does not take its
    /// reply is waited for as long.
    pub idle_timeout: Duration,
    /// Connections served at a time; more wait in the system's queue. At least one.
    pub max_connections: usize,
    /// How long requests in flight may take to finish after the shutdown.
    pub grace: Duration,
}

impl Options {
    /// Everything let in on this host and port, with the default limits.
    pub fn new(host: impl Into<String>, port: u16) -> Options {
        Options {
            host: host.into(),
            port,
            credentials: None,
            path: None,
            tls: None,
            trust_proxy: false,
            max_body: DEFAULT_MAX_BODY,
            max_head: DEFAULT_MAX_HEAD,
            body_memory: DEFAULT_BODY_MEMORY,
            head_timeout: DEFAULT_HEAD_TIMEOUT,
            body_timeout: DEFAULT_TIMEOUT,
            idle_timeout: DEFAULT_TIMEOUT,
            max_connections: DEFAULT_MAX_CONNECTIONS,
            grace: DEFAULT_GRACE,
        }
    }
}

/// Where a capture is made safe before it is acknowledged.
pub trait Recorder: Send + Sync + 'static {
    /// Makes the capture safe. The sender waits for this, and is told 200 when it
    /// succeeds and 503 when it fails.
    ///
    /// The number is the record's `seq`, or nothing when no log is kept. A sender
    /// that goes away does not cancel this; only the end of the grace period does.
    fn record(
        &self,
        capture: Arc<Capture>,
    ) -> impl Future<Output = Result<Option<u64>, RecordError>> + Send;
}

/// Why a capture could not be made safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RecordError {
    /// For people; the sender is never told.
    pub message: String,
}

/// Whether a capture is one that the caller wants answered 400 although it was recorded.
pub type IsMalformed = Arc<dyn Fn(&Capture) -> bool + Send + Sync>;

/// What a receiver did in its life. Exact, also where an observer had to drop events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Captures made safe.
    pub captured: u64,
    /// Requests refused, and what was no request.
    pub refused: u64,
    /// Connections that ended in a panic of a recorder, an observer or this room.
    pub panicked: u64,
}

/// A bound socket that is not yet served: senders can connect, and wait.
pub struct Receiver {
    listener: TcpListener,
    address: SocketAddr,
    options: Options,
    is_malformed: Option<IsMalformed>,
    policy: Option<Policy>,
}

impl Receiver {
    /// Resolves the host and takes the port.
    pub async fn bind(options: Options) -> Result<Receiver, ReceiverError> {
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

    /// Answers 400 to captures of which this says true. They are captured all the same.
    #[must_use]
    pub fn reject_malformed(mut self, is_malformed: IsMalformed) -> Receiver {
        self.is_malformed = Some(is_malformed);
        self
    }

    /// Lets that policy say what the sender of a capture is told, in place of 200.
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
        serve::serve(self, recorder, observer, shutdown).await
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
