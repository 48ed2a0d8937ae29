//! Where a receiver listens, and what it accepts: addresses, credentials, limits.

use std::time::Duration;

use super::tls::Tls;
use crate::model::secret::Credentials;

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
pub struct ReceiverOptions {
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

impl ReceiverOptions {
    /// Everything let in on this host and port, with the default limits.
    pub fn new(host: impl Into<String>, port: u16) -> ReceiverOptions {
        ReceiverOptions {
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
