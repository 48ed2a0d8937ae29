//! A body that is no JSON: text as text, other bytes as far as they help.

use std::io::Write;

use crate::model::error::OutputError;
use crate::render::line::Line;
use crate::render::payload::{LEAST, Layout};
use crate::render::style::{Role, TermStyle};
use crate::text::glyph::{Form, cut, glyphs};
use crate::text::number::{bytes, count, counted, grouped};

/// Columns of a dump where the stream has no width.
const DUMP_WIDTH: usize = 80;

/// Lines of a dump; more bytes seldom tell a person more.
const DUMP_LINES: usize = 4;

/// Writes a body that is no JSON: its lines if it is UTF-8, or else its size and its
/// first bytes, those that are no text as `\xff`.
pub fn write_body(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    body: &[u8],
) -> Result<(), OutputError> {
    match str::from_utf8(body) {
        Ok("") => dim(out, style, layout, "(empty)"),
        Ok(text) => write_text(out, style, layout, text),
        Err(_) => write_dump(out, style, layout, body),
    }
}

fn write_text(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    text: &str,
) -> Result<(), OutputError> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let room = layout.room(style, layout.margin);
    let limit = if layout.full {
        usize::MAX
    } else {
        layout.items
    };
    for (at, text_line) in text.split('\n').enumerate() {
        if at == limit {
            let rest = count(text.split('\n').count() - at);
            let note = format!("… +{}", counted(rest, "line", "lines"));
            return dim(out, style, layout, &note);
        }
        let cut = cut(text_line, Form::Source, room);
        let mut line = Line::indented(style.palette, layout.margin);
        line.push(Role::Plain, &cut.shown);
        if let Some(note) = &cut.note {
            line.space(1).push(Role::Dim, note);
        }
        line.write(out)?;
    }
    Ok(())
}

fn write_dump(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    body: &[u8],
) -> Result<(), OutputError> {
    let size = bytes(count(body.len()));
    dim(out, style, layout, &format!("({size}, not UTF-8)"))?;
    let room = style.width.unwrap_or(DUMP_WIDTH);
    let room = room.saturating_sub(layout.margin).max(LEAST);
    let limit = if layout.full { usize::MAX } else { DUMP_LINES };
    let mut lines = 0;
    let (mut shown, mut used) = (String::new(), 0);
    for glyph in glyphs(body) {
        let length = shown.len();
        let columns = glyph.push(Form::Bytes, &mut shown);
        if used + columns > room {
            let next = shown.split_off(length);
            plain(out, style, layout, &shown)?;
            lines += 1;
            if lines == limit {
                let rest = grouped(count(body.len() - glyph.at));
                return dim(out, style, layout, &format!("… +{rest} bytes"));
            }
            (shown, used) = (next, 0);
        }
        used += columns;
    }
    plain(out, style, layout, &shown)
}

fn dim(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    text: &str,
) -> Result<(), OutputError> {
    let mut line = Line::indented(style.palette, layout.margin);
    Ok(line.push(Role::Dim, text).write(out)?)
}

fn plain(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    text: &str,
) -> Result<(), OutputError> {
    let mut line = Line::indented(style.palette, layout.margin);
    Ok(line.push(Role::Plain, text).write(out)?)
}
