//! The line about an event at the target of `--forward`.

use std::fmt::Write as _;

use super::page::Page;
use crate::delivery::{Answer, Ending, Exit, ExitKind};
use crate::flows::forwarding::{ForwardEvent, Forwarded, Next};
use crate::flows::history::NO_EVENT;
use crate::model::outcome::Outcome;
use crate::render::{Line, Role};
use crate::text::number::counted;
use crate::text::width::cut;
use crate::text::{show, time};
use crate::validation::JudgedCapture;

/// Columns of the name of an event.
const EVENT: usize = 28;

/// Columns of a target, where there are several.
const TARGET: usize = 60;

/// Columns of an answer's body; `--full` shows all of it.
const ANSWER: usize = 200;

/// Why a capture is not forwarded again.
pub(super) const CAME_BACK: &str = "this run forwarded it before, and the target sent it back";

/// `forward  #1210  room_end  500 in 12 ms  {"error":"no such room"}  next try in 2 s (1 of 5)`
///
/// With several targets, `is_one_of` many, it names the target behind the first word.
pub(super) fn line(page: Page, target: &str, is_one_of: bool, event: &ForwardEvent) -> Line {
    let mut line = Line::indented(page.style.palette, page.event_column());
    line.push(Role::Dim, "forward").space(2);
    if is_one_of {
        line.show(Role::Dim, &cut(target, TARGET)).space(2);
    }
    match event {
        ForwardEvent::Attempted(forwarded) => attempt(&mut line, page, forwarded),
        ForwardEvent::Paused { why, advice, .. } => {
            line.push(Role::Invalid, "waiting").space(2);
            line.show(Role::Plain, why);
            line.push(Role::Plain, "; what comes is kept in the log");
            if let Some(advice) = advice {
                line.space(2).show(Role::Dim, advice);
            }
        }
        ForwardEvent::Returned(judged) => {
            subject(&mut line, judged);
            line.push(Role::Invalid, "not forwarded").space(2);
            line.push(Role::Plain, CAME_BACK);
        }
        ForwardEvent::Resumed => {
            line.push(Role::Valid, "going on")
                .space(2)
                .show(Role::Plain, target);
        }
        ForwardEvent::Missing { .. } => {
            line.push(Role::Invalid, "missing")
                .space(2)
                .show(Role::Plain, &missing(event));
        }
        ForwardEvent::Problem(problem) => {
            line.push(Role::Invalid, "problem")
                .space(2)
                .show(Role::Plain, problem);
        }
    }
    line
}

/// `#1210  room_end`
fn subject(line: &mut Line, judged: &JudgedCapture) {
    if let Some(seq) = judged.seq {
        line.push(Role::Dim, &format!("#{seq}")).space(2);
    }
    let event = judged.identification().event.as_deref();
    let event = show(event.unwrap_or(NO_EVENT));
    line.push(Role::Event, &cut(&event, EVENT)).space(2);
}

fn attempt(line: &mut Line, page: Page, forwarded: &Forwarded) {
    subject(line, &forwarded.judged);
    let next = next(forwarded);
    let took = time::duration(forwarded.ended.took);
    let ending = &forwarded.ended.ending;
    let outcome = match ending {
        Ending::Answered(answer) => answer.status.to_string(),
        Ending::Exited(Exit {
            how: ExitKind::Code(code),
            ..
        }) => format!("exit code {code}"),
        Ending::Exited(_) => "failed".to_owned(),
        Ending::Unanswered(_) => "no answer".to_owned(),
    };
    let good = ending.outcome() == Outcome::Done;
    let role = if good { Role::Valid } else { Role::Invalid };
    line.push(role, &outcome)
        .push(Role::Plain, &format!(" in {took}"));
    let is_told = matches!(ending, Ending::Exited(exit) if exit.code().is_some());
    if let Some(why) = ending.failure().filter(|_| !is_told) {
        line.space(2).show(Role::Plain, &why);
    }
    let said = String::from_utf8_lossy(ending.said().map_or(&[][..], |said| said));
    let said = said.trim();
    if !good && !said.is_empty() {
        let room = page.room(line.width() + 2 + next.len() + 2);
        let room = if page.layout.full {
            room
        } else {
            room.min(ANSWER)
        };
        line.space(2).push(Role::Plain, &cut(&show(said), room));
    }
    if let Ending::Answered(answer) = ending {
        if let Some(redirect) = redirect(answer) {
            line.space(2).show(Role::Warning, &redirect);
        }
        if answer.status == 401 {
            let advice = "it asks for other credentials: --forward-user NAME";
            line.space(2).push(Role::Warning, advice);
        }
    }
    if let Some(why) = ending.incomplete() {
        line.space(2).show(Role::Warning, &why);
    }
    if !next.is_empty() {
        line.space(2).push(Role::Warning, &next);
    }
}

/// Where a redirect leads. It is not followed, so that credentials reach no other host.
pub(super) fn redirect(answer: &Answer) -> Option<String> {
    let place = String::from_utf8_lossy(answer.redirect()?);
    Some(format!("it moved: use this URL: {place}"))
}

/// What follows the attempt; empty if nothing does.
fn next(forwarded: &Forwarded) -> String {
    match forwarded.next {
        Next::Delivered | Next::Answered => String::new(),
        Next::Retry(wait) if forwarded.attempt >= forwarded.of => format!(
            "next try in {}, until the server takes this or another capture",
            time::duration(wait)
        ),
        Next::Retry(wait) => format!(
            "next try in {} ({} of {})",
            time::duration(wait),
            forwarded.attempt,
            forwarded.of.saturating_sub(1)
        ),
        Next::Failed => format!(
            "given up after {}",
            counted(u64::from(forwarded.attempt), "attempt", "attempts")
        ),
    }
}

/// What is missing, as a sentence; empty for any other event.
pub(super) fn missing(event: &ForwardEvent) -> String {
    let ForwardEvent::Missing {
        first,
        last,
        count,
        damaged,
    } = event
    else {
        return String::new();
    };
    let captures = counted(*count, "capture is", "captures are");
    let numbers = if first == last {
        format!("#{first}")
    } else {
        format!("#{first} to #{last}")
    };
    let mut text = format!("{captures} not in the log any more ({numbers})");
    for file in damaged {
        let _ = write!(text, "; {} is damaged", file.display());
    }
    text
}
