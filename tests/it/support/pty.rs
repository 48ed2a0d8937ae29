//! A real terminal around the binary, by `script` of util-linux: there a program asks
//! questions and paints.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::{Sandbox, TOO_LONG};

/// How long a pressed key may go unheard before it is pressed again.
const PATIENCE: Duration = Duration::from_millis(300);

/// A terminal with something running in it.
pub(crate) struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    /// Runs a line of shell; `enx-hook` in it is the binary. `TERM` is xterm unless the
    /// variables say otherwise.
    pub(crate) fn run(sandbox: &Sandbox, line: &str, variables: &[(&str, &str)]) -> Terminal {
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_enx-hook"));
        let folder = binary.parent().expect("the binary stands in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut script = Command::new("script");
        script
            .args(["-qec", line, "/dev/null"])
            .current_dir(sandbox.path(""))
            .env_clear()
            .env("PATH", format!("{}:{path}", folder.display()))
            .env("HOME", sandbox.path("home"))
            .env("XDG_CONFIG_HOME", sandbox.path("home"))
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = script
            .spawn()
            .expect("`script` of util-linux (package bsdutils)");
        let keyboard = child.stdin.take().expect("stdin is a pipe");
        let mut stdout = child.stdout.take().expect("stdout is a pipe");
        let (show, screen) = channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = stdout.read(&mut piece) {
                if show.send(piece[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Terminal {
            child,
            keyboard,
            screen,
            seen: String::new(),
        }
    }

    /// Waits until the screen has shown this, and takes everything up to it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.seen.find(text) {
                return self.seen.drain(..at + text.len()).collect();
            }
            match self.screen.recv_timeout(TOO_LONG) {
                Ok(piece) => self.seen.push_str(&String::from_utf8_lossy(&piece)),
                Err(error) => panic!("the screen does not show `{text}`: {error}\n{}", self.seen),
            }
        }
    }

    /// Types.
    #[track_caller]
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard
            .write_all(keys.as_bytes())
            .expect("a keyboard");
        self.keyboard.flush().expect("a keyboard");
    }

    /// Presses Ctrl-C like an impatient user: again, as long as nothing happens. Between two
    /// keys a prompt does not listen for a moment.
    #[track_caller]
    pub(crate) fn interrupt(&mut self) {
        self.press("\u{3}");
        for _ in 0..100 {
            match self.screen.recv_timeout(PATIENCE) {
                Ok(piece) => self.seen.push_str(&String::from_utf8_lossy(&piece)),
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.keyboard.write_all(b"\x03");
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        panic!("Ctrl-C does not end it\n{}", self.seen);
    }

    /// Waits for the end: the exit code, and what the screen has shown and nobody has taken.
    #[track_caller]
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        loop {
            match self.screen.recv_timeout(TOO_LONG) {
                Ok(piece) => self.seen.push_str(&String::from_utf8_lossy(&piece)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end\n{}", self.seen),
            }
        }
        let status = self.child.wait().expect("an exit status");
        (status.code(), std::mem::take(&mut self.seen))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Both say nothing of interest if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
