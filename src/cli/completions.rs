//! `completions`

use clap::Args;
use clap_complete::Shell;

use crate::commands::completions::Seen;

/// Print a completion script for a shell
///
/// In bash, zsh and fish it also completes sessions, events and the terms of --query with what
/// stands at the end of the log.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook completions bash \\
    > ~/.local/share/bash-completion/completions/enx-hook
  enx-hook completions zsh \\
    > \"${fpath[1]}/_enx-hook\"
  enx-hook completions fish \\
    > ~/.config/fish/completions/enx-hook.fish")]
pub struct Completions {
    /// Shell to complete for
    #[arg(required_unless_present = "values")]
    pub shell: Option<Shell>,

    /// Print the values that the end of the log has, for the script
    #[arg(long, value_name = "WHAT", hide = true, conflicts_with = "shell")]
    pub values: Option<Seen>,
}
