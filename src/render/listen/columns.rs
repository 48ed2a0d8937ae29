//! The columns of the headline of a capture, the same in `pretty` and `line`.
//!
//! They follow the last captures: they line up, and need no room for the longest possible name.
//! A long name or id that comes once widens its own line only.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::page::Page;
use crate::flows::history::{CaptureName, Context};
use crate::render::{Line, Role};
use crate::text::width::{cut, width};
use crate::text::{show, time};
use crate::validation::JudgedCapture;

/// The narrowest and the widest columns: a UUID fits into a session's.
const EVENT_WIDTH: (usize, usize) = (14, 28);
const SESSION_WIDTH: (usize, usize) = (8, 36);
/// `+17m 45s`
const GAP_WIDTH: usize = 8;
/// `warning`
const VERDICT_WIDTH: usize = 7;

/// The widths of the columns.
#[derive(Debug)]
pub struct Columns {
    event: Recent,
    session: Recent,
    seq: usize,
    status: usize,
}

/// The width of a column: the second largest among the last cells.
#[derive(Debug)]
struct Recent {
    least: usize,
    cells: VecDeque<usize>,
}

/// How many cells a column follows.
const FOLLOWED: usize = 8;

impl Recent {
    fn new(least: usize) -> Recent {
        Recent {
            least,
            cells: VecDeque::new(),
        }
    }

    /// The width of the column with another cell.
    fn with(&mut self, cell: usize) -> usize {
        self.cells.truncate(FOLLOWED - 1);
        self.cells.push_front(cell);
        self.width()
    }

    fn width(&self) -> usize {
        let mut widest = [self.least; 2];
        for cell in self.cells.iter().copied() {
            widest = [widest[0].max(cell), widest[1].max(cell.min(widest[0]))];
        }
        widest[1]
    }
}

/// The content of a headline.
pub struct Headline<'h> {
    /// The capture.
    pub judged: &'h JudgedCapture,
    /// Its name; nothing if no log is kept.
    pub name: Option<&'h CaptureName>,
    /// When it was received, where that is known.
    pub received_at: Option<DateTime<Utc>>,
    /// The same, or else the time that it states itself.
    pub at: Option<DateTime<Utc>>,
    /// How it was answered.
    pub reply: Reply,
    /// How it relates to earlier ones.
    pub context: &'h Context,
    /// The usual path, which is not shown; nothing if no path is.
    pub path: Option<&'h str>,
}

/// How a capture was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// With this status.
    Status(u16),
    /// The connection was closed without a reply.
    Closed,
    /// The log does not say.
    NotKnown,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns {
            event: Recent::new(EVENT_WIDTH.0),
            session: Recent::new(SESSION_WIDTH.0),
            seq: 0,
            status: 0,
        }
    }
}

impl Columns {
    /// The line without its remarks.
    pub(super) fn line(&mut self, page: Page, headline: &Headline<'_>) -> Line {
        let judged = headline.judged;
        let glance = judged.classification();
        let event = show(glance.event.as_deref().unwrap_or("(no event)"));
        let session = show(glance.session.as_deref().unwrap_or_default());
        let event = cut(&event, EVENT_WIDTH.1);
        let session = cut(&session, SESSION_WIDTH.1);
        let seq = headline
            .name
            .map(|name| show(&name.to_string()).into_owned());
        let event_width = self.event.with(width(&event));
        let session_width = self.session.with(width(&session));
        self.seq = self.seq.max(seq.as_deref().map_or(0, width));

        let mut line = Line::new(page.style.palette);
        let between = page.between();
        let at = headline.at.map_or_else(String::new, |at| page.clock(at));
        line.push(Role::Dim, &at);
        let mut column = page.event_column();
        let mut next = |line: &mut Line, width: usize| {
            // A cell that is too wide moves its own line only.
            line.space(between).pad_to(column);
            column += width + between;
        };
        next(&mut line, event_width);
        line.push(Role::Event, &event);
        next(&mut line, session_width);
        line.push(Role::Session, &session);
        next(&mut line, GAP_WIDTH);
        if let Some(gap) = headline.context.gap {
            line.push(Role::Dim, &time::gap(gap));
        }
        let (role, status) = match headline.reply {
            Reply::Status(status @ 200..300) => (Role::Plain, status.to_string()),
            Reply::Status(status) => (Role::Invalid, status.to_string()),
            Reply::Closed => (Role::Invalid, "---".to_owned()),
            Reply::NotKnown => (Role::Plain, String::new()),
        };
        self.status = status.len();
        if !status.is_empty() {
            next(&mut line, self.status);
            line.push(role, &status);
        }
        next(&mut line, VERDICT_WIDTH);
        line.push(Role::from(glance.verdict), glance.verdict.word());
        if let Some(seq) = seq {
            next(&mut line, 0);
            line.push(Role::Dim, &seq);
        }
        line
    }

    /// The column after the number, where remarks begin.
    pub(super) fn remarks(&self, page: Page) -> usize {
        let columns = [
            self.event.width(),
            self.session.width(),
            GAP_WIDTH,
            self.status,
            VERDICT_WIDTH,
            self.seq,
        ];
        let columns = columns.iter().filter(|column| **column > 0);
        let before: usize = columns.map(|column| column + page.between()).sum();
        page.event_column() + before
    }
}
