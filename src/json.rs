//! JSON text as it was written: places, order, repeats, faults and their repairs.
//!
//! `serde_json` answers what a text means. This room answers what people ask about a
//! text: where a value stands, in which order, what is written twice, what keeps
//! it from being JSON, and how to mend that. It never panics, never recurses deeper
//! than [`MAX_DEPTH`] whatever the bytes are, and takes time in proportion to their
//! number. It reads the same texts without a fault that `serde_json` accepts, no
//! others, and it does not guess: only a repair that is beyond doubt is offered.

mod change;
pub mod codes;
mod fault;
mod lines;
mod mend;
mod oddity;
mod path;
mod pointer;
mod problem;
mod reader;
pub mod swift;
mod tree;

pub use change::{ChangeError, put, remove};
pub use fault::{Edit, Fault};
pub use lines::Lines;
pub use mend::{edited, mend};
pub use oddity::{Oddity, is_big};
pub use path::{Path, PathEnd, PathError, quoted};
pub use pointer::{push_index, push_token};
pub use tree::{Kind, Member, Node};

/// Levels of nesting up to which a document is judged; what is deeper is a fault.
/// `serde_json`'s limit is 128, and it refuses the level that reaches it.
pub const MAX_DEPTH: usize = 127;

/// Faults that [`read`] reports of one text, and oddities likewise: a page of them
/// helps, a flood does not. One more, with the code `more-faults` or `more-oddities`,
/// says how many were left out; it has no repair.
pub const MAX_FAULTS: usize = 100;

/// What could be read of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The document as if it were mended; none where nothing could be read as one.
    ///
    /// Where a value is missing or is no JSON, a [`Kind::Bare`] stands for it. Its
    /// fault says all there is to say: nothing more should be held against it.
    pub root: Option<Node>,
    /// What keeps the text from being JSON, in its order. Empty: it is JSON.
    pub faults: Vec<Fault>,
    /// What is JSON and still a risk, in the order of the text.
    pub oddities: Vec<Oddity>,
}

/// Reads a text, and reports up to [`MAX_FAULTS`] of its faults.
pub fn read(text: &[u8]) -> Reading {
    read_up_to(text, MAX_FAULTS)
}

/// Reads a text, and reports up to so many of its faults: to mend a text, ask for all.
pub fn read_up_to(text: &[u8], faults: usize) -> Reading {
    let (root, faults) = reader::Reader::new(text, faults).document();
    let oddities = root.as_ref().map_or_else(Vec::new, oddity::oddities);
    Reading {
        root,
        faults,
        oddities,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod samples;
