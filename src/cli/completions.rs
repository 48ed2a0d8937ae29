//! `completions`

use clap::Args;
use clap_complete::Shell;

/// Print a completion script for a shell
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
    pub shell: Shell,
}
