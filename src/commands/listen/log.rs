//! Opens the log, and opens it anew on each SIGHUP.

use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::notice::Notice;
use super::options::ListenOptions;
use crate::commands::signals::Hangups;
use crate::commands::{Console, RuntimeError};
use crate::flows::listening::{LogCounts, NoticeSender};
use crate::journal::Journal;
use crate::model::error::Failure;

/// Opens the log that was asked for. Must be called within a runtime.
pub(super) fn open(
    options: &ListenOptions,
    address: SocketAddr,
    console: &Console,
    counts: &Arc<LogCounts>,
    notices: &NoticeSender<Notice>,
    stop: &watch::Sender<bool>,
) -> Result<Option<Arc<Journal>>, Failure> {
    let Some(path) = &options.log else {
        return Ok(None);
    };
    // Caught before the log exists, so that no signal about it is lost.
    let hangups = Hangups::new(&console.environment).map_err(RuntimeError)?;
    let notices = notices.clone();
    let observer = move |event| notices.offer(Notice::Log(event));
    let journal = Arc::new(options.keeping.open(path, address, counts, observer)?);
    tokio::spawn(reopen(hangups, Arc::downgrade(&journal), stop.clone()));
    Ok(Some(journal))
}

/// Opens the log anew on each SIGHUP as long as it is open. A SIGHUP that came because the
/// terminal went away ends the run.
async fn reopen(mut hangups: Hangups, journal: Weak<Journal>, stop: watch::Sender<bool>) {
    loop {
        hangups.next().await;
        match journal.upgrade() {
            Some(journal) => journal.reopen(),
            None => break,
        }
        if hangups.terminal_is_gone().await {
            let _ = stop.send(true);
        }
    }
}
