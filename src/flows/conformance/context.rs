//! What checks share: requests to the one receiver, paced and counted, and what is already
//! known about it.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::bodies::{Bodies, Body};
use super::finding::{Exchange, Finding};
use super::pacer::Pacer;
use crate::catalog::{Event, Provider};
use crate::delivery;
use crate::delivery::{
    Header, HttpClient, OutgoingRequest, Proxies, RawClient, Target, TargetUrl as Url, Wire,
};
use crate::model::error::Failure;
use crate::model::secret::Credentials;

/// What a run is told.
#[derive(Debug)]
pub struct RunOptions {
    /// The receiver.
    pub target: Target,
    /// The longest that an answer may take.
    pub max_latency: Duration,
    /// The longest that the run may take.
    pub length: Duration,
    /// The most requests per second.
    pub rate: u32,
    /// Whether warnings and rules of level should count as well.
    pub strict: bool,
    /// Where the effects of events can be looked up.
    pub verify: Option<Url>,
    /// A command that judges the effects of events.
    pub verify_command: Option<String>,
}

/// What a check needs.
pub struct CheckContext<'g> {
    pub(super) provider: &'g Provider,
    /// The events to post.
    pub bodies: Bodies<'g>,
    pub(super) options: &'g RunOptions,
    /// Credentials of the flag or of the URL, in this order.
    pub(super) credentials: Option<Credentials>,
    pub(super) url: Url,
    poster: Arc<HttpClient>,
    /// `None` if a proxy is in the way.
    pub(super) prober: Option<RawClient>,
    proxies: Proxies,
    /// The wait for one answer.
    pub(super) timeout: Duration,
    pacer: Pacer,
    /// What the first events showed.
    pub(super) baseline: RefCell<Option<Baseline>>,
    /// Checks that failed.
    failed: RefCell<Vec<&'static str>>,
    /// Events whose samples are not answered 200.
    bad_events: RefCell<Vec<String>>,
    /// Whether a request got no answer since this was last asked.
    unanswered: Cell<bool>,
    pub(super) effects: EffectSessions,
}

/// The sessions whose effects are verified.
#[derive(Debug, Default)]
pub(super) struct EffectSessions {
    /// The session of one event that was delivered several times.
    pub(super) once: RefCell<Option<String>>,
    /// The session with two events under one key; empty if there is no such event.
    pub(super) twice: RefCell<Option<String>>,
}

/// What came of the first events.
#[derive(Clone, Debug)]
pub(super) struct Baseline {
    /// The very first request, on a new connection.
    pub(super) first: Exchange,
    /// How the receiver takes events.
    pub(super) state: ReceiverState,
}

