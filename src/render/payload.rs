//! A payload on a terminal: what [`crate::layout`] lays out, painted.

use std::io::Write;

use crate::json::Node;
use crate::layout::{self, Layout, lay_out_body, lay_out_value};
use crate::model::error::OutputError;
use crate::render::line::Line;
use crate::render::style::TermStyle;

/// Writes a JSON value, with the remarks of `annotate` (see [`lay_out_value`]).
pub fn write_payload(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    root: &Node,
    annotate: &dyn Fn(&str) -> Option<String>,
) -> Result<(), OutputError> {
    let width = style.width;
    let lines = lay_out_value(root, Layout { width, ..layout }, annotate);
    paint(out, style, &lines)
}

/// Writes a body that is not JSON.
pub fn write_body(
    out: &mut dyn Write,
    style: TermStyle,
    layout: Layout,
    body: &[u8],
) -> Result<(), OutputError> {
    let width = style.width;
    let lines = lay_out_body(body, Layout { width, ..layout });
    paint(out, style, &lines)
}

/// Writes lines that are laid out.
pub fn paint(
    out: &mut dyn Write,
    style: TermStyle,
    lines: &[layout::Line],
) -> Result<(), OutputError> {
    for laid_out in lines {
        let mut line = Line::new(style.palette);
        for span in laid_out.spans() {
            line.push(span.role, &span.text);
        }
        line.write(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
