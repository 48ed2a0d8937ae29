//! The line on one capture, the same in `pretty` and `line`.
//!
//! Columns are as wide as what came so far needs, so that they line up from then on without
//! being made for the longest name there is.

use chrono::{DateTime, Utc};

use crate::flows::history::{Context, Earlier};
use crate::model::report::Verdict;
use crate::render::{Line, Role, TermStyle};
use crate::text::width::{cut, width};
use crate::text::{Zone, show, time};
use crate::validation::JudgedCapture;

/// Below so many columns a page is narrow: what is shown then stands closer, and the time of
/// day without its milliseconds.
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
pub(super) struct Columns {
    event: usize,
    session: usize,
    seq: usize,
}

/// What a headline says.
pub(super) struct Headline<'h> {
    pub(super) judged: &'h JudgedCapture,
    /// Nothing if the connection was closed without a reply.
    pub(super) status: Option<u16>,
    pub(super) context: &'h Context,
}

impl Columns {
    pub(super) fn new() -> Columns {
        Columns {
            event: EVENT_WIDTH.0,
            session: SESSION_WIDTH.0,
            seq: 0,
        }
    }

    /// All but the remarks.
    pub(super) fn line(&mut self, style: TermStyle, zone: Zone, headline: &Headline<'_>) -> Line {
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

    /// The column behind the number, where remarks begin.
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

/// The column behind the time of day.
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

/// What a capture has to do with earlier ones, in words: `duplicate of #1207`.
pub(super) fn remarks(headline: &Headline<'_>) -> Vec<String> {
    let number = |earlier: &Earlier| match earlier.seq {
        Some(seq) => format!("#{seq}"),
        None => "an earlier one".to_owned(),
    };
    let Context {
        gap: _,
        duplicate_of,
        same_key_as,
        out_of_order_after,
        missing_before,
    } = headline.context;
    let mut remarks = Vec::new();
    if let Some(earlier) = duplicate_of {
        remarks.push(format!("duplicate of {}", number(earlier)));
    }
    if let Some(earlier) = same_key_as {
        remarks.push(format!("same key as {}, another body", number(earlier)));
    }
    if let Some((event, earlier)) = out_of_order_after {
        remarks.push(format!("out of order: after {event} {}", number(earlier)));
    }
    if !missing_before.is_empty() {
        remarks.push(format!("no {} before it", missing_before.join(", ")));
    }
    if headline.status.is_none() {
        remarks.push("closed without a reply".to_owned());
    }
    remarks
}

/// 200 is what is meant to be; everything else should be seen.
fn status_role(status: Option<u16>) -> Role {
    match status {
        Some(200..300) => Role::Plain,
        _ => Role::Invalid,
    }
}

/// The role of the remarks of a capture.
pub(super) fn remark_role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Invalid => Role::Invalid,
        _ => Role::Warning,
    }
}

/// Columns that are left on a line.
pub(super) fn room(style: TermStyle, full: bool, taken: usize) -> usize {
    match style.width {
        Some(width) if !full => width.saturating_sub(taken).max(LEAST),
        _ => usize::MAX,
    }
}
