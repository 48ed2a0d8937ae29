//! The head of a request: its first line and its fields.

use crate::layout::line::{Line, Role};
use crate::model::capture::Capture;
use crate::text::{escape_bytes, show};

/// Lays out method, path and header fields; of a bare body there are none.
pub fn lay_out_head(capture: &Capture) -> Vec<Line> {
    let mut lines = Vec::new();
    if !capture.method.is_empty() {
        let mut line = Line::default();
        let text = format!("{} {}", capture.method, capture.target);
        line.push(Role::Heading, show(&text));
        lines.push(line);
    }
    for (name, value) in capture.headers.iter() {
        let mut line = Line::default();
        let value = match str::from_utf8(value) {
            Ok(text) => show(text),
            Err(_) => escape_bytes(value),
        };
        line.push(Role::Key, show(name))
            .push(Role::Punctuation, ": ")
            .push(Role::Plain, value);
        lines.push(line);
    }
    lines
}
