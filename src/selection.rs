//! Which captures are meant: the query grammar, compiled.
//!
//! A query asks for facts such as the event, the verdict or an earlier duplicate. Engines answer
//! them through a trait, so this room knows no engine.

mod bounds;
mod condition;
mod facts;
mod moment;
mod parse;
mod pattern;
mod query;
mod range;
mod selector;
mod speed;
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests;

pub use bounds::{Bounds, Unread};
pub use condition::Condition;
pub use facts::{Facts, Identity, Need, Relation};
pub use moment::{Bound, Moment};
pub use parse::{QueryError, is_keyword};
pub use pattern::Pattern;
pub use query::{Query, Term};
pub use range::SeqRange;
pub use selector::Selector;
pub use speed::Speed;
