//! Runs that need more than input and arguments: another working directory, a stream of
//! their own, a signal in the middle.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::{Call, Run, Sandbox, TOO_LONG};

/// What a program needs of its surroundings on some platforms, and no more.
const KEPT: [&str; 5] = ["PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"];

/// The binary in the sandbox, with an empty environment, its streams still to be chosen.
pub(crate) fn command(sandbox: &Sandbox, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enx-hook"));
    command.args(args).current_dir(sandbox.path("")).env_clear();
    for name in KEPT {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    for name in ["HOME", "XDG_CONFIG_HOME", "USERPROFILE", "APPDATA"] {
        command.env(name, sandbox.path("home"));
    }
    command
}

/// The binary in a folder of the sandbox.
pub(crate) fn call_in(sandbox: &Sandbox, folder: impl AsRef<Path>, args: &[&str]) -> Call {
    let mut command = command(sandbox, args);
    command.current_dir(sandbox.path(folder));
    Call::new(command)
}

/// A run that goes on beside the test.
pub(crate) struct Running {
    typed: String,
    child: Child,
    stdout: Receiver<Vec<u8>>,
    stderr: Receiver<Vec<u8>>,
}

impl Running {
    pub(crate) fn of(call: Call) -> Running {
        let typed = call.typed();
        let mut child = call.spawn();
        Running {
            typed,
            stdout: all_of(child.stdout.take().expect("stdout is a pipe")),
            stderr: all_of(child.stderr.take().expect("stderr is a pipe")),
            child,
        }
    }

    /// Sends it a signal, such as `INT`.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &self.child.id().to_string()]);
        assert!(kill.status().expect("kill runs").success());
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ended(mut self) -> Run {
        let (Ok(stdout), Ok(stderr)) = (
            self.stdout.recv_timeout(TOO_LONG),
            self.stderr.recv_timeout(TOO_LONG),
        ) else {
            panic!("`{}` did not end", self.typed);
        };
        let status = self.child.wait().expect("an exit status");
        Run::new(std::mem::take(&mut self.typed), status, stdout, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both say nothing of interest if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end on a thread of its own.
fn all_of(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (done, all) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let _ = done.send(bytes);
    });
    all
}
