//! `listen`

use std::path::PathBuf;

use clap::Args;

use super::{Auth, value};
pub use asserting::Asserting;
pub use forwarding::Forwarding;
pub use playing::Playing;
pub use showing::{ListenFormat, Showing, ShownVerdict};

mod asserting;
mod forwarding;
mod playing;
mod showing;

/// Receive webhooks: log them, answer 200, and show what came
///
/// A POST on any path is written to the log and synced to disk, then answered 200, and only
/// then parsed, judged and shown. Unknown, odd and broken events are answered 200 too, as
/// EnableX asks of a receiver. What cannot be logged is answered 503, so that the sender
/// keeps it. Ctrl-C finishes what is in flight and prints totals.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook listen --port 3000              then: ngrok http 3000
  enx-hook listen --port 3000 --simulate   one session's events, with nothing else running
  enx-hook listen --user enx               ask for Basic Auth (password from a prompt,
                                           ENX_HOOK_PASSWORD or --password-file)
  enx-hook listen --forward http://localhost:8080/hook
                                           pass events on; they wait while it is down
  enx-hook listen --reply 503,503,200      see what a sender makes of a bad receiver
  enx-hook listen --expect roomdrop=1 --for 60s
                                           exit code 0 if it came, 1 if not
  enx-hook listen --format json | jq 'select(.verdict != \"valid\")'

Shown with an event is what it has to do with those before it: the time since its session's
previous event, a duplicate (identical body), the same key (by the provider's documents) with
another body, and an order that cannot be. For that the last 10,000 captures and 1,000 sessions
of this run are remembered; what is older counts as never seen.")]
pub struct Listen {
    /// Port to listen on; 0 picks a free one [default: 3000]
    #[arg(long, short)]
    pub port: Option<u16>,

    /// Address to listen on; 0.0.0.0 is all, for other machines to reach [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub host: Option<String>,

    /// File to append captures to; made if it is not there [default: log.jsonl]
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,

    /// Log nothing: what is answered 200 is then only shown
    #[arg(long, conflicts_with = "log")]
    pub no_log: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub auth: Auth,

    /// Answer 400 to bodies that are not JSON (they are logged all the same)
    #[arg(long)]
    pub reject_malformed: bool,

    /// Largest body taken; a larger one is answered 413
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = value::size)]
    pub max_body: usize,

    /// Play the life of one session against this listener: all of a provider's events in their
    /// natural order
    #[arg(long)]
    pub simulate: bool,

    /// The provider to simulate
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

    /// The local API of an ngrok agent, which is asked for the public URL
    #[arg(long, value_name = "URL", hide = true)]
    pub ngrok_api: Option<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub showing: Showing,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub forwarding: Forwarding,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub playing: Playing,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub asserting: Asserting,
}
