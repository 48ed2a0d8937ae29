//! The seam to the engine behind a relay: a stream that several clients append to and read from.
//!
//! A link is one connection. At its first fault it is dropped with all that waited in it, and the
//! next one begins by asking the engine what it has. Nothing that an engine acknowledged is taken
//! for kept: it may lose its tail, forget messages, or acknowledge a duplicate of what is gone.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::Stream;
use futures_util::future::LocalBoxFuture;

use super::message::{Message, Outgoing};

/// Connects to an engine.
pub(super) trait Engine {
    /// A connection.
    type Link: Link;
    /// Connects anew.
    fn connect(&self) -> impl Future<Output = Result<Self::Link, RelayError>>;
}

/// One connection to the stream of one project.
pub(super) trait Link {
    /// Messages in the order of the stream. It waits for those to come.
    type Messages: Stream<Item = Result<Message, RelayError>> + Unpin;
    /// The longest message with its headers, in bytes.
    fn max_payload(&self) -> usize;
    /// The stream; nothing if there is none.
    fn stream(&self) -> impl Future<Output = Result<Option<StreamInfo>, RelayError>>;
    /// Creates the stream.
    fn create(&self) -> impl Future<Output = Result<StreamInfo, RelayError>>;
    /// The last message of a source. It is an error if no listener published that.
    fn last_of(&self, source: &str) -> impl Future<Output = Result<Option<Message>, RelayError>>;
    /// The message with that number; nothing if it is not there.
    fn at(&self, seq: u64) -> impl Future<Output = Result<Option<Message>, RelayError>>;
    /// Sends a message behind those before it. What it returns is ready when the engine has it.
    fn publish(&self, message: Outgoing)
    -> impl Future<Output = Result<Acknowledging, RelayError>>;
    /// Reads from there on.
    fn read_from(&self, start: Start) -> impl Future<Output = Result<Self::Messages, RelayError>>;
    /// Ready when the connection is lost.
    fn lost(&self) -> impl Future<Output = RelayError>;
    /// What the engine has refused meanwhile, in its words.
    fn refusal(&self) -> Option<String>;
    /// What came of something, with its reason: a right that is missing shows as an answer that
    /// does not come.
    fn explained<T>(&self, result: Result<T, RelayError>) -> Result<T, RelayError> {
        match (result, self.refusal()) {
            (
                Err(RelayError::TimedOut(_) | RelayError::Unacknowledged(_) | RelayError::Lost),
                Some(why),
            ) => Err(RelayError::Refused(why)),
            (result, _) => result,
        }
    }
}

/// An acknowledgement on its way.
pub(super) type Acknowledging = LocalBoxFuture<'static, Result<Ack, RelayError>>;

/// The engine has a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ack {
    /// Its number in the stream.
    pub(super) seq: u64,
    /// The engine says that it had the message before. It may be gone since.
    pub(super) duplicate: bool,
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// At this message.
    Seq(u64),
    /// At the first message that was stored at that time or later.
    Time(DateTime<Utc>),
}

/// A stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamInfo {
    /// Its name.
    pub name: String,
    /// When it was created: it tells streams of one name apart.
    pub created: String,
    /// The number of its first message. Without messages it is one more than `last_seq`.
    pub first_seq: u64,
    /// The number of its last message; 0 if there never was one.
    pub last_seq: u64,
    /// How many messages it has.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the first of them was stored.
    pub first_at: Option<DateTime<Utc>>,
    /// How long messages are kept; zero if without end.
    pub max_age: Duration,
    /// How many bytes are kept; nothing if without limit.
    pub max_bytes: Option<u64>,
    /// Settings that differ from those that `relay init` makes, for people.
    pub differences: Vec<String>,
}

/// Why something at the engine failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// There is no connection.
    #[error("{0}")]
    Unreachable(String),
    /// The engine does not let this client do it.
    #[error("{0}")]
    Refused(String),
    /// The engine has no such stream.
    #[error("the relay has no stream {0}")]
    NoStream(String),
    /// The engine stores nothing more.
    #[error("the relay stores nothing more: {0}")]
    Full(String),
    /// No answer came.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// What was published was not acknowledged.
    #[error("no acknowledgement within {} s", .0.as_secs())]
    Unacknowledged(Duration),
    /// The connection was lost.
    #[error("the connection was lost")]
    Lost,
    /// A duplicate was acknowledged of a message that is not there.
    #[error("the relay acknowledged #{0} as a duplicate of a message that it does not have")]
    FalseDuplicate(u64),
    /// The engine ended the reading of this follower.
    #[error("the server ended this follower: is another one running under its name?")]
    Replaced,
    /// The stream is not the one that it was.
    #[error("the stream was deleted or created anew")]
    NewStream,
    /// Another log was published under this name.
    #[error("{0}")]
    OtherLog(String),
    /// A message is none of a listener. Nothing else is wrong.
    #[error("message {0} of the relay was not published by enx-hook")]
    Foreign(u64),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl RelayError {
    /// Whether somebody must change something before it can succeed.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(self, RelayError::Refused(_) | RelayError::OtherLog(_))
    }

    /// What the user can do.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            RelayError::NoStream(_) => {
                Some("enx-hook relay init URL creates it, with the rights of an administrator")
            }
            RelayError::OtherLog(_) => Some(
                "choose another name with --relay-as, or let this log go on in its place with \
                 --relay-takeover",
            ),
            RelayError::Unacknowledged(_) => {
                Some("the server hangs, or its disk is full: its own log tells")
            }
            RelayError::Replaced => {
                Some("each follower needs a name: --relay-as, or a user of its own")
            }
            RelayError::Full(_) => Some("captures wait in the log until there is room"),
            _ => None,
        }
    }
}
