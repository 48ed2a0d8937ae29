//! The program, its commands, and the options that every command takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::allow::Allow;
use super::check::Check;
use super::completions::Completions;
use super::drift::Drift;
use super::events::Events;
use super::export::Export;
use super::init::Init;
use super::inspect::Inspect;
use super::learn::Learn;
use super::listen::Listen;
use super::log::Log;
use super::relay::{Follow, Relay};
use super::replay::Replay;
use super::send::Send;
use super::validate::Validate;
use crate::render::style::ColorChoice;

/// Receive, record, send, replay and validate webhooks on your own machine
///
/// For EnableX Video and Eyeson StreamRec. It needs no account and no cloud service.
/// It connects only to the targets that you name.
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
  enx-hook log --since 2h

Exit codes:
  0    success
  1    negative result: an invalid document, a response
       that is not 2xx, a failed check
  2    wrong usage or configuration; nothing was sent
  3    failure: no response, port in use, file
       unreadable, disk full
  130  interrupted"
)]
pub struct Cli {
    /// Command to run
    #[command(subcommand)]
    pub command: Command,

    /// Options of every command
    #[command(flatten)]
    pub global: Global,
}

/// The commands. Their help is on their structs, because a comment here would replace it.
#[derive(Clone, Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "a comment here would replace the help of the command"
)]
pub enum Command {
    Listen(Box<Listen>),
    Follow(Box<Follow>),
    Relay(Relay),
    Send(Box<Send>),
    Replay(Box<Replay>),
    Validate(Validate),
    Log(Box<Log>),
    Inspect(Inspect),
    Drift(Box<Drift>),
    Learn(Box<Learn>),
    Check(Box<Check>),
    Events(Events),
    Export(Export),
    Init(Init),
    Allow(Allow),
    Completions(Completions),
}

/// The options of every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// When to use colour; auto follows NO_COLOR and CLICOLOR_FORCE
    #[arg(
        long,
        global = true,
        overrides_with = "color",
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    pub color: ColorChoice,

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

    /// Configuration file to use instead of the enx-hook.toml that is found
    ///
    /// ENX_HOOK_CONFIG names one too. /dev/null stands for no file.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub config: Option<PathBuf>,

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

    /// Print more details on stderr, such as the headers of requests and responses
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub verbose: bool,
}
