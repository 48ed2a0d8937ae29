//! `listen`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Auth, value};

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
  enx-hook listen --format json | jq 'select(.verdict != \"valid\")'")]
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

    /// Show long lists and texts whole
    #[arg(long)]
    pub full: bool,

    /// What stdout carries
    #[arg(long, default_value = "pretty")]
    pub format: ListenFormat,
}

/// What `listen` prints on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListenFormat {
    /// A headline, the payload and the findings of each event
    Pretty,
    /// One JSON object a line, each with a `kind`
    Json,
}
