//! A test server that is not our code: it takes what it gets, remembers it byte for byte, and
//! answers as it was told to. It fails the test if no request reached it, unless the test
//! says so.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Message, TOO_LONG};

/// What the sink does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers with this status, these fields and this body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Writes these bytes as they are, and keeps the connection open.
    Raw(&'static str),
    /// Writes these bytes as they are, and closes the connection.
    Half(&'static str),
    /// Answers 200 with a body that never ends.
    Endless,
    /// Does this after so long.
    After(Duration, Box<Reply>),
    /// Answers 200, a byte in so long.
    Drip(Duration),
    /// Does this, and closes the connection.
    Last(Box<Reply>),
    /// Closes the connection without a word.
    Close,
    /// Says nothing, and keeps the connection open as long as the sink is there.
    Hang,
}

impl Reply {
    /// An answer with a small body.
    pub(crate) fn status(status: u16) -> Reply {
        Reply::Answer(status, Vec::new(), format!("{{\"status\":{status}}}"))
    }
}

type Script = dyn Fn(usize, &Message) -> Reply + Send + Sync;

/// A receiver on a free port; gone with its value.
pub(crate) struct Sink {
    address: SocketAddr,
    received: Receiver<Message>,
    shared: Arc<Shared>,
    expected: Expected,
}

/// How many requests must have come when the sink is dropped.
enum Expected {
    Some,
    None,
    Any,
}

/// What a sink is besides its script.
#[derive(Default)]
pub(crate) struct Setup {
    /// Speaks TLS.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    /// Asks the script about a request that broke off, too: a [`Message`] without content.
    pub(crate) cut_off: bool,
    /// When it ends.
    pub(crate) end: Arc<End>,
}

/// The end of a sink, which ends all its waiting.
#[derive(Default)]
pub(crate) struct End {
    is_over: Mutex<bool>,
    told: Condvar,
}

impl End {
    /// Waits so long, or until the end.
    pub(crate) fn wait(&self, time: Duration) {
        let over = self.is_over.lock().expect("no panic elsewhere");
        let _ = self.told.wait_timeout_while(over, time, |over| !*over);
    }

    fn is_over(&self) -> bool {
        self.is_over.lock().is_ok_and(|over| *over)
    }

    fn come(&self) {
        if let Ok(mut over) = self.is_over.lock() {
            *over = true;
        }
        self.told.notify_all();
    }
}

struct Shared {
    script: Box<Script>,
    setup: Setup,
    count: AtomicUsize,
    received: Mutex<Sender<Message>>,
    connections: Mutex<Vec<TcpStream>>,
}

impl Sink {
    /// Asks the script about each request: its number from 0, and what it is.
    pub(crate) fn new(script: impl Fn(usize, &Message) -> Reply + Send + Sync + 'static) -> Sink {
        Sink::with(Setup::default(), script)
    }

    /// The same, set up in another way.
    pub(crate) fn with(
        setup: Setup,
        script: impl Fn(usize, &Message) -> Reply + Send + Sync + 'static,
    ) -> Sink {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (tell, received) = channel();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            setup,
            count: AtomicUsize::new(0),
            received: Mutex::new(tell),
            connections: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if accepting.setup.end.is_over() {
                    break;
                }
                let shared = Arc::clone(&accepting);
                thread::spawn(move || shared.accept(stream));
            }
        });
        Sink {
            address,
            received,
            shared,
            expected: Expected::Some,
        }
    }

    /// Answers everything with this status.
    pub(crate) fn answering(status: u16) -> Sink {
        Sink::new(move |_, _| Reply::status(status))
    }

    /// Answers with these statuses in turn, and with the last of them from then on.
    pub(crate) fn in_turn(statuses: &'static [u16]) -> Sink {
        Sink::new(move |number, _| Reply::status(statuses[number.min(statuses.len() - 1)]))
    }

    /// Answers 200 to these credentials, given as they stand in the header, and else 401.
    pub(crate) fn asking_for(credentials: &'static str) -> Sink {
        Sink::new(move |_, request| {
            if request.header("authorization") == Some(credentials) {
                return Reply::status(200);
            }
            let challenge = ("WWW-Authenticate", "Basic realm=\"sink\"".to_owned());
            Reply::Answer(401, vec![challenge], String::new())
        })
    }

    /// A sink that fails the test if any request reaches it.
    pub(crate) fn unused() -> Sink {
        Sink::answering(200).must_be_unused()
    }

    /// The same sink, which fails the test if any request reaches it.
    pub(crate) fn must_be_unused(mut self) -> Sink {
        self.expected = Expected::None;
        self
    }

    /// The same sink, which may stay without a request.
    pub(crate) fn may_be_unused(mut self) -> Sink {
        self.expected = Expected::Any;
        self
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is, for `--url`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Requests so far.
    pub(crate) fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }

    /// Waits for the next request. It is told before it is answered.
    #[track_caller]
    pub(crate) fn next(&self) -> Message {
        self.received.recv_timeout(TOO_LONG).expect("a request")
    }

    /// The requests that have come and were not taken yet.
    pub(crate) fn rest(&self) -> Vec<Message> {
        self.received.try_iter().collect()
    }
}

