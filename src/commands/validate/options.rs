//! What `validate` was asked for.

use std::path::PathBuf;

use crate::commands::Input;
use crate::render::report::ReportKind;
use crate::render::validate::ValidateFormat;
use crate::selection::Query;

/// What `validate` is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Say what is found.
    Judge,
    /// Make the repairs that are certain.
    Fix {
        /// Only show what would be.
        is_dry: bool,
    },
    /// Explain a code.
    Explain(String),
    /// List all codes.
    List,
}

/// What `validate` was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to do.
    pub job: Job,
    /// What to judge.
    pub files: Vec<Input>,
    /// The event that every document is to be taken for.
    pub taken_for: Option<String>,
    /// The provider that every document is to be taken for an event of.
    pub provider: Option<String>,
    /// Which documents are judged. What cannot be read is judged too.
    pub selection: Query,
    /// Warnings and unknown events count as failures.
    pub strict: bool,
    /// Documents that are no failures are not shown.
    pub only_invalid: bool,
    /// Findings that are shown.
    pub max_findings: Option<usize>,
    /// The largest document that is judged, in bytes.
    pub max_document: usize,
    /// Files that are written besides.
    pub reports: Vec<(PathBuf, ReportKind)>,
    /// What stdout carries.
    pub format: ValidateFormat,
}
