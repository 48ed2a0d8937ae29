//! Where `listen` forwards captures to.

use std::time::Duration;

use clap::Args;

use crate::cli::value;

/// Where captures are forwarded to, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Forwarding")]
pub struct Forwarding {
    /// Forward each capture to this server after its sender got the reply
    ///
    /// Byte for byte with its headers, in order within a session, at least once. One header is
    /// added: Via, with an id of the run. A capture that comes back with that id is logged, but not
    /// forwarded again. The log is the queue, and a file beside it records what was delivered: captures that arrive while the
    /// server or this tool is down are delivered later.
    #[arg(long, value_name = "URL")]
    pub forward: Option<String>,

    /// Begin at this capture of the log, even if it was delivered before: `start`, or its number
    /// [default: where the last run ended, or with new captures]
    #[arg(
        long,
        value_name = "start|SEQ",
        requires = "forward",
        value_parser = value::from_where
    )]
    pub forward_from: Option<u64>,

    /// User for Basic Auth at that server; the password comes from ENX_HOOK_FORWARD_PASSWORD or
    /// a prompt
    #[arg(long, value_name = "NAME[:PASSWORD]", requires = "forward")]
    pub forward_user: Option<String>,

    /// Further header to send; it replaces a header with the same name. Can be repeated
    #[arg(long, value_name = "NAME: VALUE", requires = "forward")]
    pub forward_header: Vec<String>,

    /// Time limit for each response. The documents state no limit; this one is an assumption
    #[arg(
        long,
        value_name = "TIME",
        default_value = "10s",
        value_parser = value::duration,
        requires = "forward"
    )]
    pub forward_timeout: Duration,

    /// Requests at a time, each of a different session
    #[arg(
        long,
        value_name = "N",
        default_value = "8",
        value_parser = value::at_least_one,
        requires = "forward"
    )]
    pub forward_concurrency: usize,

    /// Retry a capture up to N times if its response is not 2xx, then skip it. A refused
    /// connection is not counted: all captures wait until the server is available. After 502, 503
    /// or 504, it is only skipped if another capture was delivered meanwhile
    #[arg(long, value_name = "N", default_value = "5", requires = "forward")]
    pub forward_retries: u32,

    /// Limit of the wait before the first retry; it doubles with each retry, up to a minute. Each
    /// wait is chosen at random between half of the limit and the limit, and is at least the
    /// Retry-After of the server (seconds or a date)
    #[arg(
        long,
        value_name = "TIME",
        default_value = "1s",
        value_parser = value::duration,
        requires = "forward"
    )]
    pub forward_backoff: Duration,
}
