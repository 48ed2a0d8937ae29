//! One line of output: painted pieces, and their width without escape sequences.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::render::style::{Palette, Role};
use crate::text::escape::disarm;
use crate::text::show;
use crate::text::width::width;

/// A line that is built from pieces. Trailing spaces are never written.
#[derive(Clone, Debug)]
pub struct Line {
    palette: Palette,
    painted: String,
    width: usize,
    /// Spaces before the next piece.
    spaces: usize,
}

impl Line {
    /// An empty line.
    pub fn new(palette: Palette) -> Line {
        Line {
            palette,
            painted: String::new(),
            width: 0,
            spaces: 0,
        }
    }

    /// A line that begins with spaces.
    pub fn indented(palette: Palette, spaces: usize) -> Line {
        let mut line = Line::new(palette);
        line.space(spaces);
        line
    }

    /// Adds a trusted or an escaped text.
    pub fn push(&mut self, role: Role, text: &str) -> &mut Line {
        // What is escaped already may still be a command to a CI runner.
        let text = &*disarm(text.into());
        let trimmed = text.trim_end_matches(' ');
        let trailing = text.len() - trimmed.len();
        if trimmed.is_empty() {
            return self.space(trailing);
        }
        self.painted.extend(std::iter::repeat_n(' ', self.spaces));
        self.width += self.spaces + width(trimmed);
        self.spaces = trailing;
        // Writing to a String cannot fail.
        let _ = write!(self.painted, "{}", self.palette.paint(role, trimmed));
        self
    }

    /// Adds a raw text, which is masked and escaped here.
    pub fn show(&mut self, role: Role, text: &str) -> &mut Line {
        self.push(role, &show(text))
    }

    /// Adds spaces.
    pub fn space(&mut self, columns: usize) -> &mut Line {
        self.spaces += columns;
        self
    }

    /// Adds spaces up to a column, counted from 0; none if the line is already as long.
    pub fn pad_to(&mut self, column: usize) -> &mut Line {
        self.space(column.saturating_sub(self.width()))
    }

    /// The width so far, with spaces.
    pub fn width(&self) -> usize {
        self.width + self.spaces
    }

    /// Writes the line and a line feed.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.painted.as_bytes())?;
        out.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_without_the_paint() {
        for on in [true, false] {
            let mut line = Line::indented(Palette::new(on), 2);
            line.push(Role::Event, "会議")
                .pad_to(8)
                .push(Role::Dim, "x");
            assert_eq!(line.width(), 9);
        }
    }

    #[test]
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    fn trailing_spaces_are_not_written() {
        let mut line = Line::indented(Palette::new(false), 2);
        line.show(Role::Plain, "a\u{202e} ")
            .space(3)
            .push(Role::Plain, " ");
        let mut out = Vec::new();
        line.write(&mut out).unwrap();
        assert_eq!(out, b"  a\\u{202e}\n");
    }
}
