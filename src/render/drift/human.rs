//! Differences for people: a block for each class, a few lines for each difference.

use std::io::Write;

use super::report::{DriftReport, Listed};
use crate::flows::history::DriftClass;
use crate::model::error::OutputError;
use crate::model::report::Severity;
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};
use crate::text::show;
use crate::text::width::wrap;

/// The column of the lines below a difference.
const INSIDE: usize = 6;
/// The widest subject of a difference.
const SUBJECT: usize = 44;

pub(super) fn write(
    report: &DriftReport<'_>,
    style: TermStyle,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    for (class, _) in report.classes() {
        let listed: Vec<&Listed> = report
            .listed
            .iter()
            .filter(|listed| listed.row.key.class == class)
            .collect();
        block(class, &listed, style, out)?;
    }
    let classes = report.classes().into_iter();
    let classes: Vec<String> = classes
        .map(|(class, count)| format!("{count} {}", class.word()))
        .collect();
    let colon = if classes.is_empty() { "" } else { ": " };
    let text = format!("{}{colon}{}", report.heading(), classes.join(", "));
    let width = style.width.unwrap_or(usize::MAX);
    for part in wrap(&text, width, width) {
        Line::new(style.palette)
            .push(Role::Heading, part)
            .write(out)?;
    }
    for remark in report.remarks() {
        Line::new(style.palette)
            .push(Role::Dim, &remark)
            .write(out)?;
    }
    Ok(())
}

/// A class, and its differences.
fn block(
    class: DriftClass,
    listed: &[&Listed],
    style: TermStyle,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let severity = listed.iter().map(|one| one.severity()).max();
    let role = Role::from(severity.unwrap_or(Severity::Note));
    let mut line = Line::new(style.palette);
    line.push(role, class.word())
        .push(Role::Dim, &format!("  {}", class.meaning()))
        .write(out)?;
    // One row at a time: its details stand below it.
    for (row, one) in rows(listed, style)?.iter().zip(listed) {
        out.write_all(row)?;
        detail(one, style, out)?;
    }
    writeln!(out)?;
    Ok(())
}

/// The rows of a table that all differences of a class share.
fn rows(listed: &[&Listed], style: TermStyle) -> Result<Vec<Vec<u8>>, OutputError> {
    let mut table = Table::new([
        Column::left().at_most(SUBJECT),
        Column::right(),
        Column::right(),
        Column::left(),
    ])
    .with_margin(2);
    for one in listed {
        let mut last = one.captures().unwrap_or_default();
        if let Some(detail) = one.detail() {
            last = format!("{last}  {detail}");
        }
        table.row([
            Cell::new(Role::Event, one.subject()),
            Cell::from(one.counts()),
            Cell::new(Role::Dim, one.percent()),
            Cell::from(last),
        ]);
    }
    let mut text = Vec::new();
    table.write(&mut text, style)?;
    Ok(text
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect())
}

/// The example, the sentence of the documents, and what to do next.
fn detail(one: &Listed, style: TermStyle, out: &mut dyn Write) -> Result<(), OutputError> {
    let parts = [
        ("such as    ", Role::Text, one.example()),
        ("documents  ", Role::Plain, one.source()),
        ("next       ", Role::Session, Some(one.next.clone())),
    ];
    for (name, role, text) in parts {
        let Some(text) = text else { continue };
        let text = show(&text);
        let mut line = Line::indented(style.palette, INSIDE);
        line.push(Role::Dim, name);
        let inside = line.width();
        let room = style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(inside).max(16));
        // A command is one line, so that it can be copied.
        let room = if role == Role::Session {
            usize::MAX
        } else {
            room
        };
        for (at, part) in wrap(&text, room, room).iter().enumerate() {
            if at > 0 {
                line = Line::indented(style.palette, inside);
            }
            line.push(role, part).write(out)?;
        }
    }
    Ok(())
}
