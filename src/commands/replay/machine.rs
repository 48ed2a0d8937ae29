//! What a replay tells machines: objects on stdout, and the same in a report.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::show::Ended;
use super::tag::Tag;
use super::tally::{Failed, Tally};
use crate::delivery::Delivered;
use crate::model::error::OutputError;
use crate::render;
use crate::wire::delivery::{Delivery, Latency, Subject};
use crate::wire::{JsonLines, milliseconds};

/// A capture that would be sent.
#[derive(Serialize)]
struct WouldSend<'s> {
    #[serde(flatten)]
    subject: Subject<'s>,
    verdict: &'static str,
    bytes: u64,
}

/// The object of a delivery.
pub(super) fn record<'d>(delivered: &'d Delivered<Tag>, url: &'d str) -> Delivery<'d> {
    let subject = delivered.tag.subject();
    render::delivery::record(subject, url, &delivered.attempt, delivered.attempts)
}

pub(super) fn write_delivery(
    delivered: &Delivered<Tag>,
    url: &str,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    JsonLines::new(out).write("delivery", &record(delivered, url))
}

pub(super) fn write_would_send(
    tag: &Tag,
    length: usize,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let object = WouldSend {
        subject: tag.subject(),
        verdict: tag.verdict.word(),
        bytes: length as u64,
    };
    JsonLines::new(out).write("would-send", &object)
}

pub(super) fn write_summary(summary: &Summary<'_>, out: &mut dyn Write) -> Result<(), OutputError> {
    JsonLines::new(out).write("summary", summary)
}

/// What came of it all.
#[derive(Serialize)]
pub(super) struct Summary<'s> {
    selected: u64,
    sent: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<&'s BTreeMap<u16, u64>>,
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
    subject: Subject<'s>,
    took_ms: f64,
}

/// One of those that failed.
#[derive(Serialize)]
struct Fault<'s> {
    #[serde(flatten)]
    subject: Subject<'s>,
    status: Option<u16>,
    /// The beginning of the answer, or why there was none.
    text: &'s str,
}

impl<'s> Summary<'s> {
    pub(super) fn new(tally: &'s Tally, ended: &Ended<'s>) -> Summary<'s> {
        let slow = |(took, tag): &'s (Duration, Arc<Tag>)| Slow {
            subject: tag.subject(),
            took_ms: milliseconds(*took),
        };
        let fault = |failed: &'s Failed| Fault {
            subject: failed.tag.subject(),
            status: failed.status,
            text: &failed.text,
        };
        let stats = &tally.stats;
        let was_sent = !ended.is_dry;
        Summary {
            // Of a run that was stopped nobody knows what else would have fitted.
            selected: ended.counts.selected.max(stats.sent()),
            sent: stats.sent(),
            answered: was_sent.then(|| stats.answered()),
            unanswered: stats.unanswered(),
            retried: stats.retried(),
            done_before: ended.counts.done_before,
            duplicates: ended.counts.duplicates,
            unchanged: ended.counts.unchanged,
            bad_lines: ended.bad_lines,
            latency_ms: render::delivery::latency(stats),
            slowest: was_sent.then(|| tally.slowest.iter().map(slow).collect()),
            failed: was_sent.then(|| tally.failed.iter().map(fault).collect()),
            stopped_before: ended.before,
        }
    }
}
