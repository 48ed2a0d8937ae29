//! `log`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::selection::{Selection, Window};
use crate::flows::history::CaptureName;
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
  enx-hook log show 17

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
    #[allow(missing_docs)]
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
    #[allow(missing_docs)]
    pub logs: Logs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub selection: Selection,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub window: Window,

    /// List the log, then each new capture as it is logged; Ctrl-C ends it
    #[arg(long, conflicts_with = "last")]
    pub follow: bool,

    /// Show long lists and texts in full
    #[arg(long)]
    pub full: bool,

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
    #[allow(missing_docs)]
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

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}
