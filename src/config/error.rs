//! Errors in options and configuration that clap does not detect.

use std::path::PathBuf;

use crate::delivery::HeaderError;
use crate::model::error::{Category, Explain};
use crate::render::report::ReportKind;

/// Settings that are contradictory, incomplete or unreadable.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// `send` without an event, and without a terminal to ask on.
    #[error("nothing to send: name an event")]
    NothingToSend,
    /// A password without a user.
    #[error("--password-file requires --user")]
    NoUser,
    /// An option without another one that it requires.
    #[error("{option} requires {needs}")]
    Without {
        /// The option.
        option: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// A run of zero length.
    #[error("--for must be above 0")]
    NoTime,
    /// The command has no report with this file extension.
    #[error("cannot write a report to {}: unsupported file extension", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// The kinds that the command can write.
        kinds: &'static [ReportKind],
    },
    /// A user without a password, and no terminal to ask on.
    #[error("no password for user `{user}`")]
    NoPassword {
        /// The user.
        user: String,
        /// The environment variable that can hold the password, and other ways to give it.
        ways: &'static str,
    },
    /// An empty user name.
    #[error("the user name in --user is empty")]
    EmptyUser,
    /// The configuration file has no target with the name in `--to`.
    #[error("unknown target `{name}`")]
    UnknownTarget {
        /// The name.
        name: String,
        /// The most similar name that exists.
        nearest: Option<String>,
        /// All names that exist.
        known: Vec<String>,
    },
    /// The configuration file names a variable that is not set.
    #[error("the target requires the variable {0}, which is not set")]
    NoVariable(String),
    /// A header of a target is invalid.
    #[error("invalid header of a target in {}", .0.display())]
    Header(PathBuf, #[source] HeaderError),
    /// The configuration file is invalid.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The error.
        message: String,
    },
}

impl Explain for SettingsError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            SettingsError::NothingToSend => {
                "run `enx-hook send roomdrop --url URL`, or use --all or --data; `enx-hook events` lists the events"
            }
            SettingsError::NoTime => "give a time such as --for 2m",
            SettingsError::Report { kinds, .. } => {
                let examples: Vec<&str> = kinds.iter().map(|kind| kind.example()).collect();
                return Some(format!("name it {}", examples.join(" or ")));
            }
            SettingsError::NoUser => "add --user NAME",
            SettingsError::NoPassword { ways, .. } => return Some(format!("set {ways}")),
            SettingsError::EmptyUser => "give --user NAME or --user NAME:PASSWORD",
            SettingsError::Config { .. } => {
                "the keys are url, user, password_file, under [targets.NAME]: url, user, password_env, password_file, headers, cacert, insecure, and under [listen]: port, host, log, user, password_file"
            }
            SettingsError::UnknownTarget {
                nearest: Some(nearest),
                ..
            } => return Some(format!("did you mean `{nearest}`?")),
            SettingsError::UnknownTarget { known, .. } if known.is_empty() => {
                "add [targets.NAME] with a url to enx-hook.toml; `enx-hook init` writes a template"
            }
            SettingsError::UnknownTarget { known, .. } => {
                return Some(format!("known targets: {}", known.join(", ")));
            }
            SettingsError::NoVariable(name) => return Some(format!("export {name}=…")),
            SettingsError::Header(_, error) => return error.advice(),
            SettingsError::Without { .. } => return None,
        };
        Some(advice.to_owned())
    }
}
