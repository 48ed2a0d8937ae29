//! `export`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::log::Logs;
use super::selection::Selection;

/// Write events for other programs, or captures as a scenario
///
/// OpenAPI, AsyncAPI and TypeScript describe the events of the catalog, those of --catalog
/// included. Every body that `validate` does not call invalid conforms to them.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook export typescript --output src/events.ts
  enx-hook export openapi --provider enablex > openapi.json
  enx-hook export asyncapi --catalog ./learned
  enx-hook export scenario --session 48213907 > call.json")]
pub struct Export {
    /// What to write
    #[command(subcommand)]
    pub command: ExportCommand,
}

/// The commands of `export`. Their help is on their structs.
#[derive(Clone, Debug, Subcommand)]
#[allow(
    missing_docs,
    reason = "a comment here would replace the help of the command"
)]
pub enum ExportCommand {
    Openapi(Openapi),
    Asyncapi(Asyncapi),
    Typescript(Typescript),
    Scenario(Box<Recorded>),
}

impl ExportCommand {
    /// Where the export goes.
    pub fn to(&self) -> &ExportTo {
        match self {
            ExportCommand::Openapi(Openapi { documented })
            | ExportCommand::Asyncapi(Asyncapi { documented })
            | ExportCommand::Typescript(Typescript { documented }) => &documented.to,
            ExportCommand::Scenario(recorded) => &recorded.to,
        }
    }
}

/// The events, and where they go.
#[derive(Clone, Debug, Args)]
pub struct Documented {
    /// Export only the events of this provider
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    #[command(flatten)]
    pub to: ExportTo,
}

/// Where the export goes.
#[derive(Clone, Debug, Args)]
pub struct ExportTo {
    /// Write to this file instead of stdout; an existing file is replaced
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Write an OpenAPI 3.1 document (JSON)
///
/// Each event is a webhook and a schema; the schema of a provider's events has a discriminator.
/// Generators that skip webhooks use the schemas.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook export openapi --output openapi.json
  enx-hook export openapi --provider enablex | jq .webhooks")]
pub struct Openapi {
    #[command(flatten)]
    pub documented: Documented,
}

/// Write an AsyncAPI 3.0 document (JSON)
///
/// Each provider is a channel whose messages are its events, received by HTTP POST.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook export asyncapi --output asyncapi.json
  enx-hook export asyncapi --provider streamrec")]
pub struct Asyncapi {
    #[command(flatten)]
    pub documented: Documented,
}

/// Write TypeScript types: a union that the event's name discriminates
///
/// The descriptions of fields are doc comments. A field has every type that `validate` accepts
/// there, the documented one first.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook export typescript --output src/events.ts
  enx-hook export typescript --provider enablex")]
pub struct Typescript {
    #[command(flatten)]
    pub documented: Documented,
}

/// Write captures as a scenario for `send --scenario`
///
/// Each capture is a step: the same bytes, also if they are no JSON, in the same order and after
/// the same pause, duplicates included. Headers are those that `replay` sends. Left out are the
/// path, credentials, headers that are not UTF-8, and captures beyond 10,000.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook export scenario --session 48213907 > call.json
  enx-hook send --scenario call.json --speed 10
  enx-hook export scenario recorded.har --session 48213907")]
pub struct Recorded {
    #[command(flatten)]
    pub logs: Logs,

    #[command(flatten)]
    pub selection: Selection,

    #[command(flatten)]
    pub to: ExportTo,
}
