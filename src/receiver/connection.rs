//! One connection: TLS if configured, requests in sequence, and a close that loses no reply.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use hyper::StatusCode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::select;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::event::{Event, Foreign, Problem};
use super::head::Head;
use super::options::ReceiverOptions;
use super::paced::{Paced, Waits};
use super::phase::{IN_HAND, Phase};
use super::service::{Last, Sender, Service};
use super::socket::{Socket, Waiting};
use super::tls::{self, NoHandshake, Tls};

/// The smallest buffer that hyper accepts.
const LEAST_BUFFER: usize = 8192;

/// How long the rest of an unread body is drained, so that the sender gets to see the reply.
const LINGER: Duration = Duration::from_secs(2);
/// How many bytes are drained.
const LINGER_BYTES: u64 = 16 * 1024 * 1024;
/// How long a connection that is to be closed for another one may take to finish its reply.
const LEAVE: Duration = Duration::from_millis(100);
/// The fields that a head may always have, and the bytes of head for each further one. Each costs
/// memory when a head is parsed.
const LEAST_FIELDS: usize = 100;
const BYTES_PER_FIELD: usize = 64;

/// What all connections of one receiver share.
pub(super) struct ConnectionHandler {
    http: http1::Builder,
    waits: Waits,
    max_head: usize,
    max_fields: usize,
    tls: Option<Tls>,
}

impl ConnectionHandler {
    pub(super) fn new(options: &ReceiverOptions) -> ConnectionHandler {
        let max_fields = (options.max_head / BYTES_PER_FIELD).max(LEAST_FIELDS);
        let mut http = http1::Builder::new();
        http.header_read_timeout(None)
            .max_header_size(options.max_head)
            .max_headers(max_fields)
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
            max_head: options.max_head,
            max_fields,
            tls: options.tls.clone(),
        }
    }

    /// Serves a connection to its end.
    pub(super) async fn serve<S: Service>(
        self: Arc<ConnectionHandler>,
        stream: TcpStream,
        peer: SocketAddr,
        phase: Arc<Phase>,
        service: Arc<S>,
        mut closing: watch::Receiver<()>,
    ) {
        // A small reply must not wait for the next packet. Failing to set this is harmless.
        let _ = stream.set_nodelay(true);
        let mut sender = Sender {
            // Show an IPv4 sender on an IPv6 socket as IPv4.
            address: SocketAddr::new(peer.ip().to_canonical(), peer.port()),
            phase,
            waiting: Waiting(None),
            last: Mutex::default(),
        };
        let Some(tls) = &self.tls else {
            let stream = Arc::new(stream);
            sender.waiting = Waiting(Some(Arc::clone(&stream)));
            return self.talk(Socket(stream), sender, &*service, closing).await;
        };
        let shaken = select! {
            shaken = timeout(self.waits.head, tls::accept(tls, stream)) => shaken,
            // No reply is owed yet.
            _ = closing.changed() => return,
            () = sender.phase.evicted() => return,
        };
        let problem = match shaken {
            Ok(Ok(stream)) => return self.talk(stream, sender, &*service, closing).await,
            Ok(Err(NoHandshake::Silence)) => return,
            Ok(Err(NoHandshake::Plain(mut stream))) => {
                reply_by_hand(&mut stream, &sender.phase, &Problem::PlainHttp).await;
                Problem::PlainHttp
            }
            Ok(Err(NoHandshake::Failed(words))) => Problem::NoTls(words),
            Err(_) => Problem::HandshakeTimedOut,
        };
        unreadable(&*service, sender.address, problem);
    }

    /// Reads and answers requests until one side closes the connection.
    async fn talk(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        sender: Sender,
        service: &impl Service,
        mut closing: watch::Receiver<()>,
    ) {
        let phase = Arc::clone(&sender.phase);
        let mut stream = Paced::new(stream, &phase, self.waits);
        let served = {
            let service = service_fn(|request| service.answer(&sender, request));
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
                () = phase.evicted() => {
                    http.as_mut().graceful_shutdown();
                    loop {
                        select! {
                            served = http.as_mut() => break served,
                            () = sleep(LEAVE) => if phase.now() != IN_HAND {
                                return;
                            },
                        }
                    }
                }
            }
        };
        let is_slow = stream.head_timed_out();
        let is_owing_nothing = stream.is_owing_nothing();
        let (mut stream, head) = stream.into_inner();
        // Only the sole owner of a socket can close its half.
        let Sender {
            address,
            last,
            waiting,
            ..
        } = sender;
        drop(waiting);
        let last = last.into_inner().unwrap_or_default();
        let parse_error = served.err().filter(hyper::Error::is_parse);
        let problem = match &parse_error {
            _ if is_slow => Some(Problem::HeadTimedOut {
                bytes: head.bytes,
                within: self.waits.head,
            }),
            Some(error) => Some(self.problem(error, &head, &last)),
            None => (last.surplus > 2).then_some(Problem::BehindBody {
                length: last.length,
            }),
        };
        match problem {
            Some(problem) if is_owing_nothing && (is_slow || parse_error.is_some()) => {
                unreadable(service, address, problem.clone());
                return reply_by_hand(&mut stream, &phase, &problem).await;
            }
            Some(problem) => unreadable(service, address, problem),
            None => {}
        }
        if parse_error.is_some() || last.must_linger {
            linger(&mut stream, &phase).await;
        } else {
            // With TLS this says that nothing was cut off.
            let _ = timeout(LINGER, stream.shutdown()).await;
        }
    }

    /// Why hyper could not parse a head.
    fn problem(&self, error: &hyper::Error, head: &Head, last: &Last) -> Problem {
        if error.is_parse_too_large() {
            return if head.fields() > self.max_fields {
                Problem::TooManyFields(self.max_fields)
            } else {
                Problem::HeadTooLarge(self.max_head)
            };
        }
        match Foreign::of(head.start()) {
            Some(foreign) => Problem::Foreign(foreign),
            None if last.is_post => Problem::BehindBody {
                length: last.length,
            },
            None => Problem::NotHttp(error.to_string()),
        }
    }
}

fn unreadable(service: &impl Service, peer: SocketAddr, problem: Problem) {
    service.tell(Event::Unreadable {
        at: Utc::now().trunc_subsecs(6),
        peer: peer.to_string(),
        problem,
    });
}

/// Writes a reply when hyper has no request to reply to. Bounded in time.
async fn reply_by_hand(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    phase: &Phase,
    problem: &Problem,
) {
    let Some(status) = problem.status() else {
        return;
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let line = format!("Refused: {problem}\n");
    let reply = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\n\r\n{line}",
        line.len()
    );
    if let Ok(Ok(())) = timeout(LINGER, stream.write_all(reply.as_bytes())).await {
        linger(stream, phase).await;
    }
}

/// Closes without losing the reply: a socket closed over unread bytes resets the
/// connection, and the sender's system may then throw the reply away unread
/// (RFC 9112, section 9.6).
async fn linger(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), phase: &Phase) {
    phase.linger();
    let drained = async {
        stream.shutdown().await?;
        let mut rest = stream.take(LINGER_BYTES);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    // The connection ends whether or not this worked.
    select! {
        _ = timeout(LINGER, drained) => {}
        () = phase.evicted() => {}
    }
}
