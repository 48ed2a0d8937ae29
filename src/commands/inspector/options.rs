//! What an inspector was asked for.

use std::path::PathBuf;

use crate::delivery::Target;

/// Where an inspector listens, and what may be sent from it.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
pub struct InspectSettings {
    /// The address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// If it is taken, the next free one is used.
    pub takes_next: bool,
    /// Other machines may ask too.
    pub is_open: bool,
    /// More values of `Host`.
    pub allowed_hosts: Vec<String>,
    /// The file of the token, if it is not beside the log.
    pub token_file: Option<PathBuf>,
    /// Whether a browser is started.
    pub opens: bool,
    /// The targets that were named, the default first.
    pub targets: Vec<NamedTarget>,
}

/// A target with its name in requests to the inspector.
#[derive(Clone, Debug)]
pub struct NamedTarget {
    /// The name.
    pub name: String,
    /// Where and how to post.
    pub target: Target,
}
