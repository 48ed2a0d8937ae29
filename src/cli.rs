//! What can be typed. Doc comments are the help; there is no behaviour here.
//!
//! What an option means, with the environment and the configuration file behind it, is
//! `settings`' business.

#![allow(
    clippy::doc_markdown,
    clippy::struct_excessive_bools,
    rustdoc::bare_urls,
    reason = "doc comments are help texts here, and flags are flags"
)]

mod check;
mod completions;
mod events;
mod ids;
mod init;
mod listen;
mod replay;
mod send;
mod validate;
mod value;
mod verdict;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use check::{Check, CheckFormat};
pub use completions::Completions;
pub use events::Events;
pub use ids::{command, parse};
pub use init::Init;
pub use listen::{
    Asserting, Forwarding, Guarding, Keeping, Limits, Listen, ListenFormat, Playing, Showing, Sync,
};
pub use replay::{Again, Headers, Pace as ReplayPace, Replay, Selection};
pub use send::{Changes, Form, Pace, Send};
pub use validate::{Validate, ValidateFormat};
pub use verdict::Verdict;

/// Receive, record, send, replay and validate webhooks on your own machine
///
/// For EnableX Video and Eyeson StreamRec. It needs no account and no cloud, and it talks to
/// nobody but the target that you name.
#[derive(Debug, Parser)]
#[command(
    name = "enx-hook",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  enx-hook listen --port 3000 --simulate
  enx-hook send roomdrop --url http://localhost:8080/hook
  enx-hook replay log.jsonl --url http://localhost:8080/hook
  enx-hook validate event.json
  enx-hook check --url http://localhost:8080/hook

Exit codes:
  0    done, and all is well
  1    done, but something is wrong: an invalid document,
       an answer that is not 2xx, a check that failed
  2    wrong usage or configuration; nothing was sent
  3    could not be done: no answer, port taken, file
       unreadable, disk full
  130  interrupted"
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,

    /// What every command takes
    #[command(flatten)]
    pub global: Global,
}

/// The commands. Each one's help stands on its own struct: a line here would hide the long one.
#[derive(Clone, Debug, Subcommand)]
#[allow(missing_docs, reason = "see above")]
pub enum Command {
    Listen(Box<Listen>),
    Send(Box<Send>),
    Replay(Box<Replay>),
    Validate(Validate),
    Check(Box<Check>),
    Events(Events),
    Init(Init),
    Completions(Completions),
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    pub color: Color,

    /// Folder with more providers and events; can be repeated
    ///
    /// An event is schemas/PROVIDER/EVENT.json and samples/PROVIDER/EVENT.json; a new provider
    /// also needs schemas/PROVIDER/provider.json.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Global options"
    )]
    pub catalog: Vec<PathBuf>,

    /// Show times in UTC instead of local time
    #[arg(long, global = true, help_heading = "Global options")]
    pub utc: bool,

    /// Print only warnings and errors on stderr
    #[arg(
        long,
        short,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Global options"
    )]
    pub quiet: bool,

    /// Print more on stderr
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub verbose: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Only on a terminal
    Auto,
    /// Also into files and pipes
    Always,
    /// Never, not even on a terminal
    Never,
}

/// What stdout carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Human,
    /// One JSON object per line, each with a `kind`
    Json,
}

/// Basic Auth, the same wherever it is taken.
#[derive(Clone, Debug, Args)]
pub struct Auth {
    /// User for Basic Auth
    ///
    /// The password comes from --password-file, ENX_HOOK_PASSWORD or a prompt. NAME:PASSWORD
    /// works too, but then others on this machine can see it in the list of processes.
    #[arg(long, value_name = "NAME[:PASSWORD]")]
    pub user: Option<String>,

    /// File whose first line is the password
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// The wait for an answer where none is named.
pub const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// Where and how to post, the same in `send` and `replay`.
#[derive(Clone, Debug, Args)]
pub struct Target {
    /// URL to post to [default: http://127.0.0.1:3000/]
    ///
    /// Without it: ENX_HOOK_URL, then `url` in enx-hook.toml, then the default.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,

    /// Target of that name in enx-hook.toml
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    pub to: Option<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub auth: Auth,

    /// Extra header to send; can be repeated
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE")]
    pub headers: Vec<String>,

    /// How long to wait for each answer
    ///
    /// The providers' documents name no figure; the default is an assumption.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = value::duration)]
    pub timeout: std::time::Duration,

    /// File with certificates (PEM) to trust besides the system's
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,

    /// Trust any certificate of the target
    #[arg(long)]
    pub insecure: bool,
}
