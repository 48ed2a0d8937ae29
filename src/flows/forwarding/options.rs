//! Where captures are forwarded to, and how.

use std::time::Duration;

use crate::delivery;
use crate::delivery::{HttpClient, Proxies, RetryPolicy, TargetUrl, Trust};
use crate::model::environment::Environment;
use crate::model::error::Failure;
use crate::model::secret::Credentials;

/// Where captures are forwarded to, and how.
#[derive(Clone, Debug)]
pub struct ForwardOptions {
    /// The target.
    pub url: TargetUrl,
    /// Credentials for Basic Auth at the target.
    pub credentials: Option<Credentials>,
    /// Further header fields; they replace fields of the capture with the same name.
    pub headers: Vec<delivery::Header>,
    /// The wait for one answer.
    pub timeout: Duration,
    /// How many requests are in flight at a time.
    pub concurrency: usize,
    /// When to try again.
    pub retry: RetryPolicy,
    /// The record to begin with, whatever the cursor says.
    pub from: Option<u64>,
    /// The target's answer becomes the reply; then there is no queue and no cursor.
    pub sync: bool,
}

impl ForwardOptions {
    /// The client for the target; nothing is sent yet.
    pub(super) fn client(&self, environment: &Environment) -> Result<HttpClient, Failure> {
        let options = delivery::ClientOptions {
            trace: environment.trace,
            timeout: self.timeout,
            credentials: self.credentials.clone(),
            headers: self.headers.clone(),
            proxies: Proxies::of(environment),
            trust: Trust::default(),
        };
        Ok(HttpClient::new(&self.url, &options)?)
    }
}
