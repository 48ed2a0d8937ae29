//! What people and machines read of a delivery, and of all deliveries of a run.

use std::fmt::Write as _;
use std::io::Write;

use crate::delivery::{
    Answer, Attempt, BodyEnd, Ending, Limit, Origin, Percentiles, RunStats, Target, TransportError,
};
use crate::json;
use crate::model::error::OutputError;
use crate::render::payload::{write_body, write_payload};
use crate::render::{Layout, Line, Role, TermStyle};
use crate::text::number::{counted, grouped};
use crate::text::time;
use crate::wire::delivery::{Delivery, DeliveryError, Latency, Subject};
use crate::wire::milliseconds;

/// JSON up to this length stays on its line, as the server wrote it.
const SHORT: usize = 60;

/// Columns of an answer where there is no terminal; `--format json` has all of it.
const ANSWER: usize = 200;

/// The fewest answers whose median says something.
const FOR_MEDIAN: u64 = 10;

/// The fewest answers of which one in a hundred is one.
const FOR_P99: u64 = 100;

/// Where a target is, and who named it: `http://localhost:8080/ (--url)`.
pub fn target_line(target: &Target) -> String {
    let origin = match &target.origin {
        Origin::Flag => "--url".to_owned(),
        Origin::Named(name) => format!("--to {name}"),
        Origin::Variable(name) => (*name).to_owned(),
        Origin::File(path) => path.display().to_string(),
        Origin::Default => "the default: where `enx-hook listen` listens".to_owned(),
    };
    format!("{} ({origin})", target.url)
}

/// The JSON object of a delivery by its last attempt; `attempts` includes that one.
pub fn record<'d>(
    subject: Subject<'d>,
    url: &'d str,
    last: &Attempt,
    attempts: u32,
) -> Delivery<'d> {
    let error = |why: &TransportError| DeliveryError {
        cause: why.cause(),
        message: why.to_string(),
    };
    let (status, answer, error) = match &last.ending {
        Ending::Answered(answer) => {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let error = match &answer.end {
                BodyEnd::Broken(why) => Some(error(why)),
                BodyEnd::Whole | BodyEnd::Cut(_) => None,
            };
            (Some(answer.status), Some(text), error)
        }
        Ending::Unanswered(why) => (None, None, Some(error(why))),
        Ending::Exited(_) => (None, None, None),
    };
    let is_cut =
        matches!(&last.ending, Ending::Answered(answer) if matches!(answer.end, BodyEnd::Cut(_)));
    Delivery {
        step: None,
        step_name: None,
        subject,
        url,
        status,
        attempts,
        took_ms: milliseconds(last.took),
        tries: None,
        answer,
        answer_is_cut: is_cut,
        error,
        unmet: None,
    }
}

/// Adds what a body is: `#17  roomdrop  7700123  `. A body without a number is named by its
/// place in a file.
pub fn push_subject(line: &mut Line, subject: &Subject<'_>) {
    if let Some(seq) = subject.seq {
        line.push(Role::Dim, &format!("#{seq}")).space(2);
    } else if let (Some(file), Some(number)) = (subject.file, subject.line) {
        line.show(Role::Dim, &format!("{file}:{number}")).space(2);
    }
    line.show(Role::Event, subject.event.unwrap_or("(no event)"))
        .space(2);
    if let Some(session) = subject.session {
        line.show(Role::Session, session).space(2);
    }
}

/// Adds how a delivery ended: `200 in 3.1 ms, attempt 2`, or why there was no answer.
pub fn push_ending(line: &mut Line, last: &Attempt, attempts: u32) {
    let mut took = format!(" in {}", time::duration(last.took));
    if attempts > 1 {
        let _ = write!(took, ", attempt {attempts}");
    }
    match &last.ending {
        Ending::Answered(answer) => {
            let role = if answer.is_success() {
                Role::Valid
            } else {
                Role::Invalid
            };
            line.push(role, &answer.status.to_string())
                .push(Role::Plain, &took);
        }
        ending => {
            let why = ending.failure().unwrap_or_default();
            line.push(Role::Invalid, "no answer")
                .show(Role::Plain, &format!("{took}: {why}"));
        }
    }
}

/// Writes an answer, indented: where a redirect points, then the body.
pub fn write_answer(
    answer: &Answer,
    out: &mut dyn Write,
    mut style: TermStyle,
) -> Result<(), OutputError> {
    let layout = Layout {
        margin: 2,
        ..Layout::default()
    };
    style.width = style.width.or(Some(ANSWER));
    let line = || Line::indented(style.palette, 2);
    if let Some(place) = answer.redirect() {
        let text = format!("to {}, not followed", String::from_utf8_lossy(place));
        line().show(Role::Plain, &text).write(out)?;
    }
    if !answer.body.iter().all(u8::is_ascii_whitespace) {
        let reading = json::read(&answer.body);
        match reading.root {
            Some(root) if reading.faults.is_empty() && answer.body.len() > SHORT => {
                write_payload(out, style, layout, &root, &|_| None)?;
            }
            _ => write_body(out, style, layout, &answer.body)?,
        }
    }
    if let Some(why) = answer.incomplete() {
        line().show(Role::Warning, &why).write(out)?;
    }
    Ok(())
}

