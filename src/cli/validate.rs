//! `validate`

use std::path::PathBuf;

use clap::Args;

use super::{Format, value};

/// Judge JSON files, JSONL and logs by the documented shapes
///
/// The verdict is valid (as documented), warning (odd, but its meaning is beyond doubt),
/// unknown (an event that the catalog does not have) or invalid. Exit code 1 means that a
/// document is invalid; with --strict, that one is not valid. Columns are counted in
/// characters.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook validate event.json
  enx-hook validate log.jsonl --strict
  pbpaste | enx-hook validate -
  enx-hook validate body.json --as roomdrop     whatever its `type` says
  enx-hook validate log.jsonl --format json | jq 'select(.verdict == \"invalid\")'")]
pub struct Validate {
    /// JSON files, JSONL, and logs of `listen`; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Take every document for this event
    #[arg(long = "as", value_name = "EVENT")]
    pub taken_for: Option<String>,

    /// Warnings and unknown events count as failures
    #[arg(long)]
    pub strict: bool,

    /// Largest document judged; a larger one is a finding
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = value::size)]
    pub max_document: usize,

    /// What stdout carries
    #[arg(long, default_value = "human")]
    pub format: Format,
}
