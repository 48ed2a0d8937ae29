//! One document on stdout: for people, for machines, or for GitHub.

use std::path::Path;

use super::json;
use crate::flows::judging::JudgedDocument;
use crate::model::error::OutputError;
use crate::model::report::Severity;
use crate::render::AnnotatedFormat;
use crate::render::findings::Origin;
use crate::render::github::{Level, Place};
use crate::render::verdict::write_verdict;
use crate::render::{TermStyle, findings, github};
use crate::wire::JsonLines;

/// Shows a document with at most `most` of its findings.
pub fn show(
    format: AnnotatedFormat,
    judged: &JudgedDocument<'_>,
    most: usize,
    is_strict: bool,
    style: TermStyle,
    out: &mut Vec<u8>,
) -> Result<(), OutputError> {
    match format {
        AnnotatedFormat::Human => human(judged, most, style, out),
        AnnotatedFormat::Json => JsonLines::new(out).write("report", &json::report(judged, most)),
        AnnotatedFormat::Github => annotate(judged, most, is_strict, out),
    }
}

fn human(
    judged: &JudgedDocument<'_>,
    most: usize,
    style: TermStyle,
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
    findings::write_findings(out, style, &source, found.iter().take(most))?;
    let can_be_fixed = judged.seq.is_none() && !has_packed_name(judged.file);
    write_verdict(out, style, &judged.title(), &judged.judgement, can_be_fixed)?;
    if !found.is_empty() {
        out.push(b'\n');
    }
    Ok(())
}

/// Whether a file is called as compressed ones are: `--fix` does not work on it.
fn has_packed_name(file: &str) -> bool {
    let ending = Path::new(file).extension();
    ending.is_some_and(|ending| ending == "gz" || ending == "zst")
}

/// What makes the exit code 1 is an error there too.
fn annotate(
    judged: &JudgedDocument<'_>,
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::{Arc, LazyLock};

    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Catalog;
    use crate::validation::Validation;

    static VALIDATION: LazyLock<Validation> =
        LazyLock::new(|| Validation::new(Arc::new(Catalog::embedded().unwrap())));

    proptest! {
        #[test]
        fn any_bytes_are_shown_in_every_format_and_harm_no_terminal(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..200),
                r#"\{("(type|conf_num|\PC{0,4})": ?("\PC{0,9}"|[0-9]{1,20}|\PC{0,5}),?[ \t\r\n]?){0,6}\}?"#
                    .prop_map(String::into_bytes),
            ],
            seq in prop::option::of(1_u64..9),
            width in prop::option::of(0_usize..120),
            most in 0_usize..5,
        ) {
            let report = VALIDATION.report(&bytes);
            let judged = JudgedDocument {
                file: "a\u{1b}[2J.json",
                line: 7,
                seq,
                document: &bytes,
                judgement: report.judgement(),
            };
            for format in [AnnotatedFormat::Human, AnnotatedFormat::Json, AnnotatedFormat::Github] {
                let mut out = Vec::new();
                show(format, &judged, most, true, TermStyle::new(false, width), &mut out).unwrap();
                let text = String::from_utf8(out).unwrap();
                let is_harmless = |c: char| c == '\n' || !c.is_control();
                prop_assert!(text.chars().all(is_harmless), "{:?}", text);
            }
        }
    }
}
