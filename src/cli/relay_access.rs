//! How a relay is entered, by those who publish and by those who follow.

use std::path::PathBuf;

use clap::Args;

use super::value;

/// How a relay is entered.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Relay")]
pub struct RelayAccess {
    /// Name of this source or follower at the relay: letters, digits, - and _
    ///
    /// A source is asked for it once, and its log remembers it. A follower has the name of its
    /// user, or a new one each time. At most one runs under a name.
    #[arg(long, value_name = "NAME", value_parser = value::relay_name)]
    pub relay_as: Option<String>,

    /// User at the relay; the password comes from --relay-password-file, ENX_HOOK_RELAY_PASSWORD or
    /// a prompt
    #[arg(long, value_name = "NAME[:PASSWORD]", conflicts_with = "relay_creds")]
    pub relay_user: Option<String>,

    /// File whose first line is the password for the relay
    #[arg(long, value_name = "FILE", requires = "relay_user")]
    pub relay_password_file: Option<PathBuf>,

    /// Credentials file (.creds) for the relay [default: NATS_CREDS]
    #[arg(long, value_name = "FILE")]
    pub relay_creds: Option<PathBuf>,

    /// File with certificates (PEM) to trust for tls:// instead of those of the system
    #[arg(long, value_name = "FILE")]
    pub relay_cacert: Option<PathBuf>,
}
