//! What people see of a replay: a line a delivery, the summary; and what GitHub shows beside
//! a run.

use std::fmt::Write as _;
use std::io::Write;

use crate::delivery::{Delivered, Ending};
use crate::flows::replaying::run::Replayed;
use crate::flows::replaying::tag::Tag;
use crate::flows::replaying::totals::{Failed, Totals};
use crate::model::error::OutputError;
use crate::model::outcome::Outcome;
use crate::render::delivery::{push_ending, push_subject, sentence as sent_sentence, write_answer};
use crate::render::github::{Level, Place};
use crate::render::{Line, Role, TermStyle, github};
use crate::text::number::{bytes, counted, grouped};
use crate::text::{Zone, show, time};
use crate::wire::delivery::Subject;
use crate::wire::replay::CaptureRef;

/// Annotations of one run; GitHub shows no more of a step.
const ANNOTATIONS: u64 = 10;

/// `#17  roomdrop  7700123  200 in 3.1 ms`, and what was answered.
pub(crate) fn write_delivery(
    delivered: &Delivered<Tag>,
    out: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
    let mut line = Line::new(style.palette);
    push_subject(&mut line, &subject(&delivered.tag));
    push_ending(&mut line, &delivered.attempt, delivered.attempts);
    line.write(out)?;
    if let Ending::Answered(answer) = &delivered.attempt.ending {
        write_answer(answer, out, style)?;
    }
    Ok(out.flush()?)
}

/// What would be sent.
pub(crate) fn write_would_send(
    tag: &Tag,
    length: usize,
    zone: Zone,
    out: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
    let mut line = Line::new(style.palette);
    if let Some(at) = tag.received_at {
        line.push(Role::Dim, &zone.date_time(at)).space(2);
    }
    push_subject(&mut line, &subject(tag));
    line.push(Role::Dim, &bytes(length as u64));
    Ok(line.write(out)?)
}

/// The lines below the sentence, for a replay of which not all deliveries were shown: the
/// first failures, and the slowest answers.
pub(crate) fn write_details(
    totals: &Totals,
    err: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
    for failed in &totals.failed {
        failure(failed, style).write(err)?;
    }
    let more = totals.stats.unexpected() - totals.failed.len() as u64;
    if more > 0 {
        writeln!(err, "  and {} more that failed", grouped(more))?;
    }
    if !totals.slowest.is_empty() {
        let slowest = totals.slowest.iter();
        let slowest: Vec<String> = slowest
            .map(|(took, tag)| format!("{} {}", show(&tag.place()), time::duration(*took)))
            .collect();
        writeln!(err, "slowest: {}", slowest.join(", "))?;
    }
    Ok(())
}

/// The whole run in a sentence.
pub(crate) fn sentence(replayed: &Replayed, is_dry: bool) -> String {
    let (stats, counts) = (&replayed.totals.stats, replayed.counts);
    let mut said = if is_dry {
        let left = counts.selected - counts.done_before;
        format!("{} would be sent", counted(left, "capture", "captures"))
    } else {
        sent_sentence(stats)
    };
    let is_over = replayed.stop.is_none() && replayed.before.is_none();
    // Of an input that cannot be read, nobody knows.
    if counts.seen == 0 && is_over && replayed.trouble != Outcome::Undone {
        said.push_str(": the input has no capture");
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
    add(replayed.bad_lines, "bad line", "bad lines", "skipped");
    if let Some(place) = &replayed.before {
        let _ = write!(said, "; stopped before {}", show(place));
    }
    said
}

/// `  #1210  roomdrop  7700123  500  {"error":"no such room"}`
fn failure(failed: &Failed, style: TermStyle) -> Line {
    let mut line = Line::indented(style.palette, 2);
    push_subject(&mut line, &subject(&failed.tag));
    match failed.status {
        Some(status) => line.push(Role::Invalid, &status.to_string()),
        None => line.push(Role::Invalid, "no answer"),
    };
    line.space(2).show(Role::Plain, failed.text.trim());
    line
}

/// Says beside a run on GitHub which capture failed; `number` counts the failures from 1.
pub(crate) fn annotate(
    delivered: &Delivered<Tag>,
    number: u64,
    err: &mut dyn Write,
) -> Result<(), OutputError> {
    if number > ANNOTATIONS {
        return Ok(());
    }
    let Failed { tag, status, text } = Failed::of(delivered);
    let event = tag.event.as_deref().unwrap_or("(no event)");
    let title = format!("replay: {event} {}", tag.place());
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
        line: tag.line,
        ..Place::default()
    };
    // The runner reads both streams, and stdout carries data.
    github::annotate(err, Level::Error, &place, &title, &lines)
}

fn subject(tag: &Tag) -> Subject<'_> {
    capture(tag).into()
}

/// The capture, as all output names it.
pub(crate) fn capture(tag: &Tag) -> CaptureRef<'_> {
    CaptureRef {
        file: &tag.file,
        line: tag.line,
        seq: tag.seq,
        event: tag.event.as_deref(),
        session: tag.session.as_deref(),
    }
}
