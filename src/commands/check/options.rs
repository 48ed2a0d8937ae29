//! What `check` was asked for.

use std::path::PathBuf;

use crate::flows::conformance::RunOptions;
use crate::render::AnnotatedFormat;

/// What `check` was asked for.
#[derive(Debug)]
pub struct CheckOptions {
    /// What to do.
    pub job: Job,
    /// What the run is told.
    pub run: RunOptions,
    /// The provider whose documents count; by default the catalog's first.
    pub provider: Option<String>,
    /// Names of checks and groups that are taken; all, if there are none.
    pub only: Vec<String>,
    /// Names of checks and groups that are left out.
    pub skip: Vec<String>,
    /// A public host may be posted to.
    pub yes: bool,
    /// A report in a file besides.
    pub report: Option<PathBuf>,
    /// What stdout carries.
    pub format: AnnotatedFormat,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Check the receiver.
    Run,
    /// List the checks.
    List,
    /// Explain one check.
    Explain(String),
}
