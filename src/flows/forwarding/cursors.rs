//! All cursors beside a log: who still waits for captures, and which ones.

use std::path::{Path, PathBuf};

use super::start::belongs;
use crate::delivery::{Cursor, CursorError, Destination};
use crate::files;
use crate::journal::{Holder, LogInfo};

/// A target for which captures of a log wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its text. A password in it is masked.
    pub target: String,
    /// How many captures.
    pub captures: u64,
}

/// The targets for which captures of a log wait, but for those that are forwarded to.
pub fn waiting<'t>(log: &LogInfo, forward: impl Iterator<Item = &'t Destination>) -> Vec<Waiting> {
    let own: Vec<_> = forward.map(|to| Cursor::path(&log.path, to)).collect();
    of_log(log)
        .filter(|(path, _)| !own.contains(path))
        .map(|(_, cursor)| Waiting {
            target: cursor.target().to_owned(),
            captures: cursor.undelivered(log.last_seq),
        })
        .filter(|waiting| waiting.captures > 0)
        .collect()
}

/// Tells at any time what the cursors beside a log need of it. A cursor that another log left
/// there needs nothing.
pub fn holders(log: &LogInfo) -> impl Fn() -> Vec<Holder> + Send + 'static {
    let path = log.path.clone();
    let ours: Vec<PathBuf> = of_log(log).map(|(path, _)| path).collect();
    move || {
        let cursors = Cursor::beside(&path).into_iter();
        let ours = cursors.filter(|(path, _)| ours.contains(path));
        ours.map(|(cursor, known)| Holder {
            cursor,
            from: known.lowest_undelivered(),
        })
        .collect()
    }
}

/// Gives up what waits for a target. False if there is no cursor for it.
///
/// # Errors
///
/// If its cursor cannot be removed.
pub fn forget(log: &Path, target: &Destination) -> Result<bool, CursorError> {
    let path = Cursor::path(log, target);
    let is_there = path.is_file();
    files::remove_state(&path).map_err(|source| CursorError::Write { path, source })?;
    Ok(is_there)
}

/// The cursors of this log, with their files.
fn of_log(log: &LogInfo) -> impl Iterator<Item = (PathBuf, Cursor)> {
    let cursors = Cursor::beside(&log.path).into_iter();
    // What cannot be read may still be needed.
    cursors.filter(|(_, cursor)| belongs(cursor, log).unwrap_or(true))
}
