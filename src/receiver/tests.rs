//! The receiver through real sockets: raw clients on one side, a recorder in memory
//! and a channel of events on the other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod bodies;
mod connections;
mod gatekeeping;
mod limits;
mod responding;
mod tls;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{
    Arrived, Event, Foreign, IsMalformed, Problem, ProxyHeader, Receiver, ReceiverOptions,
    RecordError, Recorder, Refusal, Totals,
};
use crate::model::capture::Capture;

/// Long enough for a busy machine; a test that waits this long has failed.
const TOO_LONG: Duration = Duration::from_secs(20);

async fn within<F: Future>(future: F) -> F::Output {
    timeout(TOO_LONG, future).await.expect("took too long")
}

/// A recorder whose every step a test can see and hold up.
struct Memory {
    kept: Mutex<Vec<Arc<Capture>>>,
    begun: Semaphore,
    allowed: Semaphore,
    fails: AtomicBool,
    panics: AtomicBool,
}

struct Keeper(Arc<Memory>);

impl Recorder for Keeper {
    async fn record(&self, capture: Arc<Capture>) -> Result<Option<u64>, RecordError> {
        self.0.begun.add_permits(1);
        self.0.allowed.acquire().await.unwrap().forget();
        assert!(!self.0.panics.swap(false, SeqCst), "a recorder that panics");
        if self.0.fails.load(SeqCst) {
            return Err(RecordError {
                message: "disk full".into(),
            });
        }
        let mut kept = self.0.kept.lock().unwrap();
        kept.push(capture);
        Ok(Some(kept.len() as u64))
    }
}

/// A receiver that is served, and all that it did so far.
struct House {
    address: SocketAddr,
    memory: Arc<Memory>,
    events: mpsc::UnboundedReceiver<Event>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<Totals>,
}

impl House {
    async fn open(options: ReceiverOptions) -> House {
        House::build(options, None).await
    }

    async fn build(options: ReceiverOptions, is_malformed: Option<IsMalformed>) -> House {
        let mut receiver = Receiver::bind(options).await.unwrap();
        if let Some(is_malformed) = is_malformed {
            receiver = receiver.reject_malformed(is_malformed);
        }
        let memory = Arc::new(Memory {
            kept: Mutex::default(),
            begun: Semaphore::new(0),
            allowed: Semaphore::new(1000),
            fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
        });
        let (tell, events) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = receiver.local_addr();
        let keeper = Keeper(Arc::clone(&memory));
        let served = tokio::spawn(receiver.serve(
            keeper,
            move |event| drop(tell.send(event)),
            async move { drop(stopped.await) },
        ));
        House {
            address,
            memory,
            events,
            stop: Some(stop),
            served,
        }
    }

    async fn client(&self) -> Client {
        let stream = within(TcpStream::connect(self.address)).await.unwrap();
        Client { stream }
    }

    async fn event(&mut self) -> Event {
        within(self.events.recv()).await.unwrap()
    }

    async fn captured(&mut self) -> (Option<u64>, Arc<Capture>, u16) {
        match self.event().await {
            Event::Captured {
                seq,
                capture,
                status,
            } => (seq, capture, status.expect("a reply")),
            other => panic!("expected a capture: {other:?}"),
        }
    }

    async fn refused(&mut self) -> Refusal {
        match self.event().await {
            Event::Refused { reason, .. } => reason,
            Event::Greeted { .. } => panic!("a greeting"),
            other => panic!("expected a refusal: {other:?}"),
        }
    }

    fn kept(&self) -> Vec<Arc<Capture>> {
        self.memory.kept.lock().unwrap().clone()
    }

    /// Holds every record up until it is let go.
    fn hold(&self) {
        self.memory.allowed.forget_permits(1000);
    }

    /// Waits until one more record has begun.
    async fn recording(&self) {
        within(self.memory.begun.acquire()).await.unwrap().forget();
    }

    fn let_go(&self) {
        self.memory.allowed.add_permits(1000);
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn totals(mut self) -> Totals {
        if self.stop.is_some() {
            self.stop();
        }
        within(self.served).await.unwrap()
    }
}

fn options() -> ReceiverOptions {
    ReceiverOptions::new("127.0.0.1", 0)
}

/// One reply as it came over the wire.
#[derive(Debug)]
struct Answer {
    status: u16,
    /// Status line and fields, in lower case.
    head: String,
    body: String,
}

impl Answer {
    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            (field == name).then_some(value.trim())
        })
    }
}

struct Client {
    stream: TcpStream,
}

impl Client {
    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// A POST of this body, and its reply.
    async fn post(&mut self, body: &[u8]) -> Answer {
        let head = format!(
            "POST /hook?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send(head).await;
        self.send(body).await;
        self.answer().await
    }

    /// The next head: up to and with its empty line.
    async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(within(self.stream.read_u8()).await.expect("a reply"));
        }
        String::from_utf8(head).unwrap().to_ascii_lowercase()
    }

    async fn answer(&mut self) -> Answer {
        let mut answer = self.answer_without_body().await;
        let length = answer.field("content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        within(self.stream.read_exact(&mut body)).await.unwrap();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    async fn answer_without_body(&mut self) -> Answer {
        let head = self.head().await;
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: String::new(),
        }
    }

    /// Waits until the other side has closed, and sees that it said nothing more.
    async fn closed(&mut self) {
        let mut rest = Vec::new();
        // A reset is a close too.
        let _ = within(self.stream.read_to_end(&mut rest)).await;
        assert_eq!(String::from_utf8_lossy(&rest), "");
    }
}
