//! A running `enx-hook listen` whose stdout nobody reads until the test wants to.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, ChildStdout};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::{Call, Connection, Run, TOO_LONG};

/// A listener with a held stdout.
pub(crate) struct Held {
    typed: String,
    child: Child,
    address: SocketAddr,
    stdout: Option<ChildStdout>,
    stderr: Option<BufReader<ChildStderr>>,
    /// What stderr said up to the ready line.
    banner: String,
}

impl Held {
    /// Starts a call of `listen` and waits for its ready line.
    #[track_caller]
    pub(crate) fn of(call: Call) -> Held {
        let typed = call.typed();
        let mut child = call.spawn();
        let stdout = child.stdout.take();
        let mut stderr = BufReader::new(child.stderr.take().expect("stderr is a pipe"));
        let mut banner = String::new();
        stderr.read_line(&mut banner).expect("a ready line");
        let address = address_in(&banner);
        let Some(address) = address else {
            let _ = child.kill();
            let _ = stderr.read_to_string(&mut banner);
            panic!("`{typed}` is not ready\n{banner}");
        };
        Held {
            typed,
            child,
            address,
            stdout,
            stderr: Some(stderr),
            banner,
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A connection to it.
    #[track_caller]
    pub(crate) fn connect(&self) -> Connection {
        Connection::to(self.address)
    }

    /// Sends it a signal, such as `INT`.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = std::process::Command::new("kill");
        kill.args(["-s", name, &self.child.id().to_string()]);
        assert!(kill.status().expect("kill runs").success(), "SIG{name}");
    }

    /// Takes one line of stdout, and reads no byte further.
    #[track_caller]
    pub(crate) fn take_line(&mut self) {
        let stdout = self.stdout.as_mut().expect("stdout is open and not read");
        let mut byte = [0];
        while byte != [b'\n'] {
            stdout.read_exact(&mut byte).expect("a line on stdout");
        }
    }

    /// Closes its stdout, as `| head` does.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    /// From now on its stdout is read, line by line.
    #[track_caller]
    pub(crate) fn read(&mut self) -> Receiver<String> {
        let stdout = self.stdout.take().expect("stdout is open and not read");
        let (tell, lines) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines();
            let _ = lines
                .map_while(Result::ok)
                .try_for_each(|line| tell.send(line));
        });
        lines
    }

    /// Waits for its end. stdout is read only then, if it is open.
    #[track_caller]
    pub(crate) fn ended(mut self) -> Run {
        // Its end is the end of its process, whatever becomes of stdout.
        let stderr = self.stderr.take().expect("stderr is read once");
        let mut said = std::mem::take(&mut self.banner).into_bytes();
        let rest = all_of(stderr).recv_timeout(TOO_LONG);
        said.extend(rest.unwrap_or_else(|_| panic!("`{}` did not end", self.typed)));
        let status = self.child.wait().expect("an exit status");
        let shown = self.stdout.take().map(all_of);
        let shown = shown.map(|shown| shown.recv_timeout(TOO_LONG).expect("the rest of stdout"));
        Run::new(self.typed.clone(), status, shown.unwrap_or_default(), said)
    }
}

/// The address behind `http://`, whatever colour stands around it.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, url) = line.split_once("http://")?;
    let end = url.find(|c: char| !(c.is_ascii_hexdigit() || "[]:.".contains(c)))?;
    url[..end].parse().ok()
}

impl Drop for Held {
    fn drop(&mut self) {
        // Both say nothing of interest if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn all_of(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (done, all) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let _ = done.send(bytes);
    });
    all
}
