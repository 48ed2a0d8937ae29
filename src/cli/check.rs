//! `check`

use std::path::PathBuf;

use clap::Args;

use super::shared::Target;
use super::value;
use crate::render::AnnotatedFormat;

/// Check a live receiver against the rules of the documents
///
/// Posts valid events and malformed requests to the receiver, and reports for each rule whether
/// the receiver follows it. A rule of level `must` comes from a document of the provider, which
/// is quoted; a rule of level `should` is good practice. All generated ids of a run begin with
/// the same mark, so that you can find and delete the data that the run leaves behind. Exit code
/// 0: every `must` rule passes. 1: a `must` rule fails. 3: the receiver cannot be reached, or
/// time ran out.
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
    /// URL of the receiver; the same as --url
    #[arg(value_name = "URL", conflicts_with_all = ["url", "to"])]
    pub receiver: Option<String>,

    /// Check the rules of this provider [default: enablex]
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Time limit for a response to pass
    ///
    /// The documents say "immediately" and state no limit; 2s is an assumption.
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = value::duration)]
    pub max_latency: std::time::Duration,

    /// Time limit for the whole run
    ///
    /// After it, the remaining checks are skipped. The wait for one response is at most a quarter
    /// of this time.
    #[arg(long = "for", value_name = "TIME", default_value = "2m", value_parser = value::duration)]
    pub length: std::time::Duration,

    /// Maximum number of requests per second
    ///
    /// A few checks send up to 50 requests at once. The next request then waits until the
    /// average is back at this rate.
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub rate: u32,

    /// Run only this check or group; can be repeated
    #[arg(long, value_name = "CHECK|GROUP")]
    pub only: Vec<String>,

    /// Skip this check or group; can be repeated
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

    /// Also exit with 1 for warnings and for failed rules of level `should`
    #[arg(long)]
    pub strict: bool,

    /// Ask this URL which effects the events had
    ///
    /// This is a test endpoint that you provide. It answers GET with a JSON object that maps each
    /// session id to the number of effects of its events, or to a list of them. --insecure and
    /// --cacert apply to it too.
    #[arg(long, value_name = "URL")]
    pub verify: Option<String>,

    /// Run this command to check the effects of the events
    ///
    /// Exit code 0 passes. The command gets three variables. ENX_HOOK_CHECK_MARK is the mark of
    /// the run. ENX_HOOK_CHECK_ONCE is the id of a session whose only event was posted three
    /// times. ENX_HOOK_CHECK_TWICE is the id of a session with two events under the same key.
    #[arg(long, value_name = "COMMAND")]
    pub verify_command: Option<String>,

    /// Serve the files that events name, require Basic Auth for them, and check the downloads
    ///
    /// The receiver must run on this machine. The password comes from ENX_HOOK_FILES_PASSWORD or a
    /// prompt if it is not given. With --only files instead, any credentials are accepted.
    #[arg(long, value_name = "NAME[:PASSWORD]")]
    pub files_user: Option<String>,

    /// Also write a JUnit report to this file (FILE.xml)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: AnnotatedFormat,

    #[command(flatten)]
    pub target: Target,
}
