//! What keeps a text from being JSON, and its repair.

use std::ops::Range;

use super::codes;
use super::problem::Problem;
pub use crate::model::report::Edit;

/// The most faults that [`read`](super::read) reports of one text, and the most lints. One more,
/// with the code `more-faults` or `more-oddities`, says how many were left out; it has no repair.
pub const MAX_FAULTS: usize = 100;

/// A place where a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable, kebab-case name of the rule.
    pub code: &'static str,
    /// Bytes of the text; empty where something is missing.
    pub span: Range<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The repair: all of these together. None: there is no repair beyond doubt.
    pub edits: Vec<Edit>,
}

impl Edit {
    pub(super) fn replace(span: Range<usize>, with: impl Into<String>) -> Edit {
        let with = with.into();
        Edit { span, with }
    }

    pub(super) fn remove(span: Range<usize>) -> Edit {
        Edit::replace(span, "")
    }

    pub(super) fn insert(at: usize, with: &str) -> Edit {
        Edit::replace(at..at, with)
    }
}

/// The faults of a text as they are found, up to a number.
pub(super) struct Faults {
    list: Vec<Fault>,
    limit: usize,
    left_out: usize,
    first_left_out: Range<usize>,
}

impl Faults {
    pub(super) fn up_to(limit: usize) -> Faults {
        Faults {
            list: Vec::new(),
            limit,
            left_out: 0,
            first_left_out: 0..0,
        }
    }

    /// How many there are, the ones left out included.
    pub(super) fn count(&self) -> usize {
        self.list.len() + self.left_out
    }

    /// Whether some were left out.
    pub(super) fn is_over(&self) -> bool {
        self.left_out > 0
    }

    /// Puts a problem into words; past the limit it is only counted, which is cheap.
    pub(super) fn add(&mut self, span: Range<usize>, problem: &Problem<'_>, edits: Vec<Edit>) {
        if self.list.len() == self.limit {
            if self.left_out == 0 {
                self.first_left_out = span;
            }
            self.left_out += 1;
            return;
        }
        self.list.push(Fault {
            code: problem.code().name,
            span,
            message: problem.message().into_owned(),
            help: Some(problem.help().into_owned()),
            edits,
        });
    }

    /// The faults in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Fault> {
        self.list.sort_by_key(|fault| fault.span.start);
        if self.left_out > 0 {
            let after = self.list.last().map_or(0, |fault| fault.span.start);
            let start = self.first_left_out.start.max(after);
            self.list.push(Fault {
                code: codes::MORE_FAULTS.name,
                span: start..self.first_left_out.end.max(start),
                message: format!("{} more places are not JSON", self.left_out),
                help: Some("fix the ones before, and run again".to_owned()),
                edits: Vec::new(),
            });
        }
        self.list
    }
}
