//! `--report`: the kind of a report follows from the extension of its file.

use std::path::PathBuf;

use super::error::SettingsError;
use crate::render::report::ReportKind;

/// The file of a report and its kind, if the command writes that kind.
pub(super) fn report(
    path: PathBuf,
    kinds: &'static [ReportKind],
) -> Result<(PathBuf, ReportKind), SettingsError> {
    match ReportKind::of(&path).filter(|kind| kinds.contains(kind)) {
        Some(kind) => Ok((path, kind)),
        None => Err(SettingsError::Report { path, kinds }),
    }
}
