//! Which requests `listen` accepts, and their limits.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::value;
use crate::receiver::ProxyHeader;

/// Which requests are accepted, and how.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Receiving")]
pub struct Guarding {
    /// Accept posts to this path only; other paths get a 404 [default: any path]
    #[arg(long, value_name = "PATH", value_parser = value::path)]
    pub path: Option<String>,

    /// Answer a GET of this path for monitors: 200, or 503 if the last request could not be logged
    ///
    /// It needs no credentials, and is neither shown nor counted.
    #[arg(long, value_name = "PATH", value_parser = value::path)]
    pub health_path: Option<String>,

    /// Serve HTTPS with this certificate chain (PEM), the certificate of the server first
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM, without a password)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Serve HTTPS with a certificate made for this run; its fingerprint is printed
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_key"])]
    pub tls_self_signed: bool,

    /// Read the client address from this header of the proxy: forwarded, x-forwarded-for, or any
    /// (the default): either of them, and neither if they disagree
    ///
    /// The header counts only if the connection comes from this machine or from a private network.
    /// The client is the last address in the list that is in neither. An invalid header is ignored.
    #[arg(long, value_name = "HEADER", num_args = 0..=1, require_equals = true,
        default_missing_value = "any", hide_possible_values = true)]
    pub trust_proxy: Option<ProxyHeader>,
}

/// How much is accepted.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Largest body to accept; a larger one gets a 413
    #[arg(long, value_name = "SIZE", default_value = "16MiB", value_parser = value::size)]
    pub max_body: usize,

    /// Largest header, with the request line; a larger one gets a 431, and so does one with more
    /// than a field for each 64 bytes of SIZE (at least 100 fields are accepted)
    #[arg(long, value_name = "SIZE", default_value = "32KiB", value_parser = value::head)]
    pub max_header: usize,

    /// Time limit for sending the header; after it, the sender gets a 408
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = value::some_time)]
    pub header_timeout: Duration,

    /// Time limit for sending the body; after it, the sender gets a 408
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = value::some_time)]
    pub body_timeout: Duration,

    /// Close a connection that is idle for this time between two requests
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = value::some_time)]
    pub idle_timeout: Duration,

    /// Maximum number of connections; a further one closes the one that is idle for the longest
    /// time, or waits if none is
    #[arg(long, value_name = "N", default_value = "4096", value_parser = value::at_least_one)]
    pub max_connections: usize,

    /// Memory for the bodies that are being received, over all connections; further requests get
    /// a 503. The first 16 KiB of each body are not counted
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = value::size)]
    pub body_memory: usize,
}
