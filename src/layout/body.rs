//! A body that is not JSON: text as text, the first bytes of anything else.

use crate::layout::line::{Line, Role};
use crate::layout::options::Layout;
use crate::text::glyph::{Form, cut, glyphs};
use crate::text::number::{bytes, count, counted, grouped};

/// Columns of a dump on a page without a width.
const DUMP_WIDTH: usize = 80;

/// Lines of a dump; more bytes seldom tell a person more.
const DUMP_LINES: usize = 4;

/// Lays out a body that is not JSON: its lines if it is UTF-8, otherwise its size and its first
/// bytes, with `\xff` for a byte that is not text.
pub fn lay_out_body(body: &[u8], layout: Layout) -> Vec<Line> {
    match str::from_utf8(body) {
        Ok("") => vec![line(layout, Role::Fold, "(empty)")],
        Ok(text) => text_lines(text, layout),
        Err(_) => dump(body, layout),
    }
}

fn text_lines(text: &str, layout: Layout) -> Vec<Line> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let room = layout.room(layout.margin);
    let limit = if layout.full {
        usize::MAX
    } else {
        layout.items
    };
    let mut texts = text.split('\n');
    let mut lines = Vec::new();
    for text in texts.by_ref().take(limit) {
        let cut = cut(text, Form::Source, room);
        let mut line = line(layout, Role::Plain, cut.shown);
        line.note(cut.note.as_deref());
        lines.push(line);
    }
    let rest = count(texts.count());
    if rest > 0 {
        let note = format!("… +{}", counted(rest, "line", "lines"));
        lines.push(line(layout, Role::Fold, note));
    }
    lines
}

fn dump(body: &[u8], layout: Layout) -> Vec<Line> {
    let size = bytes(count(body.len()));
    let mut lines = vec![line(layout, Role::Fold, format!("({size}, not UTF-8)"))];
    let room = layout.page(DUMP_WIDTH);
    let limit = if layout.full { usize::MAX } else { DUMP_LINES };
    let (mut shown, mut used) = (String::new(), 0);
    for glyph in glyphs(body) {
        let length = shown.len();
        let columns = glyph.push(Form::Bytes, &mut shown);
        if used + columns > room {
            let next = shown.split_off(length);
            lines.push(line(layout, Role::Plain, shown));
            if lines.len() > limit {
                let rest = grouped(count(body.len() - glyph.at));
                lines.push(line(layout, Role::Fold, format!("… +{rest} bytes")));
                return lines;
            }
            (shown, used) = (next, 0);
        }
        used += columns;
    }
    lines.push(line(layout, Role::Plain, shown));
    lines
}

fn line(layout: Layout, role: Role, text: impl Into<String>) -> Line {
    let mut line = Line::indented(layout.margin);
    line.push(role, text);
    line
}
