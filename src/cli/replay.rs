//! `replay`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, Command};

use super::selection::{Selection, Window};
use super::shared::{Changes, Masking, Posting};
use super::{typed, value};
use crate::delivery::RetryCondition;
use crate::flows::replaying::Headers;
use crate::render::Format;
use crate::selection::Speed;

/// Post logged bodies again, byte for byte
///
/// Reads logs of `listen` with their rotated files, files with one event body per line, HAR files
/// and the request list of ngrok, also compressed with gzip or zstd. The content decides the
/// format, not the file name. Each body is posted byte for byte, with its content type and the
/// headers of the provider. The target never comes from the log. A damaged line is reported and
/// skipped, and makes the exit code 1; a last line cut off by a crash is only a warning.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook replay log.jsonl --url http://localhost:8080/hook
  enx-hook replay log.jsonl --since 2h --dry-run
  enx-hook replay log.jsonl --concurrency 8 --rate 100/s
  enx-hook replay log.jsonl --speed 10 --max-gap 5s
  enx-hook replay log.jsonl --resume replay.progress
  enx-hook replay log.jsonl --follow --set-string conf_num=7
  enx-hook replay log.jsonl --report replay.xml
  enx-hook replay log.jsonl --format json \\
    | jq 'select(.kind == \"delivery\").status'")]
pub struct Replay {
    /// Files to replay, in this order; - is stdin. A URL is the target
    #[arg(required = true, value_name = "FILE|URL")]
    pub files: Vec<PathBuf>,

    /// Replay the log, then each new capture as it is logged
    ///
    /// The last FILE is followed, also when the log is rotated. Ctrl-C or --for ends the replay;
    /// the exit code is 130 only if a logged capture was not delivered.
    #[arg(long, conflicts_with_all = ["dry_run", "last"])]
    pub follow: bool,

    /// With --follow: end after this time, such as 30s or 5m
    #[arg(long = "for", value_name = "TIME", value_parser = value::duration, requires = "follow")]
    pub length: Option<Duration>,

    /// Logged headers to send
    #[arg(long = "headers", value_name = "WHICH", default_value = "provider")]
    pub logged_headers: Headers,

    /// Post to the logged path and query, on the host of the URL
    #[arg(long)]
    pub keep_path: bool,

    /// Save the progress in this file, and continue from it
    ///
    /// A capture with any response is done, whatever the status. A file with other sources,
    /// another selection or another URL is refused.
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,

    /// With --resume: send captures again whose response was not 2xx
    #[arg(long, requires = "resume")]
    pub failed: bool,

    /// Also write a report to this file: FILE.xml for JUnit, FILE.har or FILE.json
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub report: Option<PathBuf>,

    #[command(flatten)]
    pub masking: Masking,

    /// Print the requests, and send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Largest line to read; a longer one is skipped with a warning
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = value::size)]
    pub max_document: usize,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,

    #[command(flatten)]
    pub choice: Replayed,

    #[command(flatten)]
    pub changes: Changes,

    #[command(flatten)]
    pub posting: Posting,

    #[command(flatten)]
    pub pace: Pace,

    #[command(flatten)]
    pub failures: Failures,

    /// The typed options of the selection and the changes, by name
    #[arg(skip)]
    pub identity: BTreeMap<String, Vec<String>>,
}

impl Replay {
    /// Stores the options that distinguish one replay from another.
    pub(super) fn identify(&mut self, matches: &ArgMatches) {
        let options = Changes::augment_args(Replayed::augment_args(Command::new("")));
        self.identity = typed::by_name(&options, matches);
    }
}

/// Which captures are replayed.
#[derive(Clone, Debug, Args)]
pub struct Replayed {
    #[command(flatten)]
    pub selection: Selection,

    /// Skip a body that is identical to one of the 65,536 bodies before it
    #[arg(long, help_heading = "Selection")]
    pub skip_duplicates: bool,

    #[command(flatten)]
    pub window: Window,
}

/// The speed of the replay.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Pace")]
pub struct Pace {
    /// Maximum number of requests at the same time
    ///
    /// The captures of one session stay in order; different sessions are sent in parallel.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub concurrency: u16,

    /// Keep the pauses of the log: 1 is the original speed, 10 is ten times faster, max has no
    /// pauses
    #[arg(
        long,
        value_name = "FACTOR",
        default_value = "max",
        conflicts_with = "rate"
    )]
    pub speed: Speed,

    /// With --speed: longest pause
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub max_gap: Option<Duration>,
}

/// The handling of failures.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Failures")]
pub struct Failures {
    /// Failures to retry: statuses, classes such as 5xx, connect, timeout, closed
    #[arg(
        long,
        value_name = "WHAT",
        value_delimiter = ',',
        default_value = "5xx,429,connect"
    )]
    pub retry_on: Vec<RetryCondition>,

    /// Stop at the first response that is not 2xx
    #[arg(long, conflicts_with = "max_failures")]
    pub fail_fast: bool,

    /// Stop after N captures whose response was not 2xx
    ///
    /// Without this option, the replay stops after ten captures in a row without a response.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_failures: Option<u64>,
}
