//! What the checks stand on: requests to the one receiver, paced and counted, and what is
//! already known of it.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::bodies::{Bodies, Body};
use super::finding::{Evidence, Exchange, Finding};
use super::pacer::Pacer;
use super::{Options, effects};
use crate::catalog::{Event, Provider};
use crate::delivery;
use crate::delivery::{
    Header, HttpClient, OutgoingRequest, Proxies, RawClient, TargetUrl as Url, Wire,
};
use crate::model::error::Failure;
use crate::model::secret::Credentials;

/// What a check needs besides its provider.
pub(super) struct Ground<'g> {
    pub(super) provider: &'g Provider,
    pub(super) bodies: Bodies<'g>,
    pub(super) options: &'g Options,
    /// Credentials of the flag or of the URL, in this order.
    pub(super) credentials: Option<Credentials>,
    pub(super) url: Url,
    poster: Arc<HttpClient>,
    /// Nothing where a proxy is in the way.
    pub(super) prober: Option<RawClient>,
    proxies: Proxies,
    /// The wait for one answer.
    pub(super) timeout: Duration,
    pacer: Pacer,
    /// What the first events showed.
    pub(super) knock: RefCell<Option<Knock>>,
    /// Checks that failed.
    failed: RefCell<Vec<&'static str>>,
    /// Events that are not answered 200 as their samples have them.
    bad_events: RefCell<Vec<String>>,
    /// Whether a request stayed without an answer since this was last asked.
    lost: Cell<bool>,
    pub(super) effects: effects::Notes,
}

/// What came of the first events.
#[derive(Clone, Debug)]
pub(super) struct Knock {
    /// The very first request, on a new connection.
    pub(super) first: Exchange,
    /// How the receiver takes events.
    pub(super) state: State,
}

/// How the receiver takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It answers 200 to the event at this place of the provider's.
    Good(usize),
    /// It sends them elsewhere.
    Redirects,
    /// TLS cannot be spoken with it.
    NoTls,
    /// It answers 401 or 403, although credentials were sent.
    Refuses,
    /// It answers, but never 200.
    NeverGood,
    /// It does not answer.
    Silent,
}

impl<'g> Ground<'g> {
    /// Sets up the clients; nothing is sent yet.
    pub(super) fn new(
        provider: &'g Provider,
        bodies: Bodies<'g>,
        options: &'g Options,
        proxies: Proxies,
        budget: u32,
    ) -> Result<Ground<'g>, Failure> {
        let target = &options.target;
        let credentials = target.credentials.as_ref().or(target.url.credentials());
        let credentials = credentials.cloned();
        let url = target.url.clone().without_credentials();
        // So that a receiver that hangs leaves time to say so.
        let timeout = target.timeout.min(options.length / 4);
        let client = delivery::ClientOptions {
            timeout,
            credentials: credentials.clone(),
            headers: target.headers.clone(),
            proxies: proxies.clone(),
            trust: target.trust.clone(),
        };
        Ok(Ground {
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
            knock: RefCell::default(),
            failed: RefCell::default(),
            bad_events: RefCell::default(),
            lost: Cell::new(false),
            effects: effects::Notes::default(),
        })
    }

    /// An event that the receiver takes, or the provider's first.
    pub(super) fn good_event(&self) -> &'g Event {
        let index = match self.knock.borrow().as_ref().map(|knock| knock.state) {
            Some(State::Good(index)) => index,
            _ => 0,
        };
        &self.provider.events()[index]
    }

    /// An event that the receiver takes, in a session of its own.
    pub(super) fn good_body(&self) -> Result<Body, Failure> {
        let event = self.good_event();
        Ok(Body::json(&event.name, &self.bodies.fresh(event)?))
    }

    /// The provider's events, without those that are known to fail as they are: what is wrong
    /// with them is told once.
    pub(super) fn events(&self) -> Vec<&'g Event> {
        let bad = self.bad_events.borrow();
        let events = self.provider.events().iter();
        events.filter(|event| !bad.contains(&event.name)).collect()
    }

    /// Notes that an event is not answered 200 as its sample has it.
    pub(super) fn note_bad_event(&self, event: &Event) {
        self.bad_events.borrow_mut().push(event.name.clone());
    }

    /// Posts a body as a provider would.
    pub(super) async fn post(&self, body: Body) -> Exchange {
        self.post_by(&Arc::clone(&self.poster), body).await
    }

    /// Posts an event that the receiver takes, in a session of its own.
    pub(super) async fn post_good(&self) -> Result<Exchange, Failure> {
        Ok(self.post(self.good_body()?).await)
    }

    /// Posts a body with a client of the check's own.
    pub(super) async fn post_by(&self, poster: &HttpClient, body: Body) -> Exchange {
        if let Err(exchange) = self.pacer.permit(1, &body.what).await {
            return exchange;
        }
        self.bodies.note_sent(&body.bytes);
        let sent = body.what.clone();
        self.noted(Exchange::of(sent, poster.post(parcel(body)).await))
    }

    /// Posts all of these at the same time, each on a connection of its own.
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
            .map(|exchange| self.noted(exchange))
            .collect()
    }

    /// A client without the user's credentials; with another `Authorization`, if given.
    pub(super) fn stranger(&self, authorization: Option<&str>) -> Result<HttpClient, Failure> {
        let mut client = self.nobody();
        if let Some(value) = authorization {
            client
                .headers
                .push(Header::parse(&format!("authorization: {value}"))?);
        }
        Ok(HttpClient::new(&self.url, &client)?)
    }

    /// A client that knows these credentials.
    pub(super) fn knowing(&self, credentials: Credentials) -> Result<HttpClient, Failure> {
        let client = delivery::ClientOptions {
            credentials: Some(credentials),
            ..self.nobody()
        };
        Ok(HttpClient::new(&self.url, &client)?)
    }

    /// The same for raw requests; nothing where a proxy is in the way.
    pub(super) fn prober_knowing(
        &self,
        credentials: Credentials,
    ) -> Result<Option<RawClient>, Failure> {
        let client = delivery::ClientOptions {
            credentials: Some(credentials),
            ..self.nobody()
        };
        Ok(RawClient::direct(&self.url, &client)?)
    }

    /// The user's client without anything that says who it is.
    fn nobody(&self) -> delivery::ClientOptions {
        let mut headers = self.options.target.headers.clone();
        headers.retain(|header| header.name() != "authorization");
        delivery::ClientOptions {
            headers,
            proxies: self.proxies.clone(),
            trust: self.options.target.trust.clone(),
            ..delivery::ClientOptions::new(self.timeout)
        }
    }

    /// Writes a request on a connection, its head with these fields and its body as it is, and
    /// reads the answer; says whether another request may follow.
    pub(super) async fn ask(&self, wire: &mut Wire, raw: &Raw) -> (Exchange, bool) {
        if let Err(exchange) = self.pacer.permit(1, &raw.what).await {
            return (exchange, false);
        }
        self.bodies.note_sent(&raw.bytes);
        let start = Instant::now();
        // An answer may come before all is written, and then writing fails.
        let _ = wire.write(&raw.bytes).await;
        if raw.is_cut_off {
            let _ = wire.finish().await;
        }
        let (answer, keeps) = match wire.answer().await {
            Ok((answer, keeps)) => (Ok(answer), keeps),
            Err(broken) => (Err(broken), false),
        };
        let exchange = Exchange::probed(&raw.what, start.elapsed(), answer);
        (self.noted(exchange), keeps)
    }

    /// One request on a connection of its own.
    pub(super) async fn ask_once(&self, prober: &RawClient, raw: &Raw) -> Exchange {
        let start = Instant::now();
        match prober.connect().await {
            Ok(mut wire) => self.ask(&mut wire, raw).await.0,
            Err(broken) => self.noted(Exchange::probed(&raw.what, start.elapsed(), Err(broken))),
        }
    }

    fn noted(&self, exchange: Exchange) -> Exchange {
        if exchange.status().is_none() {
            self.lost.set(true);
        }
        exchange
    }

    /// Whether a request stayed without an answer since this was last asked.
    pub(super) fn take_lost(&self) -> bool {
        self.lost.take()
    }

    /// Notes how a check ended, for those that build on it.
    pub(super) fn note_failed(&self, check: &'static str) {
        self.failed.borrow_mut().push(check);
    }

    /// Whether that check ran in this run, and failed.
    pub(super) fn has_failed(&self, check: &str) -> bool {
        self.failed.borrow().contains(&check)
    }

    /// Requests sent so far.
    pub(super) fn requests(&self) -> u32 {
        self.pacer.sent()
    }
}

