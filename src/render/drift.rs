//! The differences between what arrived and what the documents say.

mod github;
mod human;
mod json;
mod markdown;
mod report;
mod sarif;

use std::io::Write;

use crate::model::error::OutputError;
use crate::render::TermStyle;

pub use report::{DriftReport, Listed};

/// What stdout carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DriftFormat {
    /// Text for people.
    Human,
    /// One JSON object per line, each with a `kind`.
    Json,
    /// Annotations for GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
    /// A table for a comment or a page.
    Markdown,
}

/// Writes it all.
pub fn write(
    report: &DriftReport<'_>,
    format: DriftFormat,
    style: TermStyle,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    match format {
        DriftFormat::Human => human::write(report, style, out),
        DriftFormat::Json => json::write(report, out),
        DriftFormat::Github => github::write(report, out),
        DriftFormat::Sarif => sarif::write(report, out),
        DriftFormat::Markdown => markdown::write(report, out),
    }
}
