//! One record of the log: a capture as one line of JSON, and back.
//!
//! The format is a promise to users, who read logs with their own tools. UTF-8 stands as text and
//! everything else as base64, so that a body comes back byte for byte. So does a large body if
//! escapes would make its text longer than base64. Unknown fields are
//! ignored, since a later version may add some.
//!
//! It does no I/O and does not look into bodies.

mod definition;
pub(super) mod fast_body;
mod log_id;
mod origin;
mod parse;
mod write;

pub(super) use definition::RECORD_START;
pub use definition::{LAST_SEQ, RECORD_VERSION, Record, RecordError};
pub use log_id::LogId;
pub use origin::Origin;
pub use parse::parse_record;
pub(super) use parse::{Head, is_headed, removed_seq};
pub use write::write_record;
pub(super) use write::{write_record_from, write_removed};

#[cfg(test)]
mod tests;
