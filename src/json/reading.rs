//! Reads a text into a tree, its faults and its lints.

use super::fault::{Fault, MAX_FAULTS};
use super::lint::{Lint, lints};
use super::reader::{self, document};
use super::tree::{Node, kept_at};

/// What could be read of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The document as if it were fixed; none if nothing in the text can be read as one.
    ///
    /// A [`Kind::Bare`](super::Kind::Bare) stands for a value that is missing or is not JSON.
    /// Its fault is all there is to say about it: no rule judges it again.
    pub root: Option<Node>,
    /// Why the text is not JSON, in the order of the text. Empty: it is JSON.
    pub faults: Vec<Fault>,
    /// JSON that carries a risk, in the order of the text.
    pub lints: Vec<Lint>,
}

/// Reads a text, and reports up to [`MAX_FAULTS`] of its faults.
pub fn read(text: &[u8]) -> Reading {
    read_up_to(text, MAX_FAULTS)
}

/// The outermost levels of a text that may not be JSON, as [`read`] understands it.
pub fn outline(text: &[u8]) -> Option<Node> {
    reader::outline(text, kept_at)
}

/// Reads a text, and reports at most `faults` of its faults: to fix a text, ask for all.
pub fn read_up_to(text: &[u8], faults: usize) -> Reading {
    let (root, faults) = document(text, faults);
    let lints = root.as_ref().map_or_else(Vec::new, lints);
    Reading {
        root,
        faults,
        lints,
    }
}
