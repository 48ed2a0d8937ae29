//! What people see of a replay: a line a delivery, the bar, the summary; and what GitHub shows
//! beside a run.

use std::fmt::Write as _;
use std::io::Write as _;

use super::tag::{Counts, Tag};
use super::tally::{Failed, Tally, place};
use crate::commands::Console;
use crate::delivery::{Delivered, Ending};
use crate::model::error::OutputError;
use crate::render::delivery::{push_ending, push_subject, sentence as sent_sentence, write_answer};
use crate::render::github::{Level, Place};
use crate::render::{Line, Role, TermStyle, github};
use crate::text::number::{bytes, counted, grouped};
use crate::text::{show, time};

/// Annotations of one run; GitHub shows no more of a step.
const ANNOTATIONS: u64 = 10;

/// `#17  roomdrop  7700123  200 in 3.1 ms`, and what was answered.
pub(super) fn delivery(
    delivered: &Delivered<Tag>,
    console: &mut Console,
) -> Result<(), OutputError> {
    let style = console.style;
    let out = &mut *console.out;
    let mut line = Line::new(style.palette);
    push_subject(&mut line, &delivered.tag.subject());
    push_ending(&mut line, &delivered.attempt, delivered.attempts);
    line.write(out)?;
    if let Ending::Answered(answer) = &delivered.attempt.ending {
        write_answer(answer, out, style)?;
    }
    Ok(out.flush()?)
}

/// What would be sent.
pub(super) fn would_send(
    tag: &Tag,
    length: usize,
    console: &mut Console,
) -> Result<(), OutputError> {
    let mut line = Line::new(console.style.palette);
    push_subject(&mut line, &tag.subject());
    line.push(Role::Dim, &bytes(length as u64));
    Ok(line.write(&mut *console.out)?)
}

/// What there is to say at the end besides the numbers of the deliveries.
pub(super) struct Ended<'e> {
    pub(super) is_dry: bool,
    /// Nothing was asked for in particular.
    pub(super) selects_all: bool,
    /// Where the first capture stands that was not delivered.
    pub(super) before: Option<&'e str>,
    pub(super) counts: Counts,
    pub(super) bad_lines: u64,
    /// Not all deliveries were shown as they came.
    pub(super) is_long: bool,
}

/// The last words.
pub(super) fn summary(
    tally: &Tally,
    ended: &Ended<'_>,
    console: &mut Console,
) -> Result<(), OutputError> {
    console.out.flush()?;
    console.say(&sentence(tally, ended))?;
    if !ended.is_long {
        return Ok(());
    }
    for failed in &tally.failed {
        let line = failure(failed, console.err_style);
        if console.verbosity > crate::commands::Verbosity::Quiet {
            line.write(&mut *console.err)?;
        }
    }
    let more = tally.stats.unexpected() - tally.failed.len() as u64;
    if more > 0 {
        console.say(&format!("  and {} more that failed", grouped(more)))?;
    }
    if !tally.slowest.is_empty() {
        let slowest: Vec<String> = tally
            .slowest
            .iter()
            .map(|(took, tag)| format!("{} {}", show(&place(tag)), time::duration(*took)))
            .collect();
        console.say(&format!("slowest: {}", slowest.join(", ")))?;
    }
    Ok(())
}

fn sentence(tally: &Tally, ended: &Ended<'_>) -> String {
    let counts = ended.counts;
    let mut said = if ended.is_dry {
        let left = counts.selected - counts.done_before;
        format!("{} would be sent", counted(left, "capture", "captures"))
    } else {
        sent_sentence(&tally.stats)
    };
    if counts.selected == 0 && tally.stats.sent() == 0 && ended.before.is_none() {
        said.push_str(if ended.selects_all {
            ": the input has no capture"
        } else {
            ": the input has no capture that was asked for"
        });
    }
    let mut add = |number: u64, one: &str, many: &str, what: &str| {
        if number > 0 {
            let _ = write!(said, "; {} {what}", counted(number, one, many));
        }
    };
    add(counts.done_before, "capture", "captures", "done before");
    add(counts.duplicates, "duplicate", "duplicates", "skipped");
    add(
        counts.unchanged,
        "capture",
        "captures",
        "without such fields, as they were",
    );
    add(ended.bad_lines, "bad line", "bad lines", "skipped");
    if let Some(place) = ended.before {
        let _ = write!(said, "; stopped before {}", show(place));
    }
    said
}

/// `  #1210  roomdrop  7700123  500  {"error":"no such room"}`
fn failure(failed: &Failed, style: TermStyle) -> Line {
    let mut line = Line::indented(style.palette, 2);
    push_subject(&mut line, &failed.tag.subject());
    match failed.status {
        Some(status) => line.push(Role::Invalid, &status.to_string()),
        None => line.push(Role::Invalid, "no answer"),
    };
    line.space(2).show(Role::Plain, failed.text.trim());
    line
}

/// Says beside a run on GitHub what failed; the `number`-th that did, from 1.
pub(super) fn annotate(
    delivered: &Delivered<Tag>,
    number: u64,
    console: &mut Console,
) -> Result<(), OutputError> {
    if number > ANNOTATIONS {
        return Ok(());
    }
    let Failed { tag, status, text } = Failed::of(delivered);
    let event = tag.event.as_deref().unwrap_or("(no event)");
    let title = format!("replay: {event} {}", place(&tag));
    let said = match status {
        Some(status) => format!("answered {status}"),
        None => "no answer".to_owned(),
    };
    let mut lines = vec![said.as_str()];
    lines.extend(Some(text.trim()).filter(|text| !text.is_empty()));
    if number == ANNOTATIONS {
        lines.push("further failures are in the log of the run only");
    }
    let place = Place {
        file: Some(&tag.file),
        line: Some(tag.line),
        ..Place::default()
    };
    // The runner reads both streams, and stdout carries data.
    github::annotate(&mut *console.err, Level::Error, &place, &title, &lines)
}
