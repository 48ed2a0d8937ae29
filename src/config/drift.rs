//! What the command line of `drift` means.

use super::file::Config;
use super::{log, selection};
use crate::cli;
use crate::commands::drift::DriftOptions;
use crate::commands::sources::Sources;
use crate::model::error::Failure;

/// The options of `drift`.
pub(super) fn settle(typed: cli::Drift, sources: &Sources<'_>) -> Result<DriftOptions, Failure> {
    let config = Config::find(sources)?;
    Ok(DriftOptions {
        logs: log::logs(typed.logs, &config)?,
        query: selection::query(typed.selection),
        baseline: typed.baseline,
        fail_on: typed.fail_on,
        settle_after: typed.settling.settle_after,
        format: typed.format,
    })
}
