//! How the subcommands of `log` lay out captures, and spell the commands that they suggest.

use crate::commands::Console;
use crate::render::listen::Page;
use crate::render::request::shell;

/// How captures are laid out.
pub(super) fn page(console: &Console, full: bool) -> Page {
    console.page(full)
}

/// A word of a command that is suggested.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(is_plain) {
        return text.to_owned();
    }
    shell(&crate::text::show(text))
}
