//! Where `listen` forwards captures to.

use std::time::Duration;

use clap::Args;

use crate::cli::value::{self, Routed};
use crate::selection::Query;

/// Where captures are forwarded to, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Forwarding")]
pub struct Forwarding {
    /// Forward each capture to this server after it was answered; can be repeated
    ///
    /// Byte for byte with its headers, in order within a session, at least once. One header is
    /// added: Via, with an id of the run. A capture that comes back with that id is logged, but not
    /// forwarded again. The log is the queue, and a file beside it records what was delivered: captures that arrive while the
    /// server or this tool is down are delivered later. Each server has a queue of its own: one that is
    /// down delays none of the others.
    ///
    /// A query in parentheses selects what a server gets: '(event:roomdrop)=http://localhost:8080/rooms'.
    /// Tables [[listen.forward]] in enx-hook.toml name servers with settings of their own; --forward and
    /// --forward-command take their place.
    #[arg(
        long,
        value_name = "URL",
        value_parser = value::routed
    )]
    pub forward: Vec<Routed>,

    /// Run this command for each capture, with its body on stdin. Can be repeated
    ///
    /// The variables ENX_HOOK_EVENT, ENX_HOOK_SESSION, ENX_HOOK_SEQ, ENX_HOOK_VERDICT and ENX_HOOK_PATH
    /// describe the capture; nothing of it is part of the command. /bin/sh runs the command; on Windows
    /// it is a program with its arguments. If it ends with 0, the capture is delivered. Anything else is
    /// retried as an HTTP failure is, and so is a command that takes longer than --forward-timeout: it is
    /// ended with all processes of its group, and so it is when the listener ends.
    #[arg(
        long,
        value_name = "CMD",
        value_parser = value::routed
    )]
    pub forward_command: Vec<Routed>,

    /// Forward only what this query means, such as 'event:roomdrop -verdict:invalid'; for all targets
    #[arg(long, value_name = "QUERY")]
    pub forward_query: Option<Query>,

    /// Post to the path and query of each capture, on the host of the URL; for all servers
    #[arg(long)]
    pub forward_keep_path: bool,

    /// Begin at this capture of the log, even if it was delivered before: `start`, or its number
    /// [default: where the last run ended, or with new captures]
    #[arg(
        long,
        value_name = "start|SEQ",
        value_parser = value::from_where
    )]
    pub forward_from: Option<u64>,

    /// User for Basic Auth at the server, if there is only one; the password comes from
    /// ENX_HOOK_FORWARD_PASSWORD or a prompt
    #[arg(long, value_name = "NAME[:PASSWORD]")]
    pub forward_user: Option<String>,

    /// Further header to send to the server, if there is only one; it replaces a header with the same
    /// name. Can be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    pub forward_header: Vec<String>,

    /// Time limit for each response, and for each run of a command. The documents state no limit; this
    /// one is an assumption [default: 10s]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = value::duration
    )]
    pub forward_timeout: Option<Duration>,

    /// Requests at a time to each target, each of a different session [default: 8]
    #[arg(
        long,
        value_name = "N",
        value_parser = value::at_least_one
    )]
    pub forward_concurrency: Option<usize>,

    /// Retry a capture up to N times if its response is not 2xx, then skip it. A refused
    /// connection is not counted: all captures wait until the server is available. After 502, 503
    /// or 504, it is only skipped if another capture was delivered meanwhile
    /// [default: 5]
    #[arg(long, value_name = "N")]
    pub forward_retries: Option<u32>,

    /// Limit of the wait before the first retry; it doubles with each retry, up to a minute. Each
    /// wait is chosen at random between half of the limit and the limit, and is at least the
    /// Retry-After of the server (seconds or a date) [default: 1s]
    #[arg(
        long,
        value_name = "TIME",
        value_parser = value::duration
    )]
    pub forward_backoff: Option<Duration>,
}
