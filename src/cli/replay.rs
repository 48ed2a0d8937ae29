//! `replay`

use std::path::PathBuf;

use clap::Args;

use super::{Format, Target, value};

/// Post logged bodies again, byte for byte
///
/// Takes the logs that `listen` writes, and files with one event body a line. Each body is
/// posted with its content type, in order, one after another. The target never comes from
/// the log. Lines that cannot be read are named and skipped; they make the exit code 1, except
/// for a torn last line, which a crash leaves behind.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook replay log.jsonl --url http://localhost:8080/hook
  enx-hook replay log.jsonl --event roomdrop --limit 10
  enx-hook replay log.jsonl --dry-run
  enx-hook replay log.jsonl --format json | jq 'select(.status != 200)'")]
pub struct Replay {
    /// Logs to replay, in this order; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Only captures of this event; can be repeated
    #[arg(long = "event", value_name = "EVENT")]
    pub events: Vec<String>,

    /// At most this many captures
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,

    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Largest line taken; a longer one is skipped, and said
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = value::size)]
    pub max_document: usize,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub target: Target,

    /// What stdout carries
    #[arg(long, default_value = "human")]
    pub format: Format,
}
