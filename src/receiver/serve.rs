//! Connections: accepted, bounded, served one task each, and let go.
//!
//! Nothing that happens on one connection reaches another. A task per connection is
//! all the concurrency there is; requests on it run in its task, one after the other.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::auth::Gate;
use super::request::{self, Sender, Shared};
use super::{Event, Options, Receiver, Recorder, Totals};

/// The largest head of a request, in bytes; above it the reply is 431.
const MAX_HEAD: usize = 64 * 1024;

/// How long to wait before asking again a system that hands out no connections.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long a sender may go on sending what nobody will read, so that it comes to
/// see the reply.
const LINGER: Duration = Duration::from_secs(2);

pub(super) async fn serve<R, O>(
    receiver: Receiver,
    recorder: R,
    observer: O,
    shutdown: impl Future<Output = ()> + Send,
) -> Totals
where
    R: Recorder,
    O: Fn(Event) + Send + Sync + 'static,
{
    let Receiver {
        listener,
        options,
        is_malformed,
        policy,
        ..
    } = receiver;
    let http = protocol(&options);
    let shared = Arc::new(Shared {
        recorder,
        observer,
        gate: options.credentials.as_ref().map(Gate::new),
        path: options.path,
        max_body: options.max_body,
        body_timeout: options.body_timeout,
        is_malformed,
        policy,
        captured: AtomicU64::new(0),
        refused: AtomicU64::new(0),
    });
    let max_connections = options.max_connections.max(1);
    let mut panicked = 0;
    // The end of the sender is the message: connections watch for it.
    let (open, closing) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    // Whether the system was last seen to hand out no connections, and whether to
    // give it time.
    let (mut failing, mut pause) = (false, false);
    loop {
        let accepted = select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => {
                panicked += u64::from(is_panic(&ended));
                // Its end may have freed just what was missing.
                pause = false;
                continue;
            }
            accepted = accept(&listener, pause), if connections.len() < max_connections => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                (failing, pause) = (false, false);
                let shared = Arc::clone(&shared);
                connections.spawn(connection(
                    stream,
                    peer,
                    http.clone(),
                    shared,
                    closing.clone(),
                ));
            }
            Err(error) if is_of_one_connection(error.kind()) => {}
            Err(error) => {
                if !failing {
                    (shared.observer)(Event::NotAccepting {
                        at: Utc::now().trunc_subsecs(6),
                        problem: error.to_string(),
                    });
                }
                (failing, pause) = (true, true);
            }
        }
    }

    drop(listener);
    drop(open);
    let all_ended = async {
        while let Some(ended) = connections.join_next().await {
            panicked += u64::from(is_panic(&ended));
        }
    };
    if timeout(options.grace, all_ended).await.is_err() {
        connections.shutdown().await;
    }
    Totals {
        captured: shared.captured.load(Relaxed),
        refused: shared.refused.load(Relaxed),
        panicked,
    }
}

fn protocol(options: &Options) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(options.head_timeout)
        .max_header_size(MAX_HEAD)
        // A sender may close its half once it has sent everything. And one that goes
        // away while its body is recorded is then not noticed before the reply, so
        // that recording and showing run to their end.
        .half_close(true);
    http
}

async fn accept(listener: &TcpListener, pause: bool) -> io::Result<(TcpStream, SocketAddr)> {
    if pause {
        sleep(ACCEPT_PAUSE).await;
    }
    listener.accept().await
}

/// Whether a failed accept says something of that connection alone.
fn is_of_one_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}

fn is_panic(ended: &Result<(), JoinError>) -> bool {
    ended.as_ref().is_err_and(JoinError::is_panic)
}

async fn connection<R, O>(
    mut stream: TcpStream,
    peer: SocketAddr,
    http: http1::Builder,
    shared: Arc<Shared<R, O>>,
    mut closing: watch::Receiver<()>,
) where
    R: Recorder,
    O: Fn(Event) + Send + Sync + 'static,
{
    // Replies are small, and one that waits for the next packet is a slow one. A
    // socket that cannot do this is served all the same.
    let _ = stream.set_nodelay(true);
    let sender = Sender {
        // An IPv4 sender on an IPv6 socket is shown as what it is.
        peer: SocketAddr::new(peer.ip().to_canonical(), peer.port()).to_string(),
        unread: AtomicBool::new(false),
    };
    let served = {
        let service = service_fn(|request| request::answer(&shared, &sender, request));
        let mut http = pin!(http.serve_connection(TokioIo::new(&mut stream), service));
        select! {
            biased;
            served = http.as_mut() => served,
            _ = closing.changed() => {
                http.as_mut().graceful_shutdown();
                http.await
            }
        }
    };
    let unreadable = served.err().filter(hyper::Error::is_parse);
    if let Some(error) = &unreadable {
        (shared.observer)(Event::Unreadable {
            at: Utc::now().trunc_subsecs(6),
            peer: sender.peer,
            status: if error.is_parse_too_large() { 431 } else { 400 },
            problem: error.to_string(),
        });
    }
    if unreadable.is_some() || sender.unread.into_inner() {
        linger(&mut stream).await;
    }
}

/// Closes without losing the reply: a socket closed over unread bytes resets the
/// connection, and the sender's system may then throw the reply away unread
/// (RFC 9112, section 9.6).
async fn linger(stream: &mut TcpStream) {
    let drained = async {
        stream.shutdown().await?;
        tokio::io::copy(stream, &mut tokio::io::sink()).await
    };
    // It served its purpose or it did not; the connection ends either way.
    let _ = timeout(LINGER, drained).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_that_gave_up_is_no_reason_to_pause() {
        assert!(is_of_one_connection(ErrorKind::ConnectionAborted));
        assert!(!is_of_one_connection(ErrorKind::Other));
    }
}
