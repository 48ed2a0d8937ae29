//! A TCP connection of which a request can see whether bytes wait, while hyper has the stream.

use std::io;
#[cfg(unix)]
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

#[cfg(unix)]
use rustix::net::{RecvFlags, recv};
#[cfg(unix)]
use tokio::io::Interest;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The stream; shared with [`Waiting`].
pub(super) struct Socket(pub(super) Arc<TcpStream>);

/// Tells whether bytes wait in a connection that hyper does not read at this time.
pub(super) struct Waiting(pub(super) Option<Arc<TcpStream>>);

impl Waiting {
    /// Whether a byte arrives within that time. Never with TLS, where bytes of the connection are
    /// not bytes of the request.
    pub(super) async fn is_any(&self, within: Duration) -> bool {
        let Some(stream) = &self.0 else {
            return false;
        };
        let arrived = timeout(within, stream.peek(&mut [0])).await;
        matches!(arrived, Ok(Ok(1)))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            match try_read(&self.0, buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read),
            }
        }
    }
}

/// Reads what is there. If that is all there is, the next call waits, and does not ask the system
/// in vain: a sender that waits for its reply sends nothing more.
#[cfg(unix)]
fn try_read(stream: &TcpStream, buffer: &mut ReadBuf<'_>) -> io::Result<()> {
    /// What hyper asks for at first. It asks for more where that was filled.
    const ROOM: usize = 16 * 1024;
    let wanted = buffer.remaining();
    if wanted > ROOM {
        return stream.try_read_buf(buffer).map(drop);
    }
    let mut room = [const { MaybeUninit::uninit() }; ROOM];
    let mut read = None;
    let all = stream.try_io(Interest::READABLE, || {
        let ((bytes, _), _) = recv(stream, &mut room[..wanted], RecvFlags::empty())?;
        buffer.put_slice(bytes);
        read = Some(bytes.len());
        match bytes.len() {
            // The runtime takes that for "nothing is there now".
            1.. if bytes.len() < wanted => Err(io::ErrorKind::WouldBlock.into()),
            _ => Ok(()),
        }
    });
    if read.is_some() { Ok(()) } else { all }
}

#[cfg(not(unix))]
fn try_read(stream: &TcpStream, buffer: &mut ReadBuf<'_>) -> io::Result<()> {
    stream.try_read_buf(buffer).map(drop)
}

impl Socket {
    fn poll_try<T>(
        &self,
        context: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match write(&self.0) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_try(context, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_try(context, |stream| stream.try_write_vectored(parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Closes the half that writes. The request that could see the stream has ended by then.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Arc::get_mut(&mut self.0) {
            Some(stream) => Pin::new(stream).poll_shutdown(context),
            None => Poll::Ready(Ok(())),
        }
    }
}
