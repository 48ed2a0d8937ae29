//! `learn`

use std::path::PathBuf;

use clap::Args;

use super::log::Logs;
use super::selection::Selection;
use crate::render::Format;

/// Draft the catalog files of events and fields that the documents do not have
///
/// Of each unknown event it drafts a schema and a sample, of each unknown field of a known event an
/// addition to its schema, and of an unknown provider its provider.json. --catalog DIR takes what
/// --write DIR wrote. The schemas have counts and no values of payloads; the samples are made up.
/// A later run adds to the drafts of the folder.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  enx-hook learn
  enx-hook learn --write learned
  enx-hook learn --write learned --review
  enx-hook learn --write learned --only whiteboard
  enx-hook learn --provider acme --discriminator topic
  enx-hook validate log.jsonl --catalog learned")]
pub struct Learn {
    #[command(flatten)]
    pub logs: Logs,

    /// Write the drafts to this folder; without it, they are only listed
    ///
    /// Drafts of an earlier run are extended. A file that learn did not write is never changed.
    #[arg(long, value_name = "DIR")]
    pub write: Option<PathBuf>,

    /// On a terminal, ask for each event and field, and print the command that does the same
    #[arg(long, requires = "write")]
    pub review: bool,

    /// Learn only this event, or this field of a known event; can be repeated
    ///
    /// EVENT or PROVIDER/EVENT, and with #POINTER a field: whiteboard, recording#/duration.
    #[arg(long, value_name = "EVENT[#POINTER]", value_delimiter = ',')]
    pub only: Vec<String>,

    /// Put the values of short lists into the schemas, such as "mp4" and "webm"
    #[arg(long)]
    pub enums: bool,

    /// Name of the provider of bodies that belong to none of the catalog
    #[arg(long, value_name = "NAME", requires = "discriminator")]
    pub provider: Option<String>,

    /// Field that names the event of such bodies; else type, event, action and the like are tried
    #[arg(long, value_name = "FIELD")]
    pub discriminator: Option<String>,

    #[command(flatten)]
    pub selection: Selection,

    /// Format of stdout
    #[arg(long, default_value = "human")]
    pub format: Format,
}
