//! One worker's own way to the target: a connection that it keeps, where that is possible.
//!
//! For many requests a client that is made for everything costs more than the request itself.
//! Where nothing stands between us and a target that speaks plain HTTP, a courier speaks it on
//! a connection of its own, without a task or a queue between the bytes and the socket; else
//! it goes through the [`HttpClient`]. What leaves is the same in both cases.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::answer_reader;
use super::attempt::{Answer, Attempt, Ending};
use super::http_client::{HttpClient, IDLE_LIMIT};
use super::outgoing_request::OutgoingRequest;
use super::transport_error::TransportError;
use super::wire_error::WireError;
use crate::model::cause::Cause;

/// A body up to this length goes out in one piece with its head.
const SMALL: usize = 16 * 1024;

/// Carries one parcel after the other.
#[derive(Debug)]
pub(super) struct HttpWorker {
    client: Arc<HttpClient>,
    connection: Option<Connection>,
    /// The head of the request, and its body if that is small.
    head: Vec<u8>,
}

/// Why there is no answer, and what to take for the cause where the error does not tell.
type Trouble = (Cause, Box<dyn std::error::Error + Send + Sync>);

impl HttpWorker {
    /// A courier to the client's target. Nothing is connected yet.
    pub(super) fn new(client: &Arc<HttpClient>) -> HttpWorker {
        HttpWorker {
            client: Arc::clone(client),
            connection: None,
            head: Vec::new(),
        }
    }

    /// Posts once and waits for the answer, or for the time-out.
    pub(super) async fn post(&mut self, parcel: &OutgoingRequest) -> Attempt {
        if !self.client.is_direct {
            return self.client.post(parcel.clone()).await;
        }
        // Lets the runtime see whether the kept connection was closed.
        tokio::task::yield_now().await;
        let timeout = self.client.timeout;
        let start = Instant::now();
        let mut begun = None;
        let exchange = self.exchange(parcel, start, &mut begun);
        let exchanged = tokio::time::timeout(timeout, exchange).await;
        let ended = Instant::now();
        if let Some(connection) = &mut self.connection {
            connection.used = ended;
        }
        let ending = match exchanged {
            Ok(Ok(answer)) => Ending::Answered(answer),
            Ok(Err((cause, error))) => Ending::Unanswered(TransportError::wire(
                &self.client.place,
                cause,
                error,
                begun,
            )),
            Err(_) => Ending::Unanswered(TransportError::limit(&self.client.place, timeout, begun)),
        };
        Attempt {
            took: ended.duration_since(start),
            ending,
        }
    }

    async fn exchange(
        &mut self,
        parcel: &OutgoingRequest,
        now: Instant,
        begun: &mut Option<u16>,
    ) -> Result<Answer, Trouble> {
        self.head.clear();
        self.client.headers.write(parcel, &mut self.head);
        let mut body = &parcel.body()[..];
        if body.len() <= SMALL {
            self.head.extend_from_slice(body);
            body = &[];
        }
        // Out of its place while in use: whatever goes wrong takes the connection with it.
        let mut kept = self.connection.take();
        kept = kept.filter(|kept| kept.is_usable(now));
        let (mut connection, sent) = loop {
            let is_kept = kept.is_some();
            let mut connection = match kept.take() {
                Some(kept) => kept,
                None => Connection::open(&self.client).await?,
            };
            match connection.send(&self.head, body).await {
                // Not one byte of it was written.
                Sent::Nothing(_) if is_kept => {}
                Sent::Nothing(error) => return Err(broken(WireError::of(error))),
                sent => break (connection, sent),
            }
        };
        let Connection { stream, buffer, .. } = &mut connection;
        let (answer, keeps) = answer_reader::read(stream, buffer, begun)
            .await
            .map_err(broken)?;
        // What is in the buffer already answers nothing that was asked.
        if keeps && matches!(sent, Sent::All) && buffer.is_empty() {
            self.connection = Some(connection);
        }
        Ok(answer)
    }
}

fn broken(error: WireError) -> Trouble {
    (error.cause(), error.into())
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    /// What was read and not yet taken.
    buffer: BytesMut,
    used: Instant,
}

/// How far a request got.
enum Sent {
    All,
    /// The other side answered, or hung up, before it had all of it.
    Partly,
    Nothing(io::Error),
}

impl Connection {
    async fn open(client: &HttpClient) -> Result<Connection, Trouble> {
        let url = client.url();
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = url.port_or_known_default().unwrap_or(80);
        let addresses = tokio::net::lookup_host((host, port))
            .await
            .map_err(|error| (Cause::Dns, error.into()))?;
        let mut last: Trouble = (Cause::Dns, "the name has no address".into());
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    // An error costs only time.
                    let _ = stream.set_nodelay(true);
                    return Ok(Connection {
                        stream,
                        buffer: BytesMut::new(),
                        used: Instant::now(),
                    });
                }
                Err(error) => last = (Cause::Unreachable, error.into()),
            }
        }
        Err(last)
    }

    /// Whether a kept connection is still open, and silent as it must be between two requests.
    fn is_usable(&self, now: Instant) -> bool {
        let silent = self.stream.try_read(&mut [0]);
        now.duration_since(self.used) < IDLE_LIMIT
            && silent.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Writes a request. It stops when the other side answers in the middle of it, as servers
    /// do that refuse a body for its length: to go on would only provoke a reset, which takes
    /// the answer away.
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
                // It may have answered before it hung up.
                Err(_) => return Sent::Partly,
            }
        }
        Sent::All
    }

    /// Whether something came: the beginning of an answer, or the end of the connection.
    fn has_heard(&mut self) -> bool {
        match self.stream.try_read_buf(&mut self.buffer) {
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
            Ok(_) => true,
        }
    }
}
