//! The line about a relay: it is reached or not, or captures did not come.

use chrono::Utc;

use super::page::Page;
use crate::flows::relay::{Gap, RelayEvent};
use crate::render::{Line, Role};
use crate::text::number::counted;
use crate::wire::listen::timestamp;
use crate::wire::relay::{GapJson, RelayJson, RelayState};

/// For machines.
pub(super) fn object<'r>(relay: &'r str, event: &RelayEvent) -> RelayJson<'r> {
    let (state, message) = match event {
        RelayEvent::Connected { .. } => (RelayState::Connected, None),
        RelayEvent::Waiting { why } => (RelayState::Waiting, Some(why.to_string())),
        RelayEvent::Expired { count } => (RelayState::Expired, Some(expired(*count))),
        RelayEvent::Note(note) => (RelayState::Note, Some(note.clone())),
        RelayEvent::Problem(problem) => (RelayState::Problem, Some(problem.clone())),
        RelayEvent::Gap(gap) => (RelayState::Problem, Some(missing(gap))),
    };
    RelayJson {
        state,
        relay,
        since: timestamp(Utc::now()),
        behind: match event {
            RelayEvent::Connected { behind } => Some(*behind),
            _ => None,
        },
        expired: match event {
            RelayEvent::Expired { count } => Some(*count),
            _ => None,
        },
        message,
    }
}

pub(super) fn gap<'r>(relay: &'r str, gap: &'r Gap) -> GapJson<'r> {
    GapJson {
        relay,
        source: &gap.source,
        first: gap.first,
        last: gap.last,
        count: gap.count,
    }
}

fn expired(count: u64) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!(
        "{} {verb} no longer kept",
        counted(count, "message", "messages")
    )
}

/// `1,204 captures of box-a (#17..#1220) are missing; the log of box-a may have them`
fn missing(gap: &Gap) -> String {
    let Gap {
        source,
        first,
        last,
        count,
    } = gap;
    let captures = counted(*count, "capture", "captures");
    let (numbers, verb, them) = if count == &1 {
        (format!("#{first}"), "is", "it")
    } else {
        (format!("#{first}..#{last}"), "are", "them")
    };
    format!(
        "{captures} of {source} ({numbers}) {verb} missing; the log of {source} may have {them}"
    )
}

pub(super) fn gap_line(page: Page, gap: &Gap) -> Line {
    let mut line = start(page);
    line.push(Role::Invalid, "missing").space(2);
    line.show(Role::Plain, &missing(gap));
    line
}

fn start(page: Page) -> Line {
    let column = page.event_column();
    let mut line = Line::indented(page.style.palette, column);
    line.push(Role::Dim, "relay").pad_to(column + 9);
    line
}

/// `relay  waiting  box:4222 is not reached: Connection refused; what comes is kept in the log`
pub(super) fn line(page: Page, relay: &str, event: &RelayEvent) -> Line {
    let mut line = start(page);
    match event {
        RelayEvent::Connected { behind } => {
            line.push(Role::Valid, "connected")
                .space(2)
                .show(Role::Plain, relay);
            if *behind > 0 {
                let behind = counted(*behind, "capture", "captures");
                line.push(Role::Plain, &format!(", {behind} behind"));
            }
        }
        RelayEvent::Waiting { why } => {
            line.push(Role::Invalid, "waiting")
                .space(2)
                .show(Role::Plain, &why.to_string());
            if let Some(advice) = why.advice() {
                line.space(2).show(Role::Dim, advice);
            }
        }
        RelayEvent::Expired { count } => {
            line.push(Role::Invalid, "expired")
                .space(2)
                .show(Role::Plain, &expired(*count));
        }
        RelayEvent::Note(note) => {
            line.push(Role::Warning, "note")
                .space(2)
                .show(Role::Plain, note);
        }
        RelayEvent::Problem(problem) => {
            line.push(Role::Invalid, "problem")
                .space(2)
                .show(Role::Plain, problem);
        }
        RelayEvent::Gap(gap) => return gap_line(page, gap),
    }
    line
}
