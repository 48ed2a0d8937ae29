//! The JSON objects of a replay.

use super::human::capture;
use crate::delivery::Delivered;
use crate::flows::replaying::run::Replayed;
use crate::flows::replaying::tag::Tag;
use crate::flows::replaying::totals::Failed;
use crate::render;
use crate::wire::delivery::Delivery;
use crate::wire::listen::timestamp;
use crate::wire::milliseconds;
use crate::wire::replay::{FailedDelivery, ReplaySummary, SlowDelivery, WouldSend};

/// A delivery.
pub(crate) fn delivery<'d>(delivered: &'d Delivered<Tag>, url: &'d str) -> Delivery<'d> {
    let subject = capture(&delivered.tag).into();
    render::delivery::record(subject, url, &delivered.attempt, delivered.attempts)
}

/// A capture that would be sent.
pub(crate) fn would_send(tag: &Tag, length: usize) -> WouldSend<'_> {
    WouldSend {
        capture: capture(tag),
        received_at: tag.received_at.map(timestamp),
        verdict: tag.verdict,
        bytes: length as u64,
    }
}

/// What came of it all.
pub(crate) fn summary(replayed: &Replayed, is_dry: bool) -> ReplaySummary<'_> {
    let totals = &replayed.totals;
    let (stats, counts, was_sent) = (&totals.stats, replayed.counts, !is_dry);
    let slowest = totals.slowest.iter().map(|(took, tag)| SlowDelivery {
        capture: capture(tag),
        took_ms: milliseconds(*took),
    });
    let failed = totals.failed.iter().map(|failed: &Failed| FailedDelivery {
        capture: capture(&failed.tag),
        status: failed.status,
        text: &failed.text,
    });
    ReplaySummary {
        // A run that was stopped has not seen all that would have fitted.
        selected: counts.selected.max(stats.sent()),
        sent: stats.sent(),
        answered: was_sent.then(|| stats.answered()),
        unanswered: stats.unanswered(),
        retried: stats.retried(),
        done_before: counts.done_before,
        duplicates: counts.duplicates,
        unchanged: counts.unchanged,
        bad_lines: replayed.bad_lines,
        latency_ms: render::delivery::latency(stats),
        slowest: was_sent.then(|| slowest.collect()),
        failed: was_sent.then(|| failed.collect()),
        stopped_before: replayed.before.as_deref(),
    }
}
