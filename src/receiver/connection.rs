//! One connection: TLS if configured, requests in sequence, and a close that loses no reply.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::select;
use tokio::sync::watch;
use tokio::time::timeout;

use super::event::{Event, Problem};
use super::options::ReceiverOptions;
use super::paced::{Paced, Phase, Waits};
use super::recorder::Recorder;
use super::request::{self, Sender, Shared};
use super::tls::{self, NoHandshake, Tls};

/// The smallest buffer that hyper accepts.
const LEAST_BUFFER: usize = 8192;

/// How long the rest of an unread body is drained, so that the sender gets to see the reply.
const LINGER: Duration = Duration::from_secs(2);
/// How many bytes are drained.
const LINGER_BYTES: u64 = 16 * 1024 * 1024;

const TOO_SLOW: &str = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Length: 26\r\n\r\n\
    The header took too long.\n";

const SPEAK_TLS: &str = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Length: 44\r\n\r\n\
    This port speaks TLS: use https in the URL.\n";

/// What all connections of one receiver share.
pub(super) struct ConnectionHandler {
    http: http1::Builder,
    waits: Waits,
    tls: Option<Tls>,
}

impl ConnectionHandler {
    pub(super) fn new(options: &ReceiverOptions) -> ConnectionHandler {
        let mut http = http1::Builder::new();
        http.header_read_timeout(None)
            .max_header_size(options.max_head)
            // The most that a connection buffers, also while a large body arrives.
            .max_buf_size(options.max_head.max(LEAST_BUFFER))
            // A sender may close its half after the request. One that disconnects while its
            // body is recorded is noticed only at the reply, so recording is not cancelled.
            .half_close(true);
        ConnectionHandler {
            http,
            waits: Waits {
                head: options.head_timeout,
                idle: options.idle_timeout,
            },
            tls: options.tls.clone(),
        }
    }

    /// Serves a connection to its end.
    pub(super) async fn serve<R, O>(
        self: Arc<ConnectionHandler>,
        stream: TcpStream,
        peer: SocketAddr,
        shared: Arc<Shared<R, O>>,
        mut closing: watch::Receiver<()>,
    ) where
        R: Recorder,
        O: Fn(Event) + Send + Sync + 'static,
    {
        // A small reply must not wait for the next packet. Failing to set this is harmless.
        let _ = stream.set_nodelay(true);
        // Show an IPv4 sender on an IPv6 socket as IPv4.
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        let Some(tls) = &self.tls else {
            return self.talk(stream, peer, &shared, closing).await;
        };
        let shaken = select! {
            shaken = timeout(self.waits.head, tls::accept(tls, stream)) => shaken,
            // No reply is owed yet.
            _ = closing.changed() => return,
        };
        let problem = match shaken {
            Ok(Ok(stream)) => return self.talk(stream, peer, &shared, closing).await,
            Ok(Err(NoHandshake::Silence)) => return,
            Ok(Err(NoHandshake::Plain(mut stream))) => {
                reply_by_hand(&mut stream, SPEAK_TLS).await;
                Problem::PlainHttp
            }
            Ok(Err(NoHandshake::Failed(words))) => Problem::NoTls(words),
            Err(_) => Problem::HandshakeTimedOut,
        };
        unreadable(&shared, peer, problem);
    }

    /// Reads and answers requests until one side closes the connection.
    async fn talk<S, R, O>(
        &self,
        stream: S,
        peer: SocketAddr,
        shared: &Shared<R, O>,
        mut closing: watch::Receiver<()>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin,
        R: Recorder,
        O: Fn(Event) + Send + Sync + 'static,
    {
        let sender = Sender {
            address: peer,
            phase: Phase::default(),
            unread: AtomicBool::new(false),
        };
        let mut stream = Paced::new(stream, &sender.phase, self.waits);
        let served = {
            let service = service_fn(|request| request::answer(shared, &sender, request));
            let mut http = pin!(
                self.http
                    .serve_connection(TokioIo::new(&mut stream), service)
            );
            select! {
                biased;
                served = http.as_mut() => served,
                _ = closing.changed() => {
                    http.as_mut().graceful_shutdown();
                    http.await
                }
            }
        };
        let too_slow = stream.head_timed_out();
        let mut stream = stream.into_inner();
        if too_slow {
            reply_by_hand(&mut stream, TOO_SLOW).await;
            unreadable(shared, peer, Problem::HeadTimedOut);
            return;
        }
        match served.err().filter(hyper::Error::is_parse) {
            Some(error) => {
                let problem = if error.is_parse_too_large() {
                    Problem::HeadTooLarge
                } else {
                    Problem::NotHttp(error.to_string())
                };
                unreadable(shared, peer, problem);
            }
            None if sender.unread.load(Relaxed) => {}
            None => return,
        }
        linger(&mut stream).await;
    }
}

fn unreadable<R, O>(shared: &Shared<R, O>, peer: SocketAddr, problem: Problem)
where
    O: Fn(Event),
{
    shared.refused.fetch_add(1, Relaxed);
    (shared.observer)(Event::Unreadable {
        at: Utc::now().trunc_subsecs(6),
        peer: peer.to_string(),
        problem,
    });
}

/// Writes a reply when hyper has no request to reply to. Bounded in time.
async fn reply_by_hand(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), reply: &str) {
    if let Ok(Ok(())) = timeout(LINGER, stream.write_all(reply.as_bytes())).await {
        linger(stream).await;
    }
}

/// Closes without losing the reply: a socket closed over unread bytes resets the
/// connection, and the sender's system may then throw the reply away unread
/// (RFC 9112, section 9.6).
async fn linger(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let drained = async {
        stream.shutdown().await?;
        let mut rest = stream.take(LINGER_BYTES);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    // The connection ends whether or not this worked.
    let _ = timeout(LINGER, drained).await;
}
