//! What the command line of `export` means.

use super::file::Config;
use super::{log, selection};
use crate::cli::{Asyncapi, Export, ExportCommand, Openapi, Typescript};
use crate::commands::export::{ExportOptions, Exported, Language};
use crate::commands::sources::Sources;
use crate::model::error::Failure;

/// What is exported, and where to.
pub(super) fn settle(typed: Export, sources: &Sources<'_>) -> Result<ExportOptions, Failure> {
    let output = typed.command.to().output.clone();
    let (language, documented) = match typed.command {
        ExportCommand::Openapi(Openapi { documented }) => (Language::OpenApi, documented),
        ExportCommand::Asyncapi(Asyncapi { documented }) => (Language::AsyncApi, documented),
        ExportCommand::Typescript(Typescript { documented }) => (Language::TypeScript, documented),
        ExportCommand::Scenario(recorded) => {
            let what = Exported::Scenario {
                logs: log::logs(recorded.logs, &Config::find(sources)?)?,
                query: selection::query(recorded.selection),
            };
            return Ok(ExportOptions { what, output });
        }
    };
    let what = Exported::Events {
        language,
        provider: documented.provider,
    };
    Ok(ExportOptions { what, output })
}
