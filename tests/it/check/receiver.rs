//! A receiver that can be told to misbehave in one way, and otherwise does all that is asked.
//!
//! It speaks HTTP by hand, with or without TLS, so that it can also break it.

use std::collections::HashMap;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Map, Value};

use crate::support::Message;

/// What `Authorization` says for `--user enx:secret`.
pub(super) const KNOWN: &str = "Basic ZW54OnNlY3JldA==";

/// What the receiver does with a request.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Answers with this status.
    Status(u16),
    /// Answers with this status and this header field.
    Field(u16, &'static str),
    /// Answers with this status and this text.
    Text(u16, &'static str),
    /// Answers with this document.
    Json(Value),
    /// Answers 200 after so long.
    Slow(Duration),
    /// Answers 200, says that the connection ends, and closes it.
    Last,
    /// Answers 200 as if the connection went on, and closes it.
    Broken,
    /// Closes the connection without a word.
    Close,
    /// Says nothing, and keeps the connection open.
    Hang,
    /// Says this, and keeps the connection open.
    Raw(&'static str),
    /// Answers 200, a byte in so long.
    Drip(Duration),
}

/// A request, and what came before it.
pub(super) struct Seen<'r> {
    /// Its number, from 0.
    pub(super) number: usize,
    pub(super) request: &'r Message,
    /// The body, if it is JSON.
    pub(super) event: Value,
    /// Whether the sender broke off in the body.
    pub(super) is_cut_off: bool,
    /// Earlier requests with this very body.
    pub(super) before: usize,
    /// Earlier bodies of this session.
    pub(super) of_session: Vec<Value>,
    shared: &'r Shared,
}

impl Seen<'_> {
    /// The name of the event.
    pub(super) fn name(&self) -> &str {
        self.event["type"].as_str().unwrap_or_default()
    }

    pub(super) fn is_post(&self) -> bool {
        self.request.word(0) == "POST"
    }

    /// The user and the password that came.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.request.header("authorization")
    }

    /// Takes some time over it; returns the most requests with this body that were worked on
    /// at a time.
    pub(super) fn work(&self, time: Duration) -> usize {
        let count = || self.shared.working.lock().unwrap()[&self.request.body];
        let before = count();
        self.shared.wait(time);
        before.max(count())
    }

    /// Takes so long that no other request is worked on.
    pub(super) fn work_alone(&self, time: Duration) {
        let _alone = self.shared.alone.lock().unwrap();
        self.shared.wait(time);
    }

    /// What the events did, by session: how many bodies, and how many deliveries, of each
    /// (session, type).
    pub(super) fn deliveries(&self) -> Vec<(String, String, Vec<Value>)> {
        let posted = self.shared.posted.lock().unwrap();
        let mut all: Vec<(String, String, Vec<Value>)> = Vec::new();
        for event in posted.iter() {
            let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            let (session, name) = (text("conf_num"), text("type"));
            match all.iter_mut().find(|(s, n, _)| (s, n) == (&session, &name)) {
                Some((_, _, events)) => events.push(event.clone()),
                None => all.push((session, name, vec![event.clone()])),
            }
        }
        all
    }
}

type Fault = dyn Fn(&Seen<'_>) -> Option<Act> + Send + Sync;

/// A receiver on a free port; gone with its value.
pub(super) struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Box<Fault>,
    /// Whether it wants credentials.
    wants: bool,
    count: AtomicUsize,
    /// Bodies that are worked on, and how many requests have them.
    working: Mutex<HashMap<Vec<u8>, usize>>,
    alone: Mutex<()>,
    bodies: Mutex<HashMap<Vec<u8>, usize>>,
    /// What was posted, in order, as JSON.
    posted: Mutex<Vec<Value>>,
    over: Mutex<bool>,
    end: Condvar,
}

