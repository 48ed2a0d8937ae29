//! JSON text as it was written: places, order, repeats, faults and their repairs.
//!
//! `serde_json` answers what a text means. This room answers what people ask about a
//! text: where a value stands, in which order, what is written twice, what keeps
//! it from being JSON, and how to mend that. It never panics and never recurses deeper
//! than [`MAX_DEPTH`], whatever the bytes are.

mod tree;

pub use tree::{Kind, Member, Node};

/// Levels of nesting up to which a document is judged; what is deeper is a fault.
/// The same limit as `serde_json`'s, so that both readers accept the same texts.
pub const MAX_DEPTH: usize = 128;
