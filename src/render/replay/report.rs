//! A delivery of a replay as a case of a `JUnit` report.

use crate::delivery::Delivered;
use crate::flows::replaying::tag::Tag;
use crate::flows::replaying::totals::Failed;
use crate::render::junit::{Case, End};

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
