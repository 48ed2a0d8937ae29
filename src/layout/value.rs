//! A JSON value as it was written, indented, and folded where it is long.
//!
//! Order, repeated keys and the digits of numbers stay; nothing is repaired or sorted. What is
//! left out is counted at its place.

use crate::json::{Kind, Member, Node, push_index, push_token};
use crate::layout::line::{Line, Role};
use crate::layout::options::Layout;
use crate::text::glyph::{Form, cut};
use crate::text::mask::mask;
use crate::text::number::{count, grouped};
use crate::text::show;
use crate::text::width::width;

/// Columns a level is indented.
const INDENT: usize = 2;

/// The column at which remarks begin, where there is room.
const REMARKS_AT: usize = 50;

/// Lays out a JSON value. `annotate` is asked for a remark on each value, by its JSON Pointer
/// (RFC 6901); for a repeated key it is asked each time. The remark stands to the right of it,
/// as a comment.
pub fn lay_out_value(
    root: &Node,
    layout: Layout,
    annotate: &dyn Fn(&str) -> Option<String>,
) -> Vec<Line> {
    lay_out_marked(root, layout, annotate, &|_| None)
}

/// The same, with the finding about each value. That about an array or an object stands at its
/// opening bracket.
pub fn lay_out_marked(
    root: &Node,
    layout: Layout,
    annotate: &dyn Fn(&str) -> Option<String>,
    finding: &dyn Fn(&str) -> Option<usize>,
) -> Vec<Line> {
    let mut page = Page {
        layout,
        annotate,
        finding,
        pointer: String::new(),
        lines_left: layout.lines,
        lines: Vec::new(),
    };
    let line = page.line(0);
    page.value(root, line, 0, "");
    page.lines
}

struct Page<'a> {
    layout: Layout,
    annotate: &'a dyn Fn(&str) -> Option<String>,
    finding: &'a dyn Fn(&str) -> Option<usize>,
    pointer: String,
    lines_left: usize,
    lines: Vec<Line>,
}

impl Page<'_> {
    fn line(&self, depth: usize) -> Line {
        Line::indented(self.layout.margin + depth * INDENT)
    }

    /// Adds a value and `tail`, the comma behind it, to what `line` has already.
    fn value(&mut self, node: &Node, mut line: Line, depth: usize, tail: &str) {
        let remark = (self.annotate)(&self.pointer);
        let (pieces, finding) = (line.spans().len(), (self.finding)(&self.pointer));
        let (open, close, length) = match &node.kind {
            Kind::Array(items) => ("[", "]", items.len()),
            Kind::Object(members) => ("{", "}", members.len()),
            _ => {
                let beside = remark.as_ref().map_or(0, |remark| width(remark) + 5);
                self.scalar(&mut line, &node.kind, tail.len() + beside);
                line.mark(pieces, finding);
                line.push(Role::Punctuation, tail);
                return self.finish(line, remark.as_deref());
            }
        };
        line.push(Role::Punctuation, open);
        line.mark(pieces, finding);
        if length > 0 {
            self.finish(line, remark.as_deref());
            self.items(&node.kind, length, depth + 1);
            line = self.line(depth);
        }
        line.push(Role::Punctuation, close)
            .push(Role::Punctuation, tail);
        if length > 0 {
            self.lines.push(line);
        } else {
            self.finish(line, remark.as_deref());
        }
    }

    fn items(&mut self, parent: &Kind, length: usize, depth: usize) {
        for index in 0..length {
            let mut line = self.line(depth);
            if self.is_full(index) {
                let rest = grouped(count(length - index));
                line.push(Role::Fold, format!("… {rest} more"));
                self.lines.push(line);
                break;
            }
            let tail = if index + 1 < length { "," } else { "" };
            let outer = self.pointer.len();
            match parent {
                Kind::Array(items) => {
                    push_index(&mut self.pointer, index);
                    self.value(&items[index], line, depth, tail);
                }
                Kind::Object(members) => {
                    let Member { key, value, .. } = &members[index];
                    push_token(&mut self.pointer, key);
                    // A key gets half the line, so that its value is seen too.
                    let half = self.layout.room(line.width()) / 2;
                    quoted(&mut line, Role::Key, key, half);
                    line.push(Role::Punctuation, ":").space(1);
                    self.value(value, line, depth, tail);
                }
                _ => {}
            }
            self.pointer.truncate(outer);
        }
    }

    fn is_full(&self, index: usize) -> bool {
        !self.layout.full && (index >= self.layout.items || self.lines_left == 0)
    }

    /// `reserved`: columns for what stands behind the value.
    fn scalar(&self, line: &mut Line, kind: &Kind, reserved: usize) {
        let room = self.layout.room(line.width() + reserved);
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
        line.push(role, cut.shown);
        line.note(cut.note.as_deref());
    }

    /// Adds a line with its remark: at the common column, or close behind the value, or on a
    /// line of its own.
    fn finish(&mut self, mut line: Line, remark: Option<&str>) {
        self.lines_left = self.lines_left.saturating_sub(1);
        if let Some(remark) = remark {
            // A comment, so that `validate --fix` takes the text back.
            let remark = format!("// {}", show(remark));
            let limit = self.layout.width.unwrap_or(usize::MAX);
            let behind = line.width() + 2;
            let common = behind.max(REMARKS_AT);
            if common + width(&remark) <= limit {
                line.space(common - line.width());
            } else if behind + width(&remark) <= limit {
                line.space(2);
            } else {
                self.lines.push(line);
                line = self.line(1);
            }
            line.push(Role::Remark, remark);
        }
        self.lines.push(line);
    }
}

/// `room`: columns for the text and its quotes.
fn quoted(line: &mut Line, role: Role, text: &str, room: usize) {
    let cut = cut(&mask(text), Form::Quoted, room.saturating_sub(2));
    line.push(role, format!("\"{}\"", cut.shown));
    line.note(cut.note.as_deref());
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn laid_out(text: &[u8], layout: Layout) -> Vec<Line> {
        let remark = |pointer: &str| (pointer == "/a").then(|| "a remark".to_owned());
        lay_out_value(&crate::json::read(text).root.unwrap(), layout, &remark)
    }

    #[test]
    fn a_line_is_a_list_of_spans_for_a_page() {
        let lines = laid_out(br#"{"a":1.0,"b":["x\u202e"]}"#, Layout::default());
        let span = |role: &str, text: &str| json!({"role": role, "text": text});
        assert_eq!(
            serde_json::to_value(&lines[1]).unwrap(),
            json!([
                span("plain", "    "),
                span("key", "\"a\""),
                span("punctuation", ":"),
                span("plain", " "),
                span("number", "1.0"),
                span("punctuation", ","),
                span("plain", &" ".repeat(37)),
                span("remark", "// a remark"),
            ])
        );
        assert_eq!(
            serde_json::to_value(&lines[3]).unwrap(),
            json!([span("plain", "      "), span("text", "\"x\\u{202e}\"")])
        );
    }

    #[test]
    fn what_is_folded_is_counted_in_a_span_of_its_own() {
        let layout = Layout {
            items: 1,
            ..Layout::default()
        };
        let lines = laid_out(b"[1,2,3]", layout);
        let texts = lines.iter().map(|line| line.spans().last().unwrap());
        let texts: Vec<_> = texts.map(|span| (span.role, span.text.as_str())).collect();
        assert_eq!(
            texts,
            [
                (Role::Punctuation, "["),
                (Role::Punctuation, ","),
                (Role::Fold, "… 2 more"),
                (Role::Punctuation, "]"),
            ]
        );
    }
}
