//! `--set`, `--set-string` and `--unset`.

use crate::catalog::{Change, ChangesError};
use crate::cli;

/// The changes that were typed. Removals come last.
pub(super) fn changes(typed: &cli::Changes) -> Result<Vec<Change>, ChangesError> {
    let set = typed.set.iter().map(|text| Change::set(text));
    let strings = typed.set_string.iter();
    let strings = strings.map(|text| Change::set_string(text));
    let unset = typed.unset.iter().map(|path| Change::unset(path));
    set.chain(strings).chain(unset).collect()
}
