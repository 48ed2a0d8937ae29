//! What answers the requests of a connection: the receiver itself, or a function of the caller.

use std::error::Error;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{Request, Response};

use super::event::Event;
use super::phase::Phase;
use super::socket::Waiting;

type BoxError = Box<dyn Error + Send + Sync>;

/// Answers the requests of all connections.
pub(super) trait Service: Send + Sync + 'static {
    type Body: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;
    type Error: Into<BoxError>;

    /// Answers one request, and tells the phase of its connection.
    fn answer(
        &self,
        sender: &Sender,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Self::Body>, Self::Error>> + Send;

    /// Receives what happens outside of requests.
    fn tell(&self, event: Event);
}

/// What the requests of one connection share.
pub(super) struct Sender {
    pub(super) address: SocketAddr,
    /// The phase of the connection.
    pub(super) phase: Arc<Phase>,
    /// Whether bytes wait in the connection.
    pub(super) waiting: Waiting,
    /// The last request.
    pub(super) last: Mutex<Last>,
}

/// What the end of a connection must know of its last request.
#[derive(Debug, Default)]
pub(super) struct Last {
    /// It was a POST whose body was read.
    pub(super) is_post: bool,
    /// Its `Content-Length`.
    pub(super) length: Option<u64>,
    /// Bytes behind its body that are not read, since the connection is closed.
    pub(super) surplus: u64,
    /// The sender may still send, and must get to see the reply.
    pub(super) must_linger: bool,
}

impl Sender {
    pub(super) fn change_last(&self, change: impl FnOnce(&mut Last)) {
        change(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Answers requests by a function of the caller.
pub(super) struct Responder<F>(pub(super) F);

impl<F, A, B> Service for Responder<F>
where
    F: Fn(SocketAddr, Request<Incoming>) -> A + Send + Sync + 'static,
    A: Future<Output = Response<B>> + Send,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Body = InHand<B>;
    type Error = std::convert::Infallible;

    async fn answer(
        &self,
        sender: &Sender,
        request: Request<Incoming>,
    ) -> Result<Response<InHand<B>>, Self::Error> {
        sender.phase.in_hand();
        let has_body = !request.body().is_end_stream();
        sender.change_last(|last| {
            *last = Last {
                must_linger: has_body,
                ..Last::default()
            }
        });
        let phase = Arc::clone(&sender.phase);
        let answer = (self.0)(sender.address, request).await;
        Ok(answer.map(|body| InHand { body, phase }))
    }

    fn tell(&self, _: Event) {}
}

/// The body of an answer. Its request is in hand until the body ends, so that no limit for idle
/// connections applies to it.
pub(super) struct InHand<B> {
    body: B,
    phase: Arc<Phase>,
}

impl<B: Body + Unpin> Body for InHand<B> {
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

impl<B> Drop for InHand<B> {
    fn drop(&mut self) {
        self.phase.idle();
    }
}
