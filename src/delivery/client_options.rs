//! The options of a client.

use std::time::Duration;

use super::header::Header;
use super::proxy::Proxies;
use super::trust::Trust;
use crate::model::environment::Trace;
use crate::model::secret::Credentials;

/// The options of a client. Debug output shows no password and no header value.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The longest time of one attempt, from the connection to the end of the answer.
    pub timeout: Duration,
    /// Credentials for Basic Auth. They take precedence over those in the target's URL.
    pub credentials: Option<Credentials>,
    /// Further header fields, in order, with repeats. They replace other fields of the same name:
    /// `Content-Type`, `Authorization`, `User-Agent`, `Host`, `Accept`.
    pub headers: Vec<Header>,
    /// The proxies to use.
    pub proxies: Proxies,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// Takes the heads of requests and answers.
    pub trace: Option<Trace>,
}

impl ClientOptions {
    /// Only a time-out: no credentials, headers or proxies.
    pub fn new(timeout: Duration) -> ClientOptions {
        ClientOptions {
            timeout,
            credentials: None,
            headers: Vec::new(),
            proxies: Proxies::default(),
            trust: Trust::default(),
            trace: None,
        }
    }
}
