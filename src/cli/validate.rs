//! `validate`

use std::path::PathBuf;

use clap::Args;

use super::value;
use crate::render::AnnotatedFormat;
use crate::selection::{Pattern, SeqRange};

/// Check whether events are as documented, and explain every deviation
///
/// The verdict on each document is valid (as documented), warning (not as documented, but the
/// meaning is clear), unknown (an event that the catalog does not have) or invalid. Exit code 1:
/// a document is invalid (with --strict: not valid). Lines and columns are counted from 1.
/// Columns are counted in characters: a tab is one, and so is a letter of several bytes.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook validate event.json
  enx-hook validate log.jsonl --strict --only-invalid
  pbpaste | enx-hook validate -
  enx-hook validate events/ --report findings.sarif
  enx-hook validate --fix event.json
  enx-hook validate --explain number-for-string
  enx-hook validate log.jsonl --format json | jq .event")]
pub struct Validate {
    /// Files, folders and patterns such as 'log*.jsonl'; - is stdin
    ///
    /// JSON files, files with one event per line, logs of `listen` with their rotated files, HAR
    /// files and the request list of ngrok, also compressed with gzip or zstd. The content decides
    /// the format, not the file name. Folders are searched recursively for .json, .jsonl and
    /// .ndjson files; hidden files and folders are skipped.
    #[arg(required_unless_present_any = ["explain", "codes"], value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Validate every document as this event, whatever type it states
    #[arg(long = "as", value_name = "EVENT")]
    pub taken_for: Option<String>,

    /// Validate every document as an event of this provider
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Validate only this event; * in a name stands for any text. Can be repeated
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    pub events: Vec<Pattern>,

    /// Validate only these numbers of a log: 17, 17..20, 17.. or ..20; can be repeated
    #[arg(
        long = "seq",
        value_name = "A..B",
        value_delimiter = ',',
        conflicts_with = "fix"
    )]
    pub seqs: Vec<SeqRange>,

    /// Count warnings and unknown events as failures
    #[arg(long)]
    pub strict: bool,

    /// Show only invalid documents; with --strict, all that are not valid
    #[arg(long)]
    pub only_invalid: bool,

    /// Show at most N findings, then the number of further ones
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,

    /// Largest document to read; a larger one is reported as invalid
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = value::size)]
    pub max_document: usize,

    /// Fix errors that have only one possible fix; for stdin, print the fixed text
    ///
    /// Fixes syntax errors with a clear meaning, such as comments and curly quotes, and fields
    /// with a known wrong name, such as conf_key. Warnings, logs of captures and compressed files
    /// are left as they are. The exit code reports the findings that remain.
    #[arg(long, conflicts_with_all = ["explain", "codes"])]
    pub fix: bool,

    /// With --fix: print the changes as a diff, and write nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,

    /// Explain this finding code, with an example
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "codes"])]
    pub explain: Option<String>,

    /// List all finding codes
    #[arg(long, conflicts_with = "files")]
    pub codes: bool,

    /// Also write a report to this file; can be repeated
    ///
    /// The format follows from the name: FILE.xml is JUnit, FILE.sarif is SARIF 2.1.0, FILE.json is
    /// one JSON document.
    #[arg(long = "report", value_name = "FILE")]
    pub reports: Vec<PathBuf>,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: AnnotatedFormat,
}
