//! Where `listen` publishes captures.

use clap::Args;

use crate::cli::relay_access::RelayAccess;
use crate::cli::value;

/// Where captures are published for other developers.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Relay")]
pub struct Relaying {
    /// Publish each capture to this relay after its sender got the reply: nats://HOST/PROJECT
    ///
    /// Others read it with enx-hook follow URL. The log is the queue: captures that arrive while the
    /// relay is away are published later, and replies never wait for it. Bodies are readable in
    /// the relay.
    #[arg(long, value_name = "URL")]
    pub relay: Option<String>,

    /// Begin at this capture of the log, even if it was published before: `start`, or its number
    /// [default: where the last run ended, or with new captures]
    #[arg(
        long,
        value_name = "start|SEQ",
        requires = "relay",
        value_parser = value::from_where
    )]
    pub relay_from: Option<u64>,

    /// Do not create the stream of the relay if it is missing
    #[arg(long, requires = "relay")]
    pub no_relay_create: bool,

    /// Publish this log under the name of another one, in its place
    #[arg(long, requires = "relay")]
    pub relay_takeover: bool,

    #[command(flatten)]
    pub access: RelayAccess,
}
