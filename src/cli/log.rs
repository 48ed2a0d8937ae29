//! `log`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::selection::{Selection, Window};
use super::shared::Masking;
use super::value;
use crate::commands::log::SessionOrder;
use crate::flows::history::{By, CaptureName, SessionState};
use crate::render::Format;
use crate::render::log::LogFormat;
use crate::render::request::RequestForm;

/// Show what the log holds: captures, and what they tell
///
/// Without a subcommand, the captures are listed as `listen` shows them. LOG is a log of `listen`
/// with its rotated files, a file with one event body per line, a HAR file or the request list of
/// ngrok, also compressed with gzip or zstd; - is stdin. Without LOG, `log` in enx-hook.toml is
/// read, or else log.jsonl. A log that has the name of a subcommand is typed as ./NAME.
#[derive(Clone, Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  enx-hook log
  enx-hook log --since 2h --event roomdrop --format line
  enx-hook log --query 'is:duplicate or verdict:invalid'
  enx-hook log --follow
  enx-hook log sessions
  enx-hook log timeline 48213907
  enx-hook log diff 17 21

Captures have the number of their record, such as #17. With
several files, or a file without such numbers, it is
FILE#17: the number of the record, entry or line.
The last 100,000 captures and sessions are remembered; a
later copy of an older one is not called a duplicate."
)]
pub struct Log {
    /// What to tell
    #[command(subcommand)]
    pub command: Option<LogCommand>,

    #[command(flatten)]
    pub list: List,
}

/// The commands of `log`. Their help is on their structs.
#[derive(Clone, Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "a comment here would replace the help of the command"
)]
pub enum LogCommand {
    Show(Show),
    Sessions(Sessions),
    Timeline(Timeline),
    Diff(Diff),
    Stats(Stats),
    Export(Exported),
    Repair(Repair),
    Prune(Prune),
}

/// The logs that are read.
#[derive(Clone, Debug, Default, Args)]
pub struct Logs {
    /// Logs to read, in this order; - is stdin [default: log.jsonl]
    #[arg(value_name = "LOG")]
    pub files: Vec<PathBuf>,
}

/// The captures as rows.
#[derive(Clone, Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub logs: Logs,

    #[command(flatten)]
    pub selection: Selection,

    #[command(flatten)]
    pub window: Window,

    /// List the log, then each new capture as it is logged; Ctrl-C ends it
    #[arg(long, conflicts_with = "last")]
    pub follow: bool,

    /// Show long lists and texts in full
    #[arg(long)]
    pub full: bool,

    #[command(flatten)]
    pub masking: Masking,

    /// Format of stdout; on a terminal, human and line go through $PAGER if it is set
    #[arg(long, default_value = "human")]
    pub format: LogFormat,
}

/// Show one capture in full, with its headers
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log show 17
  enx-hook log show 17 --as curl
  enx-hook log show 17 --raw | jq .
  enx-hook log show recorded.har#3 recorded.har")]
pub struct Show {
    /// The capture: 17, #17 or FILE#17
    #[arg(value_name = "CAPTURE")]
    pub capture: CaptureName,

    #[command(flatten)]
    pub logs: Logs,

    /// Print it as a request to send
    #[arg(long = "as", value_name = "FORM", conflicts_with_all = ["raw", "format"])]
    pub form: Option<RequestForm>,

    /// With --as: URL of the request [default: http://127.0.0.1:3000/]
    #[arg(long, value_name = "URL", requires = "form")]
    pub url: Option<String>,

    /// Print the bytes of the body as they were received, and nothing else
    #[arg(long, conflicts_with = "format")]
    pub raw: bool,

    #[command(flatten)]
    pub masking: Masking,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}

/// When an event counts as missing.
#[derive(Clone, Copy, Debug, Args)]
pub struct Settling {
    /// How long to wait for an event that follows another one, before it is missing
    ///
    /// An event is missing only if the documents promise it, and a later event came or this time
    /// has passed since the event that it follows. The documents state no time; the default is an
    /// assumption.
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = value::duration)]
    pub settle_after: Duration,
}

/// List the sessions: which are complete, and what the others miss
///
/// A session is `missing` if an event that the documents promise has not come and its time is
/// over; `out-of-order` if an event came after one that belongs after it; `truncated` if its
/// beginning or another part was not read, for then nothing is called missing; `open` if a
/// promised event may still come; else `complete`. The first of these that applies is its state.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log sessions
  enx-hook log sessions --state missing --format json
  enx-hook log sessions --since 1d --sort state
  enx-hook log sessions log*.jsonl --expect-complete

The last 100,000 sessions are remembered. Captures that the
selection leaves out make their sessions truncated.")]
pub struct Sessions {
    #[command(flatten)]
    pub logs: Logs,

    /// List only sessions to which this applies; can be repeated
    #[arg(long = "state", value_name = "STATE", value_delimiter = ',')]
    pub states: Vec<SessionState>,

