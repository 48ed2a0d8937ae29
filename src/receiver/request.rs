//! One request: authenticated, read, captured, recorded, answered.
//!
//! The order is the promise: authenticate before reading the body; record before answering
//! 200; never look into the body.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use chrono::{SubsecRound as _, Utc};
use compact_str::{CompactString, ToCompactString as _, format_compact};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER,
    TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Method, Request, Response, StatusCode, Uri, Version};
use tokio::time::{sleep, timeout};

use super::auth::{CHALLENGE, Gate};
use super::budget::{Budget, FREE, Share};
use super::checks::Checks;
use super::event::{Arrived, Event, Refusal};
use super::options::ReceiverOptions;
use super::proxied::{self, ProxyHeader};
use super::recorder::{IsMalformed, Recorder};
use super::reply::Policy;
use super::service::{Last, Sender, Service};
use crate::model::capture::{Capture, Headers};
use crate::model::growing::Growing;

/// The answer to a GET of a browser, or of a portal that tests the URL.
const GREETING: &str = "enx-hook is listening here: POST your webhooks to this address\n";

/// How long bytes may take that follow a head without a length. Without any, the body is empty.
const BODY_START: Duration = Duration::from_millis(250);
/// Bytes of a broken body that are shown.
const PARTIAL: usize = 16 * 1024;

pub(super) type Reply = Response<Full<Bytes>>;

/// What all requests of one receiver share.
pub(super) struct Shared<R, O> {
    pub(super) recorder: R,
    pub(super) observer: O,
    pub(super) gate: Option<Gate>,
    pub(super) path: Option<String>,
    pub(super) health_path: Option<String>,
    /// Whether the last capture could not be recorded.
    is_failing: AtomicBool,
    /// The header in which proxies report the client address.
    pub(super) trust_proxy: Option<ProxyHeader>,
    pub(super) max_body: usize,
    pub(super) budget: Budget,
    pub(super) body_timeout: Duration,
    pub(super) checks: Option<Checks>,
    pub(super) policy: Option<Policy>,
    pub(super) shows_partial: bool,
    pub(super) captured: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) greeted: AtomicU64,
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
            health_path: options.health_path.clone(),
            is_failing: AtomicBool::new(false),
            trust_proxy: options.trust_proxy,
            max_body: options.max_body,
            budget: Budget::new(options.body_memory),
            body_timeout: options.body_timeout,
            checks: is_malformed.map(Checks::new),
            policy,
            shows_partial: options.shows_partial,
            captured: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            greeted: AtomicU64::new(0),
        }
    }
}

/// The policy closes the connection without a reply.
#[derive(Debug, thiserror::Error)]
#[error("closed without a reply")]
pub(super) struct HungUp;

impl<R, O> Service for Shared<R, O>
where
    R: Recorder,
    O: Fn(Event) + Send + Sync + 'static,
{
    type Body = Full<Bytes>;
    type Error = HungUp;

    /// Every path ends in a reply, unless the policy wants none.
    async fn answer(&self, sender: &Sender, request: Request<Incoming>) -> Result<Reply, HungUp> {
        let is_counted = sender.phase.in_hand();
        sender.change_last(|last| *last = Last::default());
        let (head, body) = request.into_parts();
        let reply = judge(self, sender, head, body, is_counted).await;
        sender.phase.idle();
        reply
    }

    fn tell(&self, event: Event) {
        if matches!(event, Event::Unreadable { .. }) {
            self.refused.fetch_add(1, Relaxed);
        }
        (self.observer)(event);
    }
}

