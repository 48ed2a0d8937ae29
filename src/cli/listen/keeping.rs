//! How `listen` keeps the log.

use clap::{Args, ValueEnum};

use crate::cli::value;

/// When a capture counts as kept, and how large the log may grow.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Keeping the log")]
pub struct Keeping {
    /// What must have happened to a capture before its sender is answered 200
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "each",
        conflicts_with = "no_log"
    )]
    pub sync: Sync,

    /// Bytes of captures that may wait for the disk; what comes beyond is answered 503
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "64MiB",
        value_parser = value::size,
        conflicts_with = "no_log"
    )]
    pub max_unsynced: usize,

    /// Once the log has this size, go on in a new file; the old one becomes a part,
    /// log-17.jsonl, named after its first number
    ///
    /// `replay` and `validate` take the parts of a log along, and forwarding goes through them.
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = value::size_of_a_part,
        conflicts_with = "no_log"
    )]
    pub rotate: Option<u64>,

    /// Compress parts with gzip: log-17.jsonl.gz
    #[arg(long, requires = "rotate")]
    pub rotate_gzip: bool,

    /// Keep so many parts and delete the oldest ones, except what is still to be forwarded
    /// [default: all]
    #[arg(
        long,
        value_name = "N",
        value_parser = value::at_least_one,
        requires = "rotate"
    )]
    pub keep: Option<usize>,
}

/// When a capture counts as kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sync {
    /// The disk has it, so that it outlives a crash of the machine. Captures that wait share
    /// one sync, which takes as long as the disk takes
    Each,
    /// The operating system has it: faster where disks are slow, and it outlives a crash of
    /// this program, but the last ones may be lost when the machine crashes or loses power
    Os,
}
