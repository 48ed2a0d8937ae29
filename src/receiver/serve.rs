//! Accepts connections, limits their number, and serves each in a task of its own.
//!
//! Connections do not affect each other until there are as many as may be: then each new one
//! closes the one that is idle for the longest time.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{SubsecRound as _, Utc};
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::watch;
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use super::connection::ConnectionHandler;
use super::event::Event;
use super::options::ReceiverOptions;
use super::phase::Phase;
use super::service::Service;

/// Pause before accepting again after the system refused to.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Pause before another idle connection is looked for.
const EVICT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` completes, then lets requests in flight finish within the grace
/// period. Returns the number of connections that ended in a panic.
pub(super) async fn serve<S: Service>(
    listener: TcpListener,
    options: &ReceiverOptions,
    service: Arc<S>,
    shutdown: impl Future<Output = ()> + Send,
) -> u64 {
    let handler = Arc::new(ConnectionHandler::new(options));
    let max_connections = options.max_connections.max(1);
    let mut panicked = 0;
    // Dropping `open` tells the connections to finish.
    let (open, closing) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut phases = HashMap::<task::Id, Arc<Phase>>::new();
    // One connection beyond the limit, for which another one is to be closed.
    let mut waiting: Option<(TcpStream, SocketAddr)> = None;
    let mut is_crowded = false;
    let mut shutdown = pin!(shutdown);
    // Whether the last accept failed, and whether to pause before the next one.
    let (mut failing, mut pause) = (false, false);
    loop {
        let accepted = select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next_with_id() => {
                panicked += u64::from(is_panic(&ended));
                phases.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
                // Its end may have freed the missing resource.
                pause = false;
                is_crowded &= connections.len() > max_connections / 2;
                match waiting.take() {
                    Some(accepted) => Ok(accepted),
                    None => continue,
                }
            }
            accepted = accept(&listener, pause), if waiting.is_none() => accepted,
            () = sleep(EVICT_PAUSE), if waiting.is_some() => {
                evict_longest_idle(&phases);
                continue;
            }
        };
        match accepted {
            Ok(accepted) if connections.len() >= max_connections => {
                if !is_crowded {
                    is_crowded = true;
                    service.tell(Event::Crowded {
                        at: Utc::now().trunc_subsecs(6),
                        connections: connections.len(),
                    });
                }
                waiting = Some(accepted);
                evict_longest_idle(&phases);
            }
            Ok((stream, peer)) => {
                (failing, pause) = (false, false);
                let (handler, service) = (Arc::clone(&handler), Arc::clone(&service));
                let phase = Arc::<Phase>::default();
                let serving =
                    handler.serve(stream, peer, Arc::clone(&phase), service, closing.clone());
                phases.insert(connections.spawn(serving).id(), phase);
            }
            Err(error) if is_of_one_connection(error.kind()) => {}
            Err(error) => {
                if !failing {
                    service.tell(Event::NotAccepting {
                        at: Utc::now().trunc_subsecs(6),
                        problem: error.to_string(),
                    });
                }
                (failing, pause) = (true, true);
            }
        }
    }

    drop(listener);
    drop(waiting);
    drop(open);
    let all_ended = async {
        while let Some(ended) = connections.join_next().await {
            panicked += u64::from(is_panic(&ended));
        }
    };
    if timeout(options.grace, all_ended).await.is_err() {
        connections.shutdown().await;
    }
    panicked
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

/// Closes the connection that can best be spared, if one can.
fn evict_longest_idle(phases: &HashMap<task::Id, Arc<Phase>>) {
    let idle = phases
        .values()
        .filter_map(|phase| Some((phase.idleness()?, phase)));
    if let Some((_, phase)) = idle.max_by_key(|(idleness, _)| *idleness) {
        phase.evict();
    }
}

fn is_panic<T>(ended: &Result<T, JoinError>) -> bool {
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
