//! `follow` and `relay`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::inspect::Inspecting;
use super::listen::{Asserting, Forwarding, Keeping, Showing};
use super::relay_access::RelayAccess;
use super::value;
use crate::render::Format;
use crate::selection::Moment;

/// Read the captures that listeners publish to a relay
///
/// A listener on a shared machine publishes what it logged (listen --relay). This command reads it
/// into a log of its own, byte for byte and in order within each listener, also what came while it
/// was away, and shows, forwards and counts it as listen does. The first run begins with what comes
/// from now on; later runs go on where the log ends. Captures that cannot be delivered any more are
/// named by their numbers.
///
/// URL is nats://HOST/PROJECT or tls://HOST/PROJECT, with :PORT behind the host if it is not 4222. A
/// project alone is one on the server in NATS_URL, or on this machine.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook follow nats://box/demo
  enx-hook follow nats://box/demo --from-start
  enx-hook follow demo --inspect
  enx-hook follow demo --event 'room*' --format json
  enx-hook follow demo --expect roomdrop=1 --for 60s")]
pub struct Follow {
    /// Relay to follow
    #[arg(value_name = "URL")]
    pub url: String,

    /// Begin a new log with all that the relay keeps
    #[arg(long, conflicts_with = "since")]
    pub from_start: bool,

    /// Begin a new log with what the relay keeps since TIME: 2h (ago), 14:00, 2026-11-20
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<Moment>,

    /// File to append captures to; created if missing [default: log.jsonl]
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,

    /// Write the URL to this file once following begins
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,

    #[command(flatten)]
    pub access: RelayAccess,

    #[command(flatten)]
    pub keeping: Keeping,

    #[command(flatten)]
    pub showing: Showing,

    #[command(flatten)]
    pub inspecting: Inspecting,

    #[command(flatten)]
    pub forwarding: Forwarding,

    #[command(flatten)]
    pub asserting: Asserting,
}

/// Look at a relay, create its stream, or print the configuration of its server
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook relay config demo --follower ann,bob > relay.conf
  enx-hook relay init nats://box/demo
  enx-hook relay status nats://box/demo")]
pub struct Relay {
    #[command(subcommand)]
    pub command: RelayCommand,
}

/// The commands of `relay`.
#[derive(Clone, Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "a comment here would replace the help of the command"
)]
pub enum RelayCommand {
    Status(RelayStatus),
    Init(RelayInit),
    Config(RelayConfig),
}

/// Show the sources of a relay, how much it keeps and how long, and what is wrong with it
#[derive(Clone, Debug, Args)]
pub struct RelayStatus {
    /// Relay to look at
    #[arg(value_name = "URL")]
    pub url: String,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,

    #[command(flatten)]
    pub access: RelayAccess,
}

/// Create the stream of a relay: 7 days, 1 GiB, on disk
///
/// A stream that exists is left as it is; what differs is said.
#[derive(Clone, Debug, Args)]
pub struct RelayInit {
    /// Relay to create
    #[arg(value_name = "URL")]
    pub url: String,

    #[command(flatten)]
    pub access: RelayAccess,
}

/// Print a configuration for nats-server, with a user and a new password for each source and
/// follower, and only the rights that they need
#[derive(Clone, Debug, Args)]
pub struct RelayConfig {
    /// Project, or the URL of the relay
    #[arg(value_name = "URL")]
    pub url: String,

    /// Names of the listeners that publish; can be repeated
    #[arg(long = "source", value_name = "NAME", value_delimiter = ',', default_value = "box", value_parser = value::relay_name)]
    pub sources: Vec<String>,

    /// Names of those who follow; can be repeated
    #[arg(long = "follower", value_name = "NAME", value_delimiter = ',', default_value = "dev1,dev2,dev3", value_parser = value::relay_name)]
    pub followers: Vec<String>,
}
