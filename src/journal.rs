//! The journal: owner of the log, the append-only JSONL file of captures.
//!
//! A capture is acknowledged only once it stands in the log and the disk has it. So
//! everything that touches the file is in this room: how a record is written
//! ([`write_record`]) and read ([`parse_record`]), who may write ([`Journal`] holds a
//! lock), what happens when the disk refuses, and how a log is read back that a crash
//! or an editor has hurt ([`Reader`]).
//!
//! It stores raw facts only: it judges no event, renders nothing, and never changes a
//! byte that it has acknowledged.

mod append;
mod blocks;
mod error;
mod event;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
mod follow;
mod import;
mod line;
mod lock;
mod opening;
mod packed;
mod parts;
#[cfg(test)]
mod promises;
mod queue;
mod read;
mod record;
mod seek;
mod shortcut;
mod source;
mod storage;
mod survey;
mod teller;
mod through;
mod upkeep;
mod writer;

pub use append::{Appending, Journal, JournalOptions};
pub use blocks::{Block, Blocks, Document, Line, Lines};
pub use error::{AppendError, JournalError, ReadError};
pub use event::JournalEvent;
pub use follow::Follower;
pub use opening::LogInfo;
pub use packed::is_packed;
pub use parts::older_parts;
pub use read::{Entry, EntryKind, Reader};
pub use record::{RECORD_VERSION, Record, RecordError, parse_record, write_record};
pub use source::{Item, ItemKind, Source};
pub use through::{Files, Open, Watch};
pub use upkeep::Tending;
pub use writer::SyncPolicy;
