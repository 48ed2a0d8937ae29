//! How much room a payload gets.

/// The fewest columns a value gets, however deep or narrow its place is.
const LEAST: usize = 16;

/// Columns that a value gets on a page without a width, such as a file: enough for any URL, and
/// little enough that a text of megabytes does not bury the rest.
const MOST: usize = 2000;

/// How much of a payload is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Columns of the page; nothing means that lines may have any length.
    pub width: Option<usize>,
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
    /// Columns left for a text on a line where `taken` columns are used.
    pub(super) fn room(self, taken: usize) -> usize {
        match self.width {
            _ if self.full => usize::MAX,
            Some(width) => width.saturating_sub(taken).max(LEAST),
            None => MOST,
        }
    }

    /// Columns of a page that never has lines of any length.
    pub(super) fn page(self, without_width: usize) -> usize {
        let width = self.width.unwrap_or(without_width);
        width.saturating_sub(self.margin).max(LEAST)
    }
}

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            width: None,
            margin: 2,
            items: 12,
            lines: 200,
            full: false,
        }
    }
}
