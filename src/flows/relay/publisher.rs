//! Publishes a log: one more reader of it, behind the replies.
//!
//! The log stays the truth. Each connection begins with the last message that the relay has of
//! this source, and publishes again what comes after it; the relay tells duplicates by their ids,
//! and so do followers.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use chrono::SecondsFormat;
use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::time::Instant;

use super::engine::{Ack, Acknowledging, Engine, Link, RelayError, StreamInfo};
use super::event::RelayEvent;
use super::message::{Message, Outgoing, Sender};
use super::published::Published;
use super::subject::stream;
use super::turns::{Role, Turns};
use crate::journal::LogCursor;
use crate::validation::Validation;

/// How many messages may be without an acknowledgement, and how many of their bytes.
const WINDOW: usize = 128;
const WINDOW_BYTES: usize = 4 * 1024 * 1024;
/// The shortest time between two writes of the cursor.
const PACE: Duration = Duration::from_millis(250);
/// How often the stream is looked at.
const LOOK: Duration = Duration::from_secs(30);
/// How soon a log that cannot be read is tried again.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far publishing has come, for other threads.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The first record that is not published.
    pub(super) next: AtomicU64,
    /// How many captures were published in this run.
    pub(super) published: AtomicU64,
}

/// What is published, and how far it has come.
pub(super) struct Publisher<E> {
    pub(super) engine: E,
    pub(super) sender: Sender,
    pub(super) log: PathBuf,
    pub(super) validation: Validation,
    /// The number up to which records are safe in the log; it closes after the last capture.
    pub(super) safe: watch::Receiver<u64>,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) cursor: Published,
    pub(super) path: PathBuf,
    /// Whether the stream may be created.
    pub(super) creates: bool,
    /// Whether this log goes on in place of another one.
    pub(super) takes_over: bool,
    /// Where to begin, whatever the relay has.
    pub(super) from: Option<u64>,
    pub(super) progress: Arc<Progress>,
    pub(super) turns: Turns,
    pub(super) keeper: Keeper,
    /// The last number in the stream that was acknowledged over this connection.
    pub(super) newest: u64,
    /// What was said about the settings of the stream.
    pub(super) notes: Vec<String>,
}

/// When the cursor is written.
#[derive(Default)]
pub(super) struct Keeper {
    is_changed: bool,
    due: Option<Instant>,
    failed: bool,
}

/// A message without an acknowledgement.
struct InFlight {
    seq: u64,
    is_last: bool,
    bytes: usize,
    id: String,
    ack: Acknowledging,
}

/// What is being published over a connection.
struct Flight {
    reader: LogCursor,
    /// The last capture that was handed to the engine.
    after: u64,
    /// Parts of it that were not yet.
    parts: VecDeque<Outgoing>,
    sent: VecDeque<InFlight>,
    bytes: usize,
}

impl<E: Engine> Role for Publisher<E> {
    type Engine = E;

    fn parts(&mut self) -> (&E, &mut Turns, &watch::Receiver<bool>) {
        (&self.engine, &mut self.turns, &self.stop)
    }

    fn ended(&mut self) {
        self.save();
    }

    async fn over(&mut self, link: &E::Link) -> Result<(), RelayError> {
        let stream = match link.stream().await? {
            Some(stream) => stream,
            None if self.creates => link.create().await?,
            None => return Err(RelayError::NoStream(stream(&self.sender.project))),
        };
        if self.notes != stream.differences {
            self.notes.clone_from(&stream.differences);
            let notes = self.notes.iter().cloned().map(RelayEvent::Note);
            notes.for_each(|note| self.turns.tell(note));
        }
        let (next, after) = self.reconcile(link, &stream).await?;
        // A crash may come before the first acknowledgement.
        self.save();
        self.progress.next.store(next, Relaxed);
        let behind = self.behind();
        if behind == 0 {
            self.turns.well(behind);
        }
        self.publish(link, next, after).await
    }
}

impl<E: Engine> Publisher<E> {
    fn behind(&self) -> u64 {
        (*self.safe.borrow() + 1).saturating_sub(self.progress.next.load(Relaxed))
    }

