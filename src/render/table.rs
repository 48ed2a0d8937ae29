//! Tables with aligned columns, for text in any script.
//!
//! A table is laid out when all of its rows are known, so an endless stream is not a table. Cells
//! hold raw text, which is escaped and masked here.

use std::io::Write;

use crate::model::error::OutputError;
use crate::render::line::Line;
use crate::render::style::{Role, TermStyle};
use crate::text::show;
use crate::text::width::{cut, width, wrap};

/// Columns between two columns.
const GAP: usize = 2;

/// The minimum width of the last column.
const LEAST: usize = 16;

/// The layout of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    right: bool,
    wraps: bool,
    most: usize,
}

impl Column {
    /// Text is aligned left. A text over 40 columns is cut, except in the last column.
    pub fn left() -> Column {
        Column {
            right: false,
            wraps: false,
            most: 40,
        }
    }

    /// Text is aligned right, for numbers.
    pub fn right() -> Column {
        Column {
            right: true,
            ..Column::left()
        }
    }

    /// As the last column: a text that is too long for the page is wrapped instead of cut.
    #[must_use]
    pub fn wrapping(self) -> Column {
        Column {
            wraps: true,
            ..self
        }
    }

    /// Text over this width is cut, except in the last column.
    #[must_use]
    pub fn at_most(self, columns: usize) -> Column {
        Column {
            most: columns,
            ..self
        }
    }
}

/// A text in a table, with its role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    role: Role,
    text: String,
}

impl Cell {
    /// A text with its role.
    pub fn new(role: Role, text: impl Into<String>) -> Cell {
        Cell {
            role,
            text: text.into(),
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell::new(Role::Plain, text)
    }
}

/// Rows of cells under common columns.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Column>,
    margin: usize,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl Into<Vec<Column>>) -> Table {
        Table {
            columns: columns.into(),
            margin: 0,
            rows: Vec::new(),
        }
    }

    /// Spaces before every line.
    #[must_use]
    pub fn with_margin(mut self, columns: usize) -> Table {
        self.margin = columns;
        self
    }

    /// Adds a row. It can have fewer cells than there are columns; further cells are dropped.
    pub fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) -> &mut Table {
        let cells = cells.into_iter().map(|cell| {
            let Cell { role, text } = cell.into();
            let text = show(&text).into_owned();
            Cell { role, text }
        });
        self.rows.push(cells.take(self.columns.len()).collect());
        self
    }

    /// Writes the table.
    pub fn write(&self, out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
        let Some(last) = self.columns.len().checked_sub(1) else {
            return Ok(());
        };
        let widths = self.widths();
        let before = self.margin
            + widths[..last]
                .iter()
                .map(|width| width + GAP)
                .sum::<usize>();
        let room = style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(before).max(LEAST));
        for row in &self.rows {
            let mut line = Line::indented(style.palette, self.margin);
            let mut start = self.margin;
            for (at, cell) in row.iter().enumerate() {
                let column = self.columns[at];
                if at == last && column.wraps {
                    for (part, text) in wrap(&cell.text, room, room).iter().enumerate() {
                        if part > 0 {
                            line.write(out)?;
                            line = Line::new(style.palette);
                        }
                        line.pad_to(before).push(cell.role, text);
                    }
                    continue;
                }
                let text = cut(&cell.text, if at == last { room } else { widths[at] });
                let set = if column.right {
                    // If the last column is wider than the room, only this column is cut.
                    widths[at].min(room).saturating_sub(width(&text))
                } else {
                    0
                };
                line.pad_to(start + set).push(cell.role, &text);
                start += widths[at] + GAP;
            }
            line.write(out)?;
        }
        Ok(())
    }

    /// The width of each column; the last one without cutting.
    fn widths(&self) -> Vec<usize> {
        let last = self.columns.len().saturating_sub(1);
        let widest = |at: usize| {
            let cells = self.rows.iter().filter_map(move |row| row.get(at));
            cells.map(|cell| width(&cell.text)).max().unwrap_or(0)
        };
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, column)| {
                if at == last {
                    widest(at)
                } else {
                    widest(at).min(column.most)
                }
            })
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(table: &Table, width: Option<usize>) -> String {
        let mut out = Vec::new();
        table.write(&mut out, TermStyle::new(false, width)).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn failures(last: Column) -> Table {
        let mut table =
            Table::new([Column::right(), Column::left(), Column::left(), last]).with_margin(2);
        table.row([
            "#1210",
            "room_end",
            "7700123",
            r#"500  {"error":"no such room"}"#,
        ]);
        table.row(["#31877", "会議", "7719004", "500  https://u:p@h/\u{202e}"]);
        table.row(["#5", "re_encoded"]);
        table
    }

    #[test]
    fn columns_line_up_by_what_is_seen() {
        insta::assert_snapshot!(written(&failures(Column::left()), Some(80)), @r#"
         #1210  room_end    7700123  500  {"error":"no such room"}
        #31877  会議        7719004  500  https://u:***@h/\u{202e}
            #5  re_encoded
        "#);
    }

    #[test]
    fn the_last_column_is_cut_or_wrapped_at_the_width() {
        insta::assert_snapshot!(written(&failures(Column::left()), Some(48)), @r#"
         #1210  room_end    7700123  500  {"error":"n…
        #31877  会議        7719004  500  https://u:*…
            #5  re_encoded
        "#);
        insta::assert_snapshot!(written(&failures(Column::left().wrapping()), Some(48)), @r#"
         #1210  room_end    7700123  500  {"error":"no
                                     such room"}
        #31877  会議        7719004  500
                                     https://u:***@h/\
                                     u{202e}
            #5  re_encoded
        "#);
    }

    #[test]
    fn a_long_text_in_the_middle_is_cut_and_does_not_push_the_rest_away() {
        let mut table = Table::new([Column::left().at_most(8), Column::right()]);
        table.row(["abcdefghijkl", "1"]).row(["a", "1,204"]);
        assert_eq!(written(&table, None), "abcdefg…      1\na         1,204\n");
    }

    #[test]
    fn a_table_without_columns_or_rows_is_nothing() {
        assert_eq!(written(&Table::new([]), None), "");
        assert_eq!(written(&Table::new([Column::left()]), None), "");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_page_or_ends_in_a_space(
            rows in prop::collection::vec(prop::collection::vec("[a-z会 \u{202e}]{0,50}", 0..4), 0..6),
            style in 100_usize..140, wraps: bool,
        ) {
            let last = if wraps { Column::left().wrapping() } else { Column::left() };
            let mut table = Table::new([Column::left(), Column::right(), last]);
            for row in rows {
                table.row(row);
            }
            for line in written(&table, Some(style)).lines() {
                prop_assert!(width(line) <= style, "{}", line);
                prop_assert!(!line.ends_with(' '), "{:?}", line);
            }
        }
    }
}
