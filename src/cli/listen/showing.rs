//! What `listen` shows.

use clap::Args;

use crate::cli::shared::Masking;
use crate::model::report::Verdict;
use crate::render::listen::ListenFormat;
use crate::selection::{Pattern, Query};

/// What is shown, and how. The log always has every capture.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Display")]
pub struct Showing {
    /// Format of stdout
    #[arg(long, default_value = "pretty")]
    pub format: ListenFormat,

    /// Show long lists and texts in full
    #[arg(long)]
    pub full: bool,

    #[command(flatten)]
    pub masking: Masking,

    /// Show only this event; * in a name stands for any text. Can be repeated; all
    /// events are logged
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    pub events: Vec<Pattern>,

    /// Show only this session; * in an id stands for any text. Can be repeated
    #[arg(long = "session", value_name = "ID")]
    pub sessions: Vec<Pattern>,

    /// Show only this verdict; can be repeated
    #[arg(long = "verdict", value_name = "VERDICT", value_delimiter = ',')]
    pub verdicts: Vec<Verdict>,

    /// Show only what this query means, such as 'is:duplicate or code:missing-field'; its terms
    /// are those of `enx-hook log --query`
    #[arg(long, value_name = "QUERY")]
    pub query: Option<Query>,
}
