//! Accepts connections, limits their number, and serves each in a task of its own.
//!
//! Connections do not affect each other.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::connection::ConnectionHandler;
use super::event::Event;
use super::options::ReceiverOptions;
use super::recorder::{Recorder, Totals};
use super::request::Shared;

/// Pause before accepting again after the system refused to.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` completes, then lets requests in flight finish within the grace
/// period.
pub(super) async fn serve<R, O>(
    listener: TcpListener,
    options: &ReceiverOptions,
    shared: Arc<Shared<R, O>>,
    shutdown: impl Future<Output = ()> + Send,
) -> Totals
where
    R: Recorder,
    O: Fn(Event) + Send + Sync + 'static,
{
    let handler = Arc::new(ConnectionHandler::new(options));
    let max_connections = options.max_connections.max(1);
    let mut panicked = 0;
    // Dropping `open` tells the connections to finish.
    let (open, closing) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    // Whether the last accept failed, and whether to pause before the next one.
    let (mut failing, mut pause) = (false, false);
    loop {
        let accepted = select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => {
                panicked += u64::from(is_panic(&ended));
                // Its end may have freed the missing resource.
                pause = false;
                continue;
            }
            accepted = accept(&listener, pause), if connections.len() < max_connections => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                (failing, pause) = (false, false);
                let (handler, shared) = (Arc::clone(&handler), Arc::clone(&shared));
                connections.spawn(handler.serve(stream, peer, shared, closing.clone()));
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

async fn accept(listener: &TcpListener, pause: bool) -> io::Result<(TcpStream, SocketAddr)> {
    if pause {
        sleep(ACCEPT_PAUSE).await;
    }
    listener.accept().await
}

/// Whether a failed accept concerns only that connection.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_that_gave_up_is_no_reason_to_pause() {
        assert!(is_of_one_connection(ErrorKind::ConnectionAborted));
        assert!(!is_of_one_connection(ErrorKind::Other));
    }
}
