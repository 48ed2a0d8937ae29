//! How a client delivers.

use std::time::Duration;

use super::header::Header;
use super::proxy::Proxies;
use super::trust::Trust;
use crate::model::secret::Credentials;

/// How to deliver. Debug output shows no password and no header value.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The wait for one whole answer, the connection included.
    pub timeout: Duration,
    /// Credentials for Basic Auth; they go before those in the target's URL.
    pub credentials: Option<Credentials>,
    /// Further header fields, in order, with repeats. They replace what would be sent
    /// under the same name: `Content-Type`, `Authorization`, `User-Agent`, `Host`, `Accept`.
    pub headers: Vec<Header>,
    /// The proxies to use.
    pub proxies: Proxies,
    /// Which certificates are trusted.
    pub trust: Trust,
}

impl ClientOptions {
    /// Only the time-out: no credentials, no further headers, no proxies.
    pub fn new(timeout: Duration) -> ClientOptions {
        ClientOptions {
            timeout,
            credentials: None,
            headers: Vec::new(),
            proxies: Proxies::default(),
            trust: Trust::default(),
        }
    }
}