async fn judge<R, O>(
    shared: &Shared<R, O>,
    sender: &Sender,
    head: Parts,
    body: Incoming,
    is_counted: bool,
) -> Result<Reply, HungUp>
where
    R: Recorder,
    O: Fn(Event),
{
    let proxied = shared
        .trust_proxy
        .and_then(|header| proxied::peer(sender.address.ip(), &head.headers, header));
    let peer = proxied.map_or_else(|| sender.address.to_compact_string(), Into::into);
    let refuse = |peer, reason, partial| {
        let reply = refuse(shared, peer, &head, reason, partial);
        Ok(hang_up(reply, sender))
    };
    let unread = |reply| {
        Ok(if body.is_end_stream() {
            reply
        } else {
            hang_up(reply, sender)
        })
    };
    if let Some(reply) = health(shared, &head) {
        return unread(reply);
    }
    // hyper leaves out a Content-Length behind a Transfer-Encoding.
    let has_left_out = is_counted && sender.phase.fields() > head.headers.len();
    if let Err(refusal) = admit(shared, &head, has_left_out) {
        return refuse(peer, refusal, Bytes::new());
    }
    if head.method != Method::POST {
        return unread(greet(shared, peer, &head));
    }
    let is_last = is_last(&head);
    let length = body
        .size_hint()
        .exact()
        .filter(|_| head.headers.contains_key(CONTENT_LENGTH));
    if length.is_none()
        && !head.headers.contains_key(TRANSFER_ENCODING)
        && lacks_length(sender, is_last, is_counted).await
    {
        return refuse(peer, Refusal::NoLength, Bytes::new());
    }

    let mut share = shared.budget.share();
    let whole = match whole_body(shared, body, length, &mut share).await {
        Ok(whole) => whole,
        Err((refusal, partial)) => return refuse(peer, refusal, partial),
    };
    sender.change_last(|last| {
        let surplus = sender
            .phase
            .behind()
            .saturating_sub(length.unwrap_or(u64::MAX));
        *last = Last {
            is_post: true,
            length,
            surplus: if is_last && is_counted { surplus } else { 0 },
            must_linger: is_last,
        };
    });
    let capture = Arc::new(capture(&head, peer, whole));
    let check = match shared.checks.as_ref().map(|checks| checks.begin(&capture)) {
        Some(None) => return refuse(capture.peer.clone(), Refusal::TooManyChecks, Bytes::new()),
        check => check.flatten(),
    };
    let recorded = shared.recorder.record(Arc::clone(&capture)).await;
    shared.is_failing.store(recorded.is_err(), Relaxed);
    let seq = match recorded {
        Ok(seq) => seq,
        Err(error) => {
            let refusal = Refusal::NotRecorded(error.message);
            return refuse(capture.peer.clone(), refusal, Bytes::new());
        }
    };
    shared.captured.fetch_add(1, Relaxed);
    let mut recorded = Recorded {
        observer: &shared.observer,
        capture: Some((seq, Arc::clone(&capture))),
    };
    if let Some(policy) = &shared.policy {
        let reply = policy(seq, capture).await;
        recorded.tell(reply.status.map(|status| status.as_u16()));
        // From here on the capture counts towards the limits of the queues.
        drop(share);
        return delayed(reply).await;
    }
    let is_malformed = match check {
        Some(check) => check.run(capture).await,
        None => false,
    };
    drop(share);
    let reply = if is_malformed {
        text(
            StatusCode::BAD_REQUEST,
            "The body is malformed. It was recorded.\n",
        )
    } else {
        Response::new(Full::default())
    };
    recorded.tell(Some(reply.status().as_u16()));
    Ok(reply)
}

/// A capture that the observer must learn of, also if its sender goes away before the reply.
struct Recorded<'o, O: Fn(Event)> {
    observer: &'o O,
    capture: Option<(Option<u64>, Arc<Capture>)>,
}

impl<O: Fn(Event)> Recorded<'_, O> {
    fn tell(&mut self, status: Option<u16>) {
        if let Some((seq, capture)) = self.capture.take() {
            (self.observer)(Event::Captured {
                seq,
                capture,
                status,
            });
        }
    }
}

impl<O: Fn(Event)> Drop for Recorded<'_, O> {
    fn drop(&mut self) {
        self.tell(None);
    }
}

async fn delayed(reply: super::reply::Reply) -> Result<Reply, HungUp> {
    if !reply.delay.is_zero() {
        sleep(reply.delay).await;
    }
    reply.into_response().ok_or(HungUp)
}

/// The answer to a monitor. It needs no credentials, and is neither shown nor counted.
fn health<R, O>(shared: &Shared<R, O>, head: &Parts) -> Option<Reply> {
    let is_asked = shared.health_path.as_deref() == Some(head.uri.path())
        && [Method::GET, Method::HEAD].contains(&head.method);
    is_asked.then(|| {
        if shared.is_failing.load(Relaxed) {
            let problem = "The last request could not be recorded.\n";
            text(StatusCode::SERVICE_UNAVAILABLE, problem)
        } else {
            text(StatusCode::OK, "ok\n")
        }
    })
}

