//! `send`

use clap::Args;

use super::{Format, Target};

/// Post sample or custom events to a receiver
///
/// A sample is posted with fresh ids and the current time, so that a receiver takes it for a
/// new event; all events of one run share one session. Exit code 0 means that every answer was
/// 2xx, 1 that one was not, 3 that there was none. Without an event on a terminal it asks.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook send roomdrop --url http://localhost:8080/hook
  enx-hook send session_start session_stop roomdrop      one session, in this order
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

    /// The provider of --all [default: enablex]
    #[arg(long, value_name = "NAME", requires = "all")]
    pub provider: Option<String>,

    /// Send the samples' bytes untouched: no fresh ids, no current time
    #[arg(long, conflicts_with = "data")]
    pub exact: bool,

    /// Send this body instead of a sample, byte for byte: text, @FILE, or - for stdin
    #[arg(long, value_name = "JSON|@FILE|-", conflicts_with = "events")]
    pub data: Option<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub target: Target,

    /// What stdout carries
    #[arg(long, default_value = "human")]
    pub format: Format,
}
