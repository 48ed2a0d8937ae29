//! What checks share: requests to the receiver, paced and counted, and what the run already
//! knows about it.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::bodies::{Bodies, Body};
use super::finding::{Early, Exchange, Finding};
use super::pacer::Pacer;
use crate::catalog::{Event, Provider};
use crate::delivery::{
    ClientOptions, Header, HttpClient, OutgoingRequest, Proxies, RawClient, Target,
    TargetUrl as Url, Wire,
};
use crate::model::environment::Trace;
use crate::model::error::Failure;
use crate::model::name::Name;
use crate::model::secret::Credentials;
use crate::receiver::{FileAccess, FileUse};

/// An answer that is longer does not end, as far as a check can tell.
const LONGEST_ANSWER: usize = 1_000_000;

/// The options of a run.
#[derive(Debug)]
pub struct RunOptions {
    /// The receiver.
    pub target: Target,
    /// Time limit for one answer to pass.
    pub max_latency: Duration,
    /// Time limit of the run.
    pub length: Duration,
    /// Maximum number of requests per second.
    pub rate: u32,
    /// Whether warnings and rules of level should count as well.
    pub strict: bool,
    /// The user's endpoint that reports the effects of events.
    pub verify: Option<Url>,
    /// A command that judges the effects of events.
    pub verify_command: Option<String>,
    /// Who may download the files that events name; `None` serves none.
    pub files: Option<FileAccess>,
}

/// What a check needs.
pub struct CheckContext<'g> {
    pub(super) provider: &'g Provider,
    /// The events to post.
    pub bodies: Bodies<'g>,
    pub(super) options: &'g RunOptions,
    credentials: Option<Credentials>,
    pub(super) url: Url,
    client: Arc<HttpClient>,
    /// `None` if a proxy is in the way.
    raw_client: Option<RawClient>,
    proxies: Proxies,
    trace: Option<Trace>,
    /// The wait for one answer.
    pub(super) timeout: Duration,
    pacer: Pacer,
    /// What the first events showed.
    pub(super) baseline: OnceCell<Baseline>,
    /// Checks that failed.
    failed: RefCell<Vec<&'static str>>,
    /// Events whose samples are not answered 200.
    bad_events: RefCell<Vec<String>>,
    /// Whether a request got no answer since the last call of `take_unanswered`.
    unanswered: Cell<bool>,
    pub(super) effects: EffectSessions,
    /// What became of the files that events name.
    pub(super) downloads: tokio::sync::OnceCell<Vec<FileUse>>,
}

/// The sessions whose effects are verified.
#[derive(Debug, Default)]
pub(super) struct EffectSessions {
    /// The session of one event that was delivered several times.
    pub(super) once: tokio::sync::OnceCell<Name>,
    /// The session with two events under one key; empty if there is no such event.
    pub(super) twice: tokio::sync::OnceCell<Name>,
}

/// The result of the first events.
#[derive(Clone, Debug)]
pub(super) struct Baseline {
    /// The first request, on a new connection.
    pub(super) first: Exchange,
    /// How the receiver takes events.
    pub(super) state: ReceiverState,
}

/// How the receiver takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReceiverState {
    /// It answers 200 to the provider's event with this index.
    Good(usize),
    /// It redirects them.
    Redirects,
    /// No TLS connection can be made.
    NoTls,
    /// It answers 401 or 403, although credentials were sent.
    Refuses,
    /// It answers, but never 200.
    NeverGood,
    /// It does not answer.
    Silent,
}

