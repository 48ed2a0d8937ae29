//! `replay`

use std::path::PathBuf;

use clap::Args;

use super::{Format, Target, value};

/// Post logged bodies again, byte for byte
///
/// Takes the logs that `listen` writes, and files with one event body per line. Each body is
/// posted with the content type it came with, in order, one after another. The target never
/// comes from the log. A line that cannot be read is named and skipped, and makes the exit code
/// 1; a torn last line, as a crash leaves it, is only a warning.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook replay log.jsonl --url http://localhost:8080/hook
  enx-hook replay log.jsonl --event roomdrop --limit 10
  enx-hook replay log.jsonl --dry-run
  enx-hook replay log.jsonl --format json | jq .status")]
pub struct Replay {
    /// Logs to replay, in this order; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Replay only this event; can be repeated
    #[arg(long = "event", value_name = "EVENT")]
    pub events: Vec<String>,

    /// Replay at most this many captures
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,

    /// Print what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Largest line to read; a longer one is skipped with a warning
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = value::size)]
    pub max_document: usize,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub target: Target,

    /// What to print on stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}
