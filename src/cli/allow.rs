//! `allow`

use std::path::PathBuf;

use clap::Args;

/// Allow the settings of a configuration file that is found in a folder
///
/// An enx-hook.toml that is only found, in the current folder or a folder above it, may have
/// been written by another person. Its URLs, credentials and headers, and paths outside its folder, are refused
/// until you allow them here; read the file first. When they change, they must be allowed again.
/// Files that `init` wrote, the file in your configuration folder, and a file that --config or
/// ENX_HOOK_CONFIG names need not be allowed.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook allow
  enx-hook allow --list
  enx-hook allow --revoke")]
pub struct Allow {
    /// The file, or its folder [default: the enx-hook.toml that is found]
    pub file: Option<PathBuf>,

    /// List the files that are allowed
    #[arg(long, conflicts_with_all = ["file", "revoke"])]
    pub list: bool,

    /// Allow the file no longer
    #[arg(long)]
    pub revoke: bool,
}
