//! A worker of the pool with a connection of its own.
//!
//! A client for all cases costs more than the request itself. For a target with plain HTTP and
//! no proxy, the worker therefore writes and reads the connection itself, without a task or a
//! queue between the bytes and the socket. For every other target it uses the [`HttpClient`].
//! Both send the same bytes.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::answer_reader;
use super::attempt::{Attempt, BodyEnd, PartialAnswer};
use super::connect::connect;
use super::http_client::{HttpClient, IDLE_LIMIT};
use super::outgoing_request::OutgoingRequest;
use super::transport_error::{TransportError, is_closed};
use crate::model::cause::Cause;

/// A body up to this length is sent in one piece with its head.
const SMALL: usize = 16 * 1024;

/// Sends one request after the other.
#[derive(Debug)]
pub(super) struct HttpWorker {
    client: Arc<HttpClient>,
    connection: Option<Connection>,
    /// The head of the request, and its body if that is small.
    head: Vec<u8>,
}

impl HttpWorker {
    /// A worker for the client's target. It connects with the first request.
    pub(super) fn new(client: &Arc<HttpClient>) -> HttpWorker {
        HttpWorker {
            client: Arc::clone(client),
            connection: None,
            head: Vec::new(),
        }
    }

    /// Posts once and waits for the answer, or for the time-out. A retry uses a new connection.
    pub(super) async fn post(&mut self, request: &OutgoingRequest, is_retry: bool) -> Attempt {
        match (self.client.is_direct, is_retry) {
            (false, false) => return self.client.post(request.clone()).await,
            (false, true) => return self.client.post_afresh(request.clone()).await,
            (true, true) => self.connection = None,
            (true, false) => {}
        }
        // Lets the runtime see whether the kept connection was closed.
        tokio::task::yield_now().await;
        let start = Instant::now();
        let mut answer = PartialAnswer::default();
        let timeout = self.client.timeout;
        let exchange = self.exchange(request, start, &mut answer);
        let exchanged = tokio::time::timeout(timeout, exchange).await;
        self.client.attempt(start, answer, exchanged, Some(request))
    }

    async fn exchange(
        &mut self,
        request: &OutgoingRequest,
        now: Instant,
        answer: &mut PartialAnswer,
    ) -> Result<BodyEnd, TransportError> {
        self.head.clear();
        self.client.headers.write(request, &mut self.head);
        let mut body = &request.body()[..];
        if body.len() <= SMALL {
            self.head.extend_from_slice(body);
            body = &[];
        }
        let place = &self.client.place;
        let failed = |error, begun| TransportError::io(place, Cause::Other, error, begun);
        // Taken out while in use, so that an error drops the connection.
        let mut kept = self.connection.take().filter(|kept| kept.is_usable(now));
        loop {
            let is_kept = kept.is_some();
            let mut connection = if let Some(kept) = kept.take() {
                kept
            } else {
                let stream = connect(place).await?;
                Connection {
                    local: stream.local_addr().ok().map(Arc::new),
                    stream,
                    buffer: BytesMut::new(),
                    used: now,
                }
            };
            answer.local.clone_from(&connection.local);
            let sent = match connection.send(&self.head, body).await {
                // No byte was written: a new connection may work.
                Sent::Nothing(_) if is_kept => continue,
                Sent::Nothing(error) => return Err(failed(error, None)),
                sent => sent,
            };
            let Connection { stream, buffer, .. } = &mut connection;
            let limit = self.client.answer_limit;
            match answer_reader::read(stream, buffer, answer, limit).await {
                Ok((end, keeps)) => {
                    // Bytes in the buffer would answer a request that was not sent.
                    if keeps && matches!(sent, Sent::All) && buffer.is_empty() {
                        connection.used = Instant::now();
                        self.connection = Some(connection);
                    }
                    return Ok(end);
                }
                // The kept connection ended before any byte of an answer.
                Err(error)
                    if is_kept
                        && is_closed(&error)
                        && answer.head.is_none()
                        && buffer.is_empty() => {}
                Err(error) => return Err(failed(error, answer.status())),
            }
        }
    }
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    /// Its address on this side.
    local: Option<Arc<SocketAddr>>,
    /// Bytes that were read and not used yet.
    buffer: BytesMut,
    /// When the last answer ended.
    used: Instant,
}

/// How much of a request was sent.
enum Sent {
    All,
    /// The other side answered or hung up before the end of the request.
    Partly,
    Nothing(io::Error),
}

impl Connection {
    /// Whether a kept connection is still open, and silent, as it must be between two requests.
    fn is_usable(&self, now: Instant) -> bool {
        let silent = self.stream.try_read(&mut [0]);
        now.duration_since(self.used) < IDLE_LIMIT
            && silent.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Writes a request. Stops if the other side answers before the end, as servers do that
    /// refuse a body for its length: further bytes would cause a reset, which discards the
    /// answer.
    async fn send(&mut self, head: &[u8], body: &[u8]) -> Sent {
        let all = head.len() + body.len();
        let mut written = 0;
        while written < all {
            let result = match head.get(written..) {
                Some(rest @ [_, ..]) if body.is_empty() => self.stream.try_write(rest),
                Some(rest @ [_, ..]) => self
                    .stream
                    .try_write_vectored(&[IoSlice::new(rest), IoSlice::new(body)]),
                _ => self.stream.try_write(&body[written - head.len()..]),
            };
            match result {
                Ok(more) => written += more,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let either = Interest::READABLE | Interest::WRITABLE;
                    match self.stream.ready(either).await {
                        Ok(ready) if ready.is_readable() && self.has_heard() => {
                            return Sent::Partly;
                        }
                        Ok(_) => {}
                        Err(error) if written == 0 => return Sent::Nothing(error),
                        Err(_) => return Sent::Partly,
                    }
                }
                Err(error) if written == 0 => return Sent::Nothing(error),
                // The other side may have answered before it hung up.
                Err(_) => return Sent::Partly,
            }
        }
        Sent::All
    }

    /// Whether an answer has begun or the connection has ended.
    fn has_heard(&mut self) -> bool {
        match self.stream.try_read_buf(&mut self.buffer) {
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
            Ok(_) => true,
        }
    }
}
