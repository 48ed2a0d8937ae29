//! The server: gate, then files, routes and stream.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::{Semaphore, watch};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::api::{ApiError, Backend};
use super::assets::Asset;
use super::gate::Gate;
use super::respond::{Body, asset, refusal, reply, without_body};
use super::routes::{Route, route};
use super::stream::{Streams, broken, stream};
use crate::receiver::{Receiver, ReceiverError, ReceiverOptions};

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;
/// How long it may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Questions that are answered at a time, and how long another one waits.
const MOST_CALLS: usize = 8;
const CALL_WAIT: Duration = Duration::from_secs(10);
/// Connections at a time. Another one takes the place of one that is idle.
const MAX_CONNECTIONS: usize = 128;
/// The largest head, in bytes, and how long it may take to come.
const MAX_HEAD: usize = 16 * 1024;
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long requests in flight may take at the end.
const GRACE: Duration = Duration::from_secs(1);
/// Ports that are tried, from the first one on.
const PORTS: u16 = 20;

/// Where an inspector listens.
#[derive(Clone, Debug)]
pub struct InspectorOptions {
    /// The address.
    pub host: String,
    /// The port; 0 picks a free one.
    pub port: u16,
    /// If the port is taken, the next free one is used.
    pub takes_next: bool,
    /// More values of `Host`.
    pub allowed_hosts: Vec<String>,
    /// Other machines may ask too.
    pub is_open: bool,
}

/// A bound inspector.
#[derive(Debug)]
pub struct Inspector {
    server: Receiver,
}

impl Inspector {
    /// Takes the port.
    ///
    /// # Errors
    ///
    /// The address is not one of this machine, or no port is free.
    pub async fn bind(options: &InspectorOptions) -> Result<Inspector, ReceiverError> {
        let mut port = options.port;
        loop {
            let bound = Receiver::bind(ReceiverOptions {
                max_connections: MAX_CONNECTIONS,
                max_head: MAX_HEAD,
                head_timeout: HEAD_TIMEOUT,
                grace: GRACE,
                ..ReceiverOptions::new(&*options.host, port)
            });
            match bound.await {
                Ok(server) => return Ok(Inspector { server }),
                Err(ReceiverError::PortTaken { .. })
                    if options.takes_next
                        && port != 0
                        && port < options.port.saturating_add(PORTS) =>
                {
                    port += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Its address.
    pub fn local_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// Answers until `closing` says so.
    pub async fn serve<B: Backend>(
        self,
        gate: Gate,
        backend: Arc<B>,
        closing: watch::Receiver<bool>,
    ) {
        let shared = Arc::new(Shared {
            gate,
            backend,
            streams: Streams::default(),
            calls: Semaphore::new(MOST_CALLS),
            closing: closing.clone(),
        });
        let answer = move |peer, request| Arc::clone(&shared).answer(peer, request);
        let mut closing = closing;
        let shutdown = async move {
            let _ = closing.wait_for(|closing| *closing).await;
        };
        self.server.respond(answer, shutdown).await;
    }
}

struct Shared<B> {
    gate: Gate,
    backend: Arc<B>,
    streams: Streams,
    calls: Semaphore,
    closing: watch::Receiver<bool>,
}

impl<B: Backend> Shared<B> {
    async fn answer(
        self: Arc<Self>,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> Response<Body> {
        let method = request.method().clone();
        let answered = self.admitted(peer, request).await;
        let response = answered.unwrap_or_else(|error| refusal(&error));
        without_body(&method, response)
    }

    async fn admitted(
        &self,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, ApiError> {
        let (head, body) = request.into_parts();
        let admitted = self.gate.admit(peer, &head)?;
        let is_get = head.method != Method::POST;
        let path = head.uri.path_and_query().map_or("", |path| path.as_str());
        if let Some(file) = Asset::at(path).filter(|_| is_get) {
            return Ok(asset(file, &head));
        }
        if !admitted.has_token {
            return Err(ApiError {
                help: Some("open the URL that the program printed, with its token".to_owned()),
                ..ApiError::new(
                    StatusCode::UNAUTHORIZED,
                    "token",
                    "the token is missing or wrong",
                )
            });
        }
        let body = if is_get {
            Bytes::new()
        } else {
            read(body).await?
        };
        match route(&head, &body)? {
            Route::Stream(_) if head.method == Method::HEAD => {
                Err(ApiError::request("a stream has no HEAD"))
            }
            Route::Stream(call) => {
                stream(&self.backend, &self.streams, call, self.closing.clone()).await
            }
            Route::Call(call) => {
                let permit = timeout(CALL_WAIT, self.calls.acquire()).await;
                let Ok(Ok(_permit)) = permit else {
                    return Err(ApiError::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "busy",
                        "too much is asked at once",
                    ));
                };
                let backend = Arc::clone(&self.backend);
                let answered = spawn_blocking(move || backend.call(call)).await;
                answered.map_err(|_| broken())?.map(reply)
            }
        }
    }
}

/// The body of a request, within its limits.
async fn read(body: Incoming) -> Result<Bytes, ApiError> {
    let read = timeout(BODY_TIMEOUT, Limited::new(body, MAX_BODY).collect()).await;
    match read {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "a request may have up to 16 MiB",
        )),
        _ => Err(ApiError::request("the body did not come whole")),
    }
}
