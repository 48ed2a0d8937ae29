//! A running `enx-hook listen`: started on a free port, waited for by its ready line, and
//! never left behind.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use serde_json::Value;

use super::{Call, Message, Run, Sandbox, TOO_LONG, post};

/// A listener that takes requests.
pub(crate) struct Listener {
    typed: String,
    child: Child,
    address: SocketAddr,
    stdout: Receiver<Vec<u8>>,
    stderr: Receiver<Vec<u8>>,
    /// What stderr said up to the ready line.
    banner: Vec<u8>,
}

impl Listener {
    /// Starts `listen` on a free port, with these arguments besides.
    #[track_caller]
    pub(crate) fn start(sandbox: &Sandbox, args: &[&str]) -> Listener {
        Listener::of(sandbox.call(&[&["listen", "--port", "0"], args].concat()))
    }

    /// Starts a call of `listen` that was prepared by hand.
    #[track_caller]
    pub(crate) fn of(call: Call) -> Listener {
        let typed = call.typed();
        let mut child = call.spawn();
        let stdout = lines(child.stdout.take().expect("stdout is a pipe"));
        let stderr = lines(child.stderr.take().expect("stderr is a pipe"));
        let mut banner = Vec::new();
        let address = loop {
            let Ok(line) = stderr.recv_timeout(TOO_LONG) else {
                let _ = child.kill();
                panic!(
                    "`{typed}` is not ready\n{}",
                    String::from_utf8_lossy(&banner)
                );
            };
            banner.extend_from_slice(&line);
            if let Some(address) = ready(&String::from_utf8_lossy(&line)) {
                break address;
            }
        };
        Listener {
            typed,
            child,
            address,
            stdout,
            stderr,
            banner,
        }
    }

    /// The number of its process.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    #[cfg(target_os = "linux")]
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens, for `--url`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Posts a body to it.
    #[track_caller]
    pub(crate) fn post(&self, body: impl AsRef<[u8]>) -> Message {
        post(
            self.address,
            "/hook",
            &[("Content-Type", "application/json")],
            body,
        )
    }

    /// The next line on stdout, with its end.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let line = self.stdout.recv_timeout(TOO_LONG);
        let line = line.unwrap_or_else(|error| panic!("`{}` shows nothing: {error}", self.typed));
        String::from_utf8(line).expect("all output is UTF-8")
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

    /// Sends it a signal, such as `INT`.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = std::process::Command::new("kill");
        kill.args(["-s", name, &self.child.id().to_string()]);
        assert!(
            kill.status().expect("kill runs").success(),
            "SIG{name} was not sent"
        );
    }

    /// Waits for its end: all that it said, except for the lines taken before.
    #[track_caller]
    pub(crate) fn ended(mut self) -> Run {
        let stdout = rest(&self.typed, &self.stdout);
        let mut stderr = std::mem::take(&mut self.banner);
        stderr.extend(rest(&self.typed, &self.stderr));
        let status = self.child.wait().expect("an exit status");
        Run::new(self.typed.clone(), status, stdout, stderr)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Both say nothing of interest if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in the line `enx-hook 0.1.0 is listening on http://127.0.0.1:3000 (any path)`.
fn ready(line: &str) -> Option<SocketAddr> {
    let (_, url) = line.split_once(" is listening on http")?;
    let (_, url) = url.split_once("://")?;
    let end = url.find(|c: char| c == '/' || c.is_whitespace())?;
    url[..end].parse().ok()
}

/// Reads line by line on a thread of its own. The channel ends with the stream.
fn lines(stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (said, lines) = channel();
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream
            .read_until(b'\n', &mut line)
            .is_ok_and(|length| length > 0)
        {
            if said.send(std::mem::take(&mut line)).is_err() {
                break;
            }
        }
    });
    lines
}

/// All lines up to the end of the stream, which comes with the end of the process.
#[track_caller]
fn rest(typed: &str, lines: &Receiver<Vec<u8>>) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        match lines.recv_timeout(TOO_LONG) {
            Ok(line) => all.extend(line),
            Err(RecvTimeoutError::Disconnected) => return all,
            Err(RecvTimeoutError::Timeout) => panic!("`{typed}` did not end"),
        }
    }
}
