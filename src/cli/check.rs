//! `check`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Target, value};

/// Check a live receiver against what the provider's documents ask for
///
/// Posts events to the receiver, good ones and others, and says of each rule whether it holds.
/// A check of level must has a document of the provider behind it, which is quoted; should is
/// good practice. The made-up ids of one run begin with the same mark, which is said, so that
/// what they leave behind can be deleted. Exit code 0 means that every must holds, 1 that one
/// does not, 3 that the receiver could not be reached or that the time was over too soon.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook check --url http://localhost:8080/hook --user enx
  enx-hook check --url http://localhost:8080/hook --only unknown-type --only idempotency
  enx-hook check --url https://staging.example.com/hook --yes --report junit.xml
  enx-hook check --list
  enx-hook check --explain unknown-type
  enx-hook check --url URL --verify http://localhost:8080/effects

--verify gets a JSON object from your own test endpoint after the events: for each session id
how often an event of it took effect, as a number or as a list. --verify-command runs with
ENX_HOOK_CHECK_MARK, ENX_HOOK_CHECK_ONCE (session ids whose one event was posted several
times) and ENX_HOOK_CHECK_TWICE (session ids with two events under one key), and passes with
exit code 0.")]
pub struct Check {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub target: Target,

    /// The provider whose documents count [default: enablex]
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// The longest an answer may take. The documents say "immediately" and name no figure:
    /// this one is assumed
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = value::duration)]
    pub max_latency: std::time::Duration,

    /// How long the whole run may take; what was not reached by then is skipped. No answer is
    /// waited for longer than a quarter of it
    #[arg(long = "for", value_name = "TIME", default_value = "2m", value_parser = value::duration)]
    pub length: std::time::Duration,

    /// Requests a second at most; a few checks send up to 50 at once, and then pause
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub rate: u32,

    /// Only this check, or the checks of this group; can be repeated
    #[arg(long, value_name = "CHECK|GROUP")]
    pub only: Vec<String>,

    /// Not this check, or none of this group; can be repeated
    #[arg(long, value_name = "CHECK|GROUP")]
    pub skip: Vec<String>,

    /// List the checks, and send nothing
    #[arg(long, conflicts_with = "explain")]
    pub list: bool,

    /// Explain a check, and send nothing
    #[arg(long, value_name = "CHECK")]
    pub explain: Option<String>,

    /// Post to a public host without asking
    #[arg(long, short)]
    pub yes: bool,

    /// Warnings, and rules of level should, count as well
    #[arg(long)]
    pub strict: bool,

    /// After the run, get the effects of the events from this URL
    #[arg(long, value_name = "URL")]
    pub verify: Option<String>,

    /// After the run, have this command judge the effects of the events
    #[arg(long, value_name = "COMMAND")]
    pub verify_command: Option<String>,

    /// Write a report as well: JUnit, if its name ends in .xml
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// What stdout carries
    #[arg(long, default_value = "human")]
    pub format: CheckFormat,
}

/// What `check` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Text for people
    Human,
    /// One JSON object a line, each with a `kind`
    Json,
    /// Annotations for GitHub Actions
    Github,
}
