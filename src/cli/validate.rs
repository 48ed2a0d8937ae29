//! `validate`

use std::path::PathBuf;

use clap::Args;

use super::value;
use crate::render::AnnotatedFormat;
use crate::selection::Pattern;

/// Say whether events are as documented, and what is wrong if not
///
/// The verdict on each is valid (as documented), warning (odd, but the meaning is clear),
/// unknown (no event that the catalog has) or invalid. Exit code 1 means that one is invalid;
/// with --strict, that one is not valid. Lines and columns are counted from 1, columns in
/// characters: a tab is one, and so is a letter of several bytes.
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
    /// JSON files, files with one event per line, logs of `listen` with their older parts, HAR files and ngrok's list
    /// of requests, also compressed with gzip or zstd; the content decides. Folders are searched
    /// with those inside for .json, .jsonl and .ndjson files; hidden ones are left out.
    #[arg(required_unless_present_any = ["explain", "codes"], value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Take every document for this event, whatever it says it is
    #[arg(long = "as", value_name = "EVENT")]
    pub taken_for: Option<String>,

    /// Take every document for an event of this provider
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Judge only this event; * in a name stands for any text. Can be repeated
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    pub events: Vec<Pattern>,

    /// Count warnings and unknown events as failures
    #[arg(long)]
    pub strict: bool,

    /// Show only documents that are invalid; with --strict, all that are not valid
    #[arg(long)]
    pub only_invalid: bool,

    /// Show only so many findings, and how many more there are
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,

    /// Largest document to read; a larger one is reported as invalid
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = value::size)]
    pub max_document: usize,

    /// Mend the files where the repair is beyond doubt; of stdin, print the mended text
    ///
    /// Mended is what keeps a text from being JSON and can mean only one thing, such as comments
    /// and curly quotes, and fields under a known wrong name, such as conf_key. What is only odd
    /// stays, and so do logs of captures and compressed files. The exit code tells of what is left.
    #[arg(long, conflicts_with_all = ["explain", "codes"])]
    pub fix: bool,

    /// With --fix: show the changes as a diff, and write nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,

    /// Explain what a finding of this code means, with an example
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "codes"])]
    pub explain: Option<String>,

    /// List all codes that findings can have
    #[arg(long, conflicts_with = "files")]
    pub codes: bool,

    /// Also write a report to this file; can be repeated
    ///
    /// FILE.xml is written as JUnit, FILE.sarif as SARIF 2.1.0, FILE.json as one JSON document.
    #[arg(long = "report", value_name = "FILE")]
    pub reports: Vec<PathBuf>,

    /// What to print on stdout
    #[arg(long, default_value = "human")]
    pub format: AnnotatedFormat,
}
