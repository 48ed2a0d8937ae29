//! The target of a command, with its options.

use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::client_options::ClientOptions;
use super::header::Header;
use super::proxy::Proxies;
use super::target_url::TargetUrl;
use super::trust::Trust;
use crate::model::secret::Credentials;

/// The longest time of one connection on waiting.
const PROBE: Duration = Duration::from_secs(2);
/// The time between two of them.
const PAUSE: Duration = Duration::from_millis(100);

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
    /// How long to wait until it accepts connections, before anything is sent.
    pub wait: Option<Duration>,
    /// Which certificates are trusted.
    pub trust: Trust,
}

impl Target {
    /// A target of which nothing but its URL is known.
    pub fn plain(url: TargetUrl) -> Target {
        Target {
            url,
            origin: Origin::Flag,
            is_agreed: true,
            credentials: None,
            headers: Vec::new(),
            timeout: Duration::from_secs(10),
            wait: None,
            trust: Trust::default(),
        }
    }

    /// The client's options for this target, with proxies from the environment.
    pub fn options(&self, proxies: Proxies) -> ClientOptions {
        ClientOptions {
            timeout: self.timeout,
            credentials: self.credentials.clone(),
            headers: self.headers.clone(),
            proxies,
            trust: self.trust.clone(),
            trace: None,
        }
    }
}

/// Waits until a target accepts connections, for at most `limit`. Whether it is there is for the
/// first request to tell.
pub async fn wait_for(target: &TargetUrl, limit: Duration) {
    let authority = target.authority();
    let probes = async {
        while !timeout(PROBE, TcpStream::connect(&authority))
            .await
            .is_ok_and(|probe| probe.is_ok())
        {
            sleep(PAUSE).await;
        }
    };
    // It is not there in time.
    let _ = timeout(limit, probes).await;
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