/// Checks everything that does not need the body. Credentials come first, so that an
/// unauthenticated sender learns nothing.
fn admit<R, O>(shared: &Shared<R, O>, head: &Parts, has_left_out: bool) -> Result<(), Refusal> {
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
    check_host(head)?;
    // hyper takes any list that ends in `chunked`, and leaves the other codings in the body.
    let mut codings = head.headers.get_all(TRANSFER_ENCODING).iter();
    let is_chunked = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(_), _) if has_left_out || head.headers.contains_key(CONTENT_LENGTH) => {
            Err(Refusal::TwoLengths)
        }
        (Some(coding), None) if is_chunked(coding) => Ok(()),
        _ => Err(Refusal::UnknownCoding),
    }
}

/// Exactly one valid `Host` field; HTTP/1.0 needs none (RFC 9112, section 3.2).
fn check_host(head: &Parts) -> Result<(), Refusal> {
    let mut hosts = head.headers.get_all(HOST).iter();
    let problem = match (hosts.next(), hosts.next()) {
        (None, _) if head.version == Version::HTTP_10 => return Ok(()),
        (None, _) => "HTTP/1.1 needs a Host field, and there is none",
        (Some(_), Some(_)) => "there is more than one Host field",
        (Some(host), None) => {
            let host = host.as_bytes();
            if host.is_empty() || (!host.contains(&b'@') && Authority::try_from(host).is_ok()) {
                return Ok(());
            }
            "the Host field is not a host"
        }
    };
    Err(Refusal::BadHost(problem))
}

/// Whether the sender does not expect to send another request on this connection.
fn is_last(head: &Parts) -> bool {
    let says = |option: &str| {
        let fields = head.headers.get_all(CONNECTION).iter();
        fields
            .filter_map(|field| field.to_str().ok())
            .flat_map(|field| field.split(','))
            .any(|said| said.trim().eq_ignore_ascii_case(option))
    };
    says("close") || (head.version == Version::HTTP_10 && !says("keep-alive"))
}

/// Whether a body follows a head without a length. Behind the last request of a connection any
/// byte is one; before another request, bytes that cannot begin it are.
async fn lacks_length(sender: &Sender, is_last: bool, is_counted: bool) -> bool {
    if is_counted && sender.phase.behind() > 0 {
        return is_last || !sender.phase.is_next_request();
    }
    is_last && sender.waiting.is_any(BODY_START).await
}

/// The whole body within its time, or why it is refused and the part of it that is shown.
async fn whole_body<R, O>(
    shared: &Shared<R, O>,
    body: Incoming,
    length: Option<u64>,
    share: &mut Share<'_>,
) -> Result<Bytes, (Refusal, Bytes)> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let most = body
        .size_hint()
        .exact()
        .map_or(shared.max_body, |_| declared);
    let mut whole = Growing::new(declared.min(FREE), most);
    let reading = read(body, shared.max_body, share, &mut whole);
    let read = timeout(shared.body_timeout, reading).await;
    let arrived = Arrived {
        bytes: whole.length(),
        declared: length,
    };
    let refusal = match read {
        Ok(Ok(())) => return Ok(whole.into_bytes()),
        Ok(Err(refusal)) => refusal.unwrap_or(Refusal::BodyIncomplete(arrived)),
        Err(_) => Refusal::BodyTimedOut {
            arrived,
            within: shared.body_timeout,
        },
    };
    let shown = if shared.shows_partial { PARTIAL } else { 0 };
    Err((refusal, whole.into_first(shown)))
}

/// The body, copied out of the connection's buffer: a capture outlives the request and
/// would keep a buffer alive that is much larger than most bodies.
///
/// Memory is taken as bytes arrive; a declared length takes none. `whole` also has the
/// part of a body that broke off, for which the error names no other reason.
async fn read(
    mut body: Incoming,
    limit: usize,
    share: &mut Share<'_>,
    whole: &mut Growing,
) -> Result<(), Option<Refusal>> {
    let exact = body.size_hint().exact();
    let too_large = Refusal::BodyTooLarge {
        most: limit,
        declared: exact,
    };
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > limit {
        return Err(Some(too_large));
    }
    let most = exact.map_or(limit, |_| declared);
    let mut granted = declared.min(FREE);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| None)?;
        // Trailers are not part of the body.
        if let Ok(data) = frame.into_data() {
            if data.len() > limit - whole.length() {
                return Err(Some(too_large));
            }
            let needed = whole.length() + data.len();
            if needed > granted {
                granted = needed.max(granted.saturating_mul(2).min(most));
                if !share.grow_to(granted) {
                    return Err(Some(Refusal::NoRoom));
                }
            }
            whole.make_room(granted);
            whole.extend_from_slice(&data);
        }
    }
    Ok(())
}

