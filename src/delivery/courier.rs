//! One worker's own way to the target: a connection that it keeps, where that is possible.
//!
//! For many requests the client that is made for everything costs half as much again as the
//! request itself. Where nothing stands between us and a target that speaks plain HTTP, a
//! courier speaks it on a connection of its own; else it goes through the [`Poster`]. What
//! leaves is the same in both cases.

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{ACCEPT, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::attempt::{ANSWER_LIMIT, Answer, Attempt, Ending};
use super::no_answer::{Cause, NoAnswer};
use super::poster::{self, IDLE_LIMIT, Parcel, Poster};

type Trouble = (Cause, Box<dyn Error + Send + Sync>);

/// Carries one parcel after the other.
#[derive(Debug)]
pub struct Courier {
    poster: Arc<Poster>,
    connection: Option<Connection>,
}

#[derive(Debug)]
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    used: Instant,
}

impl Courier {
    /// A courier to the poster's target. Nothing is connected yet.
    pub fn new(poster: &Arc<Poster>) -> Courier {
        Courier {
            poster: Arc::clone(poster),
            connection: None,
        }
    }

    /// Posts once and waits for the answer, or for the time-out.
    pub async fn post(&mut self, parcel: &Parcel) -> Attempt {
        if !self.poster.is_direct {
            return self.poster.post(parcel.clone()).await;
        }
        // Lets the runtime see whether the kept connection was closed.
        tokio::task::yield_now().await;
        let (place, timeout) = (Arc::clone(&self.poster.place), self.poster.timeout);
        let start = Instant::now();
        let mut begun = None;
        let ending = match tokio::time::timeout(timeout, self.exchange(parcel, &mut begun)).await {
            Ok(Ok(answer)) => Ending::Answered(answer),
            Ok(Err((cause, error))) => {
                Ending::Unanswered(NoAnswer::wire(&place, cause, error, begun))
            }
            Err(_) => Ending::Unanswered(NoAnswer::limit(&place, timeout, begun)),
        };
        Attempt {
            took: start.elapsed(),
            ending,
        }
    }

    async fn exchange(
        &mut self,
        parcel: &Parcel,
        begun: &mut Option<u16>,
    ) -> Result<Answer, Trouble> {
        let mut request = request(&self.poster, parcel)?;
        // Out of its place while in use: whatever goes wrong takes the connection with it.
        let mut kept = self
            .connection
            .take()
            .filter(|kept| kept.used.elapsed() < IDLE_LIMIT && !kept.sender.is_closed());
        let (mut sender, response) = loop {
            let is_kept = kept.is_some();
            let mut sender = match kept.take() {
                Some(kept) => kept.sender,
                None => connect(&self.poster).await?,
            };
            if let Err(error) = sender.ready().await {
                if is_kept {
                    continue;
                }
                return Err((Cause::Closed, error.into()));
            }
            match sender.try_send_request(request).await {
                Ok(response) => break (sender, response),
                Err(mut error) => match error.take_message() {
                    // Not one byte of it was written.
                    Some(unsent) if is_kept => request = unsent,
                    _ => return Err((Cause::Other, error.into_error().into())),
                },
            }
        };
        *begun = Some(response.status().as_u16());
        let answer = read(response).await?;
        if !answer.truncated && sender.ready().await.is_ok() {
            self.connection = Some(Connection {
                sender,
                used: Instant::now(),
            });
        }
        Ok(answer)
    }
}

/// The request, with the fields that every post has.
fn request(poster: &Poster, parcel: &Parcel) -> Result<Request<Full<Bytes>>, Trouble> {
    let url = poster.url();
    let path: PathAndQuery = if let Some(path) = &parcel.path {
        path.clone()
    } else {
        let text = url.as_str();
        let origin = text.find("://").map_or(0, |at| at + 3);
        let start = text[origin..]
            .find('/')
            .map_or(text.len(), |at| origin + at);
        PathAndQuery::try_from(&text[start..]).map_err(|error| (Cause::Other, error.into()))?
    };
    // In the order in which [`super::Request`] tells them.
    let given = poster.headers_of(parcel);
    let mut headers = HeaderMap::with_capacity(given.len() + 3);
    if !given.contains_key(HOST) {
        let host = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
            None => HeaderValue::try_from(host),
        };
        headers.insert(HOST, host.map_err(|error| (Cause::Other, error.into()))?);
    }
    headers.extend(given);
    headers
        .entry(USER_AGENT)
        .or_insert(HeaderValue::from_static(poster::USER_AGENT));
    headers
        .entry(ACCEPT)
        .or_insert(HeaderValue::from_static("*/*"));
    let mut request = Request::new(Full::new(parcel.body.clone()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = Uri::from(path);
    *request.headers_mut() = headers;
    Ok(request)
}

async fn connect(poster: &Poster) -> Result<SendRequest<Full<Bytes>>, Trouble> {
    let url = poster.url();
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(80);
    let addresses = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| (Cause::Dns, error.into()))?;
    let mut last: Trouble = (Cause::Dns, "the name has no address".into());
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // An error costs only time.
                let _ = stream.set_nodelay(true);
                let (sender, connection) = http1::handshake(TokioIo::new(stream))
                    .await
                    .map_err(|error| (Cause::Other, error.into()))?;
                tokio::spawn(connection);
                return Ok(sender);
            }
            Err(error) => last = (Cause::Unreachable, error.into()),
        }
    }
    Err(last)
}

/// The answer, up to the limit.
async fn read(response: Response<Incoming>) -> Result<Answer, Trouble> {
    let (head, mut body) = response.into_parts();
    let announced = body.size_hint().exact();
    let mut whole = Bytes::new();
    let mut many: Option<BytesMut> = None;
    let mut truncated = false;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| (Cause::Closed, error.into()))?;
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        let so_far = many.as_ref().map_or(whole.len(), BytesMut::len);
        if so_far + data.len() > ANSWER_LIMIT {
            data.truncate(ANSWER_LIMIT - so_far);
            truncated = true;
        }
        match &mut many {
            Some(many) => many.extend_from_slice(&data),
            None if whole.is_empty() => whole = data,
            None => {
                let mut joined = BytesMut::from(std::mem::take(&mut whole));
                joined.extend_from_slice(&data);
                many = Some(joined);
            }
        }
        if truncated {
            break;
        }
    }
    let body = many.map_or(whole, BytesMut::freeze);
    Ok(Answer {
        status: head.status.as_u16(),
        length: if truncated {
            announced
        } else {
            u64::try_from(body.len()).ok()
        },
        body,
        truncated,
        headers: head.headers,
    })
}
