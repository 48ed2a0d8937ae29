//! The journal: owner of the log, the append-only JSONL file of captures.
//!
//! A capture is acknowledged only once it stands in the log and the disk has it. So everything
//! that touches the file is in this room: how a record is written ([`write_record`]) and read
//! ([`parse_record`]), who may write ([`Journal`] holds a lock), what happens when the disk
//! fails, how any input is read ([`Inputs`], [`RecordReader`]), damaged or not, and how the log
//! serves as a queue ([`LogCursor`]).
//!
//! It stores raw facts only: it judges no event, renders nothing, and never changes a byte that
//! it has acknowledged, unless the owner removes a capture ([`Pruning`]).

mod append;
mod blocks;
mod cursor;
mod documents;
mod error;
mod event;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
mod format;
mod import;
mod inputs;
mod latest;
mod line;
mod lock;
mod log_files;
mod missing;
mod notifier;
mod packed;
mod parallel;
mod part_names;
mod parts;
#[cfg(test)]
mod promises;
mod prune;
mod queue;
mod raw;
mod reader;
mod record;
mod recovery;
mod retention;
mod scan;
mod section;
mod seek;
mod storage;
mod survey;
mod writer;

pub use append::{Appending, Journal, JournalOptions};
pub use blocks::{Block, Blocks, Document, Line};
pub use cursor::LogCursor;
pub use error::{AppendError, JournalError, ReadError, RewriteError};
pub use event::JournalEvent;
pub use format::says_lines;
pub use inputs::{Inputs, OpenInput, whole_path};
pub use latest::first_of_last;
pub use line::{Item, ItemKind};
pub use lock::writer;
pub use log_files::Watch;
pub use packed::is_packed;
pub use parallel::{Gone, HandOver, Take, Work};
pub use parts::begins_with_record;
pub use prune::{Meant, Pruning};
pub use reader::RecordReader;
pub use record::{
    LAST_SEQ, LogId, Origin, RECORD_VERSION, Record, RecordError, parse_record, write_record,
};
pub use recovery::LogInfo;
pub use retention::{Holder, RetentionPolicy};
pub use storage::SyncPolicy;
pub use survey::{Damage, DamageKind, Survey, survey};
pub use writer::Kept;
