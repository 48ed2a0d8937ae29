//! A stream with time-outs for each phase of a connection.
//!
//! hyper limits the time to a complete head and counts the idle time before it as part of it.
//! This stream separates the two, also limits the time for a sender to read its reply, and
//! tells which limit was reached. The time-out for a body is enforced by the request.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// The connection is new: the first head is awaited or read.
const HEAD: u8 = 0;
/// A request is being handled.
const IN_HAND: u8 = 1;
/// The last request was answered, and the next has not begun.
const IDLE: u8 = 2;

/// The phase of a connection; shared by its stream and its requests.
#[derive(Debug, Default)]
pub(super) struct Phase {
    now: AtomicU8,
    /// Whether the first byte of the next head has arrived.
    heard: AtomicBool,
}

impl Phase {
    /// A request has a whole head, and is being answered.
    pub(super) fn in_hand(&self) {
        self.now.store(IN_HAND, Relaxed);
        self.heard.store(false, Relaxed);
    }

    /// Its reply is about to be sent.
    pub(super) fn idle(&self) {
        self.now.store(IDLE, Relaxed);
    }
}

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
        }
    }

    /// Whether a sender began a head and did not finish it in time.
    pub(super) fn head_timed_out(&self) -> bool {
        self.timed_out && self.phase.heard.load(Relaxed)
    }

    /// The stream itself, without time-outs.
    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    fn wait_for_bytes(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let phase = self.phase.now.load(Relaxed);
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
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_pending() {
            return self.wait_for_bytes(context);
        }
        if buffer.filled().len() > before && self.phase.now.load(Relaxed) != IN_HAND {
            if self.phase.now.swap(HEAD, Relaxed) == IDLE {
                self.armed = None;
            }
            self.phase.heard.store(true, Relaxed);
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
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wait_for_room(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.wait_for_room(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.wait_for_room(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.wait_for_room(context, shut)
    }
}
