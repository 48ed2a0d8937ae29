//! What a replay prints for machines.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::supply::Tag;
use crate::delivery::{Delivered, Ending};

/// A capture that would be sent.
#[derive(Serialize)]
pub(super) struct WouldSend<'s> {
    pub(super) file: &'s str,
    pub(super) line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seq: Option<u64>,
    pub(super) event: Option<&'s str>,
    pub(super) session: Option<&'s str>,
    pub(super) verdict: &'static str,
    pub(super) bytes: u64,
}

/// One delivery.
#[derive(Serialize)]
pub(super) struct Delivery<'d> {
    file: &'d str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    event: Option<&'d str>,
    session: Option<&'d str>,
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

pub(super) fn delivery<'d>(delivered: &'d Delivered<Tag>, url: &'d str) -> Delivery<'d> {
    let tag = &delivered.tag;
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
        file: &tag.file,
        line: tag.line,
        seq: tag.seq,
        event: tag.event.as_deref(),
        session: tag.session.as_deref(),
        url,
        status,
        attempts: delivered.attempts,
        took_ms: milliseconds(delivered.attempt.took),
        answer,
        error,
    }
}

pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// What came of it all.
#[derive(Serialize)]
pub(super) struct Summary<'s> {
    pub(super) selected: u64,
    pub(super) sent: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answered: Option<BTreeMap<u16, u64>>,
    pub(super) unanswered: u64,
    pub(super) retried: u64,
    pub(super) done_before: u64,
    pub(super) duplicates: u64,
    pub(super) bad_lines: u64,
    pub(super) latency_ms: Option<Latency>,
    pub(super) stopped_before: Option<&'s str>,
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
