//! One document on stdout: for people, for machines, or for GitHub.

use std::path::Path;

use super::judged::Judged;
use super::machine;
use crate::error::OutputError;
use crate::output::Page;
use crate::output::findings::{self, Origin};
use crate::output::github::{self, Level, Place};
use crate::output::verdict::write_verdict;
use crate::report::Severity;

/// What stdout carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Human,
    /// One JSON object a line, each with a `kind`.
    Json,
    /// Annotations for GitHub Actions.
    Github,
}

/// Shows a document with so many of its findings.
pub(super) fn show(
    format: Format,
    judged: &Judged<'_>,
    most: usize,
    is_strict: bool,
    page: Page,
    out: &mut Vec<u8>,
) -> Result<(), OutputError> {
    match format {
        Format::Human => human(judged, most, page, out),
        Format::Json => machine::report(judged, most, out),
        Format::Github => annotate(judged, most, is_strict, out),
    }
}

fn human(
    judged: &Judged<'_>,
    most: usize,
    page: Page,
    out: &mut Vec<u8>,
) -> Result<(), OutputError> {
    let line = usize::try_from(judged.line).unwrap_or(usize::MAX);
    let source = findings::Source {
        title: judged.file,
        bytes: judged.document,
        origin: match judged.seq {
            Some(_) => Origin::Record(line),
            None => Origin::Line(line),
        },
    };
    let found = judged.judgement.findings;
    findings::write_findings(out, page, &source, found.iter().take(most))?;
    let can_be_mended = judged.seq.is_none() && !has_packed_name(judged.file);
    write_verdict(out, page, &judged.title(), &judged.judgement, can_be_mended)?;
    if !found.is_empty() {
        out.push(b'\n');
    }
    Ok(())
}

/// Whether a file is called as compressed ones are: the advice to mend it would be none.
fn has_packed_name(file: &str) -> bool {
    let ending = Path::new(file).extension();
    ending.is_some_and(|ending| ending == "gz" || ending == "zst")
}

/// What makes the exit code 1 is an error there too.
fn annotate(
    judged: &Judged<'_>,
    most: usize,
    is_strict: bool,
    out: &mut Vec<u8>,
) -> Result<(), OutputError> {
    for finding in judged.judgement.findings.iter().take(most) {
        let place = &finding.place;
        let level = match finding.severity {
            Severity::Note => Level::Notice,
            severity if severity.verdict().is_failure(is_strict) => Level::Error,
            _ => Level::Warning,
        };
        let mut lines = vec![finding.message.clone()];
        lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
        if let Some(seq) = judged.seq {
            // The file has no such line or column: the body stands in a string.
            lines.push(format!(
                "in the body of #{seq}, at {}:{}",
                place.line, place.column
            ));
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let place = Place {
            file: Some(judged.file),
            line: Some(judged.line_in_file(place.line)),
            column: judged.seq.is_none().then_some(place.column as u64),
        };
        let title = format!("validate: {}", finding.code);
        github::annotate(out, level, &place, &title, &lines)?;
    }
    Ok(())
}
