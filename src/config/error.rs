//! What can be wrong with what was typed and configured, beyond what clap sees.

use std::path::PathBuf;

use crate::delivery::HeaderError;
use crate::model::error::{Category, Explain};
use crate::render::report::ReportKind;

/// Settings that make no sense, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// `send` without an event, and without a terminal to ask on.
    #[error("nothing to send: name an event")]
    NothingToSend,
    /// A password without a user.
    #[error("--password-file without --user")]
    NoUser,
    /// An option that means nothing by itself.
    #[error("{option} counts only with {needs}")]
    Without {
        /// The option.
        option: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// A run without any time.
    #[error("--for leaves no time at all")]
    NoTime,
    /// A report of a kind that the command cannot write.
    #[error("cannot write a report to {}: unsupported file extension", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// The kinds that it can write.
        kinds: &'static [ReportKind],
    },
    /// A user that Basic Auth cannot carry.
    #[error("the user name in --user is empty")]
    EmptyUser,
    /// The password file cannot be read.
    #[error("cannot read the password from {}", path.display())]
    PasswordFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `--to` names what the configuration file does not have.
    #[error("no target is called `{name}`")]
    UnknownTarget {
        /// What was asked for.
        name: String,
        /// The nearest that there is.
        nearest: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// The configuration file names a variable that is not set.
    #[error("the variable {0}, which the target needs, is not set")]
    NoVariable(String),
    /// A header of a target is none.
    #[error("a header of the target in {} is wrong", .0.display())]
    Header(PathBuf, #[source] HeaderError),
    /// The file with certificates cannot be read.
    #[error("cannot read the certificates in {}", path.display())]
    CaCert {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The configuration file cannot be read.
    #[error("cannot read {}", path.display())]
    ReadConfig {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The configuration file is wrong.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
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
                "enx-hook send roomdrop --url URL, or --all, or --data; `enx-hook events` lists the events"
            }
            SettingsError::NoTime => "write a time such as --for 2m",
            SettingsError::Report { kinds, .. } => {
                let examples: Vec<&str> = kinds.iter().map(|kind| kind.example()).collect();
                return Some(format!("name it {}", examples.join(" or ")));
            }
            SettingsError::NoUser => "add --user NAME",
            SettingsError::EmptyUser => "write --user NAME or --user NAME:PASSWORD",
            SettingsError::Config { .. } => {
                "the keys are url, user, password_file, under [targets.NAME]: url, user, password_env, password_file, headers, cacert, insecure, and under [listen]: port, host, log, user, password_file"
            }
            SettingsError::UnknownTarget {
                nearest: Some(nearest),
                ..
            } => return Some(format!("did you mean `{nearest}`?")),
            SettingsError::UnknownTarget { known, .. } if known.is_empty() => {
                "add [targets.NAME] with url to enx-hook.toml; `enx-hook init` writes one"
            }
            SettingsError::UnknownTarget { known, .. } => {
                return Some(format!("there are: {}", known.join(", ")));
            }
            SettingsError::NoVariable(name) => return Some(format!("export {name}=…")),
            SettingsError::Header(_, error) => return error.advice(),
            SettingsError::CaCert { .. }
            | SettingsError::PasswordFile { .. }
            | SettingsError::Without { .. }
            | SettingsError::ReadConfig { .. } => return None,
        };
        Some(advice.to_owned())
    }
}