/// The deliveries of a run in a sentence:
/// `12 sent: 10 answered 200, 2 answered 500; 3 retried; median 4.1 ms, p99 31 ms`
pub fn sentence(stats: &RunStats) -> String {
    if stats.sent() == 0 {
        return "nothing was sent".to_owned();
    }
    let answered = stats.answered().iter();
    let mut ends: Vec<String> = answered
        .map(|(status, count)| format!("{} answered {status}", grouped(*count)))
        .collect();
    if stats.unanswered() > 0 {
        ends.push(format!("{} without an answer", grouped(stats.unanswered())));
    }
    let mut sentence = format!("{} sent: {}", grouped(stats.sent()), ends.join(", "));
    if stats.incomplete() > 0 {
        let broken = counted(stats.incomplete(), "answer", "answers");
        let _ = write!(sentence, "; {broken} without an end");
    }
    if stats.retried() > 0 {
        let _ = write!(sentence, "; {} retried", grouped(stats.retried()));
    }
    let answers: u64 = stats.answered().values().sum();
    if let Some(Percentiles {
        median, p99, max, ..
    }) = stats.latency()
        && answers >= FOR_MEDIAN
    {
        let (name, slow) = if answers >= FOR_P99 {
            ("p99", p99)
        } else {
            ("longest", max)
        };
        let (median, slow) = (time::duration(median), time::duration(slow));
        let _ = write!(sentence, "; median {median}, {name} {slow}");
    }
    sentence
}

/// What is said of answers 401, and the advice; nothing if there were none.
pub fn unauthorized(stats: &RunStats, target: &Target) -> Option<(&'static str, &'static str)> {
    stats.answered().get(&401)?;
    let has_credentials = target.credentials.is_some() || target.url.credentials().is_some();
    Some(if has_credentials {
        (
            "the target refuses these credentials (401)",
            "compare the user and the password with those that the target expects",
        )
    } else {
        (
            "the target asks for credentials (401)",
            "--user NAME sends them; the password is asked for, or taken from ENX_HOOK_PASSWORD",
        )
    })
}

/// Why a run ended at its limit. `one` and `many` name what was delivered.
pub fn limit_sentence(limit: Limit, one: &str, many: &str) -> String {
    match limit {
        Limit::Failures(most) => {
            let failures = counted(most, &format!("{one} was"), &format!("{many} were"));
            format!("{failures} not answered 2xx")
        }
        Limit::SilentInARow(most) => format!("{} in a row got no answer", counted(most, one, many)),
    }
}

/// The same times for machines.
pub fn latency(stats: &RunStats) -> Option<Latency> {
    stats.latency().map(|latency| Latency {
        median: milliseconds(latency.median),
        p90: milliseconds(latency.p90),
        p99: milliseconds(latency.p99),
        max: milliseconds(latency.max),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::render::Palette;

    fn answered(status: u16, body: &'static str) -> Attempt {
        Attempt::of(status, Duration::from_millis(3), body.into())
    }

    fn plain(line: &Line) -> String {
        let mut out = Vec::new();
        let _ = line.write(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn a_delivery_is_a_line() {
        let mut subject = Subject {
            event: Some("arrived"),
            session: Some("77\u{202e}"),
            file: Some("log"),
            line: Some(3),
            ..Subject::default()
        };
        let said = |subject: &Subject<'_>, last: &Attempt, attempts| {
            let mut line = Line::new(Palette::new(false));
            push_subject(&mut line, subject);
            push_ending(&mut line, last, attempts);
            plain(&line)
        };
        let line = said(&subject, &answered(200, ""), 1);
        assert_eq!(line, "log:3  arrived  77\\u{202e}  200 in 3 ms\n");
        subject.seq = Some(17);
        subject.event = None;
        subject.session = None;
        let line = said(&subject, &answered(503, ""), 3);
        assert_eq!(line, "#17  (no event)  503 in 3 ms, attempt 3\n");
    }

    #[test]
    fn a_run_is_a_sentence() {
        let mut stats = RunStats::default();
        assert_eq!(sentence(&stats), "nothing was sent");
        stats.count(&answered(200, ""), 2, true);
        stats.count(&answered(500, ""), 1, false);
        assert_eq!(
            sentence(&stats),
            "2 sent: 1 answered 200, 1 answered 500; 1 retried"
        );
        let mut more = |count| {
            (0..count).for_each(|_| stats.count(&answered(200, ""), 1, true));
            sentence(&stats)
        };
        assert!(!more(7).contains("median"));
        assert!(more(1).ends_with("; median 3 ms, longest 3 ms"));
        assert!(more(90).ends_with("; median 3 ms, p99 3 ms"));
        assert_eq!(
            limit_sentence(Limit::Failures(1), "capture", "captures"),
            "1 capture was not answered 2xx"
        );
        assert_eq!(
            limit_sentence(Limit::default(), "capture", "captures"),
            "10 captures in a row got no answer"
        );
    }
}
