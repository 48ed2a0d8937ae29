//! A receiver with the faults that receivers have. `flawed.json` beside this file lists
//! them, each with the check that finds it.
//!
//!     RECEIVER_USER=enx RECEIVER_PASSWORD=secret cargo run --example flawed -- 8080
//!     enx-hook check --url http://127.0.0.1:8080/hook --user enx:secret

#![allow(clippy::print_stdout, reason = "it says where it listens")]

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// The body limit that express has where nobody changes it.
const MAX_BODY: usize = 100 * 1024;

/// The types that the handler was written for.
const TYPES: [&str; 10] = [
    "session_start",
    "session_stop",
    "roomdrop",
    "recording",
    "transcoded",
    "live_recording",
    "chatdata",
    "metadata",
    "transcription",
    "file_transfer",
];

struct Receiver {
    user: Option<String>,
    /// Bodies by session and type: the key that the documents recommend.
    seen: Mutex<HashMap<(String, String), Bytes>>,
}

impl Receiver {
    async fn status(&self, request: Request<Incoming>) -> u16 {
        if request.method() == Method::GET {
            return 404;
        }
        // Flaws: no look at the method, no WWW-Authenticate, no look at the password.
        if let Some(user) = &self.user
            && user_of(&request).as_ref() != Some(user)
        {
            return 401;
        }
        let content_type = request.headers().get(CONTENT_TYPE);
        let is_json = content_type.is_some_and(|kind| kind == "application/json");
        let Ok(body) = request.into_body().collect().await else {
            return 400;
        };
        let body = body.to_bytes();
        // Flaw: what is not called JSON is not read.
        if !is_json && !body.is_empty() {
            return 415;
        }
        // Flaw: a small limit.
        if body.len() > MAX_BODY {
            return 413;
        }
        // Flaw: an exception where there is not even a bracket.
        if body.first().is_some_and(|first| !b"{[".contains(first)) {
            return 500;
        }
        let Ok(event) = serde_json::from_slice::<Value>(&body) else {
            return 400;
        };
        let text = |name| event.get(name).and_then(Value::as_str);
        let (Some(kind), Some(session)) = (text("type"), text("conf_num")) else {
            return 400;
        };
        // Flaw: a document spells it in another way, too.
        if kind == "file-transfer" {
            return 400;
        }
        // Flaw: no default branch.
        if !TYPES.contains(&kind) {
            return 500;
        }
        // Flaw: another event under the same key is a conflict.
        let key = (session.to_owned(), kind.to_owned());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let first = seen.entry(key).or_insert_with(|| body.clone());
        if *first == body { 200 } else { 409 }
    }
}

/// The user in `Authorization`.
fn user_of(request: &Request<Incoming>) -> Option<String> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let plain = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    Some(plain.split_once(':')?.0.to_owned())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(8080))).await?;
    let receiver = Arc::new(Receiver {
        user: std::env::var("RECEIVER_USER").ok(),
        seen: Mutex::default(),
    });
    println!("listening on http://{}/hook", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let receiver = Arc::clone(&receiver);
        let service = service_fn(move |request| {
            let receiver = Arc::clone(&receiver);
            async move {
                let mut answer = Response::new(Full::<Bytes>::default());
                *answer.status_mut() = receiver
                    .status(request)
                    .await
                    .try_into()
                    .unwrap_or_default();
                // Flaw: a new connection for every event.
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(CONNECTION, close);
                Ok::<_, Infallible>(answer)
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
