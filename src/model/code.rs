//! Codes: the kinds of findings, each with its explanation.
//!
//! A finding says what is odd about one document; a code says why we look for it. Codes are a
//! promise: scripts filter by them, so they never change name or meaning. Each room keeps its
//! codes beside the rules that use them; the texts for codes of schema files are in the
//! provider's data file.

use crate::model::report::Severity;

/// A kind of finding that is written in Rust.
#[derive(Debug)]
pub struct Code {
    /// Kebab-case, and never changed.
    pub name: &'static str,
    /// The severity of such a finding; if there are several, the place decides.
    pub severities: &'static [Severity],
    /// What is odd or wrong, in a few words.
    pub what: &'static str,
    /// Why it matters, and what the program does about it.
    pub why: &'static str,
    /// A document that has it.
    pub example: Example,
}

/// A document with such a finding, and the same without.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// Two texts.
    Texts(&'static str, &'static str),
    /// Two texts, the first of which is not UTF-8.
    Bytes(&'static [u8], &'static [u8]),
    /// Two texts that are too long to write down.
    Made(fn() -> [String; 2]),
    /// An event with a change: it stands in the data files, since no event is named in Rust.
    Catalog,
    /// The finding is about the container of a document: a file or a request.
    Around,
}

/// Defines codes as constants, and the list of all of them.
macro_rules! codes {
    ($vis:vis, $($(#[$doc:meta])* $constant:ident = $name:literal, $($severity:ident)|+, $what:literal, $why:literal, $example:expr;)+) => {
        $(
            $(#[$doc])*
            $vis const $constant: $crate::model::code::Code = $crate::model::code::Code {
                name: $name,
                severities: &[$($crate::model::report::Severity::$severity),+],
                what: $what,
                why: $why,
                example: $example,
            };
        )+
        /// Every code of this room.
        $vis const ALL: &[&$crate::model::code::Code] = &[$(&$constant),+];
    };
}
pub(crate) use codes;
