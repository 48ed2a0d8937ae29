//! What can be asked, and who answers.

use bytes::Bytes;
use hyper::StatusCode;
use tokio::sync::{mpsc, watch};

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// The state of the inspector.
    Status,
    /// A list of captures.
    Captures(ListCall),
    /// One capture; whether nothing of it is folded.
    Capture(u64, bool),
    /// The bytes of a body, as they were received.
    Raw(u64),
    /// A capture as a request.
    Request(RequestCall),
    /// A list of sessions.
    Sessions(SessionsCall),
    /// The timelines of a session.
    Session(String),
    /// What differs.
    Diff(DiffCall),
    /// Events, scenarios, and the words of the query grammar.
    Catalog,
    /// Captures as a HAR file.
    Har(HarCall),
    /// The verdict on a text.
    Verdict(Bytes),
    /// Something is sent.
    Replay(Bytes),
}

/// Which captures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListCall {
    /// The query.
    pub query: String,
    /// Only ids below this.
    pub before: Option<u64>,
    /// Only ids above this.
    pub after: Option<u64>,
    /// Matches to pass over.
    pub offset: usize,
    /// The most.
    pub limit: usize,
}

/// Which capture, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestCall {
    /// The capture.
    pub id: u64,
    /// `curl`, `http` or `command`.
    pub form: String,
    /// Where to.
    pub target: Option<String>,
}

/// Which sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionsCall {
    /// Only these states.
    pub states: Vec<String>,
    /// A part of the id.
    pub text: String,
    /// Sessions to pass over.
    pub offset: usize,
    /// The most.
    pub limit: usize,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffCall {
    /// The two sides.
    pub sides: Sides,
    /// Fields that are new in every event count too.
    pub exact: bool,
}

/// Two things that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Two captures.
    Captures(u64, u64),
    /// A capture and the sample of its event.
    Sample(u64),
    /// Two sessions.
    Sessions(String, String),
}

/// Which captures are exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HarCall {
    /// Those that a query means.
    Query(String),
    /// These.
    Ids(Vec<u64>),
}

/// What a stream sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamCall {
    /// Only what this query means.
    pub query: String,
    /// The last capture that the client knows.
    pub after: Option<u64>,
}

/// An answer.
#[derive(Debug)]
pub enum Reply {
    /// One JSON object.
    Json(Vec<u8>),
    /// A file to be saved.
    File {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Bytes,
    },
    /// JSON objects, one a line, as they come; or a file in pieces, if it has a name.
    Pieces(mpsc::Receiver<Bytes>, Option<&'static str>),
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The status of the answer.
    pub status: StatusCode,
    /// The kind of error, for programs.
    pub code: &'static str,
    /// What is wrong, for people.
    pub message: String,
    /// What to do about it, for people.
    pub help: Option<String>,
    /// The column of a query, from 1.
    pub column: Option<usize>,
}

impl ApiError {
    /// An error without further advice.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError {
            status,
            code,
            message: message.into(),
            help: None,
            column: None,
        }
    }

    /// A parameter or a body is wrong.
    pub fn request(message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, "request", message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, "not-found", message)
    }
}

/// Answers questions. It may block.
pub trait Backend: Send + Sync + 'static {
    /// Answers one.
    ///
    /// # Errors
    ///
    /// What the client is told.
    fn call(&self, call: Call) -> Result<Reply, ApiError>;

    /// Begins a stream.
    ///
    /// # Errors
    ///
    /// The query is wrong.
    fn feed(&self, call: StreamCall) -> Result<Box<dyn Feed>, ApiError>;

    /// Changes whenever there is something new for a feed.
    fn changes(&self) -> watch::Receiver<u64>;

    /// How many streams are open now.
    fn tell_streams(&self, open: usize);
}

/// What a stream sends, and how far it is.
pub trait Feed: Send + 'static {
    /// What is new. Never more than a client can take at once.
    fn next(&mut self) -> Vec<Message>;
}

/// A message of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The name of its event.
    pub event: &'static str,
    /// The capture up to which the stream is.
    pub id: Option<u64>,
    /// One JSON object.
    pub data: Vec<u8>,
}