impl Receiver {
    /// A receiver that wants the credentials of [`KNOWN`].
    pub(super) fn new(
        fault: impl Fn(&Seen<'_>) -> Option<Act> + Send + Sync + 'static,
    ) -> Receiver {
        Receiver::of(true, None, Box::new(fault))
    }

    /// A receiver that lets anyone in.
    pub(super) fn open(
        fault: impl Fn(&Seen<'_>) -> Option<Act> + Send + Sync + 'static,
    ) -> Receiver {
        Receiver::of(false, None, Box::new(fault))
    }

    /// A receiver that lets anyone in and does all that is asked, over TLS.
    pub(super) fn with_tls(config: ServerConfig) -> Receiver {
        Receiver::of(false, Some(Arc::new(config)), Box::new(|_| None))
    }

    fn of(wants: bool, tls: Option<Arc<ServerConfig>>, fault: Box<Fault>) -> Receiver {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            fault,
            wants,
            count: AtomicUsize::new(0),
            working: Mutex::default(),
            alone: Mutex::default(),
            bodies: Mutex::default(),
            posted: Mutex::default(),
            over: Mutex::new(false),
            end: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if *accepting.over.lock().unwrap() {
                    break;
                }
                let (shared, tls) = (Arc::clone(&accepting), tls.clone());
                thread::spawn(move || match tls {
                    None => shared.serve(stream),
                    Some(config) => {
                        let connection = ServerConnection::new(config).unwrap();
                        shared.serve(StreamOwned::new(connection, stream));
                    }
                });
            }
        });
        Receiver { address, shared }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is, for `--url`.
    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Requests so far.
    pub(super) fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// The events that were posted, in order.
    pub(super) fn posted(&self) -> Vec<Value> {
        self.shared.posted.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Ok(mut over) = self.shared.over.lock() {
            *over = true;
        }
        self.shared.end.notify_all();
        // Wakes the thread that accepts, so that it sees the end.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    /// Waits so long, or until the receiver is gone.
    fn wait(&self, time: Duration) {
        let over = self.over.lock().unwrap();
        let _ = self.end.wait_timeout_while(over, time, |over| !*over);
    }

    fn serve(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        loop {
            let (request, is_cut_off) = match Message::read(&mut stream, false) {
                Ok(Some(request)) => (request, false),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => (nothing(), true),
                _ => return,
            };
            let act = self.act(&request, is_cut_off);
            if !self.perform(&act, stream.get_mut()) {
                return;
            }
        }
    }

    fn act(&self, request: &Message, is_cut_off: bool) -> Act {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let event: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let of_session = self.posted.lock().unwrap().clone();
        let of_session = of_session.into_iter();
        let of_session = of_session
            .filter(|other| other["conf_num"] == event["conf_num"] && event != Value::Null);
        let count = |counts: &Mutex<HashMap<Vec<u8>, usize>>| {
            let mut counts = counts.lock().unwrap();
            let count = counts.entry(request.body.clone()).or_default();
            *count += 1;
            *count
        };
        let before = count(&self.bodies) - 1;
        count(&self.working);
        let seen = Seen {
            number,
            request,
            before,
            of_session: of_session.collect(),
            is_cut_off,
            event,
            shared: self,
        };
        let act = (self.fault)(&seen).unwrap_or_else(|| self.usual(&seen));
        if seen.is_post() && seen.event.is_object() {
            self.posted.lock().unwrap().push(seen.event);
        }
        *self.working.lock().unwrap().get_mut(&request.body).unwrap() -= 1;
        act
    }

    /// What the documents ask for.
    fn usual(&self, seen: &Seen<'_>) -> Act {
        if seen.is_cut_off {
            return Act::Status(400);
        }
        if seen.request.word(0) == "GET" {
            let mut effects = Map::new();
            for (session, _, mut events) in seen.deliveries() {
                let mut different: Vec<Value> = Vec::new();
                events.retain(|event| {
                    !different.contains(event) && {
                        different.push(event.clone());
                        true
                    }
                });
                effects.insert(session, events.len().into());
            }
            return Act::Json(effects.into());
        }
        if !seen.is_post() {
            return Act::Field(405, "Allow: POST");
        }
        if self.wants && seen.authorization() != Some(KNOWN) {
            return Act::Field(401, "WWW-Authenticate: Basic realm=\"test\"");
        }
        Act::Status(200)
    }

    /// Says whether another request may follow.
    fn perform(&self, act: &Act, stream: &mut (impl Read + Write)) -> bool {
        let (status, field, body) = match act {
            Act::Status(status) => (*status, "X-A: b", String::new()),
            Act::Field(status, field) => (*status, *field, String::new()),
            Act::Text(status, text) => (*status, "X-A: b", (*text).to_owned()),
            Act::Json(value) => (200, "X-A: b", value.to_string()),
            Act::Last => (200, "Connection: close", String::new()),
            Act::Slow(_) | Act::Broken | Act::Drip(_) => (200, "X-A: b", String::new()),
            Act::Close => return false,
            Act::Hang => {
                self.wait(Duration::MAX);
                return false;
            }
            Act::Raw(text) => {
                let _ = stream.write_all(text.as_bytes());
                let _ = stream.flush();
                self.wait(Duration::MAX);
                return false;
            }
        };
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status} Told\r\n{field}\r\nContent-Length: {length}\r\n\r\n{body}");
        match act {
            Act::Slow(time) => self.wait(*time),
            Act::Drip(pause) => {
                for byte in answer.bytes() {
                    self.wait(*pause);
                    if stream
                        .write_all(&[byte])
                        .and_then(|()| stream.flush())
                        .is_err()
                    {
                        return false;
                    }
                }
                return true;
            }
            _ => {}
        }
        let written = stream
            .write_all(answer.as_bytes())
            .and_then(|()| stream.flush());
        written.is_ok() && !matches!(act, Act::Last | Act::Broken)
    }
}

/// A request of which nothing is known.
fn nothing() -> Message {
    Message {
        start: String::new(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}
