//! What `listen` shows.

use clap::{Args, ValueEnum};

use crate::cli::verdict::Verdict;
use crate::selection::Pattern;

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

    /// Show only this event; * in a name stands for any text. Can be repeated; the log has
    /// every event
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    pub events: Vec<Pattern>,

    /// Show only this session; * in an id stands for any text. Can be repeated
    #[arg(long = "session", value_name = "ID")]
    pub sessions: Vec<Pattern>,

    /// Show only this verdict; can be repeated
    #[arg(long = "verdict", value_name = "VERDICT", value_delimiter = ',')]
    pub verdicts: Vec<Verdict>,
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
