//! A receiver as the documents ask for it, in Rust on hyper.
//!
//!     cargo run --example receiver -- 8080
//!     enx-hook check --url http://127.0.0.1:8080/hook
//!
//! With `RECEIVER_USER` and `RECEIVER_PASSWORD` set it wants them. `GET /effects` tells how
//! often the events of each session took effect, for `check --verify`.

#![allow(clippy::print_stdout, reason = "it says where it listens")]

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;

/// The largest body that is taken: a session of thousands of streams fits.
const MAX_BODY: usize = 16 << 20;

type Effects = Arc<Mutex<BTreeMap<String, u64>>>;

struct Receiver {
    /// What `Authorization` must say.
    authorization: Option<String>,
    /// Bodies on their way to the worker.
    queue: Sender<Bytes>,
    effects: Effects,
}

impl Receiver {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if request.method() == Method::GET {
            let effects = self.effects.lock().unwrap_or_else(PoisonError::into_inner);
            let json = serde_json::to_vec(&*effects).unwrap_or_default();
            return Response::new(Full::new(Bytes::from(json)));
        }
        if request.method() != Method::POST {
            let mut answer = status(StatusCode::METHOD_NOT_ALLOWED);
            let allowed = HeaderValue::from_static("POST, GET");
            answer.headers_mut().insert(ALLOW, allowed);
            return answer;
        }
        // Who it is comes first, and is compared in a time that says nothing.
        if let Some(wanted) = &self.authorization {
            let given = request.headers().get(AUTHORIZATION);
            let given = given.map(HeaderValue::as_bytes).unwrap_or_default();
            if !bool::from(given.ct_eq(wanted.as_bytes())) {
                let mut answer = status(StatusCode::UNAUTHORIZED);
                let challenge = HeaderValue::from_static("Basic realm=\"webhooks\"");
                answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
                return answer;
            }
        }
        let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else {
            return status(StatusCode::BAD_REQUEST);
        };
        // Stored as it came, whatever it is, and answered at once. The work comes later.
        match self.queue.send(body.to_bytes()) {
            Ok(()) => status(StatusCode::OK),
            Err(_) => status(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = code;
    answer
}

/// The work: each body takes effect once, and what is no event is left in the log.
fn work(body: Bytes, seen: &mut HashSet<Bytes>, effects: &Effects) {
    let Ok(event) = serde_json::from_slice::<serde_json::Value>(&body) else {
        return;
    };
    let Some(session) = event.get("conf_num").and_then(|id| id.as_str()) else {
        return;
    };
    // The whole body is the key: a session may have several events of one type.
    if seen.insert(body) {
        let mut effects = effects.lock().unwrap_or_else(PoisonError::into_inner);
        *effects.entry(session.to_owned()).or_default() += 1;
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(8080))).await?;
    let variable = |name| std::env::var(name).ok();
    let credentials = variable("RECEIVER_USER").zip(variable("RECEIVER_PASSWORD"));
    let authorization = credentials
        .map(|(user, password)| format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));

    let effects = Effects::default();
    let (queue, bodies) = channel();
    let receiver = Arc::new(Receiver {
        authorization,
        queue,
        effects: Arc::clone(&effects),
    });
    std::thread::spawn(move || {
        let mut seen = HashSet::new();
        for body in bodies {
            work(body, &mut seen, &effects);
        }
    });

    println!("listening on http://{}/hook", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let receiver = Arc::clone(&receiver);
        let service = service_fn(move |request| {
            let receiver = Arc::clone(&receiver);
            async move { Ok::<_, Infallible>(receiver.answer(request).await) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
