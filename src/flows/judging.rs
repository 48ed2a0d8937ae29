//! Judges the documents of files in bulk, and fixes them.

mod bulk;
mod document;
mod fix;
mod totals;

pub use bulk::{BulkJudge, BulkEvent, judge_all};
pub use document::{DOCUMENT_CODES, JudgedDocument, Verdicted, judge_item};
pub use fix::{Change, FixError, FixedInput, Original};
pub use totals::JudgingTotals;
