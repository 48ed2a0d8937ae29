//! `check`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Target, value};

/// Check a live receiver against the rules of the documents
///
/// Posts events to the receiver, good ones and others, and says of each rule whether it holds.
/// A rule of level must is asked for by a document of the provider, which is quoted; should is
/// good practice. All made-up ids of a run begin with the same mark, so that what they leave
/// behind can be found and deleted. Exit code 0 means that every must holds, 1 that one does
/// not, 3 that the receiver cannot be reached or that the time was over too soon.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook check --url http://localhost:8080/hook --user enx
  enx-hook check --only idempotency --only unknown-type
  enx-hook check --url https://hook.example/ --yes
  enx-hook check --report junit.xml
  enx-hook check --list
  enx-hook check --explain unknown-type")]
pub struct Check {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub target: Target,

    /// Provider whose documents count [default: enablex]
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Longest time that an answer may take
    ///
    /// The documents say "immediately" and name no figure: this one is assumed.
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = value::duration)]
    pub max_latency: std::time::Duration,

    /// Longest time that the run may take
    ///
    /// What was not reached by then is skipped. No answer is waited for longer than a quarter
    /// of it.
    #[arg(long = "for", value_name = "TIME", default_value = "2m", value_parser = value::duration)]
    pub length: std::time::Duration,

    /// Most requests per second
    ///
    /// A few checks send up to 50 at once; the next request then waits until the rate is kept
    /// again.
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub rate: u32,

    /// Run only this check or group; can be repeated
    #[arg(long, value_name = "CHECK|GROUP")]
    pub only: Vec<String>,

    /// Leave out this check or group; can be repeated
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

    /// Exit with 1 also for warnings and failed rules of level should
    #[arg(long)]
    pub strict: bool,

    /// Ask this URL what effect the events had
    ///
    /// It is your own test endpoint. It answers GET with a JSON object that has, for each
    /// session id, how often an event of that session took effect: a number, or a list.
    #[arg(long, value_name = "URL")]
    pub verify: Option<String>,

    /// Run this command to judge what effect the events had
    ///
    /// It finds the mark in ENX_HOOK_CHECK_MARK, the id of a session whose one event was posted
    /// three times in ENX_HOOK_CHECK_ONCE, and the id of a session with two events under one
    /// key in ENX_HOOK_CHECK_TWICE. Exit code 0 passes.
    #[arg(long, value_name = "COMMAND")]
    pub verify_command: Option<String>,

    /// Also write a JUnit report to this file, named FILE.xml
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// What to print on stdout
    #[arg(long, default_value = "human")]
    pub format: CheckFormat,
}

/// What `check` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Text for people
    Human,
    /// One JSON object per line, each with a `kind`
    Json,
    /// Annotations for GitHub Actions
    Github,
}
