//! Where captures are forwarded to, and how.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::delivery;
use crate::delivery::{
    Client, ClientError, CommandClient, Destination, HttpClient, OutgoingRequest, Proxies,
    RetryPolicy, RunId, TargetUrl, Trust,
};
use crate::journal::LogInfo;
use crate::model::environment::Environment;
use crate::model::name::Name;
use crate::model::secret::Credentials;
use crate::selection::Query;
use crate::text::bounded_name;
use crate::validation::{JudgedCapture, Validation};

/// Whether a query means a capture.
pub type Matches = Arc<dyn Fn(&Query, &JudgedCapture) -> bool + Send + Sync>;

/// Where captures are forwarded to, and how.
#[derive(Clone, Debug)]
pub struct ForwardOptions {
    /// The target.
    pub to: Destination,
    /// Which captures are forwarded. The others need no delivery.
    pub query: Query,
    /// Post to the path and query of each capture.
    pub keep_path: bool,
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

/// What forwarding needs besides its targets.
pub struct ForwardContext<'c> {
    /// The log; without it there is no queue.
    pub log: Option<&'c LogInfo>,
    /// The number up to which records are safe in the log. It closes after the last capture.
    pub safe: watch::Receiver<u64>,
    /// Judges captures.
    pub validation: &'c Validation,
    /// Whether a query means a capture.
    pub matches: Matches,
    /// Has the proxies.
    pub environment: &'c Environment,
}

/// Which captures go to a target, and as which requests.
#[derive(Clone)]
pub(super) struct Selection {
    query: Query,
    matches: Matches,
    keep_path: bool,
    is_command: bool,
    /// The id in what this run forwards, the same for all targets.
    run: RunId,
}

/// What becomes of a capture at a target.
#[allow(clippy::large_enum_variant, reason = "only one exists at a time")]
pub(super) enum Selected {
    /// It is not meant for this target.
    Other,
    /// This run has forwarded it before.
    Returned,
    /// It is posted.
    Request(OutgoingRequest),
}

impl ForwardOptions {
    /// The client for the target; nothing is sent yet.
    pub(super) fn client(&self, environment: &Environment) -> Result<Client, ClientError> {
        Ok(match &self.to {
            Destination::Server(url) => Client::Http(Arc::new(self.server(url, environment)?)),
            Destination::Command(line) => {
                Client::Command(Arc::new(CommandClient::new(line.clone(), self.timeout)))
            }
        })
    }

    /// The client for a server.
    pub(super) fn server(
        &self,
        url: &TargetUrl,
        environment: &Environment,
    ) -> Result<HttpClient, ClientError> {
        let options = delivery::ClientOptions {
            trace: environment.trace,
            timeout: self.timeout,
            credentials: self.credentials.clone(),
            headers: self.headers.clone(),
            proxies: Proxies::of(environment),
            trust: Trust::default(),
        };
        HttpClient::new(url, &options)
    }

    /// Which captures go there.
    pub(super) fn selection(&self, matches: &Matches, run: &RunId) -> Selection {
        Selection {
            query: self.query.clone(),
            matches: Arc::clone(matches),
            keep_path: self.keep_path,
            is_command: matches!(self.to, Destination::Command(_)),
            run: run.clone(),
        }
    }
}

impl Selection {
    /// What becomes of a capture.
    pub(super) fn of(&self, judged: &JudgedCapture) -> Selected {
        if !self.query.is_everything() && !(self.matches)(&self.query, judged) {
            return Selected::Other;
        }
        let capture = &judged.capture;
        if self.run.is_in(capture.headers.iter()) {
            return Selected::Returned;
        }
        if self.is_command {
            let variables = variables(judged);
            let body = capture.body.clone();
            return Selected::Request(OutgoingRequest::to_command(body, variables));
        }
        let request = OutgoingRequest::passed_on(capture.body.clone(), capture.headers.iter());
        let request = request.via(&self.run);
        Selected::Request(if self.keep_path {
            // A capture without a path goes to that of the URL.
            request.clone().to_path(&capture.target).unwrap_or(request)
        } else {
            request
        })
    }
}

/// What a command is told of a capture besides its body. Each is set, so that none comes from
/// elsewhere.
fn variables(judged: &JudgedCapture) -> Vec<(&'static str, String)> {
    let known = judged.classification();
    let name = |name: &Option<Name>| bounded_name(name.as_deref().unwrap_or_default()).into();
    let seq = judged.seq.map_or_else(String::new, |seq| seq.to_string());
    vec![
        ("ENX_HOOK_EVENT", name(&known.event)),
        ("ENX_HOOK_SESSION", name(&known.session)),
        ("ENX_HOOK_SEQ", seq),
        ("ENX_HOOK_VERDICT", known.verdict.word().to_owned()),
        ("ENX_HOOK_PATH", judged.capture.target.to_string()),
    ]
}