fn capture(head: &Parts, peer: CompactString, body: Bytes) -> Capture {
    // Microseconds, as in the log, so that a capture equals its record.
    let received_at = Utc::now().trunc_subsecs(6);
    let mut headers = Headers::new();
    // One piece of memory for all values.
    let mut values = Vec::new();
    for value in head.headers.values() {
        values.extend_from_slice(value.as_bytes());
    }
    let mut values = Bytes::from(values);
    for (name, value) in &head.headers {
        headers.push(name.as_str(), values.split_to(value.len()));
    }
    Capture {
        received_at,
        peer,
        method: head.method.as_str().into(),
        target: target(&head.uri),
        headers,
        body,
    }
}

/// Path and query as sent. The absolute form for proxies (RFC 9112, section 3.2.2) is kept as
/// it is, without the credentials that it may have.
fn target(uri: &Uri) -> CompactString {
    let bare = |authority: &Authority| -> CompactString {
        let text = authority.as_str();
        text.rsplit_once('@').map_or(text, |(_, host)| host).into()
    };
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    match (uri.scheme(), uri.authority()) {
        (Some(scheme), Some(authority)) => format_compact!("{scheme}://{}{path}", bare(authority)),
        (None, Some(authority)) => bare(authority),
        _ if path.is_empty() => uri.to_compact_string(),
        _ => path.into(),
    }
}

fn greet<R, O>(shared: &Shared<R, O>, peer: CompactString, head: &Parts) -> Reply
where
    O: Fn(Event),
{
    shared.greeted.fetch_add(1, Relaxed);
    (shared.observer)(Event::Greeted {
        at: Utc::now().trunc_subsecs(6),
        peer: peer.into(),
        method: head.method.as_str().to_owned(),
        target: target(&head.uri).into(),
    });
    text(StatusCode::OK, GREETING)
}

fn refuse<R, O>(
    shared: &Shared<R, O>,
    peer: CompactString,
    head: &Parts,
    reason: Refusal,
    partial: Bytes,
) -> Reply
where
    O: Fn(Event),
{
    let line = match &reason {
        Refusal::NoCredentials | Refusal::WrongCredentials | Refusal::Latin1Credentials => {
            "Basic credentials are needed here.\n".to_owned()
        }
        Refusal::NotFound => "Nothing listens on this path.\n".to_owned(),
        Refusal::MethodNotAllowed => "POST your webhooks to this address.\n".to_owned(),
        // The reason is for the user of this machine.
        Refusal::NotRecorded(_) => {
            "The request could not be recorded. Please send it again.\n".to_owned()
        }
        reason if reason.is_temporary() => format!("Refused: {reason}. Please send it again.\n"),
        reason => format!("Refused: {reason}\n"),
    };
    let mut reply = text(reason.status_code(), line);
    let field = match &reason {
        Refusal::NoCredentials | Refusal::WrongCredentials | Refusal::Latin1Credentials => {
            Some((WWW_AUTHENTICATE, CHALLENGE))
        }
        Refusal::MethodNotAllowed => Some((ALLOW, HeaderValue::from_static("POST, GET, HEAD"))),
        reason if reason.is_temporary() => Some((RETRY_AFTER, HeaderValue::from_static("1"))),
        _ => None,
    };
    if let Some((name, value)) = field {
        reply.headers_mut().insert(name, value);
    }
    shared.refused.fetch_add(1, Relaxed);
    (shared.observer)(Event::Refused {
        at: Utc::now().trunc_subsecs(6),
        peer: peer.into(),
        method: head.method.as_str().to_owned(),
        target: target(&head.uri).into(),
        reason,
        partial,
    });
    reply
}

/// Closes the connection: a refused sender must not hold it, and behind a body that was not read
/// the start of the next request is unknown.
fn hang_up(mut reply: Reply, sender: &Sender) -> Reply {
    sender.change_last(|last| last.must_linger = true);
    reply
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    reply
}

fn text(status: StatusCode, line: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(line.into()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    reply
}
