//! The columns of the headline of a capture, the same in `pretty` and `line`.
//!
//! They grow with the captures so far: they line up, and need no room for the longest possible
//! name.

use super::page::Page;
use chrono::{DateTime, Utc};

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

/// The widths of the columns so far.
#[derive(Debug)]
pub struct Columns {
    event: usize,
    session: usize,
    seq: usize,
    status: usize,
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
            event: EVENT_WIDTH.0,
            session: SESSION_WIDTH.0,
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
        self.event = self.event.max(width(&event));
        self.session = self.session.max(width(&session));
        self.seq = self.seq.max(seq.as_deref().map_or(0, width));

        let mut line = Line::new(page.style.palette);
        let between = page.between();
        let at = headline.at.map_or_else(String::new, |at| page.clock(at));
        line.push(Role::Dim, &at);
        let mut column = page.event_column();
        line.pad_to(column).push(Role::Event, &event);
        column += self.event + between;
        line.pad_to(column).push(Role::Session, &session);
        column += self.session + between;
        if let Some(gap) = headline.context.gap {
            line.pad_to(column).push(Role::Dim, &time::gap(gap));
        }
        column += GAP_WIDTH + between;
        let (role, status) = match headline.reply {
            Reply::Status(status @ 200..300) => (Role::Plain, status.to_string()),
            Reply::Status(status) => (Role::Invalid, status.to_string()),
            Reply::Closed => (Role::Invalid, "---".to_owned()),
            Reply::NotKnown => (Role::Plain, String::new()),
        };
        self.status = status.len();
        line.pad_to(column).push(role, &status);
        column += match self.status {
            0 => 0,
            wide => wide + between,
        };
        line.pad_to(column)
            .push(Role::from(glance.verdict), glance.verdict.word());
        column += VERDICT_WIDTH + between;
        if let Some(seq) = seq {
            line.pad_to(column).push(Role::Dim, &seq);
        }
        line
    }

    /// The column after the number, where remarks begin.
    pub(super) fn remarks(&self, page: Page) -> usize {
        let columns = [
            self.event,
            self.session,
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
