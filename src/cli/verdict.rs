//! A verdict as it is typed.

use clap::ValueEnum;

use crate::model::report;

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Verdict {
    /// As documented
    Valid,
    /// Odd, but usable
    Warning,
    /// An event that the catalog does not have
    Unknown,
    /// Not usable
    Invalid,
}

impl From<Verdict> for report::Verdict {
    fn from(typed: Verdict) -> report::Verdict {
        match typed {
            Verdict::Valid => report::Verdict::Valid,
            Verdict::Warning => report::Verdict::Warning,
            Verdict::Unknown => report::Verdict::Unknown,
            Verdict::Invalid => report::Verdict::Invalid,
        }
    }
}
