//! What a rule says of a value: a finding that has no place in the text yet.

use std::borrow::Cow;
use std::collections::HashMap;

use super::codes;
use crate::json::{bounded, push_token};
use crate::model::code::Code;
use crate::model::report::{Severity, Verdict};
use crate::text::number::grouped;

/// The most findings of one code on a document, those of the reader of JSON aside.
const MAX_FINDINGS_OF_CODE: usize = 100;

/// The most findings on a document, whatever their codes.
const MAX_FINDINGS: usize = 400;

/// What a rule says of a value.
#[derive(Clone, Debug)]
pub(super) struct Remark<'r> {
    /// Stable, kebab-case name of the rule.
    pub(super) code: &'r str,
    /// How much it weighs.
    pub(super) severity: Severity,
    /// JSON Pointer to the value meant.
    pub(super) pointer: String,
    /// Which part of the text at that pointer is meant.
    pub(super) anchor: Anchor,
    /// What is odd or wrong.
    pub(super) message: Cow<'r, str>,
    /// What to do about it.
    pub(super) help: Option<Cow<'r, str>>,
    /// The name that the key pointed at is to have, where that is beyond doubt.
    pub(super) rename: Option<String>,
    /// The documented member that is missing, under any name.
    pub(super) missing: Option<String>,
}

/// The part of the text that a finding points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The value.
    Value,
    /// The key of the member.
    Key,
    /// The opening bracket: something is missing inside.
    Opening,
}

impl<'r> Remark<'r> {
    /// A remark without advice.
    pub(super) fn new(
        code: &'r str,
        severity: Severity,
        pointer: impl Into<String>,
        anchor: Anchor,
        message: impl Into<Cow<'r, str>>,
    ) -> Remark<'r> {
        Remark {
            code,
            severity,
            pointer: pointer.into(),
            anchor,
            message: message.into(),
            help: None,
            rename: None,
            missing: None,
        }
    }

    /// The same with advice, if there is any.
    pub(super) fn advised(self, help: Option<impl Into<Cow<'r, str>>>) -> Remark<'r> {
        let help = help.map(Into::into);
        Remark { help, ..self }
    }

    /// An error with advice.
    pub(super) fn error(
        code: &'static Code,
        pointer: impl Into<String>,
        anchor: Anchor,
        message: impl Into<Cow<'r, str>>,
        help: impl Into<Cow<'r, str>>,
    ) -> Remark<'r> {
        Remark::new(code.name, Severity::Error, pointer, anchor, message).advised(Some(help))
    }
}

/// A JSON Pointer of one token.
pub(super) fn top_level(token: &str) -> String {
    let mut pointer = String::new();
    push_token(&mut pointer, token);
    bounded(&pointer).to_owned()
}

/// What gets the remarks on a document.
pub(super) trait Say<'r> {
    /// Takes a remark of that code. It is made only if it is kept.
    fn say(&mut self, code: &'r str, severity: Severity, remark: impl FnOnce() -> Remark<'r>);
}

/// The worst verdict of what is said, and nothing else.
pub(super) struct Worst(pub(super) Verdict);

impl<'r> Say<'r> for Worst {
    fn say(&mut self, _: &'r str, severity: Severity, _: impl FnOnce() -> Remark<'r>) {
        self.0 = self.0.max(severity.verdict());
    }
}

/// The remarks on a document, up to a number: one of a million items has a million of them. What
/// is left out is counted, by its code.
#[derive(Default)]
pub(super) struct Remarks<'r> {
    /// Those that are kept.
    pub(super) kept: Vec<Remark<'r>>,
    codes: HashMap<&'r str, Count>,
}

#[derive(Default)]
struct Count {
    kept: usize,
    /// The last one that was kept; zero if there is none.
    last: usize,
    left_out: u64,
    severity: Option<Severity>,
}

impl<'r> Say<'r> for Remarks<'r> {
    fn say(&mut self, code: &'r str, severity: Severity, remark: impl FnOnce() -> Remark<'r>) {
        let count = self.codes.entry(code).or_default();
        count.severity = count.severity.max(Some(severity));
        if count.kept == MAX_FINDINGS_OF_CODE || self.kept.len() == MAX_FINDINGS {
            count.left_out += 1;
            return;
        }
        count.kept += 1;
        count.last = self.kept.len();
        self.kept.push(remark());
    }
}

impl<'r> Remarks<'r> {
    /// Takes a remark that is made already.
    pub(super) fn add(&mut self, remark: Remark<'r>) {
        self.say(remark.code, remark.severity, || remark);
    }

    /// The worst verdict of what was said.
    pub(super) fn verdict(&self) -> Verdict {
        let severities = self.codes.values().filter_map(|count| count.severity);
        let verdicts = severities.map(Severity::verdict);
        verdicts.max().unwrap_or(Verdict::Valid)
    }

    /// The remarks, and what is to be said of those that were left out: each with the number of
    /// the remark behind whose place it stands.
    pub(super) fn finish(self) -> (Vec<Remark<'r>>, Vec<(usize, Remark<'r>)>) {
        let more = self
            .codes
            .into_iter()
            .filter(|(_, count)| count.left_out > 0);
        let mut more: Vec<_> = more
            .map(|(code, count)| {
                let number = grouped(count.left_out);
                let remark = Remark::new(
                    codes::MORE_FINDINGS.name,
                    count.severity.unwrap_or(Severity::Note),
                    "",
                    Anchor::Value,
                    format!("and {number} more `{code}`"),
                );
                (count.last, remark)
            })
            .collect();
        more.sort_by(|one, other| one.1.message.cmp(&other.1.message));
        (self.kept, more)
    }
}
