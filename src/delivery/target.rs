//! The target of a command, with its options.

use std::path::PathBuf;
use std::time::Duration;

use super::client_options::ClientOptions;
use super::header::Header;
use super::proxy::Proxies;
use super::target_url::TargetUrl;
use super::trust::Trust;
use crate::model::secret::Credentials;

/// A target and how to post to it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The URL.
    pub url: TargetUrl,
    /// Where the URL comes from.
    pub origin: Origin,
    /// Whether the user agrees to post to it, even if it is a public host that a file names.
    pub is_agreed: bool,
    /// Credentials for Basic Auth.
    pub credentials: Option<Credentials>,
    /// Further header fields.
    pub headers: Vec<Header>,
    /// The longest time of one attempt.
    pub timeout: Duration,
    /// Which certificates are trusted.
    pub trust: Trust,
}

impl Target {
    /// The client's options for this target, with proxies from the environment.
    pub fn options(&self, proxies: Proxies) -> ClientOptions {
        ClientOptions {
            timeout: self.timeout,
            credentials: self.credentials.clone(),
            headers: self.headers.clone(),
            proxies,
            trust: self.trust.clone(),
        }
    }
}

/// Where the URL of a target comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The target of that name in the configuration file.
    Named(String),
    /// This environment variable.
    Variable(&'static str),
    /// This configuration file.
    File(PathBuf),
    /// The default: the address on which `listen` listens.
    Default,
}
