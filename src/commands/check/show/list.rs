//! `--list` and `--explain`: the checks themselves, without a run.

use serde::Serialize;

use super::human::paragraph;
use super::json::{RuleJson, rule};
use super::source;
use crate::catalog::Provider;
use crate::commands::Console;
use crate::commands::check::Format;
use crate::commands::check::list::Check;
use crate::model::error::OutputError;
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};
use crate::wire::JsonLines;

#[derive(Serialize)]
struct KnownJson<'c> {
    check: &'static str,
    group: &'static str,
    level: &'static str,
    title: &'static str,
    about: &'static str,
    change: &'static str,
    rule: Option<RuleJson<'c>>,
}

/// Lists checks, with the level that they have for this provider.
pub(in crate::commands::check) fn list(
    checks: &[&'static Check],
    provider: &Provider,
    format: Format,
    console: &mut Console,
) -> Result<(), OutputError> {
    if format == Format::Json {
        for check in checks {
            let object = KnownJson {
                check: check.name,
                group: check.group.word(),
                level: check.level(provider).word(),
                title: check.title,
                about: check.about,
                change: check.change,
                rule: check.rule(provider).map(|stated| rule(stated, provider)),
            };
            JsonLines::new(&mut *console.out).write("known-check", &object)?;
        }
        return Ok(());
    }
    let style = style(console);
    let out = &mut *console.out;
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
                Cell::from(check.title),
            ]);
        }
        table.write(out, style)?;
    }
    Ok(out.flush()?)
}

/// Explains a check: the rule, what is sent, what to change.
pub(in crate::commands::check) fn explain(
    check: &Check,
    provider: &Provider,
    console: &mut Console,
) -> Result<(), OutputError> {
    let style = style(console);
    let out = &mut *console.out;
    let level = check.level(provider).word();
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
        ("rule", check.title),
        (level, &*rule),
        ("check", check.about),
        ("change", check.change),
    ] {
        let mut line = Line::indented(style.palette, 2);
        line.push(Role::Dim, label);
        paragraph(line, text, style, 10, out)?;
    }
    Ok(out.flush()?)
}

/// The page, 80 columns wide where nothing says how wide it is.
fn style(console: &Console) -> TermStyle {
    TermStyle {
        width: console.style.width.or(Some(80)),
        ..console.style
    }
}
