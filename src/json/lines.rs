//! Bytes of a text as the lines and columns that an editor shows.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use memchr::{memchr_iter, memrchr};

use crate::model::report::Place;

/// The UTF-8 byte order mark. Editors do not show it, so it takes no column.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The lines of a text. Each place is counted from the one before it, so that places in the order
/// of the text take one pass over it, however long its lines are.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t [u8],
    /// Up to where lines and characters are counted.
    counted: Cell<Counted>,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    at: usize,
    line: usize,
    /// Characters before `at` in its line.
    characters: usize,
}

impl<'t> Lines<'t> {
    /// The lines of a text, which end with LF or CR LF.
    pub fn new(text: &'t [u8]) -> Lines<'t> {
        let counted = Cell::new(beginning(text));
        Lines { text, counted }
    }

    /// What stands in a span of the text.
    pub fn text(&self, span: Range<usize>) -> Cow<'t, str> {
        String::from_utf8_lossy(self.text.get(span).unwrap_or_default())
    }

    /// The line and column that a span begins at.
    ///
    /// A column counts characters, a tab as one. In text that is no UTF-8 a byte that
    /// continues a character that never began is not counted.
    pub fn place(&self, span: Range<usize>) -> Place {
        let at = span.start.min(self.text.len());
        let mut counted = self.counted.get();
        if at < counted.at {
            counted = beginning(self.text);
        }
        let between = self.text.get(counted.at..at).unwrap_or_default();
        counted.line += memchr_iter(b'\n', between).count();
        let line = match memrchr(b'\n', between) {
            Some(end) => {
                counted.characters = 0;
                &between[end + 1..]
            }
            None => between,
        };
        counted.characters += line.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        counted.at = counted.at.max(at);
        self.counted.set(counted);
        Place {
            span,
            line: counted.line,
            column: counted.characters + 1,
        }
    }
}

/// Before the first character, and behind a byte order mark.
fn beginning(text: &[u8]) -> Counted {
    let has_mark = text.starts_with(BYTE_ORDER_MARK);
    Counted {
        at: if has_mark { BYTE_ORDER_MARK.len() } else { 0 },
        line: 1,
        characters: 0,
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
    fn places_do_not_depend_on_the_order_in_which_they_are_asked_for() {
        let text = "\u{feff}aé\nb\n\nccc".as_bytes();
        let lines = Lines::new(text);
        let places = (0..text.len()).chain((0..text.len()).rev());
        for at in places {
            let found = lines.place(at..at);
            assert_eq!((found.line, found.column), place(text, at), "{at}");
        }
    }
}
