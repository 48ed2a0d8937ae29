//! The serialisable types behind `--format json`, and the writer of JSON lines.

pub mod check;
pub mod delivery;
pub mod drift;
pub mod events;
pub mod files;
pub mod finding;
pub mod inspect;
pub mod json_lines;
pub mod learn;
pub mod listen;
pub mod log;
#[cfg(test)]
pub(crate) mod output_schema;
pub mod relay;
pub mod replay;
pub mod scenario;
pub mod validate;

pub use json_lines::{JsonLines, OfKind, milliseconds, object_text};