/// How the receiver takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReceiverState {
    /// It answers 200 to the event at this place of the provider's.
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
        budget: u32,
    ) -> Result<CheckContext<'g>, Failure> {
        let target = &options.target;
        let credentials = target.credentials.as_ref().or(target.url.credentials());
        let credentials = credentials.cloned();
        let url = target.url.clone().without_credentials();
        // If the receiver hangs, there must be time left to report it.
        let timeout = target.timeout.min(options.length / 4);
        let client = delivery::ClientOptions {
            timeout,
            credentials: credentials.clone(),
            headers: target.headers.clone(),
            proxies: proxies.clone(),
            trust: target.trust.clone(),
        };
        Ok(CheckContext {
            provider,
            bodies,
            options,
            poster: Arc::new(HttpClient::new(&url, &client)?),
            prober: RawClient::direct(&url, &client)?,
            credentials,
            url,
            proxies,
            timeout,
            pacer: Pacer::new(options.rate, budget),
            baseline: RefCell::default(),
            failed: RefCell::default(),
            bad_events: RefCell::default(),
            unanswered: Cell::new(false),
            effects: EffectSessions::default(),
        })
    }

    /// An event that the receiver takes, or the provider's first.
    pub(super) fn good_event(&self) -> &'g Event {
        let index = match self
            .baseline
            .borrow()
            .as_ref()
            .map(|baseline| baseline.state)
        {
            Some(ReceiverState::Good(index)) => index,
            _ => 0,
        };
        &self.provider.events()[index]
    }

    /// An event that the receiver takes, in a session of its own.
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
        self.post_with(&Arc::clone(&self.poster), body).await
    }

    /// Posts an event that the receiver takes, in a session of its own.
    pub(super) async fn post_good(&self) -> Result<Exchange, Failure> {
        Ok(self.post(self.good_body()?).await)
    }

    /// Posts a body with the check's own client.
    pub(super) async fn post_with(&self, poster: &HttpClient, body: Body) -> Exchange {
        if let Err(exchange) = self.pacer.permit(1, &body.what).await {
            return exchange;
        }
        self.bodies.note_sent(&body.bytes);
        let sent = body.what.clone();
        self.note_unanswered(Exchange::of(sent, poster.post(parcel(body)).await))
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
            let poster = Arc::clone(&self.poster);
            running.spawn(async move {
                let sent = body.what.clone();
                Exchange::of(sent, poster.post(parcel(body)).await)
            });
        }
        let exchanges = running.join_all().await;
        exchanges
            .into_iter()
            .map(|exchange| self.note_unanswered(exchange))
            .collect()
    }

    /// A client without the user's credentials; with another `Authorization`, if given.
    pub(super) fn anonymous_poster(
        &self,
        authorization: Option<&str>,
    ) -> Result<HttpClient, Failure> {
        let mut client = self.anonymous_options();
        if let Some(value) = authorization {
            client
                .headers
                .push(Header::parse(&format!("authorization: {value}"))?);
        }
        Ok(HttpClient::new(&self.url, &client)?)
    }

    /// A client that knows these credentials.
    pub(super) fn poster_with(&self, credentials: Credentials) -> Result<HttpClient, Failure> {
        let client = delivery::ClientOptions {
            credentials: Some(credentials),
            ..self.anonymous_options()
        };
        Ok(HttpClient::new(&self.url, &client)?)
    }

    /// The same for raw requests; `None` if a proxy is in the way.
    pub(super) fn prober_with(
        &self,
        credentials: Credentials,
    ) -> Result<Option<RawClient>, Failure> {
        let client = delivery::ClientOptions {
            credentials: Some(credentials),
            ..self.anonymous_options()
        };
        Ok(RawClient::direct(&self.url, &client)?)
    }

    /// The options of the user's client, without anything that identifies it.
    fn anonymous_options(&self) -> delivery::ClientOptions {
        let mut headers = self.options.target.headers.clone();
        headers.retain(|header| header.name() != "authorization");
        delivery::ClientOptions {
            headers,
            proxies: self.proxies.clone(),
            trust: self.options.target.trust.clone(),
            ..delivery::ClientOptions::new(self.timeout)
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
            Err(broken) => (Err(broken), false),
        };
        let exchange = Exchange::probed(&raw.what, start.elapsed(), answer);
        (self.note_unanswered(exchange), keeps)
    }

    /// Sends one request on its own connection.
    pub(super) async fn ask_once(&self, prober: &RawClient, raw: &RawRequest) -> Exchange {
        let start = Instant::now();
        match prober.connect().await {
            Ok(mut wire) => self.ask(&mut wire, raw).await.0,
            Err(broken) => {
                self.note_unanswered(Exchange::probed(&raw.what, start.elapsed(), Err(broken)))
            }
        }
    }

    fn note_unanswered(&self, exchange: Exchange) -> Exchange {
        if exchange.status().is_none() {
            self.unanswered.set(true);
        }
        exchange
    }

    /// Whether a request stayed without an answer since this was last asked.
    pub(super) fn take_unanswered(&self) -> bool {
        self.unanswered.take()
    }

    /// Notes that a check failed, for those that depend on it.
    pub(super) fn note_failed(&self, check: &'static str) {
        self.failed.borrow_mut().push(check);
    }

    /// Whether that check ran in this run, and failed.
    pub(super) fn has_failed(&self, check: &str) -> bool {
        self.failed.borrow().contains(&check)
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
    pub(super) fn event(prober: &RawClient, method: &str, what: String, body: &Body) -> RawRequest {
        let length = body.bytes.len().to_string();
        let fields = [
            ("content-type", "application/json"),
            ("content-length", &*length),
        ];
        let mut bytes = prober.head(method, &fields);
        bytes.extend_from_slice(&body.bytes);
        RawRequest {
            what,
            bytes,
            is_cut_off: false,
        }
    }
}

/// The finding of a check that needs a direct connection.
pub(super) fn behind_a_proxy() -> Finding {
    Finding::skip("the way leads through a proxy, which would answer in the receiver's place")
}

/// Passes if all were answered 200, else reports the first that was not.
pub(super) fn all_answered_200(exchanges: &[Exchange], one: &str, many: &str) -> Finding {
    let bad: Vec<&Exchange> = exchanges
        .iter()
        .filter(|exchange| !exchange.is_200())
        .collect();
    let count = exchanges.len();
    let Some(first) = bad.first() else {
        let slowest = exchanges.iter().max_by_key(|exchange| exchange.took);
        let message = match count {
            1 => format!("{one} {}", exchanges[0].describe()),
            _ => format!("{count} of {count} {many} answered 200"),
        };
        let finding = Finding::pass(message);
        return match slowest {
            Some(slowest) => finding.with(slowest),
            None => finding,
        };
    };
    let score = match (count, count - bad.len()) {
        (1, _) => String::new(),
        (_, good) => format!("{good} of {count} {many} answered 200; "),
    };
    Finding::fail(format!("{score}{}: {}", first.sent, first.describe())).with(first)
}

fn parcel(body: Body) -> OutgoingRequest {
    let content_type = body.content_type.map(str::as_bytes);
    // The content types are constants, and HTTP allows each of them.
    OutgoingRequest::new(body.bytes.clone(), content_type)
        .unwrap_or_else(|_| OutgoingRequest::json(body.bytes))
}
