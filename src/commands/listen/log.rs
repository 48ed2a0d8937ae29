//! Opens the log, and opens it anew on each SIGHUP.

use std::path::Path;
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::{Notice, NoticeSender};
use crate::commands::signals::Hangups;
use crate::commands::{Console, RuntimeError};
use crate::flows::listening::{LogCounts, LogOptions};
use crate::journal::Journal;
use crate::model::error::Failure;

/// Opens the log. Must be called within a runtime.
pub(super) fn open(
    path: &Path,
    options: &LogOptions,
    console: &Console,
    counts: &Arc<LogCounts>,
    notices: &NoticeSender<Notice>,
    stop: &watch::Sender<bool>,
) -> Result<Arc<Journal>, Failure> {
    // Caught before the log exists, so that no signal about it is lost.
    let hangups = Hangups::new(&console.environment).map_err(RuntimeError)?;
    let notices = notices.clone();
    let journal = options.open(path, counts, move |event| notices.offer(Notice::Log(event)))?;
    let journal = Arc::new(journal);
    tokio::spawn(reopen(hangups, Arc::downgrade(&journal), stop.clone()));
    Ok(journal)
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