impl<'g> CheckContext<'g> {
    /// Sets up the clients; nothing is sent yet.
    pub fn new(
        provider: &'g Provider,
        bodies: Bodies<'g>,
        options: &'g RunOptions,
        proxies: Proxies,
        trace: Option<Trace>,
        budget: u32,
    ) -> Result<CheckContext<'g>, Failure> {
        let target = &options.target;
        // Those of the flag take precedence over those of the URL.
        let credentials = target.credentials.as_ref().or(target.url.credentials());
        let credentials = credentials.cloned();
        let url = target.url.clone().without_credentials();
        // If the receiver hangs, there must be time left to report it.
        let timeout = target.timeout.min(options.length / 4);
        let client = ClientOptions {
            timeout,
            credentials: credentials.clone(),
            headers: target.headers.clone(),
            proxies: proxies.clone(),
            trust: target.trust.clone(),
            trace,
        };
        Ok(CheckContext {
            provider,
            bodies,
            options,
            client: Arc::new(HttpClient::new(&url, &client)?.reading(LONGEST_ANSWER)),
            raw_client: RawClient::direct(&url, &client)?,
            credentials,
            url,
            proxies,
            trace,
            timeout,
            pacer: Pacer::new(options.rate, budget),
            baseline: OnceCell::new(),
            failed: RefCell::default(),
            bad_events: RefCell::default(),
            unanswered: Cell::new(false),
            effects: EffectSessions::default(),
            downloads: tokio::sync::OnceCell::new(),
        })
    }

    /// Whether the user gave credentials.
    pub(super) fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// The user's credentials; without them the check is skipped.
    pub(super) fn credentials(&self) -> Result<&Credentials, Finding> {
        let none = || Finding::skip("no credentials to check: --user NAME");
        self.credentials.as_ref().ok_or_else(none)
    }

    /// The client for raw requests; behind a proxy the check is skipped.
    pub(super) fn raw_client(&self) -> Result<&RawClient, Finding> {
        self.raw_client.as_ref().ok_or_else(behind_a_proxy)
    }

    /// Skips the check if another one failed in this run.
    pub(super) fn require(&self, check: &str, otherwise: &str) -> Result<(), Finding> {
        if self.failed.borrow().contains(&check) {
            return Err(Finding::skip(format!("{otherwise}: fix `{check}` first")));
        }
        Ok(())
    }

    /// How the receiver takes events, if that is known.
    pub(super) fn state(&self) -> Option<ReceiverState> {
        self.baseline.get().map(|baseline| baseline.state)
    }

    /// An event that the receiver takes, or the provider's first.
    pub(super) fn good_event(&self) -> &'g Event {
        let index = match self.state() {
            Some(ReceiverState::Good(index)) => index,
            _ => 0,
        };
        &self.provider.events()[index]
    }

    /// An event that the receiver takes, in its own session.
    pub(super) fn good_body(&self) -> Result<Body, Failure> {
        let event = self.good_event();
        Ok(Body::json(&event.name, &self.bodies.fresh(event)?))
    }

    /// The provider's events, without those that are known to fail: their fault is reported
    /// once.
    pub(super) fn events(&self) -> Vec<&'g Event> {
        let bad = self.bad_events.borrow();
        let events = self.provider.events().iter();
        events.filter(|event| !bad.contains(&event.name)).collect()
    }

    /// Notes that the sample of an event is not answered 200.
    pub(super) fn note_bad_event(&self, event: &Event) {
        self.bad_events.borrow_mut().push(event.name.clone());
    }

    /// Posts a body as a provider would.
    pub(super) async fn post(&self, body: Body) -> Exchange {
        self.post_with(&self.client, body).await
    }

    /// Posts an event that the receiver takes, in its own session.
    pub(super) async fn post_good(&self) -> Result<Exchange, Failure> {
        Ok(self.post(self.good_body()?).await)
    }

    /// Posts a body with the check's own client.
    pub(super) async fn post_with(&self, client: &HttpClient, body: Body) -> Exchange {
        if let Err(exchange) = self.pacer.permit(1, &body.what).await {
            return exchange;
        }
        self.bodies.note_sent(&body.bytes);
        self.note_unanswered(attempt(client, body).await)
    }

    /// Posts bodies one after another. It stops at the second one without an answer, or at the
    /// first if none was answered before: the rest would only take time.
    pub(super) async fn post_all(&self, bodies: Vec<Body>) -> Vec<Exchange> {
        let mut exchanges: Vec<Exchange> = Vec::new();
        let mut unanswered = 0;
        for body in bodies {
            let exchange = self.post(body).await;
            unanswered += usize::from(exchange.status().is_none());
            exchanges.push(exchange);
            if unanswered == exchanges.len() || unanswered == 2 {
                break;
            }
        }
        exchanges
    }

    /// Posts all of them at the same time, each on its own connection.
    pub(super) async fn post_at_once(&self, bodies: Vec<Body>) -> Vec<Exchange> {
        let count = u32::try_from(bodies.len()).unwrap_or(u32::MAX);
        if let Err(exchange) = self.pacer.permit(count, "many at once").await {
            return vec![exchange];
        }
        let mut running = JoinSet::new();
        for body in bodies {
            self.bodies.note_sent(&body.bytes);
            let client = Arc::clone(&self.client);
            running.spawn(async move { attempt(&client, body).await });
        }
        let exchanges = running.join_all().await.into_iter();
        exchanges
            .map(|exchange| self.note_unanswered(exchange))
            .collect()
    }

    /// A client with other credentials, and with another `Authorization`, if given.
    pub(super) fn client_with(
        &self,
        credentials: Option<Credentials>,
        authorization: Option<&str>,
    ) -> Result<HttpClient, Early> {
        let mut client = self.client_options(credentials);
        if let Some(value) = authorization {
            let header = Header::parse(&format!("authorization: {value}"))?;
            client.headers.push(header);
        }
        Ok(HttpClient::new(&self.url, &client)?.reading(LONGEST_ANSWER))
    }

    /// A raw client with other credentials.
    pub(super) fn raw_client_with(&self, credentials: Credentials) -> Result<RawClient, Early> {
        let client = RawClient::direct(&self.url, &self.client_options(Some(credentials)))?;
        client.ok_or_else(|| behind_a_proxy().into())
    }

    /// The options of the user's client, but with these credentials only.
    fn client_options(&self, credentials: Option<Credentials>) -> ClientOptions {
        let mut headers = self.options.target.headers.clone();
        headers.retain(|header| header.name() != "authorization");
        ClientOptions {
            credentials,
            headers,
            proxies: self.proxies.clone(),
            trust: self.options.target.trust.clone(),
            timeout: self.timeout,
            trace: self.trace,
        }
    }

    /// Writes a request to a connection and reads the answer. Also returns whether another
    /// request may follow.
    pub(super) async fn ask(&self, wire: &mut Wire, raw: &RawRequest) -> (Exchange, bool) {
        if let Err(exchange) = self.pacer.permit(1, &raw.what).await {
            return (exchange, false);
        }
        self.bodies.note_sent(&raw.bytes);
        let start = Instant::now();
        // Writing fails if the answer comes before everything is written.
        let _ = wire.write(&raw.bytes).await;
        if raw.is_cut_off {
            let _ = wire.finish().await;
        }
        let (answer, keeps) = match wire.answer().await {
            Ok((answer, keeps)) => (Ok(answer), keeps),
            Err(error) => (Err(error), false),
        };
        let exchange = Exchange::raw(&raw.what, start.elapsed(), answer);
        (self.note_unanswered(exchange), keeps)
    }

    /// Sends one request on its own connection.
    pub(super) async fn ask_once(&self, client: &RawClient, raw: &RawRequest) -> Exchange {
        let start = Instant::now();
        match client.connect().await {
            Ok(mut wire) => self.ask(&mut wire, raw).await.0,
            Err(error) => {
                self.note_unanswered(Exchange::raw(&raw.what, start.elapsed(), Err(error)))
            }
        }
    }

    fn note_unanswered(&self, exchange: Exchange) -> Exchange {
        if exchange.status().is_none() {
            self.unanswered.set(true);
        }
        exchange
    }

    /// Whether a request got no answer since the last call.
    pub(super) fn take_unanswered(&self) -> bool {
        self.unanswered.take()
    }

    /// Notes that a check failed, for those that depend on it.
    pub(super) fn note_failed(&self, check: &'static str) {
        self.failed.borrow_mut().push(check);
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u32 {
        self.pacer.sent()
    }
}

