//! The codes of findings: a list, and the explanation of one.

use std::io::Write;

use crate::model::error::OutputError;
use crate::render::line::Line;
use crate::render::style::{Role, TermStyle};
use crate::render::table::{Cell, Column, Table};
use crate::text::show;
use crate::text::width::wrap;
use crate::validation::KnownCode;

/// Columns before the text of an explanation.
const INDENT: usize = 10;

/// The longest example that is printed whole.
const LONGEST: usize = 200;

/// Writes a table of codes.
pub fn write_codes(
    out: &mut dyn Write,
    style: TermStyle,
    codes: &[KnownCode<'_>],
) -> Result<(), OutputError> {
    let mut table = Table::new([Column::left(), Column::left(), Column::left().wrapping()]);
    for code in codes {
        table.row([
            Cell::from(code.name),
            Cell::new(Role::Dim, severities(code)),
            Cell::from(&*code.what),
        ]);
    }
    table.write(out, style.page())?;
    Ok(out.flush()?)
}

/// Writes what there is to say about a code.
pub fn write_code(
    out: &mut dyn Write,
    style: TermStyle,
    code: &KnownCode<'_>,
) -> Result<(), OutputError> {
    let style = style.page();
    let mut heading = Line::new(style.palette);
    heading
        .push(Role::Heading, &show(code.name))
        .space(2)
        .push(Role::Dim, &severities(code))
        .write(out)?;
    let mut paragraphs = vec![("what", code.what.clone().into_owned())];
    paragraphs.extend(code.why.map(|why| ("why", why.to_owned())));
    for (provider, source) in &code.sources {
        let document = provider.document(&source.document);
        let title = document.map_or(source.document.as_str(), |document| &document.title);
        paragraphs.push(("source", format!("{title}, \"{}\"", source.section)));
    }
    for (label, text) in paragraphs {
        write_paragraph(label, &text, style, out)?;
    }
    if let Some(example) = code.shown() {
        for (label, text) in [("before", example.before), ("after", example.after)] {
            let text = match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None if text.is_empty() => "(nothing)".to_owned(),
                None => text,
            };
            write_paragraph(label, &text, style, out)?;
        }
    }
    Ok(out.flush()?)
}

fn write_paragraph(
    label: &str,
    text: &str,
    style: TermStyle,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let room = style
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(20));
    let text = show(text);
    let mut line = Line::indented(style.palette, 2);
    line.push(Role::Dim, label);
    for part in wrap(&text, room, room) {
        line.pad_to(INDENT).push(Role::Plain, part).write(out)?;
        line = Line::new(style.palette);
    }
    Ok(())
}

fn severities(code: &KnownCode<'_>) -> String {
    let words: Vec<_> = code.severities.iter().rev().map(|one| one.word()).collect();
    words.join(", ")
}
