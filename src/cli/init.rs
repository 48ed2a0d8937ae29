//! `init`

use clap::Args;

/// Write a commented configuration file
///
/// Writes enx-hook.toml in the current folder. All of its settings are commented out, so that
/// nothing changes until you take the marks away.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook init
  enx-hook send roomdrop --to staging")]
pub struct Init {
    /// Write over a file that is there
    #[arg(long)]
    pub force: bool,
}
