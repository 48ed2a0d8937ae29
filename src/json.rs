//! JSON text as it was written: places, order, repeats, faults and their repairs.
//!
//! `serde_json` says what a text means. This room says where a value is, in which order the
//! members come, which keys repeat, why a text is not JSON, and how to fix it. It never panics,
//! never recurses deeper than [`MAX_DEPTH`], and takes time in proportion to the length of the
//! text. It finds no fault in exactly those texts that `serde_json` accepts. It does not guess:
//! it offers only repairs that are certain.

mod change;
pub mod codes;
mod fault;
mod fix;
mod foreign;
mod lines;
mod lint;
mod path;
mod pointer;
mod problem;
pub mod raw;
mod reader;
mod reading;
mod tree;
mod values;

pub use change::{ChangeError, put, remove, repeated};
pub use fault::{Edit, Fault, MAX_FAULTS};
pub use fix::{edited, fix};
pub use foreign::{Foreign, foreign, foreign_bytes, foreign_of_type};
pub use lines::Lines;
pub use lint::{Lint, is_big};
pub use path::{Path, PathEnd, PathError, quoted};
pub use pointer::{LONGEST_POINTER, PointerTree, bounded, push_index, push_token, unescape};
pub use problem::brief;
pub use reading::{Reading, outline, read, read_up_to};
pub use tree::{Kind, MAX_DEPTH, Member, Node, kept_at};
pub use values::{MAX_VALUES, has_too_many_values};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod samples;
