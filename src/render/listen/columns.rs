//! The columns of the line on a capture, the same in `pretty` and `line`.
//!
//! They grow with the captures so far, so that they line up without being made for the longest
//! possible name.

use chrono::{DateTime, Utc};

use super::capture::Headline;
use super::printer::Page;
use crate::render::{Line, Role, TermStyle};
use crate::text::width::{cut, width};
use crate::text::{Zone, show, time};

/// A page with fewer columns is narrow: its columns stand closer, and the time of day has no
/// milliseconds.
const NARROW: usize = 72;
/// The narrowest and the widest columns: a UUID fits into a session's.
const EVENT_WIDTH: (usize, usize) = (14, 28);
const SESSION_WIDTH: (usize, usize) = (8, 36);
/// The fewest columns that a text at the end of a line gets.
const LEAST: usize = 16;
/// `+17m 45s`
const GAP_WIDTH: usize = 8;
/// `warning`
const VERDICT_WIDTH: usize = 7;

/// How wide the columns are by now.
#[derive(Debug)]
pub struct Columns {
    event: usize,
    session: usize,
    seq: usize,
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
    pub(super) fn line(&mut self, style: TermStyle, zone: Zone, headline: &Headline<'_>) -> Line {
        let judged = headline.judged;
        let glance = judged.glance();
        let event = show(glance.event.as_deref().unwrap_or("(no event)"));
        let session = show(glance.session.as_deref().unwrap_or_default());
        let event = cut(&event, EVENT_WIDTH.1);
        let session = cut(&session, SESSION_WIDTH.1);
        let seq = judged.seq.map(|seq| format!("#{seq}"));
        self.event = self.event.max(width(&event));
        self.session = self.session.max(width(&session));
        self.seq = self.seq.max(seq.as_deref().map_or(0, width));

        let mut line = Line::new(style.palette);
        let between = between(style);
        line.push(Role::Dim, &clock(style, zone, judged.capture.received_at));
        let mut column = event_column(style);
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
    pub(super) fn remarks(&self, style: TermStyle) -> usize {
        let columns = [
            self.event,
            self.session,
            GAP_WIDTH,
            3,
            VERDICT_WIDTH,
            self.seq,
        ];
        let columns = columns.iter().filter(|column| **column > 0);
        let before: usize = columns.map(|column| column + between(style)).sum();
        event_column(style) + before
    }
}

/// The column after the time of day.
pub(super) fn event_column(style: TermStyle) -> usize {
    let time = if is_narrow(style) {
        "14:03:22"
    } else {
        "14:03:22.118"
    };
    time.len() + between(style)
}

/// Spaces between two columns.
fn between(style: TermStyle) -> usize {
    if is_narrow(style) { 1 } else { 2 }
}

/// The time of day, as precise as there is room for.
pub(super) fn clock(style: TermStyle, zone: Zone, at: DateTime<Utc>) -> String {
    if is_narrow(style) {
        zone.clock_seconds(at)
    } else {
        zone.clock(at)
    }
}

fn is_narrow(style: TermStyle) -> bool {
    style.width.is_some_and(|width| width < NARROW)
}

/// The usual 2xx stays plain; every other status should be seen.
fn status_role(status: Option<u16>) -> Role {
    match status {
        Some(200..300) => Role::Plain,
        _ => Role::Invalid,
    }
}

/// Columns that are left on a line, if some are taken.
pub(super) fn room(page: Page, taken: usize) -> usize {
    match page.style.width {
        Some(width) if !page.layout.full => width.saturating_sub(taken).max(LEAST),
        _ => usize::MAX,
    }
}
