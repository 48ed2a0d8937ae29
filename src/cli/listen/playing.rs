//! How `listen` plays a bad receiver.

use std::time::Duration;

use clap::Args;

use crate::cli::value::{self, Replies};

/// Deliberately bad responses. Captures are still logged.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Playing a bad receiver")]
pub struct Playing {
    /// Answer with these statuses in turn; the last one repeats
    ///
    /// A query in parentheses has a sequence of its own: '(event:roomdrop)=500,500,200'. The first query
    /// that means a capture counts; a sequence without one is for all others, which otherwise get 200.
    #[arg(
        long,
        value_name = "STATUS,…",
        value_parser = value::replies,
        conflicts_with = "reject_malformed"
    )]
    pub reply: Vec<Replies>,

    /// Delay each response by TIME
    #[arg(
        long,
        value_name = "TIME",
        value_parser = value::duration,
        conflicts_with = "reject_malformed"
    )]
    pub reply_delay: Option<Duration>,

    /// Answer with this body
    #[arg(long, value_name = "TEXT", conflicts_with = "reject_malformed")]
    pub reply_body: Option<String>,

    /// Add this header to each response; can be repeated
    #[arg(long, value_name = "NAME: VALUE", conflicts_with = "reject_malformed")]
    pub reply_header: Vec<String>,

    /// Close this share of the connections without a response, after logging: 0.1 is one in ten
    #[arg(
        long,
        value_name = "SHARE",
        value_parser = value::share,
        conflicts_with = "reject_malformed"
    )]
    pub drop_rate: Option<f64>,

    /// Seed for --drop-rate: the same seed closes the same connections in every run
    #[arg(long, value_name = "N", requires = "drop_rate")]
    pub seed: Option<u64>,
}
