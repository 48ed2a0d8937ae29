//! A reader's session at the shell: types what a document says, and watches what shows.
//!
//! - Each command is run by `sh` in one folder, and must end with exit code 0, unless
//!   `echo $?` comes next and shows another.
//! - `cat FILE` with a file that is not there yet writes what it shows: that is how a document
//!   hands a file to its reader.
//! - `enx-hook listen` (also as `cargo run --release -- listen`) goes on in the background until
//!   `^C`. It gets a free port in place of 3000, and so does all that speaks of port 3000.

use std::fs;
use std::io::{BufRead as _, BufReader, PipeReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use super::block::{Step, fenced};
use super::compare::fits;
use crate::support::{Sandbox, TOO_LONG, masked, skip, tool};

const BINARY: &str = env!("CARGO_BIN_EXE_enx-hook");
/// The port that documents speak of.
const PORT: &str = "3000";
const CARGO: &str = "cargo run --release -- ";

/// Runs all examples of a document.
pub(super) fn run(name: &str, document: &str) {
    let mut session = Session::new(name);
    for block in fenced(document, "console") {
        for step in block.steps() {
            session.take(&step);
        }
    }
    session.check_code();
    assert!(
        session.listener.is_none(),
        "{name}: the listener is never stopped"
    );
}

struct Session<'d> {
    document: &'d str,
    sandbox: Sandbox,
    /// What the last command ended with, unless that has been looked at.
    code: Option<(usize, i32)>,
    listener: Option<Listener>,
    ports: Ports,
}

/// What stood for port 3000 so far; the last one does now.
#[derive(Default)]
struct Ports(Vec<String>);

impl Ports {
    /// What a document says, as it is typed.
    fn typed(&self, text: &str) -> String {
        match self.0.last() {
            Some(port) => text.replace(PORT, port),
            None => text.to_owned(),
        }
    }

    /// What shows, as a document says it.
    fn shown(&self, text: &str) -> String {
        let ports = self.0.iter();
        ports.fold(text.to_owned(), |text, port| text.replace(port, PORT))
    }
}

