//! What `validate` finds, for people and for other programs.

pub mod codes;
mod diff;
pub mod json;
pub mod reports;
mod show;
mod summary;

pub use diff::diff;
pub(in crate::render) use diff::hunks;
pub use show::show;
pub use summary::{verdicts, write_summary};
