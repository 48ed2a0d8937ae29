//! Bytes of a text as the lines and columns that an editor shows.

use std::ops::Range;

use memchr::memchr_iter;

use crate::model::report::Place;

/// The UTF-8 byte order mark. Editors do not show it, so it takes no column.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t [u8],
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of a text, which end with LF or CR LF.
    pub fn new(text: &'t [u8]) -> Lines<'t> {
        let after_mark = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        let mut starts = vec![after_mark];
        starts.extend(memchr_iter(b'\n', text).map(|end| end + 1));
        Lines { text, starts }
    }

    /// The line and column that a span begins at.
    ///
    /// A column counts characters, a tab as one. In text that is no UTF-8 a byte that
    /// continues a character that never began is not counted.
    pub fn place(&self, span: Range<usize>) -> Place {
        let at = span.start.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let before = self.text.get(self.starts[line - 1]..at).unwrap_or_default();
        let characters = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        Place {
            span,
            line,
            column: characters + 1,
        }
    }

    /// The bytes of a line, counted from 1, without its end; none past the last.
    pub fn line(&self, number: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let end = self.starts.get(number).copied();
        let line = &self.text[start..end.unwrap_or(self.text.len())];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Some(start..start + line.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &[u8], at: usize) -> (usize, usize) {
        let place = Lines::new(text).place(at..at);
        (place.line, place.column)
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let text = "{\n\t\"größe\": “x”\r\n}".as_bytes();
        let quote = text.iter().position(|byte| *byte == 0xE2);
        assert_eq!(quote.map(|at| place(text, at)), Some((2, 11)));
        assert_eq!(place(text, text.len() - 1), (3, 1));
        assert_eq!(place(text, text.len()), (3, 2));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(place(b"\xEF\xBB\xBF{x", 0), (1, 1));
        assert_eq!(place(b"\xEF\xBB\xBF{x", 4), (1, 2));
    }

    #[test]
    fn bytes_that_are_no_text_and_places_past_the_end_are_no_trouble() {
        assert_eq!(place(b"\xFF\xFE\x80x", 3), (1, 3));
        assert_eq!(place(b"", 0), (1, 1));
        assert_eq!(place(b"a\n", 99), (2, 1));
    }

    #[test]
    fn a_line_comes_without_its_end() {
        let lines = Lines::new(b"ab\r\ncd\n");
        let all: Vec<_> = (0..5).map(|number| lines.line(number)).collect();
        assert_eq!(all, [None, Some(0..2), Some(4..6), Some(7..7), None]);
    }
}
