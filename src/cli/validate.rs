//! `validate`

use std::path::PathBuf;

use clap::Args;

use super::{Format, value};

/// Say whether events are as documented, and what is wrong if not
///
/// The verdict on each is valid (as documented), warning (odd, but the meaning is clear),
/// unknown (no event that the catalog has) or invalid. Exit code 1 means that one is invalid;
/// with --strict, that one is not valid. Columns are counted in characters.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook validate event.json
  enx-hook validate log.jsonl --strict
  pbpaste | enx-hook validate -
  enx-hook validate body.json --as roomdrop
  enx-hook validate log.jsonl --format json | jq -r .verdict")]
pub struct Validate {
    /// JSON files, JSONL, and logs of `listen`; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Take every document for this event, whatever it says it is
    #[arg(long = "as", value_name = "EVENT")]
    pub taken_for: Option<String>,

    /// Count warnings and unknown events as failures
    #[arg(long)]
    pub strict: bool,

    /// Largest document to read; a larger one is reported as invalid
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = value::size)]
    pub max_document: usize,

    /// What to print on stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}
