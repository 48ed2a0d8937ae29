//! `--report FILE`: a run in a file that other programs read.
//!
//! Every command writes its report through this room: the file's name says the kind, the file
//! is opened before the work begins, and it appears under its name once it is complete.

mod deliveries;
mod file;
mod har;
mod json;
mod kind;

pub use deliveries::DeliveryReport;
pub use file::{ReportError, ReportFile};
pub use har::CaptureArchive;
pub use json::JsonDocument;
pub use kind::ReportKind;
