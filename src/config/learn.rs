//! What the command line of `learn` means.

use super::error::SettingsError;
use super::file::Config;
use super::{log, selection};
use crate::cli;
use crate::commands::learn::LearnOptions;
use crate::commands::sources::Sources;
use crate::flows::history::{Lessons, is_file_name};
use crate::model::error::Failure;

/// The options of `learn`.
pub(super) fn settle(typed: cli::Learn, sources: &Sources<'_>) -> Result<LearnOptions, Failure> {
    let config = Config::find(sources)?;
    if let Some(name) = typed.provider.as_ref().filter(|name| !is_file_name(name)) {
        return Err(SettingsError::ProviderName(name.clone()).into());
    }
    Ok(LearnOptions {
        logs: log::logs(typed.logs, &config)?,
        query: selection::query(typed.selection),
        write: typed.write,
        review: typed.review,
        only: typed.only,
        lessons: Lessons {
            provider: typed.provider,
            discriminator: typed.discriminator,
            keeps_values: typed.enums,
        },
        format: typed.format,
    })
}
