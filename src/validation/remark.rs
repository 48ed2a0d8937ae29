//! A finding on its way: said by a rule, not yet placed in the text.

use std::borrow::Cow;

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
    pub(super) fn error(
        code: &'static Code,
        pointer: impl Into<String>,
        anchor: Anchor,
        message: impl Into<Cow<'r, str>>,
        help: impl Into<Cow<'r, str>>,
    ) -> Remark<'r> {
        Remark {
            code: Cow::Borrowed(code.name),
            severity: Severity::Error,
            pointer: pointer.into(),
            anchor,
            message: message.into(),
            help: Some(help.into()),
            rename: None,
        }
    }
}

/// A JSON Pointer with one more token.
pub(super) fn join(pointer: &str, token: &str) -> String {
    let token = token.replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{token}")
}
