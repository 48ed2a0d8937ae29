//! How `listen` keeps the log.

use std::time::Duration;

use clap::Args;

use crate::cli::value;
use crate::journal::SyncPolicy;

/// When a capture counts as kept, and how large the log may grow.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Keeping the log")]
pub struct Keeping {
    /// When a capture counts as written, so that its sender gets a 200
    #[arg(long, value_name = "WHEN", default_value = "each")]
    pub sync: SyncPolicy,

    /// Bytes of captures that may wait for the disk. Further requests get a 503
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "64MiB",
        value_parser = value::size
    )]
    pub max_unsynced: usize,

    /// When the log reaches this size, continue in a new file; the old file becomes a part,
    /// log-17.jsonl, named after the number of its first capture
    ///
    /// `replay` and `validate` read the parts of a log too, and forwarding goes through them.
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = value::size_of_a_part
    )]
    pub rotate: Option<u64>,

    /// Compress rotated files with gzip: log-17.jsonl.gz
    #[arg(long, requires = "rotate")]
    pub rotate_gzip: bool,

    /// Keep at most N rotated files; delete the oldest, except captures that are still to be
    /// forwarded [default: all]
    #[arg(
        long,
        value_name = "N",
        value_parser = value::at_least_one,
        requires = "rotate"
    )]
    pub keep: Option<usize>,

    /// Delete rotated files whose last capture is older than this, such as 7d, except captures that are still to
    /// be forwarded; the log itself stays [default: keep all]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = value::some_time,
        requires = "rotate"
    )]
    pub keep_for: Option<Duration>,

    /// Keep at most this much in the log and its parts; delete the oldest parts, even if captures
    /// in them are still to be forwarded
    #[arg(
        long,
        value_name = "SIZE",
        value_parser = value::size_of_a_part,
        requires = "rotate"
    )]
    pub keep_at_most: Option<u64>,

    /// Give up the captures that wait for this target of an earlier --forward. Can be repeated
    ///
    /// A target that is not forwarded to any more otherwise keeps its captures: --keep deletes
    /// none of them. A command is named as `command:CMD`.
    #[arg(long, value_name = "URL")]
    pub forget_target: Vec<String>,
}
