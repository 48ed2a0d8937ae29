//! What can be wrong with what was typed and configured, beyond what clap sees.

use std::path::PathBuf;

use crate::error::{Category, Explain};

/// Settings that make no sense, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// `send` without an event, and nobody to ask.
    #[error("nothing to send: name an event")]
    NothingToSend,
    /// `--user` without a password anywhere, and nobody to ask.
    #[error("no password for user `{user}`")]
    NoPassword {
        /// The user.
        user: String,
        /// The variable that could hold it.
        variable: &'static str,
    },
    /// A password without a user.
    #[error("--password-file without --user")]
    NoUser,
    /// A run without any time.
    #[error("--for leaves no time at all")]
    NoTime,
    /// A report of a kind that the command cannot write.
    #[error("no report can be written to {}: its name says no known kind", path.display())]
    Report {
        /// The file.
        path: PathBuf,
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
    /// The prompt for the password failed or was left.
    #[error("no password was typed")]
    Prompt(#[source] dialoguer::Error),
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
        match self {
            SettingsError::Prompt(_) => Category::Interrupted,
            _ => Category::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            SettingsError::NothingToSend => {
                "enx-hook send roomdrop --url URL, or --all, or --data; `enx-hook events` lists the events"
            }
            SettingsError::NoPassword { variable, .. }
                if *variable == super::credentials::PASSWORD =>
            {
                "set ENX_HOOK_PASSWORD, or name a file with --password-file"
            }
            SettingsError::NoTime => "write a time such as --for 2m",
            SettingsError::Report { .. } => "name it FILE.xml for JUnit",
            SettingsError::NoPassword { variable, .. } => return Some(format!("set {variable}")),
            SettingsError::NoUser => "add --user NAME",
            SettingsError::EmptyUser => "write --user NAME or --user NAME:PASSWORD",
            SettingsError::Config { .. } => {
                "the keys are url, user, password_file, and under [listen]: port, host, log, user, password_file"
            }
            SettingsError::PasswordFile { .. }
            | SettingsError::Prompt(_)
            | SettingsError::ReadConfig { .. } => return None,
        };
        Some(advice.to_owned())
    }
}
