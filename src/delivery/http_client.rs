//! The HTTP client: one target, one set of options, any number of posts.
//!
//! Connections are kept between posts. A server may close a kept connection at any time, and
//! a request on that connection is then lost without a fault of the server. Three rules avoid
//! such failures:
//! - Before each post the runtime polls its sockets once, so that a close that has arrived is
//!   known. The client then opens a new connection. (A current-thread runtime polls for certain;
//!   other runtimes have a thread that polls all the time.)
//! - A request that is still queued when the close is noticed goes out on a new connection. No
//!   byte of it was written before.
//! - A connection that was idle for [`IDLE_LIMIT`] is not used again.
//!
//! One case remains: the close and the request cross, or the server hangs up after each answer
//! without saying so. A kept connection that ends before any byte of an answer therefore does not
//! end the attempt: the request is sent again on another connection, at last on a new one.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::{Client, Method, Request, Response, Url};
use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use tokio::time::error::Elapsed;
use tower::util::MapRequestLayer;

use super::attempt::{ANSWER_LIMIT, Attempt, BodyEnd, Ending, PartialAnswer};
use super::client_error::ClientError;
use super::client_options::ClientOptions;
use super::outgoing_request::OutgoingRequest;
use super::proxy::Via;
use super::request::Request as SentRequest;
use super::request_headers::{AGENT, RequestHeaders};
use super::target_url::TargetUrl;
use super::trace;
use super::transport_error::{Place, TransportError};
use crate::model::cause::Cause;
use crate::model::environment::Trace;

/// How long a connection without a request is kept. Shorter than the limit of usual servers
/// (gunicorn 2 s, Node.js and Apache 5 s), so that this side closes first.
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// Whether the attempt opened a connection.
    static CONNECTS: Cell<bool>;
}

/// Posts to one target. It keeps connections, so use one for many posts.
pub struct HttpClient {
    client: Client,
    /// The same, but without kept connections.
    fresh: Client,
    url: Url,
    pub(super) headers: RequestHeaders,
    pub(super) place: Arc<Place>,
    pub(super) timeout: Duration,
    /// The most bytes of an answer's body.
    pub(super) answer_limit: usize,
    /// Whether the target speaks plain HTTP and no proxy is used.
    pub(super) is_direct: bool,
    trace: Option<Trace>,
}

impl HttpClient {
    /// Sets up the client; nothing is sent yet.
    ///
    /// The system's certificates are loaded only for a target, or a proxy on the way to
    /// it, that speaks TLS: that takes milliseconds.
    pub fn new(target: &TargetUrl, options: &ClientOptions) -> Result<HttpClient, ClientError> {
        let via = options.proxies.on_the_way_to(target)?;
        let tls = if target.is_https() || via.as_ref().is_some_and(Via::is_https) {
            Some(options.trust.tls_config()?)
        } else {
            None
        };
        let is_direct = via.is_none() && !target.is_https();
        let place = Place::new(target, via.as_ref().map(Via::authority));
        Ok(HttpClient {
            client: client(via.as_ref(), tls.clone(), true)?,
            fresh: client(via.as_ref(), tls, false)?,
            url: target.url().clone(),
            headers: RequestHeaders::new(target, options)?,
            place: Arc::new(place),
            timeout: options.timeout,
            answer_limit: ANSWER_LIMIT,
            is_direct,
            trace: options.trace,
        })
    }

    /// The same client, but it reads more of an answer than [`ANSWER_LIMIT`].
    #[must_use]
    pub fn reading(self, answer_limit: usize) -> HttpClient {
        HttpClient {
            answer_limit,
            ..self
        }
    }

    /// The longest that one post may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Posts once and waits for the answer, or for the time-out.
    pub async fn post(&self, request: OutgoingRequest) -> Attempt {
        self.post_by(&self.client, request).await
    }

    /// Posts on a new connection.
    pub(super) async fn post_afresh(&self, request: OutgoingRequest) -> Attempt {
        self.post_by(&self.fresh, request).await
    }

    async fn post_by(&self, client: &Client, request: OutgoingRequest) -> Attempt {
        // Lets the runtime see which kept connections were closed, or became free again.
        tokio::task::yield_now().await;
        let start = Instant::now();
        let mut answer = PartialAnswer::default();
        let traced = self.trace.map(|_| request.clone());
        let exchange = self.exchange(client, request, &mut answer);
        let exchanged = tokio::time::timeout(self.timeout, exchange).await;
        self.attempt(start, answer, exchanged, traced.as_ref())
    }

