//! An engine in memory that fails on demand.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::stream::{LocalBoxStream, try_unfold};
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::watch;

use super::engine::{Ack, Acknowledging, Engine, Link, RelayError, Start, StreamInfo};
use super::message::tests::stored;
use super::message::{Message, Outgoing};

/// A server with one stream.
#[derive(Clone)]
pub(super) struct Fake {
    state: Rc<RefCell<State>>,
    changed: Rc<watch::Sender<u64>>,
}

pub(super) struct State {
    /// Whether it can be reached.
    pub(super) is_up: bool,
    /// Whether it answers.
    pub(super) hangs: bool,
    /// How many messages it refuses, once it took that many.
    pub(super) refuses: Option<(usize, usize)>,
    pub(super) max_payload: usize,
    connection: u64,
    created: u64,
    exists: bool,
    first_seq: u64,
    messages: Vec<Message>,
    last_seq: u64,
    ids: HashMap<String, u64>,
}

impl Fake {
    pub(super) fn new() -> Fake {
        Fake {
            state: Rc::new(RefCell::new(State {
                is_up: true,
                hangs: false,
                refuses: None,
                max_payload: 1 << 20,
                connection: 0,
                created: 0,
                exists: false,
                first_seq: 1,
                messages: Vec::new(),
                last_seq: 0,
                ids: HashMap::new(),
            })),
            changed: Rc::new(watch::Sender::new(0)),
        }
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state.borrow_mut());
        self.changed.send_modify(|changes| *changes += 1);
        result
    }

    /// All connections are lost.
    pub(super) fn cut(&self) {
        self.change(|state| state.connection += 1);
    }

    /// The store is that of an earlier time, with so many messages fewer.
    pub(super) fn roll_back(&self, lost: usize) {
        self.change(|state| {
            let kept = state.messages.len().saturating_sub(lost);
            state.messages.truncate(kept);
            state.last_seq = state
                .messages
                .last()
                .map_or(state.first_seq - 1, |last| last.stream_seq);
            let last_seq = state.last_seq;
            state.ids.retain(|_, seq| *seq <= last_seq);
        });
        self.cut();
    }

    /// All messages are gone; ids are remembered.
    pub(super) fn purge(&self) {
        self.expire(usize::MAX);
        self.cut();
    }

    /// The oldest messages are gone.
    pub(super) fn expire(&self, count: usize) {
        self.change(|state| {
            let count = count.min(state.messages.len());
            state.messages.drain(..count);
            state.first_seq = state
                .messages
                .first()
                .map_or(state.last_seq + 1, |first| first.stream_seq);
        });
    }

    /// The stream is gone.
    pub(super) fn delete(&self) {
        self.change(|state| {
            state.exists = false;
            state.messages.clear();
            state.ids.clear();
            (state.first_seq, state.last_seq) = (1, 0);
        });
    }

    /// The numbers of the captures in the stream.
    pub(super) fn seqs(&self) -> Vec<u64> {
        self.state
            .borrow()
            .messages
            .iter()
            .map(|message| message.seq)
            .collect()
    }

    async fn answer<T>(
        &self,
        connection: u64,
        answer: impl FnOnce(&mut State) -> T,
    ) -> Result<T, RelayError> {
        if self.state.borrow().hangs {
            tokio::time::sleep(Duration::from_secs(5)).await;
            return Err(RelayError::TimedOut(Duration::from_secs(5)));
        }
        if self.state.borrow().connection != connection {
            return Err(RelayError::Lost);
        }
        Ok(self.change(answer))
    }
}

impl State {
    fn info(&self) -> Option<StreamInfo> {
        self.exists.then(|| StreamInfo {
            name: "ENX_demo".to_owned(),
            created: self.created.to_string(),
            first_seq: self.first_seq,
            last_seq: self.last_seq,
            messages: self.messages.len() as u64,
            bytes: 0,
            first_at: None,
            max_age: Duration::ZERO,
            max_bytes: None,
            differences: Vec::new(),
        })
    }

