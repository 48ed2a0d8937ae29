//! The stream: server-sent events that a client pulls.
//!
//! Nothing is queued for a client. Its stream is a place in the index, and what is new is made
//! when the socket takes more: a client that does not read costs one sleeping task.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::unfold;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use hyper::{Response, StatusCode};
use tokio::select;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until, timeout};

use super::api::{ApiError, Backend, Feed, Message, StreamCall};
use super::respond::{Body, response};

/// Streams at a time.
pub(super) const MOST_STREAMS: usize = 16;
/// A line without meaning is sent after this time without another one.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The shortest time between two looks at what is new.
const PACE: Duration = Duration::from_millis(100);

/// How many streams are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Streams(Arc<AtomicUsize>);

/// One of them.
struct Place<B: Backend> {
    streams: Streams,
    backend: Arc<B>,
}

impl<B: Backend> Place<B> {
    fn take(streams: &Streams, backend: &Arc<B>) -> Result<Place<B>, ApiError> {
        let more = |open: usize| (open < MOST_STREAMS).then_some(open + 1);
        let taken = streams
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        let Ok(open) = taken else {
            return Err(ApiError {
                help: Some("close another tab".to_owned()),
                ..ApiError::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "streams",
                    format!("{MOST_STREAMS} streams are open"),
                )
            });
        };
        backend.tell_streams(open + 1);
        Ok(Place {
            streams: streams.clone(),
            backend: Arc::clone(backend),
        })
    }
}

impl<B: Backend> Drop for Place<B> {
    fn drop(&mut self) {
        let open = self.streams.0.fetch_sub(1, Ordering::Relaxed);
        self.backend.tell_streams(open - 1);
    }
}

struct State<B: Backend> {
    feed: Option<Box<dyn Feed>>,
    changes: watch::Receiver<u64>,
    closing: watch::Receiver<bool>,
    /// When it may look again.
    rest: Option<Instant>,
    _place: Place<B>,
}

/// Begins a stream.
pub(super) async fn stream<B: Backend>(
    backend: &Arc<B>,
    streams: &Streams,
    call: StreamCall,
    closing: watch::Receiver<bool>,
) -> Result<Response<Body>, ApiError> {
    let place = Place::take(streams, backend)?;
    let mut changes = backend.changes();
    // What is there already is news.
    changes.mark_changed();
    let maker = Arc::clone(backend);
    let feed = spawn_blocking(move || maker.feed(call)).await;
    let state = State {
        feed: Some(feed.map_err(|_| broken())??),
        changes,
        closing,
        rest: None,
        _place: place,
    };
    let pieces = unfold(state, async |mut state| {
        let piece = next(&mut state).await?;
        Some((Ok::<_, Infallible>(Frame::data(piece)), state))
    });
    let response = response(
        StatusCode::OK,
        "text/event-stream; charset=utf-8",
        Bytes::new(),
    );
    Ok(response.map(|_| StreamBody::new(Box::pin(pieces)).boxed_unsync()))
}

/// A task of ours panicked.
pub(super) fn broken() -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "read",
        "this is a fault of enx-hook, please report it",
    )
}

/// The next bytes; nothing at the end.
async fn next<B: Backend>(state: &mut State<B>) -> Option<Bytes> {
    loop {
        let news = async {
            // What comes meanwhile is sent together.
            if let Some(rest) = state.rest {
                sleep_until(rest).await;
            }
            timeout(HEARTBEAT, state.changes.changed()).await
        };
        select! {
            _ = state.closing.wait_for(|closing| *closing) => return None,
            changed = news => match changed {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some(Bytes::from_static(b":\n\n")),
            },
        }
        let mut feed = state.feed.take()?;
        let looked = spawn_blocking(move || {
            let messages = feed.next();
            (feed, messages)
        });
        let (feed, messages) = looked.await.ok()?;
        state.feed = Some(feed);
        state.rest = Some(Instant::now() + PACE);
        if !messages.is_empty() {
            return Some(frame(&messages));
        }
    }
}

/// Messages as server-sent events. JSON of ours has no line breaks.
fn frame(messages: &[Message]) -> Bytes {
    let mut text = Vec::new();
    for Message { event, id, data } in messages {
        text.extend_from_slice(format!("event: {event}\n").as_bytes());
        if let Some(id) = id {
            text.extend_from_slice(format!("id: {id}\n").as_bytes());
        }
        text.extend_from_slice(b"data: ");
        text.extend_from_slice(data);
        text.extend_from_slice(b"\n\n");
    }
    text.into()
}
