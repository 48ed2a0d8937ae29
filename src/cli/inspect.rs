//! `inspect`, and the options of the inspector in `listen`

use std::path::PathBuf;

use clap::Args;

use super::log::Logs;
use super::shared::Masking;

/// Show captures in a browser
///
/// It answers on this machine only, and only to those who have the token in the URL that it prints.
/// It reads any log, HAR file or dump that `replay` takes, with rotated and compressed parts, and
/// changes none of them. A log that something else writes is followed. Nothing can be sent from the
/// page unless --url or --to names a target. Ctrl-C ends it.
///
/// The HTTP API behind the page is for your own scripts too: docs/inspector-api.md describes it.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook inspect
  enx-hook inspect capture.har --inspect-open
  enx-hook inspect log.jsonl \\
    --url http://localhost:8080/hook")]
pub struct Inspect {
    #[command(flatten)]
    pub logs: Logs,

    /// Port of the page; 0 selects a free one [default: 4050, or the next free one]
    #[arg(long, short)]
    pub port: Option<u16>,

    /// Allow to send to this URL from the page; can be repeated
    #[arg(long, value_name = "URL", help_heading = "Target")]
    pub url: Vec<String>,

    /// Allow to send to the target with this name in enx-hook.toml; can be repeated
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub to: Vec<String>,

    #[command(flatten)]
    pub masking: Masking,

    #[command(flatten)]
    pub page: InspectPage,
}

/// The inspector beside a listener or a follower.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Inspector")]
pub struct Inspecting {
    /// Show the captures in a browser too, at this port [default: 4050, or the next free one]
    ///
    /// The page lists the captures as they arrive, with findings, sessions and what they miss,
    /// differences, and replay. It answers on this machine only, and only to those who have the token
    /// in the URL that is printed. From the page, requests can be sent to this machine, to the target of --forward,
    /// and to the targets in enx-hook.toml.
    #[arg(
        long,
        value_name = "PORT",
        num_args = 0..=1,
        require_equals = true
    )]
    pub inspect: Option<Option<u16>>,

    #[command(flatten)]
    pub page: InspectPage,
}

/// How the page is reached.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Inspector")]
pub struct InspectPage {
    /// Open the page in the browser
    #[arg(long)]
    pub inspect_open: bool,

    /// Address of the page; a network address lets other machines connect; they need the token too
    /// [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    pub inspect_host: Option<String>,

    /// Another name by which the page is reached, such as that of a proxy; can be repeated
    ///
    /// Requests with any other Host are refused, because another website could send them from your
    /// browser.
    #[arg(long, value_name = "NAME[:PORT]")]
    pub inspect_allow_host: Vec<String>,

    /// File that keeps the token [default: beside the log, log.jsonl.inspect]
    ///
    /// It is created for its owner only, and an open page goes on after a restart.
    #[arg(long, value_name = "FILE")]
    pub inspect_token_file: Option<PathBuf>,
}
