//! `events`

use clap::Args;

use super::Format;

/// List the events, or explain one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook events                      all events, by provider
  enx-hook events roomdrop             one event: fields, pitfalls, sample
  enx-hook events roomdrop --schema    its JSON Schema, as it is
  enx-hook events roomdrop --sample | curl --json @- http://localhost:8080/hook
  enx-hook events --format json | jq -r .event")]
pub struct Events {
    /// The event to explain: its name, an alias, or PROVIDER/EVENT
    pub event: Option<String>,

    /// Print the event's JSON Schema, byte for byte
    #[arg(long, requires = "event", conflicts_with_all = ["sample", "format"])]
    pub schema: bool,

    /// Print the event's sample, byte for byte
    #[arg(long, requires = "event", conflicts_with = "format")]
    pub sample: bool,

    /// List the events of this provider only
    #[arg(long, value_name = "NAME", conflicts_with = "event")]
    pub provider: Option<String>,

    /// What stdout carries
    #[arg(long, default_value = "human")]
    pub format: Format,
}