    /// The capture to go on with, and the one that was published before it; 0 if none.
    async fn reconcile(
        &mut self,
        link: &E::Link,
        stream: &StreamInfo,
    ) -> Result<(u64, u64), RelayError> {
        let created = &stream.created;
        self.newest = 0;
        if let Some(from) = self.from {
            self.cursor.created = Some(created.clone());
            return Ok((from, 0));
        }
        let former = self.cursor.created.replace(created.clone());
        if former.is_some_and(|former| former != *created) {
            // All of it is gone, and what another connection published since proves nothing.
            self.cursor.begin_anew();
            self.keeper.is_changed = true;
            return Ok((self.cursor.first, 0));
        }
        let last = match link.last_of(&self.sender.source).await {
            // Someone else writes under this name.
            Err(RelayError::Foreign(_)) => self.last_known(link).await?,
            last => last?,
        };
        let Some(last) = last else {
            // What is only too old, or was purged, stays away.
            let is_before = |seq: u64| seq < stream.first_seq;
            let done = self.cursor.last.unwrap_or(0);
            if done > 0 && self.cursor.stream_seq.is_some_and(is_before) {
                return Ok((done + 1, done));
            }
            self.cursor.begin_anew();
            self.keeper.is_changed = true;
            return Ok((self.cursor.first, 0));
        };
        if !self.is_of_this_log(&last)? {
            if !self.takes_over && self.cursor.taken_over.as_ref() != Some(&last.log) {
                return Err(self.other_log(&last));
            }
            self.cursor.taken_over = Some(last.log);
            self.cursor.begin_anew();
            self.keeper.is_changed = true;
            return Ok((self.cursor.first, 0));
        }
        let complete = if last.is_last() { last.seq } else { last.after };
        // It can have lost what it acknowledged, and it can have refused one and taken the next.
        let there = (stream.first_seq, last.stream_seq);
        let known = self.cursor.last;
        let done = self.cursor.settle(complete, there);
        self.keeper.is_changed |= known != Some(done);
        Ok(match done {
            0 => (self.cursor.first.min(last.seq), 0),
            done => (done + 1, done),
        })
    }

    /// The last message that was acknowledged, if it is there.
    async fn last_known(&self, link: &E::Link) -> Result<Option<Message>, RelayError> {
        let Some(seq) = self.cursor.stream_seq else {
            return Ok(None);
        };
        let found = link.at(seq).await?;
        Ok(found.filter(|found| {
            found.source == self.sender.source && found.log == self.sender.log.to_string()
        }))
    }

    /// Looks whether the stream is the same, and nobody else publishes under this name.
    async fn look(&self, link: &E::Link) -> Result<(), RelayError> {
        let created = link.stream().await?.map(|stream| stream.created);
        if created != self.cursor.created {
            return Err(RelayError::NewStream);
        }
        let last = match link.last_of(&self.sender.source).await {
            Err(RelayError::Foreign(_)) => None,
            last => last?,
        };
        match last.filter(|last| self.cursor.taken_over.as_ref() != Some(&last.log)) {
            Some(last) if !self.is_of_this_log(&last)? => Err(self.other_log(&last)),
            _ => Ok(()),
        }
    }

    /// Whether a message was published from this log, and not from an earlier copy of it that was
    /// longer.
    fn is_of_this_log(&self, last: &Message) -> Result<bool, RelayError> {
        if last.log != self.sender.log.to_string() || last.seq > *self.safe.borrow() {
            return Ok(false);
        }
        let record = LogCursor::new(&self.log, last.seq).next(last.seq);
        let record = record.map_err(|error| RelayError::Other(error.to_string()))?;
        // A record that was rotated away proves nothing.
        Ok(record.is_none_or(|record| {
            let at = last.received_at.map(|at| at.timestamp_micros());
            Some(record.capture.received_at.timestamp_micros()) == at
        }))
    }

