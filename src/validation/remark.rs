//! What a rule says of a value: a finding that has no place in the text yet.

use std::borrow::Cow;

use crate::json::push_token;
use crate::model::code::Code;
use crate::model::report::Severity;

/// What a rule says of a value.
#[derive(Clone, Debug)]
pub(super) struct Remark<'r> {
    /// Stable, kebab-case name of the rule.
    pub(super) code: Cow<'r, str>,
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
        code: impl Into<Cow<'r, str>>,
        severity: Severity,
        pointer: impl Into<String>,
        anchor: Anchor,
        message: impl Into<Cow<'r, str>>,
    ) -> Remark<'r> {
        Remark {
            code: code.into(),
            severity,
            pointer: pointer.into(),
            anchor,
            message: message.into(),
            help: None,
            rename: None,
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

/// A JSON Pointer with one more token.
pub(super) fn join(pointer: &str, token: &str) -> String {
    let mut joined = pointer.to_owned();
    push_token(&mut joined, token);
    joined
}
