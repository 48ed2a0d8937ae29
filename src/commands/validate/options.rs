//! What `validate` was asked for.

use std::path::PathBuf;

use crate::files::Input;
use crate::render::AnnotatedFormat as Format;
use crate::render::report::ReportKind;
use crate::selection::{Query, SeqRange};

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Show the findings.
    Judge,
    /// Fix what can be fixed.
    Fix {
        /// Only show the changes.
        is_dry: bool,
    },
    /// Explain a code.
    Explain(String),
    /// List all codes.
    List,
}

/// What `validate` was asked for.
#[derive(Debug)]
pub struct ValidateOptions {
    /// What to do.
    pub job: Job,
    /// What to judge.
    pub files: Vec<Input>,
    /// The event that every document is judged as.
    pub taken_for: Option<String>,
    /// The provider whose events the documents are judged as.
    pub provider: Option<String>,
    /// Which documents are judged. Unreadable ones always are.
    pub selection: Query,
    /// The numbers in a log that are judged; all if there are none.
    pub seqs: Vec<SeqRange>,
    /// Warnings and unknown events count as failures.
    pub strict: bool,
    /// Only failures are shown.
    pub only_invalid: bool,
    /// At most this many findings are shown.
    pub max_findings: Option<usize>,
    /// The largest document that is judged, in bytes.
    pub max_document: usize,
    /// Reports to write.
    pub reports: Vec<(PathBuf, ReportKind)>,
    /// What stdout carries.
    pub format: Format,
}
