//! The HTTP client: one target, one set of options, any number of posts.
//!
//! Connections are kept between posts. A server may close a kept connection at any time,
//! and a request that meets this is lost without anybody's fault. Three things keep that
//! from being told as a failure:
//! - Before each post the runtime looks at its sockets once, so that a close that has
//!   arrived is known. The client then takes a new connection. (A current-thread runtime
//!   does that for certain; on other runtimes a worker looks all the time.)
//! - A request that is still queued when the close is noticed is handed back unsent, and
//!   goes out on a new connection. Not one byte of it was written before.
//! - A connection that was idle for [`IDLE_LIMIT`] is not used again.
//!
//! What remains is a close that is on its way while the request is: it ends as
//! [`Cause::Closed`](super::Cause::Closed), since nobody can know whether the server has
//! read it. Nothing is sent a second time then.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Method, Request, Response, Url};
use rustls::crypto::{CryptoProvider, ring};

use super::attempt::{ANSWER_LIMIT, Answer, Attempt, Ending};
use super::client_error::ClientError;
use super::client_options::ClientOptions;
use super::outgoing_request::OutgoingRequest;
use super::proxy::Via;
use super::request_headers::{AGENT, RequestHeaders};
use super::target_url::TargetUrl;
use super::transport_error::{Place, TransportError};
use super::trust::Trust;

/// How long a connection is kept without a request. Shorter than what usual servers
/// grant (gunicorn 2 s, Node.js and Apache 5 s), so that we let go first.
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(1);

/// Posts to one target. Build one and use it for many posts: it keeps connections.
pub struct HttpClient {
    client: Client,
    url: Url,
    pub(super) headers: RequestHeaders,
    pub(super) place: Arc<Place>,
    pub(super) timeout: Duration,
    /// Whether nothing stands between us and a target that speaks plain HTTP.
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

    /// The URL, without user information.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The longest that one post may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Posts once and waits for the answer, or for the time-out.
    pub async fn post(&self, parcel: OutgoingRequest) -> Attempt {
        // Lets the runtime see which kept connections were closed, or became free again.
        tokio::task::yield_now().await;
        let start = Instant::now();
        let mut begun = None;
        let ending = match tokio::time::timeout(self.timeout, self.exchange(parcel, &mut begun))
            .await
        {
            Ok(Ok(answer)) => Ending::Answered(answer),
            Ok(Err(error)) => Ending::Unanswered(TransportError::client(&self.place, error, begun)),
            Err(_) => Ending::Unanswered(TransportError::limit(&self.place, self.timeout, begun)),
        };
        Attempt {
            took: start.elapsed(),
            ending,
        }
    }

    /// One request and its answer; `begun` tells the status as soon as it is known.
    async fn exchange(
        &self,
        parcel: OutgoingRequest,
        begun: &mut Option<u16>,
    ) -> reqwest::Result<Answer> {
        let mut url = self.url.clone();
        if let Some(path) = &parcel.path {
            url.set_path(path.path());
            url.set_query(path.query());
        }
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = self.headers.of(&parcel);
        *request.body_mut() = Some(parcel.body.into());
        let mut response = self.client.execute(request).await?;
        *begun = Some(response.status().as_u16());
        let announced = response.content_length();
        let headers = std::mem::take(response.headers_mut());
        let status = response.status().as_u16();
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

/// The body up to the limit, and whether it went on. A body in one piece is not copied.
///
/// An answer that is not read to its end takes its connection with it.
pub(super) async fn read_body(mut response: Response) -> reqwest::Result<(Bytes, bool)> {
    let Some(mut first) = response.chunk().await? else {
        return Ok((Bytes::new(), false));
    };
    let mut next = None;
    if first.len() <= ANSWER_LIMIT {
        next = response.chunk().await?;
        if next.is_none() {
            return Ok((first, false));
        }
    }
    if first.len() > ANSWER_LIMIT {
        first.truncate(ANSWER_LIMIT);
        return Ok((first, true));
    }
    let mut body = BytesMut::from(first);
    while let Some(chunk) = next {
        let room = ANSWER_LIMIT - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok((body.freeze(), true));
        }
        body.extend_from_slice(&chunk);
        next = response.chunk().await?;
    }
    Ok((body.freeze(), false))
}

/// The client for one target.
pub(super) fn client(
    target: &TargetUrl,
    via: Option<&Via>,
    trust: &Trust,
) -> Result<Client, ClientError> {
    // Without a provider reqwest panics, even where no TLS is spoken.
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread was faster, which is as good.
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
        // No TLS is spoken: trust nothing, and load nothing.
        builder = builder.tls_certs_only([]);
    } else {
        builder = builder.tls_backend_preconfigured(trust.tls_config()?);
    }
    builder
        .build()
        .map_err(|error| ClientError::Client(error.without_url()))
}
