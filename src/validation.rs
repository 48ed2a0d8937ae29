//! Parse → classify → validate → report, the same for every command.
//!
//! There are two depths. [`Validation::report`] says everything that there is to say about a
//! document, with places. [`Validation::classify`] says provider, event, session and verdict,
//! and does no more work than that takes. Both ask the same classifier and the same rules, so
//! they cannot disagree on a verdict; a property test holds them to it.
//!
//! Once many documents come, both first ask the fast path (`fast`), which accepts what is
//! plainly valid without building a tree, and leaves everything else open.
//!
//! No event is named here: what is documented comes from the catalog.

#[cfg(test)]
mod agreement;
mod candidate;
mod classify;
pub mod codes;
mod compare;
mod document;
mod explain;
mod fast;
mod fix;
mod judge;
mod judged;
mod mask;
mod parts;
mod registry;
mod remark;
mod rules;
mod stats;
mod strict;
mod wrapped;

pub use crate::model::report::{Classification, Identification};
pub use document::{Document, is_json};
pub use fix::Fixed;
pub use judge::Validation;
pub use judged::JudgedCapture;
pub use mask::{Mask, MaskTerm};
pub use registry::{KnownCode, Shown, known_codes, nearest_code};
pub use stats::{FURTHER_EVENTS, ValidationStats, VerdictCounts};
pub use strict::Outline;
