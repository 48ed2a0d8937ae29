//! Follows a relay: reads what listeners published into a log of its own.
//!
//! That log is the queue and the cursor: each record says from which message it came, so that data
//! and position are one append. Each connection begins by comparing the last record with the
//! message at its place; if the relay has another one there, or none, it is read from its
//! beginning, and what is in the log already is left out.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{FutureExt as _, StreamExt as _};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;

use super::engine::{Engine, Link, RelayError, Start, StreamInfo};
use super::event::{FollowTotals, RelayEvent};
use super::message::Message;
use super::order::{Due, Order};
use super::published;
use super::turns::{Role, Turns};
use crate::journal::{AppendError, Journal, LogCursor, LogInfo, Origin, ReadError, parse_record};
use crate::model::capture::Capture;

/// Records at the end of the log that are read at the start.
const TAIL: u64 = 10_000;
/// Captures that are written together, at most.
const GROUP: usize = 1024;
/// How soon a log that cannot be written is tried again.
const PATIENCE: Duration = Duration::from_secs(1);

/// A capture, and where it was read.
pub type Followed = (Arc<Capture>, Origin);

/// Where captures go.
pub trait Store {
    /// Writes captures, all or none. Returns the number of the first.
    fn write(&mut self, captures: Vec<Followed>) -> impl Future<Output = Result<u64, AppendError>>;
}

/// Where following begins if the log has nothing of this relay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beginning {
    /// With what comes from now on.
    #[default]
    Now,
    /// With all that the relay has.
    All,
    /// With what it has since then.
    Since(DateTime<Utc>),
}

/// The beginning of the first run, in a file beside the log: until the first capture comes, the
/// log says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    #[serde(rename = "enx_hook_follow")]
    version: u64,
    /// When the stream was created.
    created: String,
    /// The message after which it began.
    after: u64,
}

/// Reads a relay into a log.
pub(super) struct Follower<E, S> {
    pub(super) engine: E,
    pub(super) store: S,
    /// The name of the stream.
    pub(super) stream: String,
    pub(super) log: PathBuf,
    /// The last record that was there at the start.
    pub(super) last_seq: u64,
    pub(super) beginning: Beginning,
    /// The file of [`Begun`].
    pub(super) begun_path: PathBuf,
    pub(super) begun: Option<Begun>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) turns: Turns,
    pub(super) state: FollowState,
}

/// How far following has come.
#[derive(Default)]
pub(super) struct FollowState {
    order: Order,
    /// The last capture in the log.
    last: Option<Origin>,
    /// All of the log was read.
    knows_all: bool,
    /// What is due.
    due: Vec<Due>,
    pub(super) totals: FollowTotals,
}

impl FollowState {
    /// What the end of a log says of a stream.
    pub(super) fn recall(log: &LogInfo, stream: &str) -> Result<FollowState, ReadError> {
        let mut state = FollowState::default();
        let first = log.last_seq.saturating_sub(TAIL);
        state.read(&log.path, first, log.last_seq, stream)?;
        if state.last.is_none() && first > 1 {
            state.read(&log.path, 1, first, stream)?;
            state.knows_all = true;
        }
        state.knows_all |= first <= 1;
        Ok(state)
    }

    /// A capture that is in the log.
    pub(super) fn remember(&mut self, from: Origin) {
        self.order.recall(&from);
        self.last = Some(from);
    }

    fn read(
        &mut self,
        log: &std::path::Path,
        first: u64,
        last: u64,
        stream: &str,
    ) -> Result<(), ReadError> {
        let mut cursor = LogCursor::new(log, first);
        while let Some(record) = cursor.next(last)? {
            if let Some(from) = record.from.filter(|from| from.relay == stream) {
                self.remember(*from);
            }
        }
        Ok(())
    }
}

impl<E: Engine, S: Store> Role for Follower<E, S> {
    type Engine = E;

    fn parts(&mut self) -> (&E, &mut Turns, &watch::Receiver<bool>) {
        (&self.engine, &mut self.turns, &self.stop)
    }

    async fn over(&mut self, link: &E::Link) -> Result<(), RelayError> {
        let stream = link.stream().await?;
        let stream = stream.ok_or_else(|| RelayError::NoStream(self.stream.clone()))?;
        let start = self.start(link, &stream).await?;
        let mut messages = link.read_from(start).await?;
        self.state.totals.was_connected = true;
        let behind = match start {
            Start::Seq(seq) => (stream.last_seq + 1).saturating_sub(seq.max(stream.first_seq)),
            Start::Time(_) => 0,
        };
        self.turns.well(behind);
        self.state.order.restart();
        loop {
            let deadline = self.state.order.deadline();
            tokio::select! {
                biased;
                lost = link.lost() => return Err(lost),
                () = until(deadline) => {
                    self.state.order.expire(Instant::now(), &mut self.state.due);
                }
                message = messages.next() => {
                    self.take(message.unwrap_or(Err(RelayError::Lost)))?;
                    let mut bytes = 0;
                    while self.state.due.len() < GROUP && bytes < Journal::MAX_TOGETHER / 4 {
                        let Some(Some(message)) = messages.next().now_or_never() else {
                            break;
                        };
                        bytes += message.as_ref().map_or(0, |message| message.payload.len());
                        self.take(message)?;
                    }
                }
            }
            self.write(&stream).await?;
        }
    }
}