    fn take(&mut self, sent: &Outgoing) -> Result<Ack, RelayError> {
        if !self.exists {
            return Err(RelayError::NoStream("ENX_demo".to_owned()));
        }
        if let Some(&seq) = self.ids.get(sent.id()) {
            return Ok(Ack {
                seq,
                duplicate: true,
            });
        }
        match &mut self.refuses {
            Some((0, 0)) | None => self.refuses = None,
            Some((0, refused)) => {
                *refused -= 1;
                return Err(RelayError::Full("maximum bytes exceeded".to_owned()));
            }
            Some((taken, _)) => *taken -= 1,
        }
        self.last_seq += 1;
        self.ids.insert(sent.id().to_owned(), self.last_seq);
        self.messages.push(stored(self.last_seq, sent));
        Ok(Ack {
            seq: self.last_seq,
            duplicate: false,
        })
    }
}

impl Engine for Fake {
    type Link = FakeLink;

    async fn connect(&self) -> Result<FakeLink, RelayError> {
        tokio::task::yield_now().await;
        let state = self.state.borrow();
        if !state.is_up {
            return Err(RelayError::Unreachable("box is not reached".to_owned()));
        }
        let (server, connection) = (self.clone(), state.connection);
        Ok(FakeLink { server, connection })
    }
}

pub(super) struct FakeLink {
    server: Fake,
    connection: u64,
}

impl Link for FakeLink {
    type Messages = LocalBoxStream<'static, Result<Message, RelayError>>;

    fn max_payload(&self) -> usize {
        self.server.state.borrow().max_payload
    }

    async fn stream(&self) -> Result<Option<StreamInfo>, RelayError> {
        self.server
            .answer(self.connection, |state| state.info())
            .await
    }

    async fn create(&self) -> Result<StreamInfo, RelayError> {
        let create = |state: &mut State| {
            state.created += 1;
            state.exists = true;
            state.info().unwrap()
        };
        self.server.answer(self.connection, create).await
    }

    async fn last_of(&self, source: &str) -> Result<Option<Message>, RelayError> {
        let last = |state: &mut State| {
            let mut messages = state.messages.iter().rev();
            messages.find(|message| message.source == source).cloned()
        };
        self.server.answer(self.connection, last).await
    }

    async fn at(&self, seq: u64) -> Result<Option<Message>, RelayError> {
        let at = |state: &mut State| {
            state
                .messages
                .iter()
                .find(|message| message.stream_seq == seq)
                .cloned()
        };
        self.server.answer(self.connection, at).await
    }

    async fn publish(&self, message: Outgoing) -> Result<Acknowledging, RelayError> {
        let (server, connection) = (self.server.clone(), self.connection);
        let taken = if self.server.state.borrow().hangs {
            None
        } else {
            Some(
                self.server
                    .answer(connection, |state| state.take(&message))
                    .await?,
            )
        };
        Ok(async move {
            if let Some(taken) = taken {
                tokio::time::sleep(Duration::from_millis(1)).await;
                return server.answer(connection, |_| taken).await?;
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
            Err(RelayError::TimedOut(Duration::from_secs(5)))
        }
        .boxed_local())
    }

    async fn read_from(&self, start: Start) -> Result<Self::Messages, RelayError> {
        let Start::Seq(start) = start else {
            panic!("a time in a test");
        };
        let (server, connection) = (self.server.clone(), self.connection);
        let changed = server.changed.subscribe();
        let messages = try_unfold((changed, start), move |(mut changed, next)| {
            let server = server.clone();
            async move {
                loop {
                    changed.borrow_and_update();
                    let (is_lost, found) = {
                        let state = server.state.borrow();
                        let mut found = state.messages.iter();
                        let found = found.find(|message| message.stream_seq >= next).cloned();
                        (
                            state.connection != connection,
                            found.filter(|_| !state.hangs),
                        )
                    };
                    if is_lost {
                        return Err(RelayError::Lost);
                    }
                    if let Some(found) = found {
                        let next = found.stream_seq + 1;
                        return Ok(Some((found, (changed, next))));
                    }
                    changed.changed().await.map_err(|_| RelayError::Lost)?;
                }
            }
        });
        Ok(messages.boxed_local())
    }

    async fn lost(&self) -> RelayError {
        let mut changed = self.server.changed.subscribe();
        while self.server.state.borrow().connection == self.connection {
            let _ = changed.changed().await;
        }
        RelayError::Lost
    }

    fn refusal(&self) -> Option<String> {
        None
    }
}
