//! What `listen` asserts.

use std::time::Duration;

use clap::Args;

use super::showing::ShownVerdict;
use crate::cli::value;

/// What must come, and when the run ends. The exit code is 1 if it did not.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Asserting")]
pub struct Asserting {
    /// Expect so many events: EVENT=N exactly, EVENT>=N or more. Can be repeated; the run ends
    /// once all is met
    #[arg(long, value_name = "EVENT=N", value_parser = value::expectation)]
    pub expect: Vec<(String, bool, u64)>,

    /// Expect every capture to have this verdict or a better one (valid, warning, unknown,
    /// invalid, in this order)
    #[arg(long, value_name = "VERDICT")]
    pub expect_verdict: Option<ShownVerdict>,

    /// End after so many captures
    #[arg(long, value_name = "N", value_parser = value::at_least_one_u64)]
    pub max_events: Option<u64>,

    /// End after this time
    #[arg(long = "for", value_name = "TIME", value_parser = value::duration)]
    pub period: Option<Duration>,

    /// How long nothing more must come before an exact number counts as met
    #[arg(
        long,
        value_name = "TIME",
        default_value = "1s",
        value_parser = value::duration,
        requires = "expect"
    )]
    pub settle: Duration,
}
