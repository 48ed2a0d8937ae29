//! Which captures are meant: the query grammar, compiled.
//!
//! A query asks for facts such as the event, the verdict or an earlier duplicate. Engines answer
//! them through a trait, so this room knows no engine.

mod condition;
mod speed;

pub use condition::Condition;
pub use speed::Speed;
