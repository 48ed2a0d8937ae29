//! One run of the binary, and what can be said of it when it is over.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use serde_json::Value;

use super::{Running, masked};

/// A run that is being prepared.
pub(crate) struct Call {
    command: Command,
    input: Vec<u8>,
}

impl Call {
    pub(crate) fn new(command: Command) -> Call {
        let input = Vec::new();
        Call { command, input }
    }

    /// What stands on stdin; nothing unless said.
    pub(crate) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Call {
        self.input = bytes.into();
        self
    }

    /// A variable in the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Call {
        self.command.env(name, value);
        self
    }

    /// The folder it runs in.
    pub(crate) fn folder(mut self, path: impl AsRef<Path>) -> Call {
        self.command.current_dir(path);
        self
    }

    /// As it was typed, for messages.
    pub(super) fn typed(&self) -> String {
        let args = self.command.get_args().map(|arg| arg.to_string_lossy());
        std::iter::once("enx-hook".into())
            .chain(args)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Starts it. Its input is written beside, since a pipe holds only so much.
    pub(super) fn spawn(mut self) -> Child {
        let piped = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("stdin is a pipe");
        // A program that does not read its input closes the pipe: that is its right.
        thread::spawn(move || drop(stdin.write_all(&self.input)));
        child
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Run {
        Running::of(self).ended()
    }
}

/// A run that is over.
#[derive(Debug)]
pub(crate) struct Run {
    typed: String,
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Run {
    pub(super) fn new(typed: String, status: ExitStatus, stdout: Vec<u8>, stderr: Vec<u8>) -> Run {
        let text = |bytes| String::from_utf8(bytes).expect("all output is UTF-8");
        Run {
            typed,
            status,
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }

    /// All of stdout.
    pub(crate) fn out(&self) -> &str {
        &self.stdout
    }

    /// All of stderr.
    pub(crate) fn err(&self) -> &str {
        &self.stderr
    }

    /// It ended with this exit code.
    #[track_caller]
    pub(crate) fn code(&self, expected: i32) -> &Run {
        self.is(self.status.code() == Some(expected), || {
            format!("exit code {expected}")
        })
    }

    /// Whether it ended with this exit code.
    pub(crate) fn has_code(&self, code: i32) -> bool {
        self.status.code() == Some(code)
    }

    /// stdout contains this.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Run {
        self.is(self.stdout.contains(text), || format!("`{text}` on stdout"))
    }

    /// stderr contains this.
    #[track_caller]
    pub(crate) fn tells(&self, text: &str) -> &Run {
        self.is(self.stderr.contains(text), || format!("`{text}` on stderr"))
    }

    /// Neither stream contains this.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Run {
        let hidden = !self.stdout.contains(text) && !self.stderr.contains(text);
        self.is(hidden, || format!("`{text}` nowhere"))
    }

    /// The lines of stdout, each a JSON object with a `kind`.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let parsed = self.stdout.lines().map(|line| {
            let value = serde_json::from_str::<Value>(line).unwrap_or(Value::Null);
            self.is(value["kind"].is_string(), || {
                format!("a JSON object with a kind: {line}")
            });
            value
        });
        parsed.collect()
    }

    /// Those of them of one kind.
    #[track_caller]
    pub(crate) fn json_of(&self, kind: &str) -> Vec<Value> {
        let mut lines = self.json_lines();
        lines.retain(|line| line["kind"] == kind);
        lines
    }

    #[track_caller]
    fn is(&self, holds: bool, expected: impl FnOnce() -> String) -> &Run {
        assert!(
            holds,
            "expected {}\n$ {}\n{}\n-- stdout\n{}\n-- stderr\n{}",
            expected(),
            self.typed,
            self.status,
            self.stdout,
            self.stderr
        );
        self
    }
}

/// All that a person sees of it, but for what changes from run to run.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.status.code().unwrap_or(-1);
        let stream = |name, text: &str| match text {
            "" => String::new(),
            text => format!("-- {name}\n{text}"),
        };
        let all = format!(
            "$ {}\nexit code {code}\n{}{}",
            self.typed,
            stream("stdout", &self.stdout),
            stream("stderr", &self.stderr)
        );
        f.write_str(&masked(&all))
    }
}
