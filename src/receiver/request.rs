//! One request: authenticated, read, captured, recorded, answered.
//!
//! The order is the promise: authenticate before reading the body; record before answering
//! 200; never look into the body.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use chrono::{SubsecRound as _, Utc};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Uri};
use tokio::time::{sleep, timeout};

use super::auth::{CHALLENGE, Gate};
use super::budget::{Budget, FREE, Share};
use super::event::{Event, Refusal};
use super::options::ReceiverOptions;
use super::paced::Phase;
use super::proxied;
use super::recorder::{IsMalformed, Recorder};
use super::reply::Policy;
use crate::model::capture::{Capture, Headers};

/// The answer to a GET of a browser, or of a portal that tests the URL.
const GREETING: &str = "enx-hook is listening here: POST your webhooks to this address\n";

pub(super) type Reply = Response<Full<Bytes>>;

/// What all requests of one receiver share.
pub(super) struct Shared<R, O> {
    pub(super) recorder: R,
    pub(super) observer: O,
    pub(super) gate: Option<Gate>,
    pub(super) path: Option<String>,
    /// Whether proxies report the client address.
    pub(super) trust_proxy: bool,
    pub(super) max_body: usize,
    pub(super) budget: Budget,
    pub(super) body_timeout: Duration,
    pub(super) is_malformed: Option<IsMalformed>,
    pub(super) policy: Option<Policy>,
    pub(super) captured: AtomicU64,
    pub(super) refused: AtomicU64,
}

