//! `drift`

use std::path::PathBuf;

use clap::Args;

use super::log::{Logs, Settling};
use super::selection::Selection;
use crate::flows::history::DriftClass;
use crate::render::drift::DriftFormat;

/// Show where the captures of a log differ from the documents
///
/// What arrives is compared with the catalog: events and fields that the documents do not have,
/// required fields that are missing, values of another type or form, values that a documented list
/// does not have, what is documented but never or only sometimes sent, the order of events,
/// incomplete sessions, and copies. Each difference comes with its count, an example, the sentence
/// of the documents and a next step. Exit code 1: only with --fail-on.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook drift
  enx-hook drift --since 1d --event recording
  enx-hook drift --fail-on type,format --format github
  enx-hook drift --format json > baseline.jsonl
  enx-hook drift --baseline baseline.jsonl --fail-on type
  enx-hook drift log*.jsonl --format markdown

The last 100,000 captures and sessions are remembered, and
at most 2,000 differences are counted apart. Captures that
the selection leaves out make their sessions truncated, and
then no event counts as never seen.")]
pub struct Drift {
    #[command(flatten)]
    pub logs: Logs,

    /// Leave out the differences of an earlier run: a file with its --format json output
    ///
    /// Such a difference does not count for --fail-on either.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Exit with 1 if there is a difference of this class; can be repeated
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    pub fail_on: Vec<DriftClass>,

    #[command(flatten)]
    pub settling: Settling,

    #[command(flatten)]
    pub selection: Selection,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: DriftFormat,
}
