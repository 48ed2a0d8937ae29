//! Where a receiver listens, and what it accepts: addresses, credentials, limits.

use std::time::Duration;

use super::proxied::ProxyHeader;
use super::tls::Tls;
use crate::model::secret::Credentials;

/// Default for [`ReceiverOptions::max_body`], in bytes.
pub const DEFAULT_MAX_BODY: usize = 16 * 1024 * 1024;

/// Default for [`ReceiverOptions::max_connections`].
pub const DEFAULT_MAX_CONNECTIONS: usize = 4096;

/// Default for [`ReceiverOptions::max_head`], in bytes.
pub const DEFAULT_MAX_HEAD: usize = 32 * 1024;

/// Default for [`ReceiverOptions::body_memory`], in bytes.
pub const DEFAULT_BODY_MEMORY: usize = 32 * 1024 * 1024;

/// Default for [`ReceiverOptions::head_timeout`].
pub const DEFAULT_HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Default for the body and idle time-outs. No provider documents its own limits, so this one
/// is generous.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// Default for [`ReceiverOptions::grace`].
pub const DEFAULT_GRACE: Duration = Duration::from_secs(5);

/// Where to listen, and what to accept.
#[derive(Clone, Debug)]
pub struct ReceiverOptions {
    /// A name or an address of this machine; an IPv6 address with or without brackets.
    pub host: String,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// Required credentials (RFC 7617); `None` accepts every sender.
    pub credentials: Option<Credentials>,
    /// The only path that is served, compared exactly and without the query; `None` serves
    /// every path.
    pub path: Option<String>,
    /// The path at which a GET learns, without credentials, whether the last request could be
    /// recorded.
    pub health_path: Option<String>,
    /// The certificate for HTTPS; `None` serves plain HTTP.
    pub tls: Option<Tls>,
    /// The header that tells the client address if a proxy on this machine or in a private
    /// network sent it.
    pub trust_proxy: Option<ProxyHeader>,
    /// The largest body, in bytes, as sent (not decompressed).
    pub max_body: usize,
    /// The largest head, in bytes: request line and header fields.
    pub max_head: usize,
    /// Memory for the incoming bodies of all connections, in bytes, besides the first 16 KiB
    /// of each.
    pub body_memory: usize,
    /// Time from the start of a connection, or from the first byte of a later request, to the
    /// end of the head. Also the time for a TLS handshake.
    pub head_timeout: Duration,
    /// Time from the end of a request's head to its last byte.
    pub body_timeout: Duration,
    /// Time from a reply to the first byte of the next request. Also the time for a sender to
    /// read its reply.
    pub idle_timeout: Duration,
    /// Connections served at a time; more wait in the system's queue. At least one.
    pub max_connections: usize,
    /// How long requests in flight may take to finish after the shutdown.
    pub grace: Duration,
    /// Whether a refusal tells the part of the body that had arrived.
    pub shows_partial: bool,
}

impl ReceiverOptions {
    /// Accepts every sender on this host and port, with the default limits.
    pub fn new(host: impl Into<String>, port: u16) -> ReceiverOptions {
        ReceiverOptions {
            host: host.into(),
            port,
            credentials: None,
            path: None,
            health_path: None,
            tls: None,
            trust_proxy: None,
            max_body: DEFAULT_MAX_BODY,
            max_head: DEFAULT_MAX_HEAD,
            body_memory: DEFAULT_BODY_MEMORY,
            head_timeout: DEFAULT_HEAD_TIMEOUT,
            body_timeout: DEFAULT_TIMEOUT,
            idle_timeout: DEFAULT_TIMEOUT,
            max_connections: DEFAULT_MAX_CONNECTIONS,
            grace: DEFAULT_GRACE,
            shows_partial: false,
        }
    }
}
