//! A receiver that is not our code: it takes what it gets, remembers it byte for byte, and
//! answers as it was told to.

use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Message, TOO_LONG};

/// What the sink does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers with this status, these fields and this body.
    Answer(u16, Vec<(&'static str, String)>, String),
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
}

struct Shared {
    script: Box<Script>,
    count: AtomicUsize,
    received: Mutex<Sender<Message>>,
    connections: Mutex<Vec<TcpStream>>,
    over: AtomicBool,
}

impl Sink {
    /// Asks the script about each request: its number from 0, and what it is.
    pub(crate) fn new(script: impl Fn(usize, &Message) -> Reply + Send + Sync + 'static) -> Sink {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (tell, received) = channel();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            count: AtomicUsize::new(0),
            received: Mutex::new(tell),
            connections: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if accepting.over.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&accepting);
                thread::spawn(move || shared.serve(stream));
            }
        });
        Sink {
            address,
            received,
            shared,
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

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is, for `--url`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Waits for the next request. It is told before it is answered.
    #[track_caller]
    pub(crate) fn next(&self) -> Message {
        self.received.recv_timeout(TOO_LONG).expect("a request")
    }

    /// The requests that nobody has waited for.
    pub(crate) fn rest(&self) -> Vec<Message> {
        self.received.try_iter().collect()
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) {
        let Ok(open) = stream.try_clone() else { return };
        let Ok(reading) = stream.try_clone() else {
            return;
        };
        self.connections
            .lock()
            .expect("no panic elsewhere")
            .push(open);
        let mut reading = BufReader::new(reading);
        while let Ok(Some(request)) = Message::read(&mut reading, false) {
            let number = self.count.fetch_add(1, Ordering::SeqCst);
            let reply = (self.script)(number, &request);
            let _ = self
                .received
                .lock()
                .expect("no panic elsewhere")
                .send(request);
            match reply {
                Reply::Answer(status, fields, body) => {
                    let fields: Vec<String> = fields
                        .iter()
                        .map(|(name, value)| format!("{name}: {value}\r\n"))
                        .collect();
                    let answer = format!(
                        "HTTP/1.1 {status} Told\r\n{}Content-Length: {}\r\n\r\n{body}",
                        fields.concat(),
                        body.len()
                    );
                    if stream.write_all(answer.as_bytes()).is_err() {
                        break;
                    }
                }
                Reply::Close => break,
                // The clone among the connections keeps it open.
                Reply::Hang => return,
            }
        }
        let _ = stream.shutdown(Shutdown::Both);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts, so that it sees the end.
        let _ = TcpStream::connect(self.address);
        if let Ok(connections) = self.shared.connections.lock() {
            for connection in connections.iter() {
                let _ = connection.shutdown(Shutdown::Both);
            }
        }
    }
}