impl<R, O> Shared<R, O> {
    pub(super) fn new(
        options: &ReceiverOptions,
        is_malformed: Option<IsMalformed>,
        policy: Option<Policy>,
        recorder: R,
        observer: O,
    ) -> Shared<R, O> {
        Shared {
            recorder,
            observer,
            gate: options.credentials.as_ref().map(Gate::new),
            path: options.path.clone(),
            trust_proxy: options.trust_proxy,
            max_body: options.max_body,
            budget: Budget::new(options.body_memory),
            body_timeout: options.body_timeout,
            is_malformed,
            policy,
            captured: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }
}

/// What the requests of one connection share.
pub(super) struct Sender {
    pub(super) address: SocketAddr,
    /// The phase of the connection.
    pub(super) phase: Phase,
    /// Whether a reply was sent before the whole body was read.
    pub(super) unread: AtomicBool,
}

/// The policy closes the connection without a reply.
#[derive(Debug, thiserror::Error)]
#[error("closed without a reply")]
pub(super) struct HungUp;

/// Answers one request. Every path ends in a reply, unless the policy wants none.
pub(super) async fn answer<R, O>(
    shared: &Shared<R, O>,
    sender: &Sender,
    request: Request<Incoming>,
) -> Result<Reply, HungUp>
where
    R: Recorder,
    O: Fn(Event),
{
    sender.phase.in_hand();
    let (head, body) = request.into_parts();
    let reply = judge(shared, sender, head, body).await;
    sender.phase.idle();
    reply
}

async fn judge<R, O>(
    shared: &Shared<R, O>,
    sender: &Sender,
    head: Parts,
    body: Incoming,
) -> Result<Reply, HungUp>
where
    R: Recorder,
    O: Fn(Event),
{
    let proxied = shared
        .trust_proxy
        .then(|| proxied::peer(sender.address.ip(), &head.headers));
    let peer = proxied
        .flatten()
        .unwrap_or_else(|| sender.address.to_string());
    if let Err(refusal) = admit(shared, &head) {
        let reply = refuse(shared, peer, &head, refusal);
        return Ok(before_the_body(reply, &body, sender));
    }
    if head.method != Method::POST {
        return Ok(before_the_body(greet(), &body, sender));
    }

    let mut share = shared.budget.share();
    let reading = read(body, shared.max_body, &mut share);
    let body = match timeout(shared.body_timeout, reading).await {
        Ok(Ok(body)) => body,
        broken => {
            let refusal = broken.map_or(Refusal::BodyTimedOut, |read| {
                read.err().unwrap_or(Refusal::BodyIncomplete)
            });
            let reply = refuse(shared, peer, &head, refusal);
            return Ok(hang_up(reply, sender));
        }
    };
    let capture = Arc::new(capture(&head, peer, body));
    let seq = match shared.recorder.record(Arc::clone(&capture)).await {
        Ok(seq) => seq,
        Err(error) => {
            let refusal = Refusal::NotRecorded(error.message);
            return Ok(refuse(shared, capture.peer.clone(), &head, refusal));
        }
    };
    // From here on the capture counts towards the limits of the queues.
    drop(share);
    shared.captured.fetch_add(1, Relaxed);
    if let Some(policy) = &shared.policy {
        return by_policy(shared, policy, seq, capture).await;
    }

    let malformed = shared
        .is_malformed
        .as_ref()
        .is_some_and(|is_malformed| is_malformed(&capture));
    let reply = if malformed {
        text(
            StatusCode::BAD_REQUEST,
            "The body is malformed. It was recorded.\n",
        )
    } else {
        Response::new(Full::default())
    };
    (shared.observer)(Event::Captured {
        seq,
        capture,
        status: Some(reply.status().as_u16()),
    });
    Ok(reply)
}

/// Answers as the policy says. The observer gets the event before the delay.
async fn by_policy<R, O>(
    shared: &Shared<R, O>,
    policy: &Policy,
    seq: Option<u64>,
    capture: Arc<Capture>,
) -> Result<Reply, HungUp>
where
    O: Fn(Event),
{
    let reply = policy(seq, Arc::clone(&capture)).await;
    (shared.observer)(Event::Captured {
        seq,
        capture,
        status: reply.status.map(|status| status.as_u16()),
    });
    if !reply.delay.is_zero() {
        sleep(reply.delay).await;
    }
    reply.into_response().ok_or(HungUp)
}

/// Checks everything that does not need the body. Credentials come first, so that an
/// unauthenticated sender learns nothing.
fn admit<R, O>(shared: &Shared<R, O>, head: &Parts) -> Result<(), Refusal> {
    if let Some(gate) = &shared.gate {
        gate.check(&head.headers)?;
    }
    if let Some(path) = &shared.path
        && head.uri.path() != path
    {
        return Err(Refusal::NotFound);
    }
    if ![Method::POST, Method::GET, Method::HEAD].contains(&head.method) {
        return Err(Refusal::MethodNotAllowed);
    }
    Ok(())
}

/// The whole body, copied out of the connection's buffer: a capture outlives the request and
/// would keep a buffer alive that is much larger than most bodies.
///
/// Memory is reserved as bytes arrive; a declared length reserves nothing.
async fn read(mut body: Incoming, limit: usize, share: &mut Share<'_>) -> Result<Bytes, Refusal> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > limit {
        return Err(Refusal::BodyTooLarge);
    }
    let most = body.size_hint().exact().map_or(limit, |_| declared);
    let mut whole = Vec::with_capacity(declared.min(FREE));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::BodyIncomplete)?;
        // Trailers are not part of the body.
        if let Ok(data) = frame.into_data() {
            if data.len() > limit - whole.len() {
                return Err(Refusal::BodyTooLarge);
            }
            let needed = whole.len() + data.len();
            if needed > whole.capacity() {
                let room = needed.max(whole.capacity().saturating_mul(2).min(most));
                if !share.grow_to(room) {
                    return Err(Refusal::NoRoom);
                }
                whole.reserve_exact(room - whole.len());
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(Bytes::from(whole))
}

fn capture(head: &Parts, peer: String, body: Bytes) -> Capture {
    // Microseconds, as in the log, so that a capture equals its record.
    let received_at = Utc::now().trunc_subsecs(6);
    let mut headers = Headers::new();
    for (name, value) in &head.headers {
        headers.push(name.as_str(), Bytes::copy_from_slice(value.as_bytes()));
    }
    Capture {
        received_at,
        peer,
        method: head.method.as_str().to_owned(),
        target: target(&head.uri),
        headers,
        body,
    }
}

/// Path and query as sent. The absolute form for proxies (RFC 9112, section 3.2.2) is kept as
/// it is.
fn target(uri: &Uri) -> String {
    match uri.path_and_query() {
        Some(path_and_query) if uri.authority().is_none() => path_and_query.as_str().to_owned(),
        _ => uri.to_string(),
    }
}

fn greet() -> Reply {
    text(StatusCode::OK, GREETING)
}

fn refuse<R, O>(shared: &Shared<R, O>, peer: String, head: &Parts, reason: Refusal) -> Reply
where
    O: Fn(Event),
{
    let (field, line) = match &reason {
        Refusal::NoCredentials | Refusal::WrongCredentials => (
            Some((WWW_AUTHENTICATE, CHALLENGE)),
            "Basic credentials are needed here.\n",
        ),
        Refusal::NotFound => (None, "Nothing listens on this path.\n"),
        Refusal::MethodNotAllowed => (
            Some((ALLOW, HeaderValue::from_static("POST, GET, HEAD"))),
            "POST your webhooks to this address.\n",
        ),
        Refusal::BodyTooLarge => (None, "The body is too large.\n"),
        Refusal::BodyTimedOut => (None, "The body took too long.\n"),
        Refusal::BodyIncomplete => (None, "The body broke off.\n"),
        Refusal::NoRoom => (
            Some((RETRY_AFTER, HeaderValue::from_static("1"))),
            "Too many large bodies at once. Please send it again.\n",
        ),
        Refusal::NotRecorded(_) => (
            Some((RETRY_AFTER, HeaderValue::from_static("1"))),
            "The request could not be recorded. Please send it again.\n",
        ),
    };
    let mut reply = text(reason.status_code(), line);
    if let Some((name, value)) = field {
        reply.headers_mut().insert(name, value);
    }
    shared.refused.fetch_add(1, Relaxed);
    (shared.observer)(Event::Refused {
        at: Utc::now().trunc_subsecs(6),
        peer,
        method: head.method.as_str().to_owned(),
        target: target(&head.uri),
        reason,
    });
    reply
}

/// A reply to a request whose body was not read.
fn before_the_body(reply: Reply, body: &Incoming, sender: &Sender) -> Reply {
    if body.is_end_stream() {
        reply
    } else {
        hang_up(reply, sender)
    }
}

/// Closes the connection: the start of the next request is unknown.
fn hang_up(mut reply: Reply, sender: &Sender) -> Reply {
    sender.unread.store(true, Relaxed);
    reply
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    reply
}

fn text(status: StatusCode, line: &'static str) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from_static(line.as_bytes())));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    reply
}
