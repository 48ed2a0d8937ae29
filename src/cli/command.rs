//! The program, its commands, and the options that every command takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::check::Check;
use super::completions::Completions;
use super::events::Events;
use super::init::Init;
use super::listen::Listen;
use super::replay::Replay;
use super::send::Send;
use super::validate::Validate;
use crate::render::style::ColorChoice;

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