impl<E: Engine, S: Store> Follower<E, S> {
    /// Where to read on.
    async fn start(&mut self, link: &E::Link, stream: &StreamInfo) -> Result<Start, RelayError> {
        let Some(last) = self.state.last.clone() else {
            return self.begin(stream);
        };
        let is_there = last.created == stream.created && last.stream_seq <= stream.last_seq;
        let is_same = is_there
            && match link.at(last.stream_seq).await? {
                Some(found) => {
                    (&found.source, &found.log, found.seq) == (&last.source, &last.log, last.seq)
                }
                // It proves nothing if it is only too old.
                None => last.stream_seq < stream.first_seq,
            };
        if !is_same {
            // What came before the first run began is still not wanted.
            let begun = self
                .begun
                .as_ref()
                .filter(|begun| begun.created == stream.created);
            let begun = begun.map_or(0, |begun| begun.after + 1);
            return Ok(Start::Seq(stream.first_seq.max(begun)));
        }
        let next = last.resume_after.unwrap_or(last.stream_seq) + 1;
        if stream.first_seq > next {
            let count = stream.first_seq - next;
            self.expired(count);
        }
        Ok(Start::Seq(next.max(stream.first_seq)))
    }

    fn expired(&mut self, count: u64) {
        self.turns.tell(RelayEvent::Expired { count });
    }

    /// Where the first run begins.
    fn begin(&mut self, stream: &StreamInfo) -> Result<Start, RelayError> {
        if let Some(begun) = self
            .begun
            .as_ref()
            .filter(|begun| begun.created == stream.created)
        {
            return Ok(Start::Seq((begun.after + 1).max(stream.first_seq)));
        }
        let start = match (self.beginning, &self.begun) {
            (Beginning::Since(time), None) => return Ok(Start::Time(time)),
            (Beginning::Now, None) => {
                if stream.messages > 0 {
                    let kept = crate::text::number::counted(stream.messages, "message", "messages");
                    self.turns.tell(RelayEvent::Note(format!(
                        "following begins now; the relay keeps {kept} from before, which \
                         --from-start or --since TIME brings"
                    )));
                }
                stream.last_seq + 1
            }
            // Another stream has taken the place of the one that it began with.
            (_, Some(_)) | (Beginning::All, None) => stream.first_seq,
        };
        let begun = Begun {
            version: 1,
            created: stream.created.clone(),
            after: start - 1,
        };
        let saved = published::save(&begun, &self.begun_path);
        saved.map_err(|error| RelayError::Other(error.to_string()))?;
        self.begun = Some(begun);
        Ok(Start::Seq(start))
    }

    fn take(&mut self, message: Result<Message, RelayError>) -> Result<(), RelayError> {
        let message = match message {
            Err(foreign @ RelayError::Foreign(_)) => {
                self.turns.tell(RelayEvent::Problem(foreign.to_string()));
                return Ok(());
            }
            message => message?,
        };
        let state = &mut self.state;
        if !state.knows_all && state.order.is_older(&message) {
            // Only now the rest of the log matters.
            let newest = state.last.take();
            let read = state.read(&self.log, 1, self.last_seq, &self.stream);
            state.last = newest;
            read.map_err(|error| RelayError::Other(error.to_string()))?;
            state.knows_all = true;
        }
        state.order.add(message, Instant::now(), &mut state.due);
        state.totals.duplicates = state.order.duplicates;
        Ok(())
    }

    /// Writes what is due. While the log cannot be written, nothing more is read.
    async fn write(&mut self, stream: &StreamInfo) -> Result<(), RelayError> {
        let (mut group, mut firsts) = (Vec::new(), Vec::new());
        for due in std::mem::take(&mut self.state.due) {
            match due {
                Due::Gap(gap) => {
                    self.state.totals.missing += gap.count;
                    self.turns.tell(RelayEvent::Gap(gap));
                }
                Due::Capture(message) => match parse_record(&message.payload) {
                    Ok(record) => {
                        firsts.push(message.first_part);
                        group.push((Arc::new(record.capture), origin(&message, stream)));
                    }
                    Err(error) => self.turns.tell(RelayEvent::Problem(format!(
                        "message {} of {} is no capture: {error}",
                        message.stream_seq, message.source
                    ))),
                },
            }
        }
        // A crash may come behind each of them: then those that wait are read again.
        let mut first = self.state.order.first_waiting().unwrap_or(u64::MAX);
        for ((_, from), own) in group.iter_mut().zip(firsts).rev() {
            from.resume_after = (first <= from.stream_seq).then(|| first - 1);
            first = first.min(own);
        }
        while !group.is_empty() {
            let rest = group.split_off(together(&group));
            self.keep(group).await;
            group = rest;
        }
        Ok(())
    }

    /// Writes captures, however long it takes.
    async fn keep(&mut self, group: Vec<Followed>) {
        let mut is_told = false;
        loop {
            match self.store.write(group.clone()).await {
                Ok(_) => {
                    self.state.totals.captured += group.len() as u64;
                    self.state.last = group.last().map(|(_, from)| from.clone());
                    return;
                }
                Err(error) => {
                    if !std::mem::replace(&mut is_told, true) {
                        let source =
                            std::error::Error::source(&error).map(|source| format!(": {source}"));
                        self.turns.tell(RelayEvent::Problem(format!(
                            "{error}{}; following waits",
                            source.unwrap_or_default()
                        )));
                    }
                    tokio::time::sleep(PATIENCE).await;
                }
            }
        }
    }
}

/// How many of the first captures are written together.
fn together(group: &[Followed]) -> usize {
    let mut bytes = 0;
    let fits = |(capture, _): &&Followed| {
        let headers: usize = capture
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 64)
            .sum();
        bytes += capture.body.len() + capture.target.len() + headers + 1024;
        bytes <= Journal::MAX_TOGETHER
    };
    group.iter().take_while(fits).count().max(1)
}

fn origin(message: &Message, stream: &StreamInfo) -> Origin {
    Origin {
        relay: stream.name.clone(),
        created: stream.created.clone(),
        stream_seq: message.stream_seq,
        resume_after: None,
        source: message.source.clone(),
        log: message.log.clone(),
        seq: message.seq,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
