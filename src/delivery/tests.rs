//! Posts over real sockets, against sinks that answer with bytes written by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod connections;
mod proxies;
mod sending;
mod unanswered;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::{
    Answer, Attempt, BodyEnd, ClientOptions, Ending, HttpClient, OutgoingRequest, TargetUrl,
    TransportError,
};

/// Longer than any test takes, unless it fails.
const LONG: Duration = Duration::from_secs(30);

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// What a sink does with a request.
#[derive(Clone)]
enum Reply {
    /// Writes these bytes and keeps the connection.
    Keep(Vec<u8>),
    /// Writes these bytes and closes the connection.
    Close(Vec<u8>),
    /// Writes these bytes and then nothing, for ever.
    Hang(Vec<u8>),
}

/// A server that gives every request the same reply.
struct Sink {
    port: u16,
    requests: mpsc::UnboundedReceiver<Vec<u8>>,
    connections: Arc<AtomicUsize>,
}

impl Sink {
    async fn new(reply: Reply) -> Sink {
        Sink::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), reply)
    }

    fn on(listener: TcpListener, reply: Reply) -> Sink {
        let port = listener.local_addr().unwrap().port();
        let (seen, requests) = mpsc::unbounded_channel();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, reply.clone(), seen.clone()));
            }
        });
        Sink {
            port,
            requests,
            connections,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The next request: its head, with the header names in lower case, and its body.
    async fn request(&mut self) -> (String, Vec<u8>) {
        let bytes = self.requests.recv().await.unwrap();
        let end = head_len(&bytes).unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        (head, bytes[end..].to_vec())
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, reply: Reply, seen: mpsc::UnboundedSender<Vec<u8>>) {
    while let Some(request) = read_request(&mut stream).await {
        let _ = seen.send(request);
        let (Reply::Keep(bytes) | Reply::Close(bytes) | Reply::Hang(bytes)) = &reply;
        let _ = stream.write_all(bytes).await;
        match reply {
            Reply::Keep(_) => {}
            Reply::Close(_) => return,
            Reply::Hang(_) => std::future::pending().await,
        }
    }
}

/// A request with its body; nothing at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = head_len(&bytes) {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if bytes.len() == end + length {
                return Some(bytes);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn head_len(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(end + 4)
}

/// The lines of a head that are about a header.
fn fields<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .collect()
}

fn client(url: &str) -> HttpClient {
    client_with(url, &ClientOptions::new(LONG))
}

fn client_with(url: &str, options: &ClientOptions) -> HttpClient {
    HttpClient::new(&TargetUrl::parse(url).unwrap(), options).unwrap()
}

fn json(body: &str) -> OutgoingRequest {
    OutgoingRequest::json(Bytes::copy_from_slice(body.as_bytes()))
}

async fn post(url: &str) -> Attempt {
    client(url).post(json("{}")).await
}

fn answer(attempt: Attempt) -> Answer {
    match attempt.ending {
        Ending::Answered(answer) => answer,
        Ending::Exited(_) => panic!("no command"),
        Ending::Unanswered(error) => panic!("no answer: {error:?}"),
    }
}

/// Why there is no complete answer.
fn transport_error(attempt: Attempt) -> TransportError {
    match attempt.ending {
        Ending::Answered(Answer {
            end: BodyEnd::Broken(error),
            ..
        })
        | Ending::Unanswered(error) => error,
        Ending::Exited(_) => panic!("no command"),
        Ending::Answered(answer) => panic!("an answer: {answer:?}"),
    }
}
