//! Where to post, and how: what every command with a target takes from its flags.

use std::path::PathBuf;
use std::time::Duration;

use super::client_options::ClientOptions;
use super::header::Header;
use super::proxy::Proxies;
use super::target_url::TargetUrl;
use super::trust::Trust;
use crate::model::secret::Credentials;

/// Where to post, and how.
#[derive(Clone, Debug)]
pub struct Target {
    /// The URL.
    pub url: TargetUrl,
    /// Who named it.
    pub origin: Origin,
    /// Credentials for Basic Auth.
    pub credentials: Option<Credentials>,
    /// Further header fields.
    pub headers: Vec<Header>,
    /// The wait for one answer.
    pub timeout: Duration,
    /// Whose certificates are trusted.
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

/// Who named a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The target of that name in the configuration file.
    Named(String),
    /// That variable.
    Variable(&'static str),
    /// That configuration file.
    File(PathBuf),
    /// The default: the address on which `listen` listens.
    Default,
}
