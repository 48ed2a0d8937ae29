//! The findings of a report for people: what is odd, where it stands, what to do.
//!
//! The source line is untrusted, and may be a megabyte long, torn or full of tabs; it is
//! escaped, masked and trimmed around the place meant, and the carets still point at it.
//! The full form is for `validate`; [`write_compact`] is for a stream of events.

mod excerpt;

use std::io::Write;

use excerpt::excerpt;

use crate::model::error::OutputError;
use crate::model::report::Finding;
use crate::render::line::Line;
use crate::render::style::{Role, TermStyle};
use crate::text::show;
use crate::text::width::{cut, wrap};

/// The document that findings are about, and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name of the file, or what stands for it.
    pub title: &'a str,
    /// The document.
    pub bytes: &'a [u8],
    /// Where the document stands in that file.
    pub origin: Origin,
}

/// Where a document stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It begins on that line of the file, from 1, and its lines are lines of the file.
    Line(usize),
    /// It is the body inside a record on that line of the file, and has lines of its own.
    Record(usize),
}

impl Source<'_> {
    /// The number of the line that is shown, and the place in words: `cdr.json:5:3`,
    /// or `log.jsonl:17: body 5:3`.
    fn locate(&self, finding: &Finding) -> (usize, String) {
        let (line, column) = (finding.place.line, finding.place.column);
        let title = show(self.title);
        match self.origin {
            Origin::Line(first) => {
                let line = first.saturating_sub(1) + line;
                (line, format!("{title}:{line}:{column}"))
            }
            Origin::Record(record) => (line, format!("{title}:{record}: body {line}:{column}")),
        }
    }
}

/// Writes findings in full, an empty line after each.
pub fn write_findings<'a>(
    out: &mut dyn Write,
    style: TermStyle,
    source: &Source<'_>,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Result<(), OutputError> {
    for finding in findings {
        write_finding(out, style, source, finding)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes one finding in full.
pub fn write_finding(
    out: &mut dyn Write,
    style: TermStyle,
    source: &Source<'_>,
    finding: &Finding,
) -> Result<(), OutputError> {
    let role = Role::from(finding.severity);
    let label = format!("{}[{}]", finding.severity.word(), show(&finding.code));
    write_labelled(out, style, role, &label, &finding.message)?;

    let (number, location) = source.locate(finding);
    let number = number.to_string();
    let gutter = number.len();
    let mut line = Line::indented(style.palette, gutter);
    line.push(Role::Dim, "-->")
        .space(1)
        .push(Role::Plain, &location)
        .write(out)?;

    let room = style.width.map(|width| width.saturating_sub(gutter + 3));
    if let Some(excerpt) = excerpt(source.bytes, &finding.place.span, room) {
        let mut bar = Line::indented(style.palette, gutter + 1);
        bar.push(Role::Dim, "|");
        bar.write(out)?;
        let mut line = Line::new(style.palette);
        line.push(Role::Dim, &format!("{number} |"))
            .space(1)
            .push(Role::Plain, &excerpt.text)
            .write(out)?;
        bar.clone()
            .space(1 + excerpt.column)
            .push(role, &"^".repeat(excerpt.carets))
            .write(out)?;
        if finding.help.is_some() {
            bar.write(out)?;
        }
    }
    match &finding.help {
        Some(help) => write_labelled(out, style, Role::HelpLabel, "help", help),
        None => Ok(()),
    }
}

/// Writes a finding on one line, cut at the width: `warning[number-for-string]  /file_size: a …`.
///
/// Messages leave the place to the excerpt of the full form; here the pointer says it.
pub fn write_compact(
    out: &mut dyn Write,
    style: TermStyle,
    margin: usize,
    finding: &Finding,
) -> Result<(), OutputError> {
    let label = format!("{}[{}]", finding.severity.word(), show(&finding.code));
    let mut line = Line::indented(style.palette, margin);
    line.push(Role::from(finding.severity), &label).space(2);
    let message = match finding.pointer.as_str() {
        "" => show(&finding.message).into_owned(),
        // As the keys were written: a masked URL must be known as one.
        pointer => {
            let place = pointer.replace("~1", "/").replace("~0", "~");
            format!("{}: {}", show(&place), show(&finding.message))
        }
    };
    let room = style
        .width
        .map_or(excerpt::MOST, |width| width.saturating_sub(line.width()));
    line.push(Role::Plain, &cut(&message, room.max(16)));
    Ok(line.write(out)?)
}

/// A label, a colon and a sentence, wrapped with a small indent.
fn write_labelled(
    out: &mut dyn Write,
    style: TermStyle,
    role: Role,
    label: &str,
    text: &str,
) -> Result<(), OutputError> {
    const INDENT: usize = 2;
    let mut line = Line::new(style.palette);
    line.push(role, label).push(Role::Plain, ":").space(1);
    let text = show(text);
    let room = |taken: usize| {
        style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(taken).max(16))
    };
    for (at, part) in wrap(&text, room(line.width()), room(INDENT))
        .iter()
        .enumerate()
    {
        if at > 0 {
            line = Line::indented(style.palette, INDENT);
        }
        line.push(Role::Plain, part).write(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
