//! `--list` and `--explain`: the checks themselves, without a run.

use std::io::Write;

use super::human::paragraph;
use super::text::source;
use crate::catalog::Provider;
use crate::flows::conformance::Check;
use crate::model::error::OutputError;
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};

/// Lists checks, with their level for this provider.
pub fn list(
    checks: &[&'static Check],
    provider: &Provider,
    style: TermStyle,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let style = style.page();
    for group in checks.chunk_by(|one, other| one.group == other.group) {
        let mut heading = Line::new(style.palette);
        heading
            .push(Role::Heading, group[0].group.word())
            .write(out)?;
        let columns = [Column::left(), Column::left(), Column::left().wrapping()];
        let mut table = Table::new(columns).with_margin(2);
        for check in group {
            table.row([
                Cell::from(check.name),
                Cell::new(Role::Dim, check.level(provider).word()),
                Cell::from(&*check.text().title),
            ]);
        }
        table.write(out, style)?;
    }
    Ok(out.flush()?)
}

/// Explains a check: the rule, what is sent, what to change.
pub fn explain(
    check: &Check,
    provider: &Provider,
    style: TermStyle,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let style = style.page();
    let (texts, level) = (check.text(), check.level(provider).word());
    let mut heading = Line::new(style.palette);
    heading
        .push(Role::Heading, check.name)
        .space(2)
        .push(Role::Dim, &format!("{}, {level}", check.group.word()))
        .write(out)?;
    let rule = match check.rule(provider) {
        Some(rule) => format!("\"{}\" {}", rule.quote, source(rule, provider)),
        None => format!(
            "Good practice: no document of {} states it.",
            provider.title
        ),
    };
    for (label, text) in [
        ("rule", &texts.title),
        (level, &rule),
        ("check", &texts.about),
        ("change", &texts.change),
    ] {
        let mut line = Line::indented(style.palette, 2);
        line.push(Role::Dim, label);
        paragraph(line, text, style, 10, out)?;
    }
    Ok(out.flush()?)
}
