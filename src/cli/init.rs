//! `init`

use clap::Args;

/// Write a commented configuration file
///
/// Writes enx-hook.toml in the current folder. All of its settings are commented out; uncomment
/// the ones you need. The settings of its first use are allowed; later changes need `allow`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook init
  enx-hook send roomdrop --to staging")]
pub struct Init {
    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,
}
