//! What was learned, for people and as JSON.

use std::io::Write;
use std::path::PathBuf;

use crate::flows::history::{Draft, Form, Like};
use crate::model::error::OutputError;
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};
use crate::text::number::{count, counted, grouped};
use crate::wire::JsonLines;
use crate::wire::learn::{LearnSummary, LearnedFieldJson, LearnedJson, LikeJson};

/// A draft with its files.
#[derive(Debug)]
pub struct LearnedRow<'d> {
    /// The draft.
    pub draft: &'d Draft,
    /// The known event that it resembles.
    pub like: Option<Like>,
    /// The files that were written.
    pub files: Vec<PathBuf>,
}

/// The totals of a run.
#[derive(Debug)]
pub struct LearnTotals {
    /// Captures that were looked at.
    pub captures: u64,
    /// Why captures taught nothing, with their number.
    pub refused: Vec<(&'static str, u64)>,
    /// Files that were written.
    pub files: u64,
    /// Why nothing was learned.
    pub why: Option<String>,
}

/// How a draft is headed: `a variant of recording: 9 of 10 fields`.
pub fn heading(draft: &Draft, like: Option<&Like>) -> String {
    let captures = counted(draft.captures, "capture", "captures");
    let fields = count(draft.fields().len());
    if !draft.is_event() {
        let roots = counted(count(draft.roots().len()), "new field", "new fields");
        return format!("{roots}, from {captures}");
    }
    let fields = counted(fields, "field", "fields");
    match like {
        Some(Like { event, shared, of }) => format!(
            "a variant of {event}, {shared} of {of} fields of `{event}`; {fields}, from {captures}"
        ),
        None => format!("a new event; {fields}, from {captures}"),
    }
}

/// For people: a block for each draft.
pub fn learned(
    rows: &[LearnedRow<'_>],
    totals: &LearnTotals,
    style: TermStyle,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    for row in rows {
        let mut line = Line::new(style.palette);
        line.show(Role::Event, &row.draft.event);
        line.show(Role::Dim, &format!("  {}", row.draft.provider))
            .write(out)?;
        let heading = heading(row.draft, row.like.as_ref());
        let room = style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(2));
        for part in crate::text::width::wrap(&heading, room, room) {
            Line::indented(style.palette, 2)
                .push(Role::Plain, part)
                .write(out)?;
        }
        let mut table = Table::new([
            Column::left().at_most(44),
            Column::left().at_most(20),
            Column::left(),
            Column::right(),
        ])
        .with_margin(4);
        for field in row.draft.fields() {
            let of = field.of.map(|of| format!(" of {}", grouped(of)));
            table.row([
                Cell::new(Role::Key, &field.pointer),
                Cell::from(field.types.join(", ")),
                Cell::new(Role::Dim, field.form.map_or("", Form::word)),
                Cell::from(format!(
                    "{}{}",
                    grouped(field.count),
                    of.unwrap_or_default()
                )),
            ]);
        }
        table.write(out, style)?;
        writeln!(out)?;
    }
    for (why, captures) in &totals.refused {
        let captures = counted(*captures, "capture", "captures");
        let mut line = Line::new(style.palette);
        line.push(Role::Warning, &format!("{captures} not learned: {why}"))
            .write(out)?;
    }
    let text = match &totals.why {
        Some(why) => format!("nothing was learned because {why}"),
        None => sentence(rows, totals),
    };
    Line::new(style.palette)
        .push(Role::Heading, &text)
        .write(out)?;
    Ok(())
}

/// `1 event and 2 fields, from 45 captures`
fn sentence(rows: &[LearnedRow<'_>], totals: &LearnTotals) -> String {
    let [events, fields] = sums(rows);
    let parts = [
        (events, counted(events, "new event", "new events")),
        (
            fields,
            counted(
                fields,
                "new field of a known event",
                "new fields of known events",
            ),
        ),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(_, text)| text)
        .collect();
    let captures = counted(totals.captures, "capture", "captures");
    format!("{} in {captures}", parts.join(" and "))
}

/// New events, and new fields of known ones.
fn sums(rows: &[LearnedRow<'_>]) -> [u64; 2] {
    let events = rows.iter().filter(|row| row.draft.is_event()).count();
    let fields = rows.iter().filter(|row| !row.draft.is_event());
    [
        count(events),
        fields.map(|row| count(row.draft.roots().len())).sum(),
    ]
}

/// For programs.
pub fn learned_json(
    rows: &[LearnedRow<'_>],
    totals: &LearnTotals,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let mut lines = JsonLines::new(out);
    for row in rows {
        let fields = row.draft.fields();
        let object = LearnedJson {
            provider: &row.draft.provider,
            event: &row.draft.event,
            is_new: row.draft.is_event(),
            files: row
                .files
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            captures: row.draft.captures,
            fields: fields
                .iter()
                .map(|field| LearnedFieldJson {
                    pointer: &field.pointer,
                    types: &field.types,
                    form: field.form.map(Form::word),
                    count: field.count,
                    of: field.of,
                })
                .collect(),
            like: row.like.as_ref().map(|like| LikeJson {
                event: &like.event,
                shared: like.shared,
                of: like.of,
            }),
        };
        lines.write("learned", &object)?;
    }
    let [events, fields] = sums(rows);
    let summary = LearnSummary {
        captures: totals.captures,
        events,
        fields,
        refused: totals.refused.iter().map(|(_, captures)| captures).sum(),
        files: totals.files,
        why: totals.why.clone(),
    };
    lines.write("summary", &summary)
}
