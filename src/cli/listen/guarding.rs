//! Who is let in by `listen`, and how much of what.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::value;

/// Who is let in, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Letting in")]
pub struct Guarding {
    /// Take posts to this path only; others are answered 404 [default: any path]
    #[arg(long, value_name = "PATH", value_parser = value::path)]
    pub path: Option<String>,

    /// Speak HTTPS with this certificate, and behind it those that signed it (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM, without a password)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Speak HTTPS with a certificate made for this run; its fingerprint is printed
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_key"])]
    pub tls_self_signed: bool,

    /// Take who sent a request from the header Forwarded or X-Forwarded-For
    ///
    /// Only a proxy is believed, which is what has an address of this machine or of a private
    /// network. Of its list the last address counts that is none of those; what cannot be read
    /// changes nothing.
    #[arg(long)]
    pub trust_proxy: bool,
}

/// How much of what is let in.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Largest body to accept; a larger one is answered 413
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = value::size)]
    pub max_body: usize,

    /// Largest header, with the request line; a larger one is answered 431
    #[arg(long, value_name = "SIZE", default_value = "32KiB", value_parser = value::head)]
    pub max_header: usize,

    /// How long a sender may take over the header; then it is answered 408
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = value::some_time)]
    pub header_timeout: Duration,

    /// How long a sender may take over the body; then it is answered 408
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = value::some_time)]
    pub body_timeout: Duration,

    /// How long a connection may say nothing between two requests; then it is closed
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = value::some_time)]
    pub idle_timeout: Duration,

    /// Connections at a time; more wait until one is closed
    #[arg(long, value_name = "N", default_value = "4096", value_parser = value::at_least_one)]
    pub max_connections: usize,

    /// Memory for large bodies on their way in, of all connections; what does not fit is
    /// answered 503. The first 16 KiB of each do not count
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = value::size)]
    pub body_memory: usize,
}
