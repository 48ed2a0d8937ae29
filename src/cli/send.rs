//! `send`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::shared::{Changes, Posting};
use super::value;
use crate::render::Format;
use crate::render::request::RequestForm;
use crate::selection::Speed;

/// Post sample events, or your own, to a receiver
///
/// A sample is posted with fresh ids and the current time, so that a receiver takes it for a
/// new event; all events of one run share one session. Exit code 0 means that every answer was
/// 2xx (with --scenario: as it expects), 1 that one was not, 3 that one was missing. On a
/// terminal, without an event, it asks which one to send.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook send roomdrop --url http://localhost:8080/hook
  enx-hook send roomdrop --session 7700123 --dry-run
  enx-hook send session_start session_stop roomdrop
  enx-hook send file_transfer --set destination.host=h
  enx-hook send --all --provider streamrec
  enx-hook send --data @event.json --user enx --as curl
  echo '{\"type\":\"x\"}' | enx-hook send --data -
  enx-hook send --scenario session --speed 10
  enx-hook send --scenario storm --report junit.xml
  enx-hook send --scenario my.json --dry-run")]
pub struct Send {
    /// Events to send, in this order; `enx-hook events` lists them
    #[arg(value_name = "EVENT")]
    pub events: Vec<String>,

    /// Send every event of one provider, in the order of a session's life
    #[arg(long, conflicts_with_all = ["events", "data", "scenario"])]
    pub all: bool,

    /// Play a scenario: a built-in one (session, redelivery, disorder, storm), or a file
    ///
    /// A scenario is a JSON file of steps: what is posted, after which pause, with which faults,
    /// and what is expected of the answer. schemas/scenario.schema.json describes it.
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["events", "data", "exact", "edit", "repeat_identical"])]
    pub scenario: Option<String>,

    /// List the built-in scenarios, and send nothing
    #[arg(long, conflicts_with_all = ["events", "data", "all", "scenario"])]
    pub list: bool,

    /// Provider of --all and --scenario [default: enablex]
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Send samples byte for byte: no fresh ids, no current time
    #[arg(long, conflicts_with_all = ["data", "set", "set_string", "unset", "edit", "session", "seed"])]
    pub exact: bool,

    /// Body to send instead of a sample: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON|@FILE|-", conflicts_with = "events")]
    pub data: Option<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub changes: Changes,

    /// Edit each body in $VISUAL or $EDITOR before it is sent
    #[arg(long, help_heading = "Changes")]
    pub edit: bool,

    /// Send invalid bodies without a warning
    #[arg(long, help_heading = "Changes")]
    pub no_validate: bool,

    /// Session of the events; fresh by default
    #[arg(long, value_name = "ID", help_heading = "Ids")]
    pub session: Option<String>,

    /// Make the same bodies in every run with this number: ids, times, faults
    ///
    /// The time of the first event is then 2026-01-01T00:00:00Z.
    #[arg(long, value_name = "N", help_heading = "Ids")]
    pub seed: Option<u64>,

    /// The ids that providers name in their data files
    #[arg(skip)]
    pub ids: BTreeMap<String, String>,

    /// The typed options without the target and without secrets, as words of a command
    #[arg(skip)]
    pub words: Vec<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub pace: Pace,

    /// Print the exact request, and send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Print a command or a file that sends the same, and send nothing
    ///
    /// The password is left to ENX_HOOK_PASSWORD.
    #[arg(long = "as", value_name = "FORM", conflicts_with = "format")]
    pub form: Option<RequestForm>,

    /// Also write a report to this file: FILE.xml for JUnit, or FILE.json
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "form"])]
    pub report: Option<PathBuf>,

    /// Content type of the body [default: application/json]
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub posting: Posting,

    /// What to print on stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}

/// How much is sent, and how fast.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Pace")]
pub struct Pace {
    /// Send all this many times, each time with fresh ids [default: 1, or as the scenario says]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,

    /// Send each body this many times, byte for byte the same
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub repeat_identical: u64,

    /// Send this many sessions at a time; the events of one stay in order [default: 1, or as
    /// the scenario says]
    #[arg(long, value_name = "N", value_parser = value::lanes)]
    pub concurrency: Option<usize>,

    /// Play the pauses of a scenario faster: 10 is ten times as fast, max waits for nothing
    /// [default: 1]
    #[arg(long, value_name = "FACTOR")]
    pub speed: Option<Speed>,
}
