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
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, Method, Request, Response, Url};
use rustls::crypto::{CryptoProvider, ring};

use super::attempt::{ANSWER_LIMIT, Answer, Attempt, Ending};
use super::head::Head;
use super::header::Header;
use super::no_answer::{NoAnswer, Place};
use super::parcel::Parcel;
use super::proxy::{Proxies, Via};
use super::target_url::TargetUrl;
use crate::model::error::{Category, Explain};
use crate::model::secret::Credentials;

/// How a receiver can tell us from others.
pub(super) const USER_AGENT: &str = concat!("enx-hook/", env!("CARGO_PKG_VERSION"));

/// How long a connection is kept without a request. Shorter than what usual servers
/// grant (gunicorn 2 s, Node.js and Apache 5 s), so that we let go first.
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(1);

/// How to deliver. Debug output shows no password and no header value.
#[derive(Clone, Debug)]
pub struct Options {
    /// The wait for one whole answer, the connection included.
    pub timeout: Duration,
    /// Credentials for Basic Auth; they go before those in the target's URL.
    pub credentials: Option<Credentials>,
    /// Further header fields, in order, with repeats. They replace what would be sent
    /// under the same name: `Content-Type`, `Authorization`, `User-Agent`, `Host`, `Accept`.
    pub headers: Vec<Header>,
    /// The proxies to use.
    pub proxies: Proxies,
    /// Whose certificates are trusted.
    pub trust: Trust,
}

/// Whose certificates are trusted, besides the system's authorities.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// A file of further authorities, and what is in it (PEM).
    pub authorities: Option<(PathBuf, Vec<u8>)>,
    /// Trust any certificate.
    pub insecure: bool,
}

impl Trust {
    fn certificates(&self) -> Result<Vec<Certificate>, PosterError> {
        let Some((path, pem)) = &self.authorities else {
            return Ok(Vec::new());
        };
        let wrong = || PosterError::Authorities(path.clone());
        let certificates = Certificate::from_pem_bundle(pem).map_err(|_| wrong())?;
        if certificates.is_empty() {
            return Err(wrong());
        }
        Ok(certificates)
    }
}

impl Options {
    /// Only the time-out: no credentials, no further headers, no proxies.
    pub fn new(timeout: Duration) -> Options {
        Options {
            timeout,
            credentials: None,
            headers: Vec::new(),
            proxies: Proxies::default(),
            trust: Trust::default(),
        }
    }
}

/// Posts to one target. Build one and use it for many posts: it keeps connections.
pub struct Poster {
    client: Client,
    url: Url,
    headers: HeaderMap,
    pub(super) head: Head,
    pub(super) place: Arc<Place>,
    pub(super) timeout: Duration,
    /// Whether nothing stands between us and a target that speaks plain HTTP.
    pub(super) is_direct: bool,
}

