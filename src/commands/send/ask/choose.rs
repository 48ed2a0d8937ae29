//! A choice from a list.

use dialoguer::FuzzySelect;

use crate::commands::prompt::{Asking, theme};
use crate::model::error::Failure;
use crate::text::{show, width as text};

/// Rows of a list that are shown at a time.
const ROWS: usize = 12;
/// Columns that a list itself needs beside its items.
const MARGIN: usize = 4;

/// One of a list, by typing or with the arrow keys; the first is proposed.
pub(super) fn choose(
    asking: &Asking,
    question: &str,
    items: impl Iterator<Item = String>,
    width: Option<usize>,
) -> Result<usize, Failure> {
    let room = width.unwrap_or(80).saturating_sub(MARGIN).max(MARGIN);
    // A line that goes on below would not be painted over.
    let items: Vec<String> = items
        .map(|item| text::cut(&show(&item), room).into_owned())
        .collect();
    let theme = theme();
    let select = FuzzySelect::with_theme(&*theme)
        .with_prompt(question)
        .items(&items)
        .max_length(ROWS)
        .report(false)
        .default(0);
    Ok(asking.answer(select.interact_opt())?)
}
