//! A server that stands in for the storage of a provider: `--serve-files`.
//!
//! It serves a small file for each URL that an event names, and notes what becomes of it. The
//! connections, limits and timers are those of the receiver.

mod faults;
mod ledger;
mod range;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream};
use http_body_util::StreamBody;
use hyper::body::Frame;
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, IF_RANGE, RANGE, WWW_AUTHENTICATE,
};
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use memchr::memmem;
use tokio::sync::{Notify, oneshot};
use tokio::time::sleep;

use super::auth::{CHALLENGE, Gate, user};
use super::bind;
use super::options::ReceiverOptions;
use super::serve::serve;
use super::service::Responder;
use crate::catalog::Catalog;
use crate::model::error::Failure;
use crate::model::secret::Credentials;

pub use faults::{FileFault, FileFaultError, FileFaults};
use ledger::Ledger;
pub use ledger::{FileUse, GivenCredentials};
use range::{Part, part};

/// Where it listens: the receiver under test runs on this machine.
const HOST: &str = "127.0.0.1";
/// Connections at a time.
const MOST_CONNECTIONS: usize = 256;
/// How long downloads may go on when the run ends.
const GRACE: Duration = Duration::from_secs(1);
/// The largest piece of a file that is sent at a time.
const PIECE: usize = 512;
/// The pause before a connection is cut, so that what was written before leaves.
const BEFORE_CUT: Duration = Duration::from_millis(50);

type Content = StreamBody<Pin<Box<dyn Stream<Item = io::Result<Frame<Bytes>>> + Send>>>;

/// Who may download the files of the provider. Those on the storage of its customer need no
/// credentials.
#[derive(Clone, Debug)]
pub enum FileAccess {
    /// Every client.
    Open,
    /// Every client with Basic credentials.
    Named,
    /// Clients with these credentials.
    Only(Credentials),
}

/// What the server does with requests.
#[derive(Clone, Debug)]
pub struct FileServerOptions {
    /// Who may download.
    pub access: FileAccess,
    /// Faults on purpose. Those of an event take precedence over those of all files.
    pub faults: Vec<FileFaults>,
}

/// A server on a free port of this machine. It ends when the value is dropped.
pub struct FileServer {
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

struct Shared {
    origin: String,
    /// Whether clients without credentials are let in.
    is_open: bool,
    gate: Option<Gate>,
    /// The faults, each with the path before the files that they are for.
    faults: Vec<(String, Arc<[FileFault]>)>,
    ledger: Mutex<Ledger>,
    changed: Notify,
}

impl fmt::Debug for FileServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FileServer");
        shown
            .field("origin", &self.origin())
            .finish_non_exhaustive()
    }
}

