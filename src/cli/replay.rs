//! `replay`

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, Command};

use super::shared::{Changes, Posting};
use super::{typed, value};
use crate::delivery::RetryCondition;
use crate::flows::replaying::Headers;
use crate::model::report::Verdict;
use crate::render::Format;
use crate::selection::{Condition, Moment, Pattern, SeqRange, Speed};

/// Post logged bodies again, byte for byte
///
/// Takes the logs that `listen` writes with their older parts, files with one event body per
/// line, HAR files and ngrok's list of requests, also compressed with gzip or zstd; the content
/// decides. Each body is posted as it came, with the content type and the provider's own headers.
/// The target never comes from the log. A line that cannot be read is named and skipped, and
/// makes the exit code 1; a torn last line, as a crash leaves it, is only a warning.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook replay log.jsonl --url http://localhost:8080/hook
  enx-hook replay log.jsonl --since 2h --dry-run
  enx-hook replay log.jsonl --concurrency 8 --rate 100/s
  enx-hook replay log.jsonl --speed 10 --max-gap 5s
  enx-hook replay log.jsonl --resume replay.progress
  enx-hook replay log.jsonl --follow --set conf_num=7700123
  enx-hook replay log.jsonl --report replay.xml
  enx-hook replay log.jsonl --format json | jq .status")]
pub struct Replay {
    /// What to replay, in this order; - is stdin
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub selection: Selection,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub pace: Pace,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub failures: Failures,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub changes: Changes,

    /// Go on with what is still being logged, after what is there
    ///
    /// The last FILE is followed, also when the log goes on in a new part. Ctrl-C, or --for,
    /// ends it; the exit code is 130 only if something that was logged was not delivered.
    #[arg(long, conflicts_with_all = ["dry_run", "last"])]
    pub follow: bool,

    /// With --follow: end after this time, such as 30s or 5m
    #[arg(long = "for", value_name = "TIME", value_parser = value::duration, requires = "follow")]
    pub length: Option<Duration>,

    /// Which of the logged headers to send
    #[arg(long = "headers", value_name = "WHICH", default_value = "provider")]
    pub logged_headers: Headers,

    /// Post to the path and query that were logged, on the host of the URL
    #[arg(long)]
    pub keep_path: bool,

    /// Keep the progress in this file, and go on where it ends
    ///
    /// What was answered, with whatever status, is done. A file of other sources, another
    /// selection or another URL is refused.
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,

    /// With --resume: send again what was not answered 2xx
    #[arg(long, requires = "resume")]
    pub failed: bool,

    /// Also write the deliveries to this file: .xml JUnit, .har HTTP archive, .json
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub report: Option<PathBuf>,

    /// Print what would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Largest line to read; a longer one is skipped with a warning
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = value::size)]
    pub max_document: usize,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub posting: Posting,

    /// What to print on stdout
    #[arg(long, default_value = "human")]
    pub format: Format,

    /// The options of the selection and the changes as they were typed, by name
    #[arg(skip)]
    pub identity: BTreeMap<String, Vec<String>>,
}

impl Replay {
    /// Takes from what was typed all that tells one replay from another.
    pub(super) fn identify(&mut self, matches: &ArgMatches) {
        let options = Changes::augment_args(Selection::augment_args(Command::new("")));
        self.identity = typed::by_name(&options, matches);
    }
}

/// What is replayed. All that is asked for must hold.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Selection")]
pub struct Selection {
    /// Replay only this event; * in a name stands for any text. Can be repeated
    #[arg(long = "event", value_name = "EVENT", value_delimiter = ',')]
    pub events: Vec<Pattern>,

    /// Replay only this session; * in an id stands for any text. Can be repeated
    #[arg(long = "session", value_name = "ID")]
    pub sessions: Vec<Pattern>,

    /// Replay only these numbers of the log: 17, 17..20, 17.. or ..20; can be repeated
    #[arg(long = "seq", value_name = "A..B", value_delimiter = ',')]
    pub seqs: Vec<SeqRange>,

    /// Replay only what was received from then on: 2h (ago), 2026-11-20, 2026-11-20T14:00
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<Moment>,

    /// Replay only what was received before then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<Moment>,

    /// Replay only bodies whose field meets this condition; can be repeated
    ///
    /// `PATH=VALUE`, `!=`, `~=` (contains), `<`, `>`, `<=`, `>=`, or `PATH exists`. PATH is as in
    /// --set: files[0].url, files.0.url or /files/0/url. Digits in strings compare as numbers. A
    /// body without the field meets no condition on it.
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<Condition>,

    /// Replay only bodies with this verdict; can be repeated
    #[arg(long = "verdict", value_name = "VERDICT", value_delimiter = ',')]
    pub verdicts: Vec<Verdict>,

    /// Skip a body that is the same, byte for byte, as one of the 65,536 before it
    #[arg(long)]
    pub skip_duplicates: bool,

    /// Replay only the last N of what is selected
    #[arg(long, value_name = "N")]
    pub last: Option<NonZeroUsize>,

    /// Replay at most this many captures
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

/// How fast.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Pace")]
pub struct Pace {
    /// Requests at a time
    ///
    /// Captures of one session never overtake each other; different sessions go side by side.
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub concurrency: u16,

    /// Keep the gaps of the log: 1 as they were, 10 ten times as fast; max waits for nothing
    #[arg(
        long,
        value_name = "FACTOR",
        default_value = "max",
        conflicts_with = "rate"
    )]
    pub speed: Speed,

    /// Longest gap to wait for with --speed
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub max_gap: Option<Duration>,
}

/// What happens on failure.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Failures")]
pub struct Failures {
    /// What to try again on: statuses, classes such as 5xx, connect, timeout, closed
    #[arg(
        long,
        value_name = "WHAT",
        value_delimiter = ',',
        default_value = "5xx,429,connect"
    )]
    pub retry_on: Vec<RetryCondition>,

    /// Stop at the first capture that is not answered 2xx
    #[arg(long, conflicts_with = "max_failures")]
    pub fail_fast: bool,

    /// Stop when this many captures were not answered 2xx
    ///
    /// Without it, ten captures in a row that get no answer at all stop the replay.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_failures: Option<u64>,
}
