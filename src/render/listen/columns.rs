//! The columns of the headline of a capture, the same in `pretty` and `line`.
//!
//! They grow with the captures so far: they line up, and need no room for the longest possible
//! name.

use super::page::Page;
use crate::flows::history::Context;
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
}

/// The content of a headline.
pub(super) struct Headline<'h> {
    /// The capture.
    pub(super) judged: &'h JudgedCapture,
    /// The status of the reply; nothing if the connection was closed without one.
    pub(super) status: Option<u16>,
    /// How it relates to earlier ones.
    pub(super) context: &'h Context,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns {
            event: EVENT_WIDTH.0,
            session: SESSION_WIDTH.0,
            seq: 0,
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
        let seq = judged.seq.map(|seq| format!("#{seq}"));
        self.event = self.event.max(width(&event));
        self.session = self.session.max(width(&session));
        self.seq = self.seq.max(seq.as_deref().map_or(0, width));

        let mut line = Line::new(page.style.palette);
        let between = page.between();
        line.push(Role::Dim, &page.clock(judged.capture.received_at));
        let mut column = page.event_column();
        line.pad_to(column).push(Role::Event, &event);
        column += self.event + between;
        line.pad_to(column).push(Role::Session, &session);
        column += self.session + between;
        if let Some(gap) = headline.context.gap {
            line.pad_to(column).push(Role::Dim, &time::gap(gap));
        }
        column += GAP_WIDTH + between;
        let status = headline
            .status
            .map_or_else(|| "---".to_owned(), |status| status.to_string());
        line.pad_to(column)
            .push(status_role(headline.status), &status);
        column += 3 + between;
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
            3,
            VERDICT_WIDTH,
            self.seq,
        ];
        let columns = columns.iter().filter(|column| **column > 0);
        let before: usize = columns.map(|column| column + page.between()).sum();
        page.event_column() + before
    }
}

/// A status 2xx is plain; every other one stands out.
fn status_role(status: Option<u16>) -> Role {
    match status {
        Some(200..300) => Role::Plain,
        _ => Role::Invalid,
    }
}
