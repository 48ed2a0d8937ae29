//! The last line on a document: what it is and what it is worth.

use std::io::Write;

use crate::model::error::OutputError;
use crate::model::report::{Finding, Judgement, Severity};
use crate::render::line::Line;
use crate::render::style::{Role, TermStyle};
use crate::text::number::{count, counted, grouped, plural};
use crate::text::show;

/// Writes the verdict: `cdr.json: roomdrop (enablex), invalid: 2 errors; --fix repairs 1 of 2`. The
/// end of it only where the document stands `in_a_file` that can be fixed.
pub fn write_verdict(
    out: &mut dyn Write,
    style: TermStyle,
    title: &str,
    judgement: &Judgement<'_>,
    in_a_file: bool,
) -> Result<(), OutputError> {
    let verdict = judgement.verdict();
    let mut line = Line::new(style.palette);
    line.push(Role::Plain, &format!("{}: ", show(title)));
    if let Some(event) = judgement.event {
        line.push(Role::Event, &show(event));
        if let Some(provider) = judgement.provider {
            line.push(Role::Plain, &format!(" ({})", show(provider)));
        }
        line.push(Role::Plain, ", ");
    }
    line.push(Role::from(verdict), verdict.word());
    let counts = counts(judgement.findings);
    if !counts.is_empty() {
        line.push(Role::Plain, &format!(": {counts}"));
    }
    let findings = judgement.findings.iter();
    let fixable = findings.filter(|finding| !finding.edits.is_empty()).count();
    if in_a_file && fixable > 0 {
        let which = if fixable == judgement.findings.len() {
            plural(count(fixable), "it", "all").to_owned()
        } else {
            let all = judgement.findings.len();
            format!("{} of {}", grouped(count(fixable)), grouped(count(all)))
        };
        line.push(Role::Plain, &format!("; --fix repairs {which}"));
    }
    Ok(line.write(out)?)
}

/// How many findings there are of each severity, heaviest first: `2 errors, 1 note`.
pub fn counts(findings: &[Finding]) -> String {
    let words = [
        (Severity::Error, "error", "errors"),
        (Severity::Unknown, "unknown", "unknown"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Note, "note", "notes"),
    ];
    let of = |severity| {
        let findings = findings.iter();
        count(
            findings
                .filter(|finding| finding.severity == severity)
                .count(),
        )
    };
    words
        .iter()
        .map(|(severity, one, many)| (of(*severity), one, many))
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| counted(number, one, many))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::model::report::{Place, Report};

    fn verdict(report: &Report) -> String {
        let mut out = Vec::new();
        write_verdict(
            &mut out,
            TermStyle::default(),
            "cdr.json",
            &report.judgement(),
            true,
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_line_names_event_verdict_and_what_was_found() {
        let finding = |severity| Finding {
            code: "x".into(),
            severity,
            pointer: String::new(),
            place: Place {
                span: 0..0,
                line: 1,
                column: 1,
            },
            message: String::new(),
            help: None,
            edits: Vec::new(),
            missing: None,
        };
        let mut report = Report {
            provider: Some("enablex".into()),
            event: Some("room_end".into()),
            session: None,
            findings: Vec::new(),
        };
        assert_eq!(verdict(&report), "cdr.json: room_end (enablex), valid\n");
        report.findings = [Severity::Note, Severity::Error, Severity::Error]
            .map(finding)
            .to_vec();
        assert_eq!(
            verdict(&report),
            "cdr.json: room_end (enablex), invalid: 2 errors, 1 note\n"
        );
        report.provider = None;
        report.event = None;
        assert_eq!(verdict(&report), "cdr.json: invalid: 2 errors, 1 note\n");
        report.event = Some("room\u{1b}c".into());
        assert!(verdict(&report).starts_with("cdr.json: room\\u{1b}c, invalid"));
    }
}
