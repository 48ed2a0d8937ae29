//! What a replay tells machines: objects on stdout, and the same in a report.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::show::Ended;
use super::tag::Tag;
use super::tally::{Failed, Tally};
use crate::delivery::{Delivered, Ending};
use crate::model::error::OutputError;
use crate::wire::JsonLines;

/// A capture, told by where it stands and what it is.
#[derive(Serialize)]
struct Capture<'c> {
    file: &'c str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    event: Option<&'c str>,
    session: Option<&'c str>,
}

impl Capture<'_> {
    fn of(tag: &Tag) -> Capture<'_> {
        Capture {
            file: &tag.file,
            line: tag.line,
            seq: tag.seq,
            event: tag.event.as_deref(),
            session: tag.session.as_deref(),
        }
    }
}

/// A capture that would be sent.
#[derive(Serialize)]
struct WouldSend<'s> {
    #[serde(flatten)]
    capture: Capture<'s>,
    verdict: &'static str,
    bytes: u64,
}

/// One delivery.
#[derive(Serialize)]
pub(super) struct Delivery<'d> {
    #[serde(flatten)]
    capture: Capture<'d>,
    url: &'d str,
    status: Option<u16>,
    attempts: u32,
    took_ms: f64,
    answer: Option<String>,
    error: Option<Trouble>,
}

#[derive(Serialize)]
struct Trouble {
    cause: &'static str,
    message: String,
}

impl<'d> Delivery<'d> {
    pub(super) fn new(delivered: &'d Delivered<Tag>, url: &'d str) -> Delivery<'d> {
        let (status, answer, error) = match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                (Some(answer.status), Some(text), None)
            }
            Ending::Unanswered(why) => {
                let trouble = Trouble {
                    cause: why.cause().word(),
                    message: why.to_string(),
                };
                (None, None, Some(trouble))
            }
        };
        Delivery {
            capture: Capture::of(&delivered.tag),
            url,
            status,
            attempts: delivered.attempts,
            took_ms: milliseconds(delivered.attempt.took),
            answer,
            error,
        }
    }
}

pub(super) fn write_delivery(
    delivered: &Delivered<Tag>,
    url: &str,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    JsonLines::new(out).write("delivery", &Delivery::new(delivered, url))
}

pub(super) fn write_would_send(
    tag: &Tag,
    length: usize,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let object = WouldSend {
        capture: Capture::of(tag),
        verdict: tag.verdict.word(),
        bytes: length as u64,
    };
    JsonLines::new(out).write("would-send", &object)
}

pub(super) fn write_summary(summary: &Summary<'_>, out: &mut dyn Write) -> Result<(), OutputError> {
    JsonLines::new(out).write("summary", summary)
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// What came of it all.
#[derive(Serialize)]
pub(super) struct Summary<'s> {
    selected: u64,
    sent: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<BTreeMap<u16, u64>>,
    unanswered: u64,
    retried: u64,
    done_before: u64,
    duplicates: u64,
    #[serde(skip_serializing_if = "is_zero")]
    unchanged: u64,
    bad_lines: u64,
    latency_ms: Option<Latency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slowest: Option<Vec<Slow<'s>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<Vec<Fault<'s>>>,
    stopped_before: Option<&'s str>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// One of the slowest.
#[derive(Serialize)]
struct Slow<'s> {
    #[serde(flatten)]
    capture: Capture<'s>,
    took_ms: f64,
}

/// One of those that failed.
#[derive(Serialize)]
struct Fault<'s> {
    #[serde(flatten)]
    capture: Capture<'s>,
    status: Option<u16>,
    /// The beginning of the answer, or why there was none.
    text: &'s str,
}

impl<'s> Summary<'s> {
    pub(super) fn new(tally: &'s Tally, ended: &Ended<'s>) -> Summary<'s> {
        let slow = |(took, tag): &'s (Duration, Arc<Tag>)| Slow {
            capture: Capture::of(tag),
            took_ms: milliseconds(*took),
        };
        let fault = |failed: &'s Failed| Fault {
            capture: Capture::of(&failed.tag),
            status: failed.status,
            text: &failed.text,
        };
        let was_sent = !ended.is_dry;
        Summary {
            // Of a run that was stopped nobody knows what else would have fitted.
            selected: ended.counts.selected.max(tally.sent()),
            sent: tally.sent(),
            answered: was_sent.then(|| tally.answered.clone()),
            unanswered: tally.unanswered,
            retried: tally.retried,
            done_before: ended.counts.done_before,
            duplicates: ended.counts.duplicates,
            unchanged: ended.counts.unchanged,
            bad_lines: ended.bad_lines,
            latency_ms: tally.latency().map(Latency::of),
            slowest: was_sent.then(|| tally.slowest.iter().map(slow).collect()),
            failed: was_sent.then(|| tally.failed.iter().map(fault).collect()),
            stopped_before: ended.before,
        }
    }
}

/// How long the answers took.
#[derive(Serialize)]
pub(in crate::commands) struct Latency {
    median: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

impl Latency {
    /// Of microseconds.
    pub(in crate::commands) fn of(latency: &Histogram<u64>) -> Latency {
        let at = |share| milliseconds(Duration::from_micros(latency.value_at_quantile(share)));
        Latency {
            median: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: at(1.0),
        }
    }
}
