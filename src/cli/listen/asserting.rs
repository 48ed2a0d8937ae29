//! What `listen` asserts.

use std::time::Duration;

use clap::Args;

use crate::cli::value;
use crate::flows::expectation::Expectation;
use crate::model::report::Verdict;

/// The expected events and the end of the run. An unmet expectation gives exit code 1.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Asserting")]
pub struct Asserting {
    /// Expect a number of events: EVENT=N exactly, 'EVENT>=N' at least. Can be repeated; the run
    /// ends once all expectations are met
    ///
    /// Write it in quotes: a shell takes > for a file. A query in parentheses can stand in place
    /// of EVENT, such as '(event:roomdrop verdict:valid)>=5'. An event alone counts also if it is
    /// invalid.
    #[arg(long, value_name = "EVENT=N", value_parser = value::expectation)]
    pub expect: Vec<Expectation>,

    /// Expect every capture to have this verdict or a better one (from best to worst: valid,
    /// warning, unknown, invalid)
    #[arg(long, value_name = "VERDICT")]
    pub expect_verdict: Option<Verdict>,

    /// End after N captures of those that --event, --session, --verdict and --query select
    ///
    /// If --for ends the run before there are N, the exit code is 1.
    #[arg(long, value_name = "N", value_parser = value::at_least_one_u64)]
    pub max_events: Option<u64>,

    /// End after this time
    #[arg(long = "for", value_name = "TIME", value_parser = value::duration)]
    pub period: Option<Duration>,

    /// Quiet period before an exact count passes
    #[arg(
        long,
        value_name = "TIME",
        default_value = "1s",
        value_parser = value::duration,
        requires = "expect"
    )]
    pub settle: Duration,
}
