//! A running `enx-hook listen`: started on a free port, waited for by its ready line, and
//! never left behind.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};

use serde_json::Value;

use super::{Call, Connection, Message, Run, Running, Sandbox, post};

/// A listener that takes requests.
pub(crate) struct Listener {
    running: Running,
    address: SocketAddr,
}

impl Listener {
    /// Starts `listen` on a free port, with these arguments besides.
    #[track_caller]
    pub(crate) fn start(sandbox: &Sandbox, args: &[&str]) -> Listener {
        Listener::of(sandbox.call(&[&["listen", "--port", "0"], args].concat()))
    }

    /// The same, and nothing reads its stdout until the test does.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn holding(sandbox: &Sandbox, args: &[&str]) -> Listener {
        let call = sandbox.call(&[&["listen", "--port", "0"], args].concat());
        Listener::ready(Running::holding(call))
    }

    /// Starts a call of `listen` that was prepared by hand.
    #[track_caller]
    pub(crate) fn of(call: Call) -> Listener {
        Listener::ready(Running::of(call))
    }

    #[track_caller]
    fn ready(mut running: Running) -> Listener {
        let address = running.told(address_in);
        Listener { running, address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, for `--url`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// A connection to it.
    #[track_caller]
    pub(crate) fn connect(&self) -> Connection {
        Connection::to(self.address)
    }

    /// Posts a body to it.
    #[track_caller]
    pub(crate) fn post(&self, body: impl AsRef<[u8]>) -> Message {
        post(
            self.address,
            "/",
            &[("Content-Type", "application/json")],
            body,
        )
    }

    /// The next line on stdout as the JSON object that it is.
    #[track_caller]
    pub(crate) fn json(&mut self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// The same, which must be of this kind.
    #[track_caller]
    pub(crate) fn json_of(&mut self, kind: &str) -> Value {
        let object = self.json();
        assert_eq!(object["kind"], kind, "{object}");
        object
    }

    /// Waits for its end: all that it said, except for the lines taken before.
    #[track_caller]
    pub(crate) fn ended(self) -> Run {
        self.running.ended()
    }
}

impl Deref for Listener {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl DerefMut for Listener {
    fn deref_mut(&mut self) -> &mut Running {
        &mut self.running
    }
}

/// The address in the line `enx-hook 0.1.0 is listening on http://127.0.0.1:3000 (any path)`,
/// whatever colour stands around it.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once(" is listening on ")?;
    let (_, url) = rest.split_once("://")?;
    let end = url.find(|c: char| !(c.is_ascii_hexdigit() || "[]:.".contains(c)))?;
    url[..end].parse().ok()
}