    /// The attempt that began at `start` and ended like this. `request` is needed to trace it.
    pub(super) fn attempt(
        &self,
        start: Instant,
        answer: PartialAnswer,
        exchanged: Result<Result<BodyEnd, TransportError>, Elapsed>,
        request: Option<&OutgoingRequest>,
    ) -> Attempt {
        let took = start.elapsed();
        let begun = answer.status();
        let limit = |_| Err(TransportError::limit(&self.place, self.timeout, begun));
        let ending = match answer.end(exchanged.unwrap_or_else(limit)) {
            Ok(answer) => Ending::Answered(answer),
            Err(error) => Ending::Unanswered(error),
        };
        let attempt = Attempt { took, ending };
        if let (Some(trace), Some(request)) = (self.trace, request) {
            trace::tell(trace, &SentRequest::of(&self.headers, request), &attempt);
        }
        attempt
    }

    /// One request and its answer. Returns how the body of the answer ends.
    async fn exchange(
        &self,
        client: &Client,
        outgoing: OutgoingRequest,
        answer: &mut PartialAnswer,
    ) -> Result<BodyEnd, TransportError> {
        let mut url = self.url.clone();
        if let Some(path) = &outgoing.path {
            url.set_path(path.path());
            url.set_query(path.query());
        }
        let headers = self.headers.of(&outgoing);
        let method = Method::from_bytes(outgoing.method.as_bytes()).unwrap_or(Method::POST);
        let error = |error, begun| TransportError::client(&self.place, error, begun);
        let mut response = loop {
            let mut request = Request::new(method.clone(), url.clone());
            *request.headers_mut() = headers.clone();
            *request.body_mut() = Some(outgoing.body.clone().into());
            let executing = async {
                let executed = client.execute(request).await;
                (executed, CONNECTS.with(Cell::get))
            };
            let (executed, connects) = CONNECTS.scope(Cell::new(false), executing).await;
            match executed.map_err(|cause| error(cause, None)) {
                Ok(response) => break response,
                // A kept connection has ended. The client does not use it again.
                Err(error) if error.cause() == Cause::Closed && !connects => {}
                Err(error) => return Err(error),
            }
        };
        let status = response.status().as_u16();
        answer.length = response.content_length();
        let connection = response.extensions().get::<HttpInfo>();
        answer.local = connection.map(|one| Arc::new(one.local_addr()));
        answer.head = Some((status, std::mem::take(response.headers_mut())));
        let end = read_body(response, &mut answer.body, self.answer_limit).await;
        end.map_err(|cause| error(cause, Some(status)))
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("place", &self.place)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Reads the body up to the limit. The connection of an answer that is not read to its end is
/// closed.
pub(super) async fn read_body(
    mut response: Response,
    body: &mut BytesMut,
    limit: usize,
) -> reqwest::Result<BodyEnd> {
    while let Some(chunk) = response.chunk().await? {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok(BodyEnd::Cut(limit));
        }
    }
    Ok(BodyEnd::Whole)
}

/// A client that goes through this proxy, with this TLS configuration. `keeps`: whether it keeps
/// connections.
pub(super) fn client(
    via: Option<&Via>,
    tls: Option<ClientConfig>,
    keeps: bool,
) -> Result<Client, ClientError> {
    // Without a provider reqwest panics, even if TLS is not used.
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread has just installed one.
        let _ = ring::default_provider().install_default();
    }
    let mut builder = Client::builder()
        .user_agent(AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_idle_timeout(IDLE_LIMIT)
        .connector_layer(MapRequestLayer::new(note_connection))
        .http1_only()
        .no_proxy();
    if !keeps {
        builder = builder.pool_max_idle_per_host(0);
    }
    if let Some(via) = via {
        let proxy = via
            .to_client()
            .map_err(|error| ClientError::Proxy(error.without_url()))?;
        builder = builder.proxy(proxy);
    }
    builder = match tls {
        Some(tls) => builder.tls_backend_preconfigured(tls),
        // Without TLS no certificates are needed.
        None => builder.tls_certs_only([]),
    };
    builder
        .build()
        .map_err(|error| ClientError::Client(error.without_url()))
}

/// Notes that the attempt opens a connection.
fn note_connection<R>(request: R) -> R {
    // Outside of an attempt it does not matter.
    let _ = CONNECTS.try_with(|connects| connects.set(true));
    request
}
