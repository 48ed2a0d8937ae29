//! The files that a command line names, and what each of them is for.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::{Auth, Command, LogCommand, RelayAccess, RelayCommand, Target};
use crate::commands::inspector::token_path;
use crate::delivery::deliveries;
use crate::files::{FileRole, Input};

/// The files of a run.
#[derive(Default)]
pub(super) struct Roles {
    pub(super) files: Vec<FileRole>,
    /// Whether stdin is an input.
    pub(super) reads_stdin: bool,
}

impl Roles {
    /// The files of a command line. Those that the configuration file can name are
    /// left out.
    pub(super) fn of(command: &Command) -> Roles {
        let mut roles = Roles::default();
        match command {
            Command::Listen(typed) => {
                roles.writes("the file of --ready-file", typed.ready_file.as_deref());
                roles.reads("the certificate", typed.guarding.tls_cert.as_deref());
                roles.reads("the key", typed.guarding.tls_key.as_deref());
                roles.auth(&typed.auth);
                roles.relay(&typed.relaying.access);
            }
            Command::Follow(typed) => {
                roles.writes("the file of --ready-file", typed.ready_file.as_deref());
                roles.relay(&typed.access);
            }
            Command::Relay(typed) => match &typed.command {
                RelayCommand::Status(typed) => roles.relay(&typed.access),
                RelayCommand::Init(typed) => roles.relay(&typed.access),
                RelayCommand::Config(_) => {}
            },
            Command::Send(typed) => {
                let data = typed.data.as_deref();
                roles.reads_stdin = data == Some("-");
                let data = data.and_then(|data| data.strip_prefix('@'));
                roles.reads("the body", data.map(Path::new));
                roles.reads("the report of --expect-like", typed.expect_like.as_deref());
                roles.reads("the scenario", typed.scenario.as_deref().map(Path::new));
                roles.writes("the report", typed.report.as_deref());
                roles.target(&typed.posting.target);
            }
            Command::Replay(typed) => {
                roles.inputs(&typed.files);
                roles.writes("the file of --resume", typed.resume.as_deref());
                roles.writes("the report", typed.report.as_deref());
                roles.target(&typed.posting.target);
            }
            Command::Validate(typed) => {
                roles.inputs(&typed.files);
                for report in &typed.reports {
                    roles.writes("a report", Some(report));
                }
            }
            Command::Check(typed) => {
                roles.writes("the report", typed.report.as_deref());
                roles.target(&typed.target);
            }
            Command::Log(typed) => match &typed.command {
                Some(LogCommand::Repair(typed)) => {
                    roles.writes("the copy", typed.output.as_deref());
                }
                Some(LogCommand::Export(typed)) => {
                    roles.writes("the export", typed.output.as_deref());
                }
                _ => {}
            },
            Command::Drift(typed) => roles.reads("the baseline", typed.baseline.as_deref()),
            Command::Export(typed) => {
                let output = typed.command.to().output.as_deref();
                roles.writes("the export", output);
            }
            Command::Inspect(_)
            | Command::Learn(_)
            | Command::Events(_)
            | Command::Init(_)
            | Command::Allow(_)
            | Command::Completions(_) => {}
        }
        roles
    }

    /// What is read.
    pub(super) fn read_inputs(&mut self, inputs: &[Input]) {
        for input in inputs {
            match input {
                Input::Stdin => self.reads_stdin = true,
                Input::File(path) => self.reads("an input", Some(path)),
            }
        }
    }

    /// The log, with its lock.
    pub(super) fn log(&mut self, path: &Path) {
        self.writes("the log", Some(path));
        let mut lock = OsString::from(path);
        lock.push(".lock");
        self.writes("the lock of the log", Some(Path::new(&lock)));
        let deliveries = deliveries::path(path);
        self.writes("the record of deliveries", Some(&deliveries));
    }

    /// The file of the inspector's token.
    pub(super) fn token(&mut self, named: Option<&Path>, inputs: &[Input]) {
        let beside = match inputs {
            [Input::File(log)] => Some(token_path(log)),
            _ => None,
        };
        self.writes("the token of the inspector", named.or(beside.as_deref()));
    }

    fn inputs(&mut self, files: &[PathBuf]) {
        let inputs: Vec<Input> = files.iter().cloned().map(Input::from).collect();
        self.read_inputs(&inputs);
    }

    fn target(&mut self, typed: &Target) {
        self.reads("the certificates of --cacert", typed.cacert.as_deref());
        self.auth(&typed.auth);
    }

    fn relay(&mut self, typed: &RelayAccess) {
        self.reads("the credentials of the relay", typed.relay_creds.as_deref());
        self.reads(
            "the certificates of the relay",
            typed.relay_cacert.as_deref(),
        );
        self.reads(
            "the password file of the relay",
            typed.relay_password_file.as_deref(),
        );
    }

    fn auth(&mut self, typed: &Auth) {
        self.reads("the password file", typed.password_file.as_deref());
    }

    fn reads(&mut self, what: &'static str, path: Option<&Path>) {
        self.add(what, path, false);
    }

    fn writes(&mut self, what: &'static str, path: Option<&Path>) {
        self.add(what, path, true);
    }

    fn add(&mut self, what: &'static str, path: Option<&Path>, is_written: bool) {
        self.files.extend(path.map(|path| FileRole {
            what,
            path: path.to_owned(),
            is_written,
        }));
    }
}