impl<'d> Session<'d> {
    fn new(document: &'d str) -> Session<'d> {
        Session {
            document,
            sandbox: Sandbox::new(),
            code: None,
            listener: None,
            ports: Ports::default(),
        }
    }

    fn take(&mut self, step: &Step<'_>) {
        let place = format!("{}:{}", self.document, step.line);
        let Some(typed) = step.command else {
            let listener = self.listener.as_mut();
            let listener = listener.unwrap_or_else(|| panic!("{place}: no listener goes on here"));
            if listener.shows(&place, &step.expected, &mut self.ports) {
                self.listener = None;
            }
            return;
        };
        if typed == "echo $?" {
            let (_, code) = self
                .code
                .take()
                .unwrap_or_else(|| panic!("{place}: of what?"));
            assert_eq!(step.expected, [code.to_string()], "{place}: the exit code");
            return;
        }
        self.check_code();
        if let Some(missing) = typed
            .strip_prefix("cat ")
            .map(|name| self.sandbox.path(name))
            && !missing.exists()
        {
            fs::create_dir_all(missing.parent().expect("a folder")).expect("a folder");
            let text = step.expected.join("\n") + "\n";
            return fs::write(missing, text).expect("a file");
        }
        if let Some(name) = ["curl", "jq"].into_iter().find(|name| needs(typed, name))
            && tool(&[name]).is_none()
        {
            return skip(&format!("{place}: {typed}"));
        }
        let typed = typed
            .strip_prefix(CARGO)
            .map_or_else(|| typed.to_owned(), |rest| format!("enx-hook {rest}"));
        if typed.starts_with("enx-hook listen") {
            assert!(self.listener.is_none(), "{place}: a listener runs already");
            let typed = typed.replace(&format!("--port {PORT}"), "--port 0");
            // Without a shell in between, so that the signal arrives.
            let mut listener = Listener::start(self.command(&format!("exec {typed}")));
            if !listener.shows(&place, &step.expected, &mut self.ports) {
                self.listener = Some(listener);
            }
            return;
        }
        let (mut child, output) = spawn(self.command(&self.ports.typed(&typed)));
        let lines = lines(output);
        let mut output = Vec::new();
        loop {
            match lines.recv_timeout(TOO_LONG) {
                Ok(line) => output.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("{place}: `{typed}` does not end"),
            }
        }
        // As in the document, an empty line at the end is for the eye.
        while output.last().is_some_and(String::is_empty) {
            output.pop();
        }
        let shown: Vec<String> = output.iter().map(|line| self.ports.shown(line)).collect();
        let code = child
            .wait()
            .expect("an exit status")
            .code()
            .expect("an exit code");
        self.code = Some((step.line, code));
        assert!(
            fits(&step.expected, &shown),
            "{place}: `{typed}` shows something else\n-- expected\n{}\n-- shown\n{}\n",
            step.expected.join("\n"),
            shown.join("\n")
        );
    }

    /// A command whose exit code is not shown must have succeeded.
    fn check_code(&mut self) {
        if let Some((line, code)) = self.code.take() {
            assert_eq!(code, 0, "{}:{line}: the exit code", self.document);
        }
    }

    fn command(&self, typed: &str) -> Command {
        let mut folders = vec![PathBuf::from(BINARY).parent().expect("a folder").to_owned()];
        folders.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        let mut command = Command::new("sh");
        command
            .args(["-c", typed])
            .current_dir(self.sandbox.path(""))
            .env_clear()
            .env("PATH", std::env::join_paths(folders).expect("a PATH"))
            .env("HOME", self.sandbox.path("home"));
        command
    }
}

/// Whether a word of the command is that tool.
fn needs(typed: &str, tool: &str) -> bool {
    typed.split_whitespace().any(|word| word == tool)
}

/// Starts a command with both of its streams in one pipe, as a terminal shows them.
fn spawn(mut command: Command) -> (Child, PipeReader) {
    let (output, input) = std::io::pipe().expect("a pipe");
    let child = command
        .stdin(Stdio::null())
        .stdout(input.try_clone().expect("a pipe"))
        .stderr(input)
        .spawn();
    // The command still holds the pipe's other end: it goes with it at the end of this call.
    (child.expect("sh runs"), output)
}

/// The lines of a stream as they come. The channel ends with the stream.
fn lines(stream: PipeReader) -> Receiver<String> {
    let (said, lines) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if said.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

struct Listener {
    child: Child,
    lines: Receiver<String>,
    /// Whether lines may be passed over before the next that is expected.
    skipping: bool,
}

impl Listener {
    fn start(command: Command) -> Listener {
        let (child, output) = spawn(command);
        Listener {
            child,
            lines: lines(output),
            skipping: false,
        }
    }

    /// Waits until it shows this; whether it has ended by then.
    fn shows(&mut self, place: &str, expected: &[&str], ports: &mut Ports) -> bool {
        let mut stopped = false;
        for &line in expected {
            match line {
                "..." => self.skipping = true,
                "^C" => {
                    stopped = true;
                    self.interrupt();
                }
                _ => self.wait_for(place, line, ports),
            }
        }
        if stopped {
            loop {
                match self.lines.recv_timeout(TOO_LONG) {
                    Ok(_) if self.skipping => {}
                    Ok(line) => panic!("{place}: the listener also shows\n{line}"),
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => panic!("{place}: the listener does not end"),
                }
            }
            let status = self.child.wait().expect("an exit status");
            assert_eq!(status.code(), Some(0), "{place}: the listener's exit code");
        }
        stopped
    }

    fn wait_for(&mut self, place: &str, expected: &str, ports: &mut Ports) {
        let mut passed = Vec::new();
        loop {
            let line = self.lines.recv_timeout(TOO_LONG).unwrap_or_else(|error| {
                panic!(
                    "{place}: the listener does not show ({error})\n{expected}\nbut\n{}",
                    passed.join("\n")
                )
            });
            if let Some((_, url)) = line.split_once(" is listening on http://127.0.0.1:") {
                ports.0.extend(url.split(' ').next().map(str::to_owned));
            }
            let shown = ports.shown(&line);
            if masked(&shown) == masked(expected) {
                self.skipping = false;
                return;
            }
            // An empty line at the end of a block is for the eye.
            assert!(
                self.skipping || shown.is_empty(),
                "{place}: the listener shows something else\n-- expected\n{expected}\n-- shown\n{shown}"
            );
            passed.push(shown);
        }
    }

    fn interrupt(&self) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args(["-s", "INT", &id]).status();
        assert!(kill.expect("kill runs").success(), "SIGINT was not sent");
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Both say nothing of interest if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
