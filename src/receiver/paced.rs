//! A stream with time-outs for each phase of a connection.
//!
//! hyper limits the time to a complete head and counts the idle time before it as part of it.
//! This stream separates the two, also limits the time for a sender to read its reply, and
//! tells which limit was reached. The time-out for a body is enforced by the request.
//!
//! hyper answers what it cannot parse without saying why. This stream drops that answer, and the
//! connection writes a better one.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::head::Head;
use super::phase::{HEAD, IDLE, IN_HAND, Phase};

/// The time-outs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    /// For a whole head.
    pub(super) head: Duration,
    /// Between two requests, and for a sender to take its reply.
    pub(super) idle: Duration,
}

/// A stream whose reads and writes end in [`ErrorKind::TimedOut`] when they take too long.
pub(super) struct Paced<'p, S> {
    stream: S,
    phase: &'p Phase,
    waits: Waits,
    /// The end of the wait for bytes.
    deadline: Pin<Box<Sleep>>,
    /// The phase that this end was set for; `None` if it must be set again.
    armed: Option<u8>,
    /// The end of the wait for room to write.
    stalled: Option<Pin<Box<Sleep>>>,
    timed_out: bool,
    /// The head that is being read.
    head: Head,
    /// Requests whose replies were sent.
    answered: u32,
    is_unflushed: bool,
}

impl<'p, S> Paced<'p, S> {
    pub(super) fn new(stream: S, phase: &'p Phase, waits: Waits) -> Paced<'p, S> {
        Paced {
            stream,
            phase,
            waits,
            deadline: Box::pin(sleep(waits.head)),
            armed: Some(HEAD),
            stalled: None,
            timed_out: false,
            head: Head::default(),
            answered: 0,
            is_unflushed: false,
        }
    }

    /// Whether a sender began a head and did not finish it in time.
    pub(super) fn head_timed_out(&self) -> bool {
        self.timed_out && self.phase.is_heard()
    }

    /// The stream itself, without time-outs, and the last head that was read.
    pub(super) fn into_inner(self) -> (S, Head) {
        (self.stream, self.head)
    }

    /// Whether no reply is owed: then hyper writes about bytes that it cannot parse.
    pub(super) fn is_owing_nothing(&self) -> bool {
        self.phase.now() != IN_HAND && self.answered == self.phase.begun()
    }

    /// Follows the bytes of a head.
    fn hear(&mut self, bytes: &[u8]) {
        if self.phase.now() == IN_HAND {
            self.phase.add_behind(bytes.len());
            return;
        }
        if self.phase.now() == IDLE {
            self.armed = None;
        }
        if self.phase.hear() {
            self.head = Head::default();
            self.phase.tell_behind(0, None);
        }
        if let Some(behind) = self.head.take(bytes) {
            self.phase.tell_fields(self.head.fields());
            self.phase
                .tell_behind(behind.len() as u64, behind.first().copied());
        }
    }

    fn wait_for_bytes(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let phase = self.phase.now();
        let wait = match phase {
            HEAD => self.waits.head,
            IDLE => self.waits.idle,
            _ => return Poll::Pending,
        };
        if self.armed != Some(phase) {
            self.armed = Some(phase);
            self.deadline.as_mut().reset(Instant::now() + wait);
        }
        match self.deadline.as_mut().poll(context) {
            Poll::Ready(()) => {
                self.timed_out = true;
                Poll::Ready(Err(ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Limits the time for a write that is pending.
    fn wait_for_room<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(sleep(self.waits.idle)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<'_, S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // hyper reads the next head when it has encoded the reply before it.
        if !self.is_unflushed && self.phase.now() != IN_HAND {
            self.answered = self.phase.begun();
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_pending() {
            return self.wait_for_bytes(context);
        }
        if buffer.filled().len() > before {
            self.hear(&buffer.filled()[before..]);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<'_, S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_owing_nothing() {
            return Poll::Ready(Ok(bytes.len()));
        }
        self.is_unflushed = true;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wait_for_room(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_owing_nothing() {
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        self.is_unflushed = true;
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.wait_for_room(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.is_unflushed &= flushed.is_pending();
        self.wait_for_room(context, flushed)
    }

    /// The connection does this itself, when it has said all.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
