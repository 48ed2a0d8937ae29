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
//! One case remains: the close and the request cross. The attempt then ends with
//! [`Cause::Closed`](super::Cause::Closed) and is not repeated, since the server may have read
//! the request.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Method, Request, Response, Url};
use rustls::crypto::{CryptoProvider, ring};
use tokio::time::error::Elapsed;

use super::attempt::{ANSWER_LIMIT, Answer, Attempt};
use super::client_error::ClientError;
use super::client_options::ClientOptions;
use super::outgoing_request::OutgoingRequest;
use super::proxy::Via;
use super::request_headers::{AGENT, RequestHeaders};
use super::target_url::TargetUrl;
use super::transport_error::{Place, TransportError};
use super::trust::Trust;

/// How long a connection without a request is kept. Shorter than the limit of usual servers
/// (gunicorn 2 s, Node.js and Apache 5 s), so that this side closes first.
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(1);

/// Posts to one target. It keeps connections, so use one for many posts.
pub struct HttpClient {
    client: Client,
    url: Url,
    pub(super) headers: RequestHeaders,
    pub(super) place: Arc<Place>,
    pub(super) timeout: Duration,
    /// Whether the target speaks plain HTTP and no proxy is used.
    pub(super) is_direct: bool,
}

impl HttpClient {
    /// Sets up the client; nothing is sent yet.
    ///
    /// The system's certificates are loaded only for a target, or a proxy on the way to
    /// it, that speaks TLS: that takes milliseconds.
    pub fn new(target: &TargetUrl, options: &ClientOptions) -> Result<HttpClient, ClientError> {
        let via = options.proxies.on_the_way_to(target)?;
        let client = client(target, via.as_ref(), &options.trust)?;
        let is_direct = via.is_none() && !target.is_https();
        let place = Place::new(target, via.as_ref().map(Via::authority));
        Ok(HttpClient {
            client,
            url: target.url().clone(),
            headers: RequestHeaders::new(target, options)?,
            place: Arc::new(place),
            timeout: options.timeout,
            is_direct,
        })
    }

    /// The longest that one post may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Posts once and waits for the answer, or for the time-out.
    pub async fn post(&self, request: OutgoingRequest) -> Attempt {
        // Lets the runtime see which kept connections were closed, or became free again.
        tokio::task::yield_now().await;
        let start = Instant::now();
        let mut begun = None;
        let exchange = self.exchange(request, &mut begun);
        let exchanged = tokio::time::timeout(self.timeout, exchange).await;
        let client_error = |error| TransportError::client(&self.place, error, begun);
        let exchanged = exchanged.map(|result| result.map_err(client_error));
        self.attempt(start, begun, exchanged)
    }

    /// The attempt that began at `start` and ended like this.
    pub(super) fn attempt(
        &self,
        start: Instant,
        begun: Option<u16>,
        exchanged: Result<Result<Answer, TransportError>, Elapsed>,
    ) -> Attempt {
        let took = start.elapsed();
        let limit = |_| Err(TransportError::limit(&self.place, self.timeout, begun));
        let ending = exchanged.unwrap_or_else(limit).into();
        Attempt { took, ending }
    }

    /// One request and its answer. `begun` becomes the status as soon as it is known.
    async fn exchange(
        &self,
        outgoing: OutgoingRequest,
        begun: &mut Option<u16>,
    ) -> reqwest::Result<Answer> {
        let mut url = self.url.clone();
        if let Some(path) = &outgoing.path {
            url.set_path(path.path());
            url.set_query(path.query());
        }
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = self.headers.of(&outgoing);
        *request.body_mut() = Some(outgoing.body.into());
        let mut response = self.client.execute(request).await?;
        let status = response.status().as_u16();
        *begun = Some(status);
        let announced = response.content_length();
        let headers = std::mem::take(response.headers_mut());
        let (body, truncated) = read_body(response).await?;
        let length = if truncated {
            announced
        } else {
            u64::try_from(body.len()).ok()
        };
        Ok(Answer {
            status,
            body,
            truncated,
            length,
            headers,
        })
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

/// The body up to the limit, and whether it is longer. The connection of an answer that is not
/// read to its end is closed.
pub(super) async fn read_body(mut response: Response) -> reqwest::Result<(Bytes, bool)> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        let room = ANSWER_LIMIT - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((body.freeze(), true));
        }
    }
    Ok((body.freeze(), false))
}

/// The client for one target.
pub(super) fn client(
    target: &TargetUrl,
    via: Option<&Via>,
    trust: &Trust,
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
        .http1_only()
        .no_proxy();
    if let Some(via) = via {
        let proxy = via
            .to_client()
            .map_err(|error| ClientError::Proxy(error.without_url()))?;
        builder = builder.proxy(proxy);
    }
    if !target.is_https() && !via.is_some_and(Via::is_https) {
        // Without TLS no certificates are needed.
        builder = builder.tls_certs_only([]);
    } else {
        builder = builder.tls_backend_preconfigured(trust.tls_config()?);
    }
    builder
        .build()
        .map_err(|error| ClientError::Client(error.without_url()))
}
