//! `send`

use clap::Args;

use super::{Format, Target};

/// Post sample events, or your own, to a receiver
///
/// A sample is posted with fresh ids and the current time, so that a receiver takes it for a
/// new event; all events of one run share one session. Exit code 0 means that every answer was
/// 2xx, 1 that one was not, 3 that one was missing. On a terminal, without an event, it asks
/// which one to send.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook send roomdrop --url http://localhost:8080/hook
  enx-hook send session_start session_stop roomdrop
  enx-hook send --all --provider streamrec
  enx-hook send --data @event.json --user enx
  echo '{\"type\":\"x\"}' | enx-hook send --data -")]
pub struct Send {
    /// Events to send, in this order; `enx-hook events` lists them
    #[arg(value_name = "EVENT")]
    pub events: Vec<String>,

    /// Send every event of one provider, in the order of a session's life
    #[arg(long, conflicts_with_all = ["events", "data"])]
    pub all: bool,

    /// Provider of --all [default: enablex]
    #[arg(long, value_name = "NAME", requires = "all")]
    pub provider: Option<String>,

    /// Send samples byte for byte: no fresh ids, no current time
    #[arg(long, conflicts_with = "data")]
    pub exact: bool,

    /// Body to send instead of a sample: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON|@FILE|-", conflicts_with = "events")]
    pub data: Option<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub target: Target,

    /// What to print on stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}