impl Poster {
    /// Sets up the client; nothing is sent yet.
    ///
    /// The system's certificates are loaded only for a target, or a proxy on the way to
    /// it, that speaks TLS: that takes milliseconds.
    pub fn new(target: &TargetUrl, options: &Options) -> Result<Poster, PosterError> {
        let via = options.proxies.on_the_way_to(target)?;
        let client = client(target, via.as_ref(), &options.trust)?;
        let is_direct = via.is_none() && !target.is_https();
        let place = Place::new(target, via.as_ref().map(Via::authority));
        let headers = headers(target, options)?;
        Ok(Poster {
            client,
            url: target.url().clone(),
            head: Head::new(target.url(), &headers),
            headers,
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
    pub async fn post(&self, parcel: Parcel) -> Attempt {
        // Lets the runtime see which kept connections were closed, or became free again.
        tokio::task::yield_now().await;
        let start = Instant::now();
        let mut begun = None;
        let ending =
            match tokio::time::timeout(self.timeout, self.exchange(parcel, &mut begun)).await {
                Ok(Ok(answer)) => Ending::Answered(answer),
                Ok(Err(error)) => Ending::Unanswered(NoAnswer::client(&self.place, error, begun)),
                Err(_) => Ending::Unanswered(NoAnswer::limit(&self.place, self.timeout, begun)),
            };
        Attempt {
            took: start.elapsed(),
            ending,
        }
    }

    /// One request and its answer; `begun` tells the status as soon as it is known.
    async fn exchange(&self, parcel: Parcel, begun: &mut Option<u16>) -> reqwest::Result<Answer> {
        let mut url = self.url.clone();
        if let Some(path) = &parcel.path {
            url.set_path(path.path());
            url.set_query(path.query());
        }
        let mut request = Request::new(Method::POST, url);
        let headers = self.headers_of(&parcel);
        *request.headers_mut() = headers;
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

impl Poster {
    /// All fields of a post that are not made from its target.
    pub(super) fn headers_of(&self, parcel: &Parcel) -> HeaderMap {
        let mut headers = self.headers.clone();
        for (name, value) in &parcel.headers {
            // What was asked for by name comes before what came along.
            if !self.headers.contains_key(name) {
                headers.append(name, value.clone());
            }
        }
        if let Some(content_type) = &parcel.content_type {
            headers
                .entry(CONTENT_TYPE)
                .or_insert_with(|| content_type.clone());
        }
        if parcel.body.is_empty() {
            // RFC 9110, section 8.6, wants it for a POST, and the clients leave it out.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        headers
    }
}

impl fmt::Debug for Poster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poster")
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

/// The fields that every post has.
pub(super) fn headers(target: &TargetUrl, options: &Options) -> Result<HeaderMap, PosterError> {
    let mut headers = HeaderMap::new();
    for header in &options.headers {
        let (name, value) = header.field();
        headers.append(name, value);
    }
    let credentials = options.credentials.as_ref().or(target.credentials());
    if let Some(credentials) = credentials
        && !headers.contains_key(AUTHORIZATION)
    {
        let mut value = HeaderValue::from_str(credentials.authorization().expose())
            .map_err(|_| PosterError::Credentials)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// The client for one target.
pub(super) fn client(
    target: &TargetUrl,
    via: Option<&Via>,
    trust: &Trust,
) -> Result<Client, PosterError> {
    // Without a provider reqwest panics, even where no TLS is spoken.
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread was faster, which is as good.
        let _ = ring::default_provider().install_default();
    }
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_idle_timeout(IDLE_LIMIT)
        .http1_only()
        .no_proxy();
    if let Some(via) = via {
        let proxy = via
            .to_client()
            .map_err(|error| PosterError::Proxy(error.without_url()))?;
        builder = builder.proxy(proxy);
    }
    if !target.is_https() && !via.is_some_and(Via::is_https) {
        // Trusts nobody, and so loads nothing.
        builder = builder.tls_certs_only([]);
    } else if trust.insecure {
        builder = builder.tls_danger_accept_invalid_certs(true);
    } else if trust.authorities.is_some() {
        builder = builder.tls_certs_merge(trust.certificates()?);
    }
    builder
        .build()
        .map_err(|error| PosterError::Client(error.without_url()))
}

/// Why nothing can be posted at all.
#[derive(Debug, thiserror::Error)]
pub enum PosterError {
    /// The credentials cannot be sent.
    #[error("the credentials cannot be sent with Basic Auth")]
    Credentials,
    /// The file holds no certificates.
    #[error("{} holds no certificates in PEM", .0.display())]
    Authorities(PathBuf),
    /// A variable for proxies does not hold one.
    #[error("the variable {0} does not hold the URL of a proxy")]
    ProxyVariable(&'static str),
    /// The client refused the proxy.
    #[error("the proxy cannot be used")]
    Proxy(#[source] reqwest::Error),
    /// The client could not be set up; for TLS that means the system's certificates.
    #[error("the HTTP client could not be set up")]
    Client(#[source] reqwest::Error),
    /// The host is a name that no certificate can be for.
    #[error("the host of the target is no name that TLS knows")]
    ServerName,
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[source] rustls::Error),
}

impl Explain for PosterError {
    fn category(&self) -> Category {
        match self {
            PosterError::Credentials
            | PosterError::Authorities(_)
            | PosterError::ProxyVariable(_)
            | PosterError::Proxy(_)
            | PosterError::ServerName => Category::Usage,
            PosterError::Client(_) | PosterError::Tls(_) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            PosterError::ProxyVariable(name) => Some(format!(
                "write it like {name}=http://proxy.example:3128, or unset it"
            )),
            PosterError::Client(_) | PosterError::Tls(_) => {
                Some("are the system's CA certificates installed (ca-certificates)?".to_owned())
            }
            PosterError::Credentials
            | PosterError::Authorities(_)
            | PosterError::Proxy(_)
            | PosterError::ServerName => None,
        }
    }
}
