//! Options that several commands take, and that mean the same in each.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::value;
use crate::delivery::Rate;
use crate::validation::{Mask, MaskTerm};

/// Basic Auth.
#[derive(Clone, Debug, Default, Args)]
pub struct Auth {
    /// User for Basic Auth
    ///
    /// The password comes from --password-file, ENX_HOOK_PASSWORD or a prompt. NAME:PASSWORD
    /// works too, but other users of this machine can then see it in the process list.
    #[arg(long, short, value_name = "NAME[:PASSWORD]")]
    pub user: Option<String>,

    /// File whose first line is the password
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// Where and how to post.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Target")]
pub struct Target {
    /// URL to post to [default: http://127.0.0.1:3000/]
    ///
    /// If it is not given, ENX_HOOK_URL is used, then `url` in enx-hook.toml, then the default.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,

    /// Post to the target with this name in enx-hook.toml
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    pub to: Option<String>,

    #[command(flatten)]
    pub auth: Auth,

    /// Extra header to send; can be repeated
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE")]
    pub headers: Vec<String>,

    /// Time limit for each response
    ///
    /// The documents of the providers state no limit; the default is an assumption.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = value::duration)]
    pub timeout: Duration,

    /// Wait up to this time, such as 30s, until the target accepts connections
    ///
    /// It opens connections and sends nothing. A proxy in front of a server, such as nginx or that of
    /// Docker, accepts connections before the server is ready: then use --retries with --retry-on.
    /// When the time is over, the command starts anyway. With a proxy in HTTP_PROXY or HTTPS_PROXY,
    /// it does not wait.
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub wait: Option<Duration>,

    /// File with certificates (PEM) to trust in addition to those of the system
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,

    /// Accept any certificate of the target
    #[arg(long)]
    pub insecure: bool,
}

/// A target, and the rate and retries of the requests to it.
#[derive(Clone, Debug, Args)]
pub struct Posting {
    #[command(flatten)]
    pub target: Target,

    /// Post to a public host that a configuration file names, without asking
    ///
    /// A URL on the command line needs no question.
    #[arg(long, short)]
    pub yes: bool,

    /// Send at most at this rate, evenly spaced, such as 10/s or 600/m
    ///
    /// If the target stalls, missed slots are skipped; there is no burst afterwards.
    #[arg(long, value_name = "N/s", help_heading = "Pace")]
    pub rate: Option<Rate>,

    /// Retry each failed request up to N times
    ///
    /// The first wait is at most 0.5 s. The limit doubles with each retry, up to a minute. Each
    /// wait is chosen at random between half of the limit and the limit, and is at least the
    /// Retry-After of the target (seconds or a date), up to a minute. --retry-on says which failures
    /// are retried.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Failures")]
    pub retries: u32,
}

/// Changes to a body before it is sent.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Changes")]
pub struct Changes {
    /// Set a field; VALUE is JSON, or else a string
    ///
    /// PATH is dotted, such as files.0.url, or a JSON Pointer, such as /files/0/url. The field is
    /// set in each event that has it. A field that no event has is an error, unless --force is
    /// given. Can be repeated.
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,

    /// Set a field to a string, even if TEXT looks like JSON; can be repeated
    #[arg(long, value_name = "PATH=TEXT")]
    pub set_string: Vec<String>,

    /// Remove a field; can be repeated
    #[arg(long, value_name = "PATH")]
    pub unset: Vec<String>,

    /// Set fields also in events that do not have them
    #[arg(long)]
    pub force: bool,
}

/// What is hidden in output.
#[derive(Clone, Debug, Default, Args)]
pub struct Masking {
    /// Hide the value at this path of each body, such as /conf_num or /files/*/url; `personal` hides
    /// the fields that the catalog calls personal. Can be repeated
    ///
    /// Hidden are the values in a body, and in what is said about it: not headers, addresses, paths of
    /// requests or answers of servers. A body that is not JSON is hidden as a whole. The log
    /// always has the values.
    #[arg(long = "mask", value_name = "PATH|personal")]
    pub mask: Vec<MaskTerm>,
}

impl Masking {
    /// What is masked.
    pub fn mask(self) -> Mask {
        Mask::new(self.mask)
    }
}
