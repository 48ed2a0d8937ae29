//! The reader's place in a text, and what it has found so far.

use std::ops::Range;

use crate::json::fault::{Edit, Faults};
use crate::json::problem::Problem;

/// The full-width signs that an input method leaves where JSON has its own.
pub(super) const WIDE_COLON: char = '：';
pub(super) const WIDE_COMMA: char = '，';

/// A text, and how far it has been read.
pub(super) struct Reader<'t> {
    pub(super) text: &'t [u8],
    /// The same, if all of it is UTF-8.
    pub(super) utf8: Option<&'t str>,
    /// The next byte.
    pub(super) at: usize,
    pub(super) faults: Faults,
    /// The entries that are kept of an array or an object at a level, from 1.
    pub(super) kept: fn(usize) -> usize,
    /// Bytes that may still be looked at in vain.
    pub(super) budget: usize,
    /// Arrays and objects around the next byte.
    pub(super) arrays: usize,
    pub(super) objects: usize,
    /// What is to be said once: of a closer, of depth, of the end of the text.
    pub(super) told_closer: Option<usize>,
    pub(super) told_depth: bool,
    pub(super) told_end: bool,
}

/// What may come next in an array or an object.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Gap {
    /// An item: this is the beginning, or a comma went before.
    Item,
    /// A comma: an item went before.
    Comma,
    /// Either: something went before whose fault is told.
    Either,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8], faults: usize) -> Reader<'t> {
        Reader {
            text,
            utf8: std::str::from_utf8(text).ok(),
            at: 0,
            faults: Faults::up_to(faults),
            kept: |_| usize::MAX,
            budget: text.len() + 1024,
            arrays: 0,
            objects: 0,
            told_closer: None,
            told_depth: false,
            told_end: false,
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The character at a place; none if there is none, or no UTF-8.
    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        let first = *self.text.get(at)?;
        if first.is_ascii() {
            return Some(char::from(first));
        }
        if let Some(text) = self.utf8 {
            return text.get(at..)?.chars().next();
        }
        let rest = &self.text[at..self.text.len().min(at + 4)];
        rest.utf8_chunks().next()?.valid().chars().next()
    }

    /// A fault without a repair.
    pub(super) fn fault(&mut self, span: Range<usize>, problem: &Problem<'_>) {
        self.faults.add(span, problem, Vec::new());
    }

    /// A fault with its repair.
    pub(super) fn fixable(&mut self, span: Range<usize>, problem: &Problem<'_>, edit: Edit) {
        self.faults.add(span, problem, vec![edit]);
    }
}
