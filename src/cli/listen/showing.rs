//! What `listen` shows.

use clap::{Args, ValueEnum};

/// What is shown, and how. The log always has every capture.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Display")]
pub struct Showing {
    /// What stdout carries
    #[arg(long, default_value = "pretty")]
    pub format: ListenFormat,

    /// Show long lists and texts in full
    #[arg(long)]
    pub full: bool,

    /// Show only these events. Can be repeated; the log has every event
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    pub events: Vec<String>,

    /// Show only this session; can be repeated
    #[arg(long = "session", value_name = "ID")]
    pub sessions: Vec<String>,

    /// Show only this verdict; can be repeated
    #[arg(long = "verdict", value_name = "VERDICT", value_delimiter = ',')]
    pub verdicts: Vec<ShownVerdict>,
}

/// What `listen` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListenFormat {
    /// A headline, the payload and the findings of each event
    Pretty,
    /// One line an event, in columns
    Line,
    /// One JSON object a line, each with a `kind`
    Json,
    /// Only the totals, at the end
    Quiet,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShownVerdict {
    /// As documented
    Valid,
    /// Unusual, but usable
    Warning,
    /// An event that the catalog does not have
    Unknown,
    /// Not usable
    Invalid,
}
