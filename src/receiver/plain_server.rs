//! An HTTP server with the receiver's limits and time-outs, for requests that are no captures.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::bind;
use super::connection::http;
use super::error::ReceiverError;
use super::paced::{Paced, Waits};
use super::phase::Phase;
use super::serve::{Crowd, accept_all};

/// How long an idle connection may take to close.
const LEAVE: Duration = Duration::from_millis(100);

/// What a server accepts.
#[derive(Clone, Copy, Debug)]
pub struct ServerLimits {
    /// Connections at a time. Another one takes the place of one that is idle.
    pub max_connections: usize,
    /// The largest head, in bytes.
    pub max_head: usize,
    /// The most header fields.
    pub max_fields: usize,
    /// The time for a whole head.
    pub head_timeout: Duration,
    /// The time between two requests, and for a client to take what is written to it.
    pub idle_timeout: Duration,
    /// How long requests in flight may take at the end.
    pub grace: Duration,
}

/// A bound socket that is not served yet.
#[derive(Debug)]
pub struct PlainServer {
    listener: TcpListener,
    address: SocketAddr,
}

impl PlainServer {
    /// Resolves the host and takes the port.
    ///
    /// # Errors
    ///
    /// The host has no address here, or the port cannot be taken.
    pub async fn bind(host: &str, port: u16) -> Result<PlainServer, ReceiverError> {
        let (listener, address) = bind::listen(host, port).await?;
        Ok(PlainServer { listener, address })
    }

    /// The address it listens on, with the port that was picked.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `shutdown` completes.
    pub async fn serve<A, F, B>(
        self,
        limits: ServerLimits,
        answer: A,
        shutdown: impl Future<Output = ()> + Send,
    ) where
        A: Fn(SocketAddr, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body<Error = Infallible> + Send + Unpin + 'static,
        B::Data: Send,
    {
        let http = Arc::new(http(limits.max_head, limits.max_fields));
        let waits = Waits {
            head: limits.head_timeout,
            idle: limits.idle_timeout,
        };
        let crowd = Crowd {
            max_connections: limits.max_connections,
            grace: limits.grace,
        };
        let connect = |stream: TcpStream, peer: SocketAddr, phase, closing| {
            let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
            talk(
                Arc::clone(&http),
                stream,
                peer,
                waits,
                phase,
                answer.clone(),
                closing,
            )
        };
        accept_all(self.listener, crowd, connect, &|_| {}, shutdown).await;
    }
}

/// Answers the requests of one connection.
async fn talk<A, F, B>(
    http: Arc<http1::Builder>,
    stream: TcpStream,
    peer: SocketAddr,
    waits: Waits,
    phase: Arc<Phase>,
    answer: A,
    mut closing: watch::Receiver<()>,
) where
    A: Fn(SocketAddr, Request<Incoming>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Error = Infallible> + Send + Unpin + 'static,
    B::Data: Send,
{
    // Failing to set this is harmless.
    let _ = stream.set_nodelay(true);
    let mut stream = Paced::new(stream, &phase, waits);
    let mut is_answered = false;
    {
        let service = service_fn(|request| {
            phase.in_hand();
            let answered = answer(peer, request);
            let phase = Arc::clone(&phase);
            async move {
                let response = answered.await;
                Ok::<_, Infallible>(response.map(|body| Answered { body, phase }))
            }
        });
        let mut connection = pin!(http.serve_connection(TokioIo::new(&mut stream), service));
        select! {
            biased;
            served = connection.as_mut() => is_answered = served.is_ok(),
            _ = closing.changed() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
            () = phase.evicted() => {
                connection.as_mut().graceful_shutdown();
                select! {
                    _ = connection => {}
                    () = sleep(LEAVE) => {}
                }
            }
        }
    }
    let is_unreadable = !is_answered && stream.is_owing_nothing() && phase.is_heard();
    let (mut stream, _) = stream.into_inner();
    if is_unreadable {
        // hyper's own answer was dropped.
        const ANSWER: &[u8] =
            b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let _ = timeout(LEAVE, stream.write_all(ANSWER)).await;
    }
    let _ = timeout(LEAVE, stream.shutdown()).await;
}

/// A body that tells the connection when all of it was taken.
#[derive(Debug)]
struct Answered<B> {
    body: B,
    phase: Arc<Phase>,
}

impl<B: Body + Unpin> Body for Answered<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for Answered<B> {
    fn drop(&mut self) {
        self.phase.idle();
    }
}
