//! A client that is not a browser: it writes each byte of its requests itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use crate::support::{Listener, Message, Running, Sandbox, TOO_LONG, post_raw, record};

/// Where an inspector answers, and its token.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) address: SocketAddr,
    pub(super) token: String,
}

impl Page {
    /// What the printed URL says.
    #[track_caller]
    pub(super) fn at(url: &str) -> Page {
        let rest = url.trim().strip_prefix("http://").expect("a URL");
        let (address, token) = rest.split_once("/#token=").expect("a token");
        Page {
            address: address.parse().expect("an address"),
            token: token.to_owned(),
        }
    }

    /// The page of a listener that was started with `--format json --inspect`.
    #[track_caller]
    pub(super) fn of(listener: &mut Listener) -> Page {
        let ready = listener.json_of("ready");
        Page::at(ready["inspect"].as_str().expect("the URL of the page"))
    }

    /// A listener with a page.
    #[track_caller]
    pub(super) fn beside(sandbox: &Sandbox, args: &[&str]) -> (Listener, Page) {
        let mut listener = Listener::start(
            sandbox,
            &[&["--format", "json", "--inspect=0"], args].concat(),
        );
        let page = Page::of(&mut listener);
        (listener, page)
    }

    /// A page without a listener.
    #[track_caller]
    pub(super) fn inspecting(sandbox: &Sandbox, args: &[&str]) -> (Running, Page) {
        let args = [&["inspect", "--port", "0"], args].concat();
        let mut running = Running::of(sandbox.call(&args));
        let page = Page::at(&running.line());
        page.wait(|status| status["index"]["ready"] == true);
        (running, page)
    }

    /// The head of a request that is let in, up to further fields.
    pub(super) fn head(&self, method: &str, target: &str) -> String {
        let Page { address, token } = self;
        format!(
            "{method} {target} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n"
        )
    }

    /// Asks once.
    #[track_caller]
    pub(super) fn get(&self, target: &str) -> Message {
        let head = self.head("GET", target);
        post_raw(
            self.address,
            format!("{head}Connection: close\r\n\r\n").as_bytes(),
        )
    }

    /// The answer as JSON; it must be of this kind.
    #[track_caller]
    pub(super) fn json(&self, target: &str, kind: &str) -> Value {
        let answer = self.get(target);
        let object = object(&answer.body);
        assert_eq!(object["kind"], kind, "{target}: {object}");
        object
    }

    /// An error: its status and its code.
    #[track_caller]
    pub(super) fn error(&self, target: &str) -> (u16, String) {
        error(&self.get(target))
    }

    /// Posts JSON.
    #[track_caller]
    pub(super) fn post(&self, target: &str, body: &str) -> Message {
        let head = self.head("POST", target);
        let fields = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        post_raw(self.address, format!("{head}{fields}{body}").as_bytes())
    }

    /// Waits until the status says so. A stream tells of each change.
    #[track_caller]
    pub(super) fn wait(&self, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut events = self.stream("");
        loop {
            // Whatever came may have changed it.
            let status = self.json("/v1/status", "status");
            if is_so(&status) {
                return status;
            }
            events.next();
        }
    }

    /// Opens a stream.
    #[track_caller]
    pub(super) fn stream(&self, query: &str) -> Events {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(TOO_LONG)).expect("a time-out");
        let head = self.head("GET", &format!("/v1/stream{query}"));
        stream
            .write_all(format!("{head}\r\n").as_bytes())
            .expect("it is taken");
        let mut reader = BufReader::new(stream);
        let mut status = String::new();
        reader.read_line(&mut status).expect("a status");
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).expect("a header");
        }
        Events {
            status: status.split(' ').nth(1).unwrap_or_default().to_owned(),
            reader,
            text: String::new(),
        }
    }
}

/// A log with a complete session, and one with each problem: 3002 misses its roomdrop, 3003 is out
/// of order, 3004 has an invalid capture, 3005 a duplicate.
pub(super) fn problems(sandbox: &Sandbox) {
    let event = |kind: &str, session: u32| {
        let more = if kind == "recording" {
            r#","recording":["https://portal.example/1.mov"]"#
        } else {
            ""
        };
        format!(
            r#"{{"type":"{kind}","trans_date":1795182500,"app_id":"64e0b9d3","room_id":"65f1c2a7","conf_num":"{session}"{more}}}"#
        )
    };
    let bodies = [
        event("session_start", 3001),
        event("session_stop", 3001),
        event("roomdrop", 3001),
        event("session_start", 3002),
        event("session_stop", 3002),
        event("recording", 3002),
        event("session_stop", 3003),
        event("session_start", 3003),
        event("roomdrop", 3003),
        event("session_start", 3004),
        r#"{"type":"session_stop","conf_num":"3004"}"#.to_owned(),
        event("roomdrop", 3004),
        event("session_start", 3005),
        event("session_stop", 3005),
        event("roomdrop", 3005),
        event("roomdrop", 3005),
    ];
    let lines = (1..)
        .zip(&bodies)
        .map(|(seq, body)| record(seq, body) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
}

/// An object of the API, which must be as the schema says.
#[track_caller]
pub(super) fn object(text: &[u8]) -> Value {
    static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
        let text = include_str!("../../../schemas/inspector.schema.json");
        let schema = serde_json::from_str(text).expect("JSON");
        jsonschema::draft202012::new(&schema).expect("a schema")
    });
    let object: Value = serde_json::from_slice(text).expect("JSON");
    let errors = SCHEMA.iter_errors(&object);
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{object}");
    object
}

/// The status and the code of an error.
#[track_caller]
pub(super) fn error(answer: &Message) -> (u16, String) {
    let object = object(&answer.body);
    let code = object["code"].as_str().expect("a code").to_owned();
    (answer.status(), code)
}

/// Lines of JSON.
pub(super) fn lines(answer: &Message) -> Vec<Value> {
    let text = String::from_utf8(answer.body.clone()).expect("UTF-8");
    let lines = text.lines();
    lines.map(|line| object(line.as_bytes())).collect()
}

/// A stream of events.
pub(super) struct Events {
    pub(super) status: String,
    reader: BufReader<TcpStream>,
    text: String,
}

/// One event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) id: Option<u64>,
    pub(super) data: Value,
}

impl Events {
    /// The next event.
    #[track_caller]
    pub(super) fn next(&mut self) -> Event {
        loop {
            let Some((frame, rest)) = self.text.split_once("\n\n") else {
                assert!(self.read_chunk(), "the stream ended");
                continue;
            };
            let (frame, rest) = (frame.to_owned(), rest.to_owned());
            self.text = rest;
            let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name));
            if let Some(name) = field("event: ") {
                return Event {
                    name: name.to_owned(),
                    id: field("id: ").map(|id| id.parse().expect("a number")),
                    data: object(field("data: ").expect("data").as_bytes()),
                };
            }
        }
    }

    /// The next event of that name.
    #[track_caller]
    pub(super) fn next_of(&mut self, name: &str) -> Event {
        loop {
            let event = self.next();
            if event.name == name {
                return event;
            }
        }
    }

    /// Reads on; false at the end.
    pub(super) fn read_chunk(&mut self) -> bool {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line);
        let length = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
        if read.is_err() || length == 0 {
            return false;
        }
        let mut chunk = vec![0; length + 2];
        self.reader.read_exact(&mut chunk).expect("a whole chunk");
        self.text
            .push_str(std::str::from_utf8(&chunk[..length]).expect("UTF-8"));
        true
    }
}
