//! A JSON payload for people: as it was written, indented, and folded where it is long.
//!
//! Order, repeated keys and the digits of numbers stay; nothing is repaired or
//! sorted. What is left out is counted at its place. A body that is no JSON is for [`write_body`].

mod body;

use std::io::Write;

pub use body::write_body;

use crate::json::{Kind, Member, Node};
use crate::model::error::OutputError;
use crate::render::line::Line;
use crate::render::style::{Role, TermStyle};
use crate::text::glyph::{Form, cut};
use crate::text::mask::mask;
use crate::text::number::{count, grouped};
use crate::text::show;
use crate::text::width::width;

/// Columns a level is indented.
const INDENT: usize = 2;

/// The fewest columns a value gets, however deep or narrow its place is.
const LEAST: usize = 16;

/// Columns that a value gets on a page without a width, such as a file: enough for any URL, and
/// little enough that a text of megabytes does not bury the rest.
const MOST: usize = 2000;

/// The column at which annotations begin, where there is room.
const ANNOTATIONS_AT: usize = 50;

/// How much of a payload is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Spaces before every line.
    pub margin: usize,
    /// Items of an array, members of an object or lines of a text before the rest is folded.
    pub items: usize,
    /// Lines of the whole before all the rest is folded; closing brackets come on top.
    pub lines: usize,
    /// Everything: nothing is folded, and no text is cut.
    pub full: bool,
}

impl Layout {
    /// Columns that are left for a text on a line on which so many are taken.
    fn room(self, style: TermStyle, taken: usize) -> usize {
        match style.width {
            _ if self.full => usize::MAX,
            Some(width) => width.saturating_sub(taken).max(LEAST),
            None => MOST,
        }
    }
}

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            margin: 2,
            items: 12,
            lines: 200,
            full: false,
        }
    }
}

/// Writes a JSON value. `annotate` is asked for a remark on each value, by its JSON Pointer
/// (RFC 6901); of a repeated key it is asked each time. The remark stands to the right of it.
pub fn write_payload(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    root: &Node,
    annotate: &dyn Fn(&str) -> Option<String>,
) -> Result<(), OutputError> {
    let mut printer = Printer {
        out,
        style,
        layout,
        annotate,
        pointer: String::new(),
        lines_left: layout.lines,
    };
    let line = printer.line(0);
    printer.value(root, line, 0, "")
}

struct Printer<'a> {
    out: &'a mut dyn Write,
    style: TermStyle,
    layout: Layout,
    annotate: &'a dyn Fn(&str) -> Option<String>,
    pointer: String,
    lines_left: usize,
}

impl Printer<'_> {
    fn line(&self, depth: usize) -> Line {
        Line::indented(self.style.palette, self.layout.margin + depth * INDENT)
    }

    /// Writes a value and `tail`, the comma behind it, on from what `line` has already.
    fn value(
        &mut self,
        node: &Node,
        mut line: Line,
        depth: usize,
        tail: &str,
    ) -> Result<(), OutputError> {
        let remark = (self.annotate)(&self.pointer);
        let (open, close, length) = match &node.kind {
            Kind::Array(items) => ("[", "]", items.len()),
            Kind::Object(members) => ("{", "}", members.len()),
            _ => {
                let beside = remark.as_ref().map_or(0, |remark| width(remark) + 2);
                self.scalar(&mut line, &node.kind, tail.len() + beside);
                line.push(Role::Punctuation, tail);
                return self.finish(line, remark.as_deref());
            }
        };
        line.push(Role::Punctuation, open);
        if length == 0 {
            line.push(Role::Punctuation, close)
                .push(Role::Punctuation, tail);
            return self.finish(line, remark.as_deref());
        }
        self.finish(line, remark.as_deref())?;
        for index in 0..length {
            if self.is_full(index) {
                let mut line = self.line(depth + 1);
                let rest = count(length - index);
                line.push(Role::Dim, &format!("… {} more", grouped(rest)));
                line.write(self.out)?;
                break;
            }
            let tail = if index + 1 < length { "," } else { "" };
            self.item(&node.kind, index, depth + 1, tail)?;
        }
        let mut line = self.line(depth);
        line.push(Role::Punctuation, close)
            .push(Role::Punctuation, tail);
        Ok(line.write(self.out)?)
    }

    fn is_full(&self, index: usize) -> bool {
        !self.layout.full && (index >= self.layout.items || self.lines_left == 0)
    }

    fn item(
        &mut self,
        parent: &Kind,
        index: usize,
        depth: usize,
        tail: &str,
    ) -> Result<(), OutputError> {
        let mut line = self.line(depth);
        let outer = self.pointer.len();
        self.pointer.push('/');
        match parent {
            Kind::Array(items) => {
                self.pointer.push_str(&index.to_string());
                self.value(&items[index], line, depth, tail)?;
            }
            Kind::Object(members) => {
                let Member { key, value, .. } = &members[index];
                self.pointer
                    .push_str(&key.replace('~', "~0").replace('/', "~1"));
                // A key gets half the line, so that its value is seen too.
                let half = self.room(&line, 0) / 2;
                quoted(&mut line, Role::Key, key, half);
                line.push(Role::Punctuation, ":").space(1);
                self.value(value, line, depth, tail)?;
            }
            _ => {}
        }
        self.pointer.truncate(outer);
        Ok(())
    }

    /// `reserved`: columns for what stands behind the value.
    fn scalar(&self, line: &mut Line, kind: &Kind, reserved: usize) {
        let room = self.room(line, reserved);
        let (role, text) = match kind {
            Kind::String(text) => return quoted(line, Role::Text, text, room),
            Kind::Null => (Role::Literal, "null"),
            Kind::Bool(true) => (Role::Literal, "true"),
            Kind::Bool(false) => (Role::Literal, "false"),
            Kind::Number(text) => (Role::Number, text.as_str()),
            Kind::Bare(text) => (Role::Invalid, text.as_str()),
            Kind::Array(_) | Kind::Object(_) => return,
        };
        let cut = cut(text, Form::Plain, room);
        line.push(role, &cut.shown);
        note(line, cut.note.as_deref());
    }

    fn room(&self, line: &Line, reserved: usize) -> usize {
        self.layout.room(self.style, line.width() + reserved)
    }

    /// Writes a line with its remark: at the common column, or else close behind the
    /// value, or else on a line of its own.
    fn finish(&mut self, mut line: Line, remark: Option<&str>) -> Result<(), OutputError> {
        self.lines_left = self.lines_left.saturating_sub(1);
        let Some(remark) = remark.map(show) else {
            return Ok(line.write(self.out)?);
        };
        let limit = self.style.width.unwrap_or(usize::MAX);
        let behind = line.width() + 2;
        let common = behind.max(ANNOTATIONS_AT);
        if common + width(&remark) <= limit {
            line.pad_to(common);
        } else if behind + width(&remark) <= limit {
            line.pad_to(behind);
        } else {
            line.write(self.out)?;
            line = Line::indented(self.style.palette, self.layout.margin + INDENT);
        }
        line.push(Role::Dim, &remark);
        Ok(line.write(self.out)?)
    }
}

/// `room`: columns for the text and its quotes.
fn quoted(line: &mut Line, role: Role, text: &str, room: usize) {
    let cut = cut(&mask(text), Form::Quoted, room.saturating_sub(2));
    line.push(role, &format!("\"{}\"", cut.shown));
    note(line, cut.note.as_deref());
}

fn note(line: &mut Line, note: Option<&str>) {
    if let Some(note) = note {
        line.space(1).push(Role::Dim, note);
    }
}

#[cfg(test)]
mod tests;
