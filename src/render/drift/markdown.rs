//! Differences as a table in Markdown. Texts of the network stand in code spans, where nothing
//! in them has a meaning: no link, no mention of a person, no number of an issue.

use std::io::Write;

use super::report::DriftReport;
use crate::model::error::OutputError;
use crate::text::show;

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> Result<(), OutputError> {
    writeln!(out, "### Drift: {}", report.heading())?;
    if !report.listed.is_empty() {
        writeln!(
            out,
            "\n| class | what | count | share | captures | example | documents | next |\n\
             | --- | --- | ---: | ---: | --- | --- | --- | --- |"
        )?;
    }
    for listed in report.listed {
        let what = match listed.detail() {
            Some(detail) => format!("{} {}", code(&listed.subject()), code(&detail)),
            None => code(&listed.subject()),
        };
        let optional = |text: Option<String>| text.map(|text| code(&text)).unwrap_or_default();
        writeln!(
            out,
            "| {} | {what} | {} | {} | {} | {} | {} | {} |",
            listed.row.key.class.word(),
            listed.counts(),
            listed.percent().replace('<', "&lt;"),
            optional(listed.captures()),
            optional(listed.example()),
            plain(&listed.source().unwrap_or_default()),
            code(&listed.next),
        )?;
    }
    for remark in report.remarks() {
        writeln!(out, "\n{remark}.")?;
    }
    Ok(())
}

/// A text in a code span, behind more backticks than stand in it.
fn code(text: &str) -> String {
    let text = show(text).replace('|', "\\|");
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    let is_at_end = text.starts_with('`') || text.ends_with('`');
    let space = if is_at_end { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A text of a data file, in which no character has a meaning.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in show(text).chars() {
        if "\\`*_{}[]<>#|~@!".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}
