//! `events`

use clap::Args;

use crate::render::Format;

/// List the events, or explain one
///
/// Explains the fields and the pitfalls of an event, with a sample and its source documents.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook events
  enx-hook events roomdrop
  enx-hook events roomdrop --schema > roomdrop.schema.json
  enx-hook events roomdrop --sample > roomdrop.json
  enx-hook events --format json | jq -r .event")]
pub struct Events {
    /// Event to explain: its name, an alias, or PROVIDER/EVENT
    pub event: Option<String>,

    /// Print the JSON Schema of the event, byte for byte
    #[arg(long, requires = "event", conflicts_with_all = ["sample", "format"])]
    pub schema: bool,

    /// Print the sample of the event, byte for byte
    #[arg(long, requires = "event", conflicts_with = "format")]
    pub sample: bool,

    /// List only the events of this provider
    #[arg(long, value_name = "NAME", conflicts_with = "event")]
    pub provider: Option<String>,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}
