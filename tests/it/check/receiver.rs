//! A receiver that can be told to misbehave in one way, and otherwise does all that is asked.
//!
//! It speaks HTTP by hand, with or without TLS, so that it can also break it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;
use serde_json::{Map, Value};

use crate::support::{End, Message, Reply, Setup, Sink};

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
    /// Says this, and closes the connection.
    Half(&'static str),
    /// Answers 200 with a body that never ends.
    Endless,
    /// Answers 200, a byte in so long.
    Drip(Duration),
}

impl Act {
    fn reply(self) -> Reply {
        let answer = |status, field: &'static str, body| {
            let (name, value) = field.split_once(": ").expect("a header field");
            Reply::Answer(status, vec![(name, value.to_owned())], body)
        };
        let plain = |status| answer(status, "X-A: b", String::new());
        match self {
            Act::Status(status) => plain(status),
            Act::Field(status, field) => answer(status, field, String::new()),
            Act::Text(status, text) => answer(status, "X-A: b", text.to_owned()),
            Act::Json(value) => answer(200, "X-A: b", value.to_string()),
            Act::Slow(time) => Reply::After(time, Box::new(plain(200))),
            Act::Last => Reply::Last(Box::new(answer(200, "Connection: close", String::new()))),
            Act::Broken => Reply::Last(Box::new(plain(200))),
            Act::Close => Reply::Close,
            Act::Hang => Reply::Hang,
            Act::Raw(text) => Reply::Raw(text),
            Act::Half(text) => Reply::Half(text),
            Act::Endless => Reply::Endless,
            Act::Drip(pause) => Reply::Drip(pause),
        }
    }
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
        self.shared.end.wait(time);
        before.max(count())
    }

    /// Takes so long that no other request is worked on.
    pub(super) fn work_alone(&self, time: Duration) {
        let _alone = self.shared.alone.lock().unwrap();
        self.shared.end.wait(time);
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
    sink: Sink,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Box<Fault>,
    /// Whether it wants credentials.
    wants: bool,
    /// Bodies that are worked on, and how many requests have them.
    working: Mutex<HashMap<Vec<u8>, usize>>,
    alone: Mutex<()>,
    bodies: Mutex<HashMap<Vec<u8>, usize>>,
    /// What was posted, in order, as JSON.
    posted: Mutex<Vec<Value>>,
    end: Arc<End>,
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

    /// A receiver that fails the test if any request reaches it.
    pub(super) fn unused() -> Receiver {
        let mut receiver = Receiver::open(|_| None);
        receiver.sink = receiver.sink.must_be_unused();
        receiver
    }

    /// A receiver that lets anyone in and does all that is asked, over TLS.
    pub(super) fn with_tls(config: Arc<ServerConfig>) -> Receiver {
        Receiver::of(false, Some(config), Box::new(|_| None))
    }

    fn of(wants: bool, tls: Option<Arc<ServerConfig>>, fault: Box<Fault>) -> Receiver {
        let end = Arc::<End>::default();
        let shared = Arc::new(Shared {
            fault,
            wants,
            working: Mutex::default(),
            alone: Mutex::default(),
            bodies: Mutex::default(),
            posted: Mutex::default(),
            end: Arc::clone(&end),
        });
        let setup = Setup {
            tls,
            cut_off: true,
            end,
        };
        let acting = Arc::clone(&shared);
        let sink = Sink::with(setup, move |number, request| {
            acting.act(number, request).reply()
        });
        Receiver { sink, shared }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.sink.address()
    }

    /// Where it is, for `--url`.
    pub(super) fn url(&self) -> String {
        self.sink.url()
    }

    /// The same receiver, which may stay without a request.
    pub(super) fn may_be_unused(mut self) -> Receiver {
        self.sink = self.sink.may_be_unused();
        self
    }

    /// Requests so far.
    pub(super) fn count(&self) -> usize {
        self.sink.count()
    }

    /// The events that were posted, in order.
    pub(super) fn posted(&self) -> Vec<Value> {
        self.shared.posted.lock().unwrap().clone()
    }
}

impl Shared {
    fn act(&self, number: usize, request: &Message) -> Act {
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
            is_cut_off: request.start.is_empty(),
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
}
