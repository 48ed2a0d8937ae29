//! Errors in options and configuration that clap does not detect.

use std::path::PathBuf;

use crate::delivery::{HeaderError, TargetError};
use crate::model::error::{Category, Explain};
use crate::render::report::ReportKind;
use crate::render::request::word;

/// Settings that are contradictory, incomplete or unreadable.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// `send` without an event, and without a terminal to ask on.
    #[error("nothing to send: name an event")]
    NothingToSend,
    /// `replay` with a URL only.
    #[error("nothing to replay: name a file")]
    NothingToReplay,
    /// A file in place of an event.
    #[error("`{0}` is a file, and not an event")]
    FileAsEvent(String),
    /// A file in place of a body.
    #[error("--data takes a body, and `{0}` is a file")]
    FileAsData(String),
    /// An event beside an option that names what to send.
    #[error("the event `{event}` cannot be used with {option}")]
    EventBeside {
        /// The event.
        event: String,
        /// The option.
        option: &'static str,
    },
    /// A URL beside another target.
    #[error("there can be one target; `{0}` is a second one")]
    TwoTargets(String),
    /// A password without a user.
    #[error("--password-file requires --user")]
    NoUser,
    /// How a relay is entered, and no relay.
    #[error("--relay-as, --relay-user, --relay-creds and --relay-cacert require --relay")]
    NoRelay,
    /// An option without another one that it requires.
    #[error("{option} requires {needs}")]
    Without {
        /// The option.
        option: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// A password or a header for one of several servers.
    #[error("{option} is for one server, and there are {servers}")]
    OneServer {
        /// The option.
        option: &'static str,
        /// How many there are.
        servers: usize,
    },
    /// The same target twice.
    #[error("{0} is forwarded to twice")]
    TwiceForwarded(String),
    /// A table of the file that cannot be used.
    #[error("{}: [[listen.forward]] number {number}: {message}", path.display())]
    ForwardTable {
        /// The file.
        path: PathBuf,
        /// Which table, from 1.
        number: usize,
        /// What is wrong.
        message: String,
    },
    /// A subcommand of `log` behind options, where it is taken for a file.
    #[error("there is no file `{0}`; as a command it stands right behind `log`")]
    LateCommand(String),
    /// A command of other tools stands where a log belongs.
    #[error("there is no log called `{0}`")]
    Habit(String),
    /// The name of a provider is no name of a folder.
    #[error("`{0}` cannot be the name of a provider")]
    ProviderName(String),
    /// Only one capture to compare.
    #[error("name two captures to compare, such as 17 21")]
    OneCapture,
    /// A word that is not the name of a capture.
    #[error("`{name}`: {expected}")]
    NoCapture {
        /// The word.
        name: String,
        /// What was expected.
        expected: String,
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
    /// `--env` names a variable that is not set.
    #[error("--env {0}: the variable is not set")]
    NotSet(String),
    /// A header of a target is invalid.
    #[error("invalid header of a target in {}", .0.display())]
    Header(PathBuf, #[source] HeaderError),
    /// A setting of a configuration file that is not allowed would be used.
    #[error("{} {why}, and its setting `{setting}` would be used", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// The setting.
        setting: String,
        /// Why it is refused.
        why: Refusal,
    },
    /// There is no configuration file to allow.
    #[error("no enx-hook.toml in this folder or a folder above it")]
    NoConfig,
    /// The file to allow belongs to another user.
    #[error("{} belongs to another user", .0.display())]
    NotOwn(PathBuf),
    /// A target is not a URL.
    #[error("{from}: {source}")]
    Target {
        /// Where the URL stands.
        from: String,
        /// What is wrong with it.
        source: TargetError,
    },
    /// A variable is not Unicode.
    #[error("the variable {0} is not UTF-8")]
    NotUnicode(String),
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

/// Why the settings of a configuration file are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The user has not allowed them.
    #[error("is not allowed")]
    NotAllowed,
    /// They are not those that the user has allowed.
    #[error("changed since it was allowed")]
    Changed,
    /// The file belongs to another user.
    #[error("belongs to another user")]
    Foreign,
    /// The list of allowed files cannot be used.
    #[error("is not allowed: the list of allowed files cannot be used ({0})")]
    List(String),
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
            SettingsError::NothingToReplay => "such as `enx-hook replay log.jsonl --url URL`",
            SettingsError::FileAsEvent(name) | SettingsError::FileAsData(name) => {
                let (data, name) = (word(&format!("@{name}")), word(name));
                return Some(format!(
                    "--data {data} sends it; a scenario is played by --scenario {name}"
                ));
            }
            SettingsError::NoTime => "give a time such as --for 2m",
            SettingsError::Habit(_) => {
                "`enx-hook log` lists the captures of log.jsonl, --last 5 the last five, and --follow what comes"
            }
            SettingsError::LateCommand(name) => {
                return Some(format!(
                    "enx-hook log {name} …, with the options behind it; ./{name} is a file"
                ));
            }
            SettingsError::ProviderName(_) => {
                "it names a folder: letters, digits, dots, dashes and underscores"
            }
            SettingsError::OneCapture => {
                "--sample compares one capture with the documents, --session two sessions"
            }
            SettingsError::OneServer { .. } => {
                "give each server its own in a table [[listen.forward]] of enx-hook.toml, or in its URL: \
                 a password must not reach the other servers"
            }
            SettingsError::TwiceForwarded(_) => {
                "one query can say it all: '(event:roomdrop or event:recording)=URL'"
            }
            SettingsError::ForwardTable { .. } => {
                "a table has url or command, and may have query, keep_path, user, password_env, \
                 password_file, headers"
            }
            SettingsError::NoCapture { .. } => {
                "two captures come first, then the logs: enx-hook log diff 17 21 log.jsonl"
            }
            SettingsError::Report { kinds, .. } => {
                let examples: Vec<&str> = kinds.iter().map(|kind| kind.example()).collect();
                return Some(format!("name it {}", examples.join(" or ")));
            }
            SettingsError::NoUser => "add --user NAME",
            SettingsError::NoRelay => "add --relay URL",
            SettingsError::NoPassword { ways, .. } => return Some(format!("set {ways}")),
            SettingsError::EmptyUser => "give --user NAME or --user NAME:PASSWORD",
            SettingsError::Config { .. } => {
                "the keys are url, user, password_file, under [targets.NAME]: url, user, password_env, password_file, headers, cacert, insecure, under [listen]: port, host, log, user, password_file, and under [[listen.forward]]: url or command, query, keep_path, user, password_env, password_file, headers"
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
            SettingsError::NoVariable(name) | SettingsError::NotSet(name) => {
                return Some(format!("export {name}=…"));
            }
            SettingsError::Header(_, error) => return error.advice(),
            SettingsError::Refused {
                why: Refusal::Foreign,
                ..
            } => {
                "`enx-hook allow` takes only files of your own; --config FILE uses any file, and \
                 --config /dev/null none"
            }
            SettingsError::Refused { .. } => {
                "read the file, then run `enx-hook allow`; --config FILE uses any file, and \
                 --config /dev/null none"
            }
            SettingsError::NoConfig => "`enx-hook init` writes one; or name a file",
            SettingsError::NotOwn(_) => {
                "only files of your own can be allowed; --config FILE uses any file"
            }
            SettingsError::Target { source, .. } => return source.advice(),
            SettingsError::NotUnicode(_) => "set it to UTF-8 text",
            SettingsError::Without { .. }
            | SettingsError::EventBeside { .. }
            | SettingsError::TwoTargets(_) => return None,
        };
        Some(advice.to_owned())
    }
}
