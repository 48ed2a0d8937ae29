//! Opens the log, and opens it anew on each SIGHUP.

use std::pin::pin;
use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::notice::Notice;
use super::options::ListenOptions;
use crate::commands::signals::Hangups;
use crate::commands::{Console, RuntimeError};
use crate::flows::forwarding;
use crate::flows::listening::{LogCounts, NoticeSender};
use crate::journal::{Journal, JournalEvent, LogInfo};
use crate::model::error::Failure;
use crate::render::request::word;
use crate::text::number::counted;

/// Opens the log that was asked for. Must be called within a runtime.
pub(super) fn open(
    options: &ListenOptions,
    holder: String,
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
    let end = stop.clone();
    let observer = move |event| {
        if matches!(event, JournalEvent::Died) {
            // Nothing can be answered 200 any more.
            let _ = end.send(true);
        }
        notices.offer(Notice::Log(Box::new(event)));
    };
    let journal = Arc::new(options.keeping.open(path, holder, counts, observer)?);
    tokio::spawn(reopen(hangups, Arc::downgrade(&journal), stop.clone()));
    Ok(Some(journal))
}

/// Gives up what waits for the targets that are to be forgotten, and tells for which other ones
/// captures wait: this run does not deliver them.
pub(super) fn tell_of_targets(
    options: &ListenOptions,
    log: Option<&LogInfo>,
    console: &mut Console,
) -> Result<(), Failure> {
    let Some(log) = log else {
        return Ok(());
    };
    for target in &options.forget_targets {
        if !forwarding::forget(&log.path, target)? {
            console.warn(
                &format!("no captures wait for {target}: there is nothing to forget"),
                None,
            )?;
        }
    }
    let queued = options.forward.iter().filter(|forward| !forward.sync);
    for waiting in forwarding::waiting(log, queued.map(|forward| &forward.to)) {
        let captures = counted(waiting.captures, "capture", "captures");
        let verb = if waiting.captures == 1 {
            "waits"
        } else {
            "wait"
        };
        let target = waiting.target;
        let forget = word(&target);
        let to = match target.strip_prefix("command:") {
            Some(line) => format!("--forward-command {}", word(line)),
            None => format!("--forward {forget}"),
        };
        let advice = format!("{to} delivers them; --forget-target {forget} gives them up");
        console.warn(
            &format!(
                "{captures} in {} still {verb} for {target}; this run does not deliver there",
                log.path.display()
            ),
            Some(&advice),
        )?;
    }
    Ok(())
}

/// Opens the log anew on each SIGHUP as long as it is open. The run ends with its terminal, so
/// that the port is free again.
async fn reopen(mut hangups: Hangups, journal: Weak<Journal>, stop: watch::Sender<bool>) {
    let mut hung_up = pin!(Hangups::hung_up(hangups.terminal()));
    loop {
        tokio::select! {
            () = hangups.next() => {}
            () = &mut hung_up => break,
        }
        match journal.upgrade() {
            Some(journal) => journal.reopen(),
            None => return,
        }
        if hangups.terminal_is_gone().await {
            break;
        }
    }
    let _ = stop.send(true);
}