/// A request, byte for byte.
pub(super) struct RawRequest {
    /// What it is, in a few words.
    pub(super) what: String,
    pub(super) bytes: Vec<u8>,
    /// Whether the connection is then closed for writing, as by a sender that stops halfway.
    pub(super) is_cut_off: bool,
}

impl RawRequest {
    /// An event sent with this method.
    pub(super) fn event(client: &RawClient, method: &str, what: String, body: &Body) -> RawRequest {
        let length = body.bytes.len().to_string();
        RawRequest::new(
            client,
            method,
            what,
            ("content-length", &length),
            &body.bytes,
        )
    }

    /// JSON whose end this header field tells.
    pub(super) fn new(
        client: &RawClient,
        method: &str,
        what: String,
        framing: (&str, &str),
        body: &[u8],
    ) -> RawRequest {
        let mut bytes = client.head(method, &[("content-type", "application/json"), framing]);
        bytes.extend_from_slice(body);
        RawRequest {
            what,
            bytes,
            is_cut_off: false,
        }
    }
}

/// The finding of a check that needs a direct connection.
pub(super) fn behind_a_proxy() -> Finding {
    Finding::skip("requests go through a proxy, which would answer instead of the receiver")
}

async fn attempt(client: &HttpClient, body: Body) -> Exchange {
    let content_type = body.content_type.map(str::as_bytes);
    // The content types are constants, and HTTP allows each of them.
    let request = OutgoingRequest::new(body.bytes.clone(), content_type)
        .unwrap_or_else(|_| OutgoingRequest::json(body.bytes));
    Exchange::of(&body.what, client.post(request).await)
}
