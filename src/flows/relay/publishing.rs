//! `listen --relay`: starts and ends the publisher.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use super::access::Access;
use super::address::RelayUrl;
use super::event::{PublishTotals, RelayEvent};
use super::message::Sender;
use super::nats::Nats;
use super::published::{Published, PublishedError};
use super::publisher::{Keeper, Progress, Publisher};
use super::thread;
use super::turns::Turns;
use crate::journal::{Holder, LogCursor, LogInfo};
use crate::model::error::{Category, Explain, Failure};
use crate::validation::Validation;

/// How long publishing continues at the end of the run.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// How long it may take to end after that.
const CLOSE_TIME: Duration = Duration::from_secs(2);

/// Where a log is published.
#[derive(Clone, Debug)]
pub struct PublishOptions {
    /// The relay.
    pub url: RelayUrl,
    /// How it is entered.
    pub access: Access,
    /// The name of this source; nothing takes the remembered one.
    pub name: Option<String>,
    /// The record to begin with, whatever the relay has.
    pub from: Option<u64>,
    /// Whether the stream may be created.
    pub creates: bool,
    /// Whether this log goes on in place of another one of that name.
    pub takes_over: bool,
}

/// Where publishing begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishStart {
    /// The relay, for people.
    pub relay: String,
    /// The name of the source.
    pub name: String,
    /// How many captures wait.
    pub behind: u64,
}

/// A publisher that has begun.
pub struct Publishing {
    start: PublishStart,
    thread: JoinHandle<()>,
    stop: watch::Sender<bool>,
    safe: watch::Receiver<u64>,
    progress: Arc<Progress>,
    holder: std::path::PathBuf,
}

/// The thread could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the thread of the relay could not be started")]
pub(super) struct ThreadError(#[source] pub(super) io::Error);

impl Explain for ThreadError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// The name under which a log was published to a relay before.
pub fn remembered_name(log: &Path, relay: &RelayUrl) -> Result<Option<String>, PublishedError> {
    let known = Published::load(&Published::path(log, relay))?;
    Ok(known.map(|known| known.source))
}

impl Publishing {
    /// Begins. `safe`: the number up to which records are safe in the log; it closes after the last
    /// capture.
    pub fn start(
        options: &PublishOptions,
        name: &str,
        log: &LogInfo,
        safe: watch::Receiver<u64>,
        validation: &Validation,
        tell: impl Fn(RelayEvent) + Send + 'static,
    ) -> Result<Publishing, Failure> {
        let path = Published::path(&log.path, &options.url);
        let first = match options.from {
            Some(1) => LogCursor::new(&log.path, 1)
                .next(log.last_seq)?
                .map_or(1, |first| first.seq),
            Some(from) => from.min(log.last_seq + 1),
            None => log.last_seq + 1,
        };
        let known = Published::load(&path)?;
        let known =
            known.filter(|known| known.source == name && known.last.unwrap_or(0) <= log.last_seq);
        let mut cursor = known.unwrap_or_else(|| Published::new(&options.url, name, first));
        if options.from.is_some() {
            (cursor.first, cursor.last) = (first, Some(0));
        }
        super::published::save(&cursor, &path)?;
        let progress = Arc::new(Progress::default());
        let next = cursor.first.max(cursor.last.unwrap_or(0) + 1);
        progress.next.store(next, Relaxed);
        let start = PublishStart {
            relay: options.url.to_string(),
            name: name.to_owned(),
            behind: (log.last_seq + 1).saturating_sub(next),
        };
        let (stop, stopped) = watch::channel(false);
        let publisher = Publisher {
            engine: Nats {
                url: options.url.clone(),
                access: options.access.clone(),
                name: name.to_owned(),
            },
            sender: Sender {
                project: options.url.project.clone(),
                source: name.to_owned(),
                log: log.id,
                salt: None,
            },
            log: log.path.clone(),
            validation: validation.clone(),
            safe: safe.clone(),
            stop: stopped,
            cursor,
            path: path.clone(),
            creates: options.creates,
            takes_over: options.takes_over,
            from: options.from.map(|_| first),
            progress: Arc::clone(&progress),
            turns: Turns::new(Box::new(tell)),
            keeper: Keeper::default(),
            newest: 0,
            notes: Vec::new(),
        };
        Ok(Publishing {
            start,
            thread: thread::spawn("relay", publisher, drop).map_err(ThreadError)?,
            stop,
            safe,
            progress,
            holder: path,
        })
    }

    /// Where it began.
    pub fn began(&self) -> &PublishStart {
        &self.start
    }

    /// Tells at any time what publishing needs of the log.
    pub fn holder(&self) -> impl Fn() -> Holder + Send + 'static {
        let (progress, cursor) = (Arc::clone(&self.progress), self.holder.clone());
        move || Holder {
            cursor: cursor.clone(),
            from: progress.next.load(Relaxed),
        }
    }

    /// Continues to publish for at most `DRAIN_TIME`, then ends. The log must be closed before.
    pub async fn finish(self) -> PublishTotals {
        let Publishing {
            thread,
            stop,
            safe,
            progress,
            ..
        } = self;
        let mut joined = tokio::task::spawn_blocking(move || thread.join());
        if tokio::time::timeout(DRAIN_TIME, &mut joined).await.is_err() {
            stop.send_replace(true);
            // If it does not end, its cursor is behind, which the relay corrects.
            let _ = tokio::time::timeout(CLOSE_TIME, joined).await;
        }
        PublishTotals {
            published: progress.published.load(Relaxed),
            waiting: (*safe.borrow() + 1).saturating_sub(progress.next.load(Relaxed)),
        }
    }
}