impl Shared {
    fn accept(&self, stream: TcpStream) {
        let (Ok(kept), Ok(whole)) = (stream.try_clone(), stream.try_clone()) else {
            return;
        };
        // Keeps it open while the sink is there.
        self.connections
            .lock()
            .expect("no panic elsewhere")
            .push(kept);
        match self.setup.tls.clone() {
            None => self.serve(stream),
            Some(config) => {
                let session = ServerConnection::new(config).expect("a TLS configuration");
                self.serve(StreamOwned::new(session, stream));
            }
        }
        let _ = whole.shutdown(Shutdown::Both);
    }

    /// Serves one request after another until the connection is to be closed.
    fn serve(&self, stream: impl Read + Write) {
        let mut stream = BufReader::new(stream);
        loop {
            let request = match Message::read(&mut stream, false) {
                Ok(Some(request)) => request,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof && self.setup.cut_off => {
                    Message::default()
                }
                _ => return,
            };
            let number = self.count.fetch_add(1, Ordering::SeqCst);
            let reply = (self.script)(number, &request);
            let received = self.received.lock().expect("no panic elsewhere");
            let _ = received.send(request);
            drop(received);
            if !self.perform(reply, stream.get_mut()) {
                return;
            }
        }
    }

    /// Says whether another request may follow.
    fn perform(&self, reply: Reply, stream: &mut impl Write) -> bool {
        let mut say = |bytes: &[u8]| {
            let written = stream.write_all(bytes).and_then(|()| stream.flush());
            written.is_ok()
        };
        match reply {
            Reply::Answer(status, fields, body) => say(answer(status, &fields, &body).as_bytes()),
            Reply::Drip(pause) => answer(200, &[], "").bytes().all(|byte| {
                self.setup.end.wait(pause);
                say(&[byte])
            }),
            Reply::After(time, reply) => {
                self.setup.end.wait(time);
                self.perform(*reply, stream)
            }
            Reply::Last(reply) => {
                self.perform(*reply, stream);
                false
            }
            Reply::Close => false,
            Reply::Raw(text) => {
                say(text.as_bytes());
                self.perform(Reply::Hang, stream)
            }
            Reply::Half(text) => {
                say(text.as_bytes());
                false
            }
            Reply::Endless => {
                say(b"HTTP/1.1 200 Told\r\nTransfer-Encoding: chunked\r\n\r\n");
                let chunk = format!("{:x}\r\n{}\r\n", 16 << 10, "x".repeat(16 << 10));
                while say(chunk.as_bytes()) {}
                false
            }
            Reply::Hang => {
                self.setup.end.wait(Duration::MAX);
                false
            }
        }
    }
}

fn answer(status: u16, fields: &[(&str, String)], body: &str) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let (fields, length) = (fields.concat(), body.len());
    format!("HTTP/1.1 {status} Told\r\n{fields}Content-Length: {length}\r\n\r\n{body}")
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.setup.end.come();
        // Wakes the thread that accepts, so that it sees the end.
        let _ = TcpStream::connect(self.address);
        if let Ok(connections) = self.shared.connections.lock() {
            for connection in connections.iter() {
                let _ = connection.shutdown(Shutdown::Both);
            }
        }
        if thread::panicking() {
            return;
        }
        let count = self.count();
        match self.expected {
            Expected::Some => assert_ne!(count, 0, "no request reached the sink"),
            Expected::None => {
                assert_eq!(count, 0, "requests reached a sink that is not to be used");
            }
            Expected::Any => {}
        }
    }
}