/// A request as it is written on the wire.
pub(super) struct Raw {
    /// What it is, in a few words.
    pub(super) what: String,
    pub(super) bytes: Vec<u8>,
    /// Whether nothing more is written after it, as a sender that breaks off does.
    pub(super) is_cut_off: bool,
}

impl Raw {
    /// An event with a method.
    pub(super) fn event(prober: &RawClient, method: &str, what: String, body: &Body) -> Raw {
        let length = body.bytes.len().to_string();
        let fields = [
            ("content-type", "application/json"),
            ("content-length", &*length),
        ];
        let mut bytes = prober.head(method, &fields);
        bytes.extend_from_slice(&body.bytes);
        Raw {
            what,
            bytes,
            is_cut_off: false,
        }
    }
}

/// Why a check needs more than a proxy lets through.
pub(super) fn behind_a_proxy() -> Finding {
    Finding::skip("the way leads through a proxy, which would answer in the receiver's place")
}

/// All answered 200, or the first that was not.
pub(super) fn all_answered_200(exchanges: &[Exchange], one: &str, many: &str) -> Finding {
    let bad: Vec<&Exchange> = exchanges
        .iter()
        .filter(|exchange| !exchange.is_200())
        .collect();
    let count = exchanges.len();
    let Some(first) = bad.first() else {
        let slowest = exchanges.iter().max_by_key(|exchange| exchange.took);
        let said = match count {
            1 => format!("{one} {}", exchanges[0].told()),
            _ => format!("{count} of {count} {many} answered 200"),
        };
        let finding = Finding::pass(said);
        return match slowest {
            Some(slowest) => finding.with(slowest),
            None => finding,
        };
    };
    let score = match (count, count - bad.len()) {
        (1, _) => String::new(),
        (_, good) => format!("{good} of {count} {many} answered 200; "),
    };
    Finding::fail(format!("{score}{}: {}", first.sent, first.told())).with(first)
}

fn parcel(body: Body) -> OutgoingRequest {
    let content_type = body.content_type.map(str::as_bytes);
    // The content types are our own, and HTTP allows each of them.
    OutgoingRequest::new(body.bytes.clone(), content_type)
        .unwrap_or_else(|_| OutgoingRequest::json(body.bytes))
}

/// A finding's evidence, made by hand.
pub(super) fn evidence(sent: &str, received: &str, took: Duration) -> Evidence {
    Evidence {
        sent: sent.to_owned(),
        received: received.to_owned(),
        took,
    }
}