    fn other_log(&self, last: &Message) -> RelayError {
        let until = last.received_at.map_or_else(
            || format!("up to #{}", last.seq),
            |at| format!("until {}", at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        );
        RelayError::OtherLog(format!(
            "another log was published as {} {until}",
            self.sender.source
        ))
    }

    async fn publish(&mut self, link: &E::Link, next: u64, after: u64) -> Result<(), RelayError> {
        let mut flight = Flight {
            reader: LogCursor::new(&self.log, next),
            after,
            parts: VecDeque::new(),
            sent: VecDeque::new(),
            bytes: 0,
        };
        let ended = self.fly(link, &mut flight).await;
        if !matches!(
            ended,
            Ok(())
                | Err(RelayError::Lost | RelayError::TimedOut(_) | RelayError::Unacknowledged(_))
        ) {
            // What comes of the others is waited for: they must not arrive after those that are
            // published again.
            while let Some(sent) = flight.sent.pop_front() {
                let _ = sent.ack.await;
            }
        }
        ended
    }

    async fn fly(&mut self, link: &E::Link, flight: &mut Flight) -> Result<(), RelayError> {
        let mut is_closed = false;
        let mut look = Instant::now() + LOOK;
        loop {
            let is_full = self.fill(link, flight).await?;
            if is_closed && flight.sent.is_empty() && !is_full {
                return Ok(());
            }
            let due = self.keeper.due.unwrap_or_else(|| Instant::now() + PACE);
            tokio::select! {
                biased;
                lost = link.lost() => return Err(lost),
                ack = next_ack(&mut flight.sent) => {
                    self.acknowledged(link, flight, ack).await?;
                    while let Some(ack) = flight.sent.front_mut().and_then(|sent| (&mut sent.ack).now_or_never()) {
                        self.acknowledged(link, flight, ack).await?;
                    }
                }
                changed = self.safe.changed(), if !is_closed && !is_full => is_closed = changed.is_err(),
                () = tokio::time::sleep_until(due), if self.keeper.is_changed => self.save(),
                () = tokio::time::sleep_until(look) => {
                    self.look(link).await?;
                    look = Instant::now() + LOOK;
                }
            }
        }
    }

    /// Sends what the window has room for. Returns whether it is full.
    async fn fill(&mut self, link: &E::Link, flight: &mut Flight) -> Result<bool, RelayError> {
        let safe = *self.safe.borrow_and_update();
        while flight.sent.len() < WINDOW && flight.bytes < WINDOW_BYTES {
            if flight.parts.is_empty() {
                flight.parts = self.read(link, flight, safe).await;
            }
            let Some(message) = flight.parts.pop_front() else {
                return Ok(false);
            };
            let (seq, is_last, bytes) = (message.seq, message.is_last, message.payload.len());
            let id = message.id().to_owned();
            let ack = link.publish(message).await?;
            flight.bytes += bytes;
            flight.sent.push_back(InFlight {
                seq,
                is_last,
                bytes,
                id,
                ack,
            });
        }
        Ok(true)
    }

    /// The messages of the next capture; none if there is none yet.
    async fn read(&mut self, link: &E::Link, flight: &mut Flight, safe: u64) -> VecDeque<Outgoing> {
        let mut is_told = false;
        loop {
            match flight.reader.next(safe) {
                Ok(None) => return VecDeque::new(),
                Ok(Some(record)) => {
                    let seq = record.seq;
                    let judged = self.validation.capture(Some(seq), Arc::new(record.capture));
                    let max = link.max_payload();
                    let messages = self.sender.messages(&judged, seq, flight.after, max);
                    flight.after = seq;
                    return messages.into();
                }
                Err(error) => {
                    if !std::mem::replace(&mut is_told, true) {
                        let error = format!("{error}: {}", error.source);
                        self.turns.tell(RelayEvent::Problem(error));
                    }
                    tokio::time::sleep(PATIENCE).await;
                }
            }
        }
    }

    /// The first message in flight was answered.
    async fn acknowledged(
        &mut self,
        link: &E::Link,
        flight: &mut Flight,
        ack: Result<Ack, RelayError>,
    ) -> Result<(), RelayError> {
        let Some(sent) = flight.sent.pop_front() else {
            return Ok(());
        };
        flight.bytes -= sent.bytes;
        let ack = ack?;
        if !ack.duplicate && ack.seq <= self.newest {
            return Err(RelayError::NewStream);
        }
        self.newest = self.newest.max(ack.seq);
        if ack.duplicate {
            // After a purge it is only remembered.
            let stored = link.at(ack.seq).await?;
            if stored.is_none_or(|stored| stored.id != sent.id) {
                self.sender.salt = Some(fastrand::u32(..));
                return Err(RelayError::FalseDuplicate(sent.seq));
            }
        }
        self.cursor.acknowledged(sent.seq, ack.seq);
        if sent.is_last {
            self.from = None;
            self.cursor.last = Some(sent.seq);
            self.cursor.stream_seq = Some(ack.seq);
            self.keeper.is_changed = true;
            self.progress.next.store(sent.seq + 1, Relaxed);
            self.progress.published.fetch_add(1, Relaxed);
            self.turns.well(self.behind());
        }
        Ok(())
    }

    /// Writes the cursor, if it changed.
    fn save(&mut self) {
        if !self.keeper.is_changed {
            return;
        }
        let saved = super::published::save(&self.cursor, &self.path);
        self.keeper.is_changed = false;
        self.keeper.due = Some(Instant::now() + PACE);
        let failed = saved.is_err();
        if let (Err(error), false) = (saved, self.keeper.failed) {
            self.turns.tell(RelayEvent::Problem(error.to_string()));
        }
        self.keeper.failed = failed;
    }
}

/// The answer to the first message in flight; never, if there is none.
async fn next_ack(sent: &mut VecDeque<InFlight>) -> Result<Ack, RelayError> {
    match sent.front_mut() {
        Some(first) => (&mut first.ack).await,
        None => std::future::pending().await,
    }
}
