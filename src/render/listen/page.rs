//! The layout of the output of `listen`, by its width.

use chrono::{DateTime, Utc};

use crate::render::{Layout, TermStyle};
use crate::text::Zone;

/// A page with fewer columns is narrow: less space between columns, and no milliseconds.
const NARROW: usize = 72;
/// The fewest columns that a text at the end of a line gets.
const LEAST: usize = 16;

/// Where things stand on a line.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Colours and width.
    pub style: TermStyle,
    /// The zone of the times.
    pub zone: Zone,
    /// Margin, and whether long values are shown whole.
    pub layout: Layout,
}

impl Page {
    fn is_narrow(&self) -> bool {
        self.style.width.is_some_and(|width| width < NARROW)
    }

    /// Spaces between two columns.
    pub(super) fn between(&self) -> usize {
        if self.is_narrow() { 1 } else { 2 }
    }

    /// The column after the time of day.
    pub(super) fn event_column(&self) -> usize {
        let time = if self.is_narrow() {
            "14:03:22"
        } else {
            "14:03:22.118"
        };
        time.len() + self.between()
    }

    /// The time of day; without milliseconds on a narrow page.
    pub(in crate::render) fn clock(&self, at: DateTime<Utc>) -> String {
        if self.is_narrow() {
            self.zone.clock_seconds(at)
        } else {
            self.zone.clock(at)
        }
    }

    /// Columns left on a line where `taken` columns are used.
    pub(in crate::render) fn room(&self, taken: usize) -> usize {
        match self.style.width {
            Some(width) if !self.layout.full => width.saturating_sub(taken).max(LEAST),
            _ => usize::MAX,
        }
    }
}
