//! A delivery of a replay as a case of a `JUnit` report.

use crate::delivery::Delivered;
use crate::flows::replaying::run::{Replayed, Stop};
use crate::flows::replaying::tag::Tag;
use crate::flows::replaying::totals::Failed;
use crate::render::delivery::limit_sentence;
use crate::render::junit::{Case, End};

/// The case of a run that sent nothing, or ended before all was sent.
pub(crate) fn case_of_run(replayed: &Replayed, stop: Option<&Stop>) -> Option<Case> {
    let (kind, message) = match stop {
        Some(Stop::Failed(failure)) => ("stopped", failure.message()),
        Some(Stop::Enough(limit)) => {
            let why = limit_sentence(*limit, "capture", "captures");
            ("stopped", format!("stopped: {why}"))
        }
        Some(Stop::Interrupted) => ("interrupted", "stopped before its end".to_owned()),
        None if replayed.counts.selected == 0 => ("nothing", "no capture was selected".to_owned()),
        Some(Stop::Over) | None => return None,
    };
    Some(Case::of_run("replay", kind, message))
}

/// The case of a delivery.
pub(crate) fn case(delivered: &Delivered<Tag>) -> Case {
    let Failed { tag, status, text } = Failed::of(delivered);
    let is_good = status.is_some_and(|status| (200..300).contains(&status));
    let event = tag.event.as_deref().unwrap_or("(no event)");
    let session = tag.session.as_deref().unwrap_or_default();
    let name = format!("{} {event} {session}", tag.place());
    let mut remarks = Vec::new();
    if delivered.attempts > 1 {
        remarks.push(format!("attempt {}", delivered.attempts));
    }
    let end = match status {
        Some(_) if is_good => End::Passed,
        Some(status) => End::Failed {
            kind: "answer".to_owned(),
            message: format!("answered {status}"),
            lines: vec![text],
        },
        None => End::Failed {
            kind: "no-answer".to_owned(),
            message: text,
            lines: Vec::new(),
        },
    };
    Case {
        name: name.trim_end().to_owned(),
        class: tag.file.to_string(),
        took: delivered.attempt.took,
        end,
        remarks,
    }
}
