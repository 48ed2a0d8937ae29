//! Judges the documents of files in bulk, and fixes them.

mod bulk;
mod document;
mod fix;
mod totals;

pub use bulk::{BulkEvent, BulkJudge, JudgedItem, judge_all};
pub use document::{DOCUMENT_CODES, JudgedDocument, Said, judge_item};
pub use fix::{Changes, FixError, Fixer, Original, Stop};
pub use totals::JudgingTotals;