    /// Order of the sessions
    #[arg(long, value_name = "ORDER", default_value = "first")]
    pub sort: SessionOrder,

    #[command(flatten)]
    pub settling: Settling,

    /// On a terminal, draw the table anew while the log grows; Ctrl-C ends it
    #[arg(long)]
    pub watch: bool,

    /// Exit with 1 if a session is missing something or is open
    #[arg(long)]
    pub expect_complete: bool,

    #[command(flatten)]
    pub selection: Selection,

    #[command(flatten)]
    pub window: Window,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}

/// Show one session step by step, with what has not come
///
/// Copies of a capture are folded into it (x3). What the documents promise and has not come gets
/// a row, and so does what they call optional.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log timeline 48213907
  enx-hook log timeline 48213907 recorded.har
  enx-hook log timeline 48213907 --format json")]
pub struct Timeline {
    /// The id of the session
    #[arg(value_name = "SESSION")]
    pub session: String,

    #[command(flatten)]
    pub logs: Logs,

    #[command(flatten)]
    pub settling: Settling,

    /// On a terminal, draw the timeline anew while the log grows; Ctrl-C ends it
    #[arg(long)]
    pub follow: bool,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}

/// Show what differs between two captures
///
/// Bodies are compared by JSON Pointer, headers by name. Ids and times that are new in every
/// session or event do not count. Exit code 1: there is a difference.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log diff 17 21
  enx-hook log diff 17 21 --exact
  enx-hook log diff 17 --sample
  enx-hook log diff --session 48213907 48213911
  enx-hook log diff a.jsonl#17 b.jsonl#4 a.jsonl b.jsonl")]
pub struct Diff {
    /// Two captures, such as 17 or FILE#17 (with --sample one, with --session none), then logs
    #[arg(value_name = "CAPTURE LOG", required_unless_present = "sessions")]
    pub words: Vec<String>,

    /// Compare a capture with the documented sample of its event
    ///
    /// The values of a sample are made up: without --exact, only the fields and their types count.
    #[arg(long, conflicts_with = "sessions")]
    pub sample: bool,

    /// Compare two sessions, event by event
    #[arg(long = "session", num_args = 2, value_names = ["X", "Y"])]
    pub sessions: Vec<String>,

    /// Count every difference, also ids and times
    #[arg(long)]
    pub exact: bool,

    #[command(flatten)]
    pub masking: Masking,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}

/// Count captures by event, verdict, code and hour
///
/// Also the gaps between arrivals.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log stats
  enx-hook log stats --by hour --since 1d
  enx-hook log stats --query 'verdict:invalid' --by code
  enx-hook log stats --format json | jq 'select(.by == \"code\")'")]
pub struct Stats {
    #[command(flatten)]
    pub logs: Logs,

    /// Count only by this; can be repeated
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub by: Vec<By>,

    #[command(flatten)]
    pub selection: Selection,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}

/// Write captures to a new log, without what is not to be seen
///
/// For a support ticket: the selected captures as a log that every command reads, with their
/// numbers. With --mask, values are hidden in it; a body that was compressed is unpacked then. Times,
/// addresses, headers and paths of requests are written as they are.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log export --session 48213907 --mask personal --output ticket.jsonl
  enx-hook log export --query verdict:invalid --mask /conf_num > ticket.jsonl")]
pub struct Exported {
    #[command(flatten)]
    pub logs: Logs,

    #[command(flatten)]
    pub masking: Masking,

    /// File to write, which must not exist [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub selection: Selection,

    #[command(flatten)]
    pub window: Window,
}

/// Say what is damaged in a log, and write a whole copy
///
/// Reads a log of `listen` with its parts and tells damaged and torn records, numbers that are
/// missing, parts that cannot be unpacked, and files that may be parts but have a damaged
/// beginning. It changes nothing. Exit code 1: something is damaged.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log repair
  enx-hook log repair --output whole.jsonl
  enx-hook log repair log.jsonl --format json")]
pub struct Repair {
    /// The log [default: log.jsonl]
    #[arg(value_name = "LOG")]
    pub log: Option<PathBuf>,

    /// Write every whole record to a new file, byte for byte; the log stays as it is
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}

/// Remove a session from a log, for ever
///
/// The log and its parts are rewritten without the captures of the session, also the compressed
/// parts; all else in them stays byte for byte. In place of a capture its number stays, so that no
/// number is given twice and nothing counts as missing. No target of --forward waits for it any
/// more. Nothing may write the log meanwhile: stop `listen` first. Exit code 1: there is no such
/// session.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook log prune --session 48213907
  enx-hook log prune --session 48213907 --yes log.jsonl")]
pub struct Prune {
    /// The id of the session
    #[arg(long, value_name = "ID")]
    pub session: String,

    /// The log [default: log.jsonl]
    #[arg(value_name = "LOG")]
    pub log: Option<PathBuf>,

    /// Do not ask
    #[arg(long)]
    pub yes: bool,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}
