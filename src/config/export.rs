//! What the command line of `export` means.

use crate::cli::{Asyncapi, Export, ExportCommand, Openapi, Typescript};
use crate::commands::export::{ExportOptions, Exported, Language};

/// What is exported, and where to.
pub(super) fn settle(typed: Export) -> ExportOptions {
    let output = typed.command.to().output.clone();
    let (language, documented) = match typed.command {
        ExportCommand::Openapi(Openapi { documented }) => (Language::OpenApi, documented),
        ExportCommand::Asyncapi(Asyncapi { documented }) => (Language::AsyncApi, documented),
        ExportCommand::Typescript(Typescript { documented }) => (Language::TypeScript, documented),
    };
    ExportOptions {
        what: Exported::Events {
            language,
            provider: documented.provider,
        },
        output,
    }
}