impl FileServer {
    /// Takes a port and serves on the current runtime.
    ///
    /// # Errors
    ///
    /// If a fault is for an event that is unknown or names no files, or no port is free.
    pub async fn start(
        options: &FileServerOptions,
        catalog: &Catalog,
    ) -> Result<FileServer, Failure> {
        let faults = options.faults.iter().map(|faults| faults.at(catalog));
        let mut faults = faults.collect::<Result<Vec<_>, _>>()?;
        // Those of an event come before those of all files.
        faults.sort_by_key(|(before, _)| std::cmp::Reverse(before.len()));
        let (listener, address) = bind::listen(HOST, 0).await?;
        let (is_open, gate) = match &options.access {
            FileAccess::Open => (true, None),
            FileAccess::Named => (false, None),
            FileAccess::Only(credentials) => (false, Some(Gate::new(credentials))),
        };
        let shared = Arc::new(Shared {
            origin: format!("http://{address}"),
            is_open,
            gate,
            faults,
            ledger: Mutex::default(),
            changed: Notify::new(),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let answering = Arc::clone(&shared);
        let respond = move |_, request| {
            let shared = Arc::clone(&answering);
            async move { answer(&shared, &request) }
        };
        tokio::spawn(async move {
            let limits = ReceiverOptions {
                max_connections: MOST_CONNECTIONS,
                grace: GRACE,
                ..ReceiverOptions::new(HOST, 0)
            };
            let stopped = async { drop(stopped.await) };
            serve(listener, &limits, Arc::new(Responder(respond)), stopped).await
        });
        Ok(FileServer {
            shared,
            _stop: stop,
        })
    }

    /// The beginning of its URLs: `http://127.0.0.1:41234`.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// Serves the files that a body names, before it is posted.
    pub fn name(&self, body: &[u8], catalog: &Catalog) {
        let mut ledger = self.shared.ledger();
        for path in self.paths(body) {
            if let Some((entry, files)) = catalog.serving(path) {
                let kind = files.kind_of(path);
                let file = FileUse {
                    url: self.shared.url(path),
                    event: Some(entry.event.name.clone()),
                    kind: Some(kind),
                    own_storage: files.own_storage,
                    requests: 0,
                    credentials: Vec::new(),
                    statuses: BTreeMap::new(),
                    sent: 0,
                    size: kind.content().len(),
                    is_posted: false,
                };
                let mut faults = self.shared.faults.iter();
                let faults = faults.find(|(before, _)| path.starts_with(before));
                let faults = faults.map(|(_, faults)| Arc::clone(faults));
                ledger.name(path, file, faults.unwrap_or_default());
            }
        }
    }

    /// Notes that a body was posted: its links begin to age.
    pub fn posted(&self, body: &[u8]) {
        let mut ledger = self.shared.ledger();
        for path in self.paths(body) {
            ledger.posted(path);
        }
        self.shared.changed.notify_waiters();
    }

    /// The paths of the URLs in a body that lead here.
    fn paths<'b>(&'b self, body: &'b [u8]) -> impl Iterator<Item = &'b str> {
        let origin = self.origin().as_bytes();
        memmem::find_iter(body, origin).filter_map(move |at| {
            let rest = &body[at + origin.len()..];
            let is_end = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=b' ');
            let end = rest.iter().position(is_end).unwrap_or(rest.len());
            let path = std::str::from_utf8(&rest[..end]).ok()?;
            path.starts_with('/').then_some(path)
        })
    }

    /// Waits until all files of posted events were sent whole.
    pub async fn settled(&self) {
        loop {
            // Registered before the state is read, so that no change falls between the two.
            let changed = self.shared.changed.notified();
            if self.shared.ledger().is_settled() {
                return;
            }
            changed.await;
        }
    }

    /// The files of posted events and all others that were asked for, in the order of the events.
    pub fn uses(&self) -> Vec<FileUse> {
        self.shared.ledger().uses()
    }
}

/// Whether events named files, and all of these were sent whole.
pub fn all_fetched(uses: &[FileUse]) -> bool {
    let mut named = uses.iter().filter(|file| file.event.is_some()).peekable();
    named.peek().is_some() && named.all(FileUse::is_whole)
}

impl Shared {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The credentials of a request, and whether they suffice for a file of the provider.
    fn judge(&self, headers: &HeaderMap) -> (GivenCredentials, bool) {
        let is_right = match &self.gate {
            Some(gate) => gate.check(headers).is_ok(),
            None => true,
        };
        match user(headers) {
            Some(user) if is_right => (GivenCredentials::Accepted(user), true),
            Some(user) => (GivenCredentials::Wrong(user), false),
            None => (GivenCredentials::None, self.is_open),
        }
    }
}

/// Answers a request, and notes it.
fn answer<B>(shared: &Arc<Shared>, request: &Request<B>) -> Response<Content> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("", |path| path.as_str());
    let is_get = request.method() == Method::GET;
    if !is_get && request.method() != Method::HEAD {
        let reply = refusal(StatusCode::METHOD_NOT_ALLOWED, "GET the file.\n");
        return with(reply, ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    let (given, is_enough) = shared.judge(request.headers());
    let reply = {
        let mut ledger = shared.ledger();
        let file = if is_get {
            ledger.ask(path, &shared.url(path), given).cloned()
        } else {
            ledger.find(path).cloned()
        };
        match file {
            None => refusal(StatusCode::NOT_FOUND, "No event names this file.\n"),
            Some(file) if !is_enough && !file.own_storage => challenge(),
            Some(file) => {
                // HEAD shows what is there, and takes no turn.
                let fault = if is_get {
                    ledger.take_turn(path)
                } else {
                    FileFault::None
                };
                let is_expired = |after| ledger.is_expired(path, after);
                match fault {
                    FileFault::Status(401) => challenge(),
                    FileFault::Status(status) => {
                        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
                        refusal(status, "On purpose: --files-fault.\n")
                    }
                    FileFault::Expire(after) if is_expired(after) => {
                        refusal(StatusCode::GONE, "The link has expired.\n")
                    }
                    fault => content(shared, path, &file, request.headers(), is_get, fault),
                }
            }
        }
    };
    if is_get {
        shared.ledger().answered(path, reply.status().as_u16());
        shared.changed.notify_waiters();
    }
    reply
}

/// The file, or the part that is asked for.
fn content(
    shared: &Arc<Shared>,
    path: &str,
    file: &FileUse,
    headers: &HeaderMap,
    is_get: bool,
    fault: FileFault,
) -> Response<Content> {
    let Some(kind) = file.kind else {
        return refusal(StatusCode::NOT_FOUND, "No event names this file.\n");
    };
    let bytes = kind.content();
    let etag = format!("\"{}-{}\"", kind.word(), bytes.len());
    // A range is for GET (RFC 9110, section 14.2), and for the file that the client knows.
    let is_same = headers
        .get(IF_RANGE)
        .is_none_or(|known| known.as_bytes() == etag.as_bytes());
    let field = headers.get(RANGE).filter(|_| is_get && is_same);
    let all = 0..bytes.len();
    let (status, range) = match part(field.map(HeaderValue::as_bytes), bytes.len()) {
        Part::Whole => (StatusCode::OK, all),
        Part::Bytes(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::OutOfBounds => {
            let reply = refusal(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "The file ends before that.\n",
            );
            let length = format!("bytes */{}", bytes.len());
            return with(reply, CONTENT_RANGE, value(&length));
        }
    };
    let pieces = if is_get {
        Pieces::new(shared, path, range.clone(), fault).stream(bytes)
    } else {
        Box::pin(stream::empty())
    };
    let mut reply = Response::new(StreamBody::new(pieces));
    *reply.status_mut() = status;
    reply = with(reply, CONTENT_LENGTH, range.len().into());
    reply = with(
        reply,
        CONTENT_TYPE,
        HeaderValue::from_static(kind.media_type()),
    );
    reply = with(reply, ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        let place = format!("bytes {}-{}/{}", range.start, range.end - 1, bytes.len());
        reply = with(reply, CONTENT_RANGE, value(&place));
    }
    with(reply, ETAG, value(&etag))
}

/// The pieces of a file that are still to be sent.
struct Pieces {
    shared: Arc<Shared>,
    path: String,
    left: Range<usize>,
    pause: Duration,
    /// Where the connection is cut.
    cut: Option<usize>,
}

impl Pieces {
    fn new(shared: &Arc<Shared>, path: &str, range: Range<usize>, fault: FileFault) -> Pieces {
        let pieces = u32::try_from(range.len().div_ceil(PIECE).max(1)).unwrap_or(1);
        Pieces {
            shared: Arc::clone(shared),
            path: path.to_owned(),
            pause: match fault {
                FileFault::Slow(time) => time / pieces,
                _ => Duration::ZERO,
            },
            cut: (fault == FileFault::Cut).then_some(range.start + range.len() / 2),
            left: range,
        }
    }

    fn stream(
        self,
        bytes: &'static [u8],
    ) -> Pin<Box<dyn Stream<Item = io::Result<Frame<Bytes>>> + Send>> {
        Box::pin(stream::unfold(Some(self), move |pieces| async move {
            let mut pieces = pieces?;
            if pieces.cut == Some(pieces.left.start) {
                sleep(BEFORE_CUT).await;
                return Some((Err(io::Error::other("cut on purpose")), None));
            }
            if pieces.left.is_empty() {
                return None;
            }
            if !pieces.pause.is_zero() {
                sleep(pieces.pause).await;
            }
            let start = pieces.left.start;
            let end = (start + PIECE).min(pieces.cut.unwrap_or(pieces.left.end));
            pieces.left.start = end;
            pieces.shared.ledger().sent(&pieces.path, start..end);
            pieces.shared.changed.notify_waiters();
            let piece = Bytes::from_static(&bytes[start..end]);
            Some((Ok(Frame::data(piece)), Some(pieces)))
        }))
    }
}

fn challenge() -> Response<Content> {
    let reply = refusal(
        StatusCode::UNAUTHORIZED,
        "Basic credentials are needed here.\n",
    );
    with(reply, WWW_AUTHENTICATE, CHALLENGE)
}

fn refusal(status: StatusCode, text: &'static str) -> Response<Content> {
    let frame = Ok(Frame::data(Bytes::from_static(text.as_bytes())));
    let body: Content = StreamBody::new(Box::pin(stream::iter([frame])));
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    reply = with(reply, CONTENT_LENGTH, text.len().into());
    with(
        reply,
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    )
}

fn with(mut reply: Response<Content>, name: HeaderName, value: HeaderValue) -> Response<Content> {
    reply.headers_mut().insert(name, value);
    reply
}

/// The texts are numbers and constant words, which every field can hold.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
