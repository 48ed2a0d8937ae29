//! A run of the binary that goes on beside the test.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use super::{Call, Run, TOO_LONG};

/// A process that is never left behind.
pub(crate) struct Running {
    typed: String,
    child: Child,
    stdout: Stdout,
    stderr: Receiver<Vec<u8>>,
    /// The lines of stderr that were taken already.
    told: Vec<u8>,
}

/// What becomes of stdout.
enum Stdout {
    Read(Receiver<Vec<u8>>),
    /// The pipe fills up.
    Held(ChildStdout),
    Closed,
}

impl Running {
    pub(crate) fn of(call: Call) -> Running {
        let mut running = Running::holding(call);
        running.release();
        running
    }

    /// The same, and nothing reads its stdout until the test does.
    pub(super) fn holding(call: Call) -> Running {
        let typed = call.typed();
        let mut child = call.spawn();
        Running {
            typed,
            stdout: Stdout::Held(child.stdout.take().expect("stdout is a pipe")),
            stderr: lines(child.stderr.take().expect("stderr is a pipe")),
            child,
            told: Vec::new(),
        }
    }

    /// The number of its process.
    #[cfg(unix)]
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `INT`.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &self.child.id().to_string()]);
        assert!(kill.status().expect("kill runs").success(), "SIG{name}");
    }

    /// Takes the first line of stderr for which `found` has something.
    #[track_caller]
    pub(crate) fn told<T>(&mut self, found: impl Fn(&str) -> Option<T>) -> T {
        loop {
            let Ok(line) = self.stderr.recv_timeout(TOO_LONG) else {
                let told = String::from_utf8_lossy(&self.told);
                panic!("`{}` does not say what it should\n{told}", self.typed);
            };
            self.told.extend_from_slice(&line);
            if let Some(found) = found(&String::from_utf8_lossy(&line)) {
                return found;
            }
        }
    }

    /// The next line of stdout, with its end.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let line = match &mut self.stdout {
            Stdout::Read(lines) => lines
                .recv_timeout(TOO_LONG)
                .unwrap_or_else(|error| panic!("`{}` shows nothing: {error}", self.typed)),
            // Not a byte further, so that the pipe stays as full as it is.
            Stdout::Held(stdout) => {
                let mut line = Vec::new();
                let mut byte = [0];
                while byte != [b'\n'] {
                    stdout.read_exact(&mut byte).expect("a line on stdout");
                    line.extend_from_slice(&byte);
                }
                line
            }
            Stdout::Closed => panic!("stdout of `{}` is closed", self.typed),
        };
        String::from_utf8(line).expect("all output is UTF-8")
    }

    /// Closes its stdout, as `| head` does.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = Stdout::Closed;
    }

    /// From now on its stdout is read.
    pub(crate) fn release(&mut self) {
        self.stdout = match std::mem::replace(&mut self.stdout, Stdout::Closed) {
            Stdout::Held(stdout) => Stdout::Read(lines(stdout)),
            other => other,
        };
    }

    /// Waits for its end: all that it said, except for the lines of stdout taken before.
    #[track_caller]
    pub(crate) fn ended(mut self) -> Run {
        // The end of stderr is the end of the process, whatever becomes of stdout.
        let mut stderr = std::mem::take(&mut self.told);
        stderr.extend(self.rest(&self.stderr));
        let status = self.child.wait().expect("an exit status");
        self.release();
        let stdout = match &self.stdout {
            Stdout::Read(lines) => self.rest(lines),
            _ => Vec::new(),
        };
        Run::new(std::mem::take(&mut self.typed), status, stdout, stderr)
    }

    /// All lines up to the end of the stream.
    #[track_caller]
    fn rest(&self, lines: &Receiver<Vec<u8>>) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            match lines.recv_timeout(TOO_LONG) {
                Ok(line) => all.extend(line),
                Err(RecvTimeoutError::Disconnected) => return all,
                Err(RecvTimeoutError::Timeout) => panic!("`{}` did not end", self.typed),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both say nothing of interest if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
