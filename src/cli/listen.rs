//! `listen`

use std::path::PathBuf;

use clap::Args;

use super::inspect::Inspecting;
use super::serving::Serving;
use super::shared::Auth;
pub use asserting::Asserting;
pub use forwarding::Forwarding;
pub use guarding::{Guarding, Limits};
pub use keeping::Keeping;
pub use playing::Playing;
pub use relaying::Relaying;
pub use showing::Showing;

mod asserting;
mod forwarding;
mod guarding;
mod keeping;
mod playing;
mod relaying;
mod showing;

/// Receive webhooks: log them, answer 200, and show them
///
/// A POST to any path (or only to --path) is written to the log and synced to disk, then answered
/// 200, and only then parsed, validated and shown. Unknown and broken events get a 200 too, as
/// EnableX asks of a receiver. A request that cannot be logged gets a 503, so that the sender can
/// try again. Ctrl-C lets requests in flight finish, prints the totals and exits with 0.
///
/// Each event is annotated relative to earlier ones: the time since its session's previous event,
/// duplicate (identical body), same key (the key that the documents recommend, but another body),
/// out of order. The last 10,000 captures and 1,000 sessions are remembered, also from earlier
/// runs. Older captures are forgotten.
///
/// A body with Content-Encoding (gzip, deflate, br, zstd) is logged and forwarded as it arrived,
/// and unpacked for validation and display: up to 16 MiB, and above 1 MiB up to 100 times its
/// size.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook listen --port 3000
  enx-hook listen --port 3000 --simulate
  enx-hook listen --user enx
  enx-hook listen --format json \\
    | jq -r 'select(.kind == \"capture\").event'
  enx-hook listen --forward http://localhost:8080/hook
  enx-hook listen --reply 503,503,200
  enx-hook listen --simulate --serve-files \\
    --forward http://localhost:8080/hook
  enx-hook listen --expect roomdrop=1 --for 60s")]
pub struct Listen {
    /// Port to listen on; 0 selects a free one [default: 3000]
    #[arg(long, short)]
    pub port: Option<u16>,

    /// Address to listen on; 0.0.0.0 accepts other machines [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<String>,

    /// File to append captures to; created if missing [default: log.jsonl]
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,

    /// Write no log; only show the events
    #[arg(long, conflicts_with_all = [
        "log", "sync", "max_unsynced", "rotate", "forget_target", "forward", "forward_command", "relay",
        "inspect"
    ])]
    pub no_log: bool,

    #[command(flatten)]
    pub auth: Auth,

    /// Answer 400 to a body that is not JSON; it is still logged
    #[arg(long)]
    pub reject_malformed: bool,

    /// Receive the events of one session as a demonstration
    ///
    /// All events of a provider arrive in the order of a session; no other program is needed.
    #[arg(long)]
    pub simulate: bool,

    /// Provider to simulate
    #[arg(
        long,
        value_name = "NAME",
        requires = "simulate",
        default_value = "enablex"
    )]
    pub provider: String,

    /// Write the URL to this file once the port is bound
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,

    #[command(flatten)]
    pub keeping: Keeping,

    #[command(flatten)]
    pub guarding: Guarding,

    #[command(flatten)]
    pub limits: Limits,

    #[command(flatten)]
    pub showing: Showing,

    #[command(flatten)]
    pub inspecting: Inspecting,

    #[command(flatten)]
    pub forwarding: Forwarding,

    /// Answer senders with the answer of the server, of which there is only one; each capture is logged
    /// first, and forwarded once
    #[arg(
        long,
        help_heading = "Forwarding",
        conflicts_with_all = ["forward_from", "forward_command", "reply", "reply_delay", "drop_rate", "reply_body", "reply_header", "reject_malformed"]
    )]
    pub forward_sync: bool,

    #[command(flatten)]
    pub relaying: Relaying,

    #[command(flatten)]
    pub playing: Playing,

    #[command(flatten)]
    pub asserting: Asserting,

    #[command(flatten)]
    pub serving: Serving,
}
