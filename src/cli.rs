//! What can be typed. Doc comments are the help; there is no behaviour here.
//!
//! `config` combines the options with the environment and the configuration file.

#![allow(
    clippy::doc_markdown,
    clippy::struct_excessive_bools,
    missing_docs,
    rustdoc::bare_urls,
    reason = "doc comments are help texts here, flags are flags, and a group of options that is shared must \
              have no text of its own"
)]

mod allow;
mod check;
mod command;
mod completions;
mod drift;
mod events;
mod export;
mod hints;
mod ids;
mod init;
mod inspect;
mod learn;
mod listen;
mod log;
mod relay;
mod relay_access;
mod replay;
mod selection;
mod send;
mod serving;
mod shared;
mod short_help;
mod typed;
mod validate;
mod value;

pub use allow::Allow;
pub use check::Check;
pub use command::{Cli, Command, Global};
pub use completions::Completions;
pub use drift::Drift;
pub use events::Events;
pub use export::{
    Asyncapi, Documented, Export, ExportCommand, ExportTo, Openapi, Recorded, Typescript,
};
pub use hints::is_url;
pub use ids::{command, parse};
pub use init::Init;
pub use inspect::{Inspect, InspectPage, Inspecting};
pub use learn::Learn;
pub use listen::{
    Asserting, Forwarding, Guarding, Keeping, Limits, Listen, Playing, Relaying, Showing,
};
pub use log::{
    Diff, Exported, List, Log, LogCommand, Logs, Prune, Repair, Sessions, Settling, Show, Stats,
    Timeline,
};
pub use relay::{Follow, Relay, RelayCommand, RelayConfig, RelayInit, RelayStatus};
pub use relay_access::RelayAccess;
pub use replay::{Failures, Pace as ReplayPace, Replay, Replayed};
pub use selection::{Asking, Selection, Window};
pub use send::{Pace, Send};
pub use serving::Serving;
pub use shared::{Auth, Changes, Posting, Target};
pub use validate::Validate;
pub use value::Replies;
