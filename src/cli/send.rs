//! `send`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::serving::Serving;
use super::shared::{Changes, Posting};
use super::value;
use crate::delivery::RetryCondition;
use crate::render::Format;
use crate::render::request::RequestForm;
use crate::selection::Speed;

/// Post sample events, or your own, to a receiver
///
/// A sample is posted with new ids and the current time, so that the receiver treats it as a new
/// event; all events of one run share one session. Exit code 0: every response was 2xx (with
/// --scenario: as the scenario expects). 1: a response was not. 3: there was no response. On a
/// terminal and without an event, `send` asks which event to send.
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
  enx-hook send --scenario my.json --dry-run
  enx-hook send --all --serve-files --expect-fetched")]
pub struct Send {
    /// Events to send, in this order; `enx-hook events` lists them. A URL is the target
    #[arg(value_name = "EVENT|URL")]
    pub events: Vec<String>,

    /// Send every event of one provider, in the order of a session
    #[arg(long, conflicts_with_all = ["data", "scenario"])]
    pub all: bool,

    /// Play a scenario: a built-in one (session, redelivery, disorder, storm), or a file
    ///
    /// A scenario is a JSON file of steps: the events to post, the pauses, the faults, and the
    /// expected responses. schemas/scenario.schema.json describes it. It reads only variables that
    /// --env names, and only files below its own folder.
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["data", "exact", "edit", "repeat_identical"])]
    pub scenario: Option<String>,

    /// Let the scenario read this environment variable as ${NAME}; can be repeated
    #[arg(long, value_name = "NAME")]
    pub env: Vec<String>,

    /// List the built-in scenarios, and send nothing
    #[arg(long, conflicts_with_all = ["data", "all", "scenario", "serve_files"])]
    pub list: bool,

    /// Provider for --all and --scenario [default: enablex]
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Send samples byte for byte, without new ids and the current time
    #[arg(long, conflicts_with_all = ["data", "set", "set_string", "unset", "edit", "session", "seed", "serve_files"])]
    pub exact: bool,

    /// Body to send instead of a sample: text, @FILE, or - for stdin
    #[arg(long, short, value_name = "JSON|@FILE|-")]
    pub data: Option<String>,

    /// Print the exact request, or the steps of a scenario, and send nothing
    #[arg(long, conflicts_with = "serve_files")]
    pub dry_run: bool,

    /// Print the request as a command or a file, and send nothing
    ///
    /// The password is not printed; the command reads it from ENX_HOOK_PASSWORD.
    #[arg(long = "as", value_name = "FORM", conflicts_with_all = ["format", "serve_files"])]
    pub form: Option<RequestForm>,

    /// Also write a report to this file: FILE.xml for JUnit, or FILE.json
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "form"])]
    pub report: Option<PathBuf>,

    /// Compare the responses with those in the JSON report of an earlier run of the scenario
    ///
    /// Status and body must be the same; of a JSON body, the order of members and white space do not count,
    /// and the session id may be another one. --seed makes the same bodies in every run. What the scenario
    /// expects by itself counts too.
    #[arg(long, value_name = "REPORT.json", requires = "scenario", conflicts_with_all = ["dry_run", "form"])]
    pub expect_like: Option<PathBuf>,

    /// Content type of the body [default: application/json]
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,

    #[command(flatten)]
    pub changes: Changes,

    /// Edit each body in $VISUAL or $EDITOR before it is sent
    #[arg(long, help_heading = "Changes")]
    pub edit: bool,

    /// Send a body also if it is invalid, without a warning
    #[arg(long, help_heading = "Changes")]
    pub no_validate: bool,

    /// Session id of the events; new by default
    #[arg(long, value_name = "ID", help_heading = "Ids")]
    pub session: Option<String>,

    /// Seed for ids, times and faults: the same seed makes the same bodies in every run
    ///
    /// With a seed, the time of the first event is 2026-01-01T00:00:00Z.
    #[arg(long, value_name = "N", help_heading = "Ids")]
    pub seed: Option<u64>,

    #[command(flatten)]
    pub posting: Posting,

    /// Failures to retry: statuses, classes such as 5xx, connect, timeout, closed
    #[arg(
        long,
        value_name = "WHAT",
        value_delimiter = ',',
        default_value = "connect",
        help_heading = "Failures"
    )]
    pub retry_on: Vec<RetryCondition>,

    #[command(flatten)]
    pub pace: Pace,

    #[command(flatten)]
    pub serving: Serving,

    /// Wait up to TIME after the last event for the receiver to fetch the files
    ///
    /// The run ends as soon as all are fetched whole.
    #[arg(
        long,
        value_name = "TIME",
        default_value = "10s",
        value_parser = value::duration,
        requires = "serve_files",
        help_heading = "Files of the provider"
    )]
    pub files_wait: Duration,

    /// The ids that providers define in their data files
    #[arg(skip)]
    pub ids: BTreeMap<String, String>,

    /// The typed options without the target and without secrets, as words of a command
    #[arg(skip)]
    pub words: Vec<String>,
}

/// The number of events and their speed.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Pace")]
pub struct Pace {
    /// Send all events N times, each time with new ids [default: 1, or the count of the scenario]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,

    /// Send each body N times, byte for byte
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub repeat_identical: u64,

    /// Send N sessions in parallel; the events of each stay in order [default: 1, or the number
    /// of the scenario]
    #[arg(long, value_name = "N", value_parser = value::lanes)]
    pub concurrency: Option<usize>,

    /// Speed of a scenario: 10 is ten times faster, max has no pauses [default: 1]
    #[arg(long, value_name = "FACTOR")]
    pub speed: Option<Speed>,
}
