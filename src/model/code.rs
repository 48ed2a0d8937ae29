//! The name of a kind of finding, and what there is to say about it once and for all.
//!
//! A finding says what is odd about one document; a code says why that is looked for. Codes
//! are a promise: scripts filter by them, so none changes its name or its meaning. Each room
//! keeps its codes beside the rules that give them; what a schema file gives has its words in
//! the provider's data file.

use crate::model::report::Severity;

/// A kind of finding that is written in Rust.
#[derive(Debug)]
pub struct Code {
    /// Kebab-case, and never changed.
    pub name: &'static str,
    /// How much such a finding weighs; where there are several, the place decides.
    pub severities: &'static [Severity],
    /// What is odd or wrong, in a few words.
    pub what: &'static str,
    /// Why it matters, and what is done about it.
    pub why: &'static str,
    /// A document that has it.
    pub example: Example,
}

/// A document with such a finding, and the same without.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// Two texts.
    Texts(&'static str, &'static str),
    /// Two texts, the first of which is no UTF-8.
    Bytes(&'static [u8], &'static [u8]),
    /// Two texts that are too long to write down.
    Made(fn() -> [String; 2]),
    /// An event with a change: it stands in the data files, since no event is named in Rust.
    Catalog,
    /// It is said of what a document came in, a file or a request.
    Around,
}

/// Codes, each as a constant, and all of them as a list, so that none is left out.
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
