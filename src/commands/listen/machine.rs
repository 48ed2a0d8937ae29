//! `--format json`: the shapes of the lines, which scripts rely on.

use std::collections::BTreeMap;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::forward::{ForwardNotice, Forwarded, What};
use super::totals::ExpectationJson;
use crate::delivery::Ending;
use crate::flows::history::Context;
use crate::model::error::OutputError;
use crate::validation::JudgedCapture;
use crate::wire::JsonLines;
use crate::wire::finding::{FindingJson, findings};

/// A time as the log has it.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Writes a capture.
pub(super) fn capture(
    out: &mut dyn Write,
    judged: &JudgedCapture,
    status: Option<u16>,
    context: &Context,
) -> Result<(), OutputError> {
    let (capture, body, report) = (&judged.capture, judged.content(), judged.report());
    let text = std::str::from_utf8(&body.bytes).ok();
    let object = CaptureJson {
        seq: judged.seq,
        received_at: stamp(capture.received_at),
        peer: &capture.peer,
        target: &capture.target,
        status,
        provider: report.provider.as_deref(),
        event: report.event.as_deref(),
        session: report.session.as_deref(),
        verdict: report.verdict().word(),
        findings: findings(report),
        since_previous_ms: context.gap.map(|gap| gap.as_millis()),
        duplicate_of: context.duplicate_of.and_then(|earlier| earlier.seq),
        same_key_as: context.same_key_as.and_then(|earlier| earlier.seq),
        out_of_order_after: context
            .out_of_order_after
            .as_ref()
            .and_then(|(_, earlier)| earlier.seq),
        missing_before: &context.missing_before,
        content_encoding: &body.codings,
        body: text,
        body_base64: text.is_none().then(|| STANDARD.encode(&body.bytes)),
    };
    JsonLines::new(out).write("capture", &object)
}

/// Writes what happened at the target of `--forward`.
pub(super) fn forward(
    out: &mut dyn Write,
    target: &str,
    notice: &ForwardNotice,
) -> Result<(), OutputError> {
    let mut object = ForwardJson {
        target,
        ..ForwardJson::default()
    };
    match notice {
        ForwardNotice::Attempted(forwarded) => {
            object.state = match forwarded.what {
                What::Delivered => "delivered",
                What::Again(_) => "retrying",
                What::Failed => "failed",
                What::Passed => "answered",
            };
            object.attempted(forwarded);
        }
        ForwardNotice::Paused { why, cause, .. } => {
            object.state = "paused";
            object.error = Some(ErrorJson {
                cause: Some(cause.word()),
                message: why.clone(),
            });
        }
        ForwardNotice::Resumed => object.state = "resumed",
        ForwardNotice::Problem(message) => {
            object.state = "problem";
            object.error = Some(ErrorJson {
                cause: None,
                message: message.clone(),
            });
        }
    }
    JsonLines::new(out).write("forward", &object)
}

impl<'f> ForwardJson<'f> {
    fn attempted(&mut self, forwarded: &'f Forwarded) {
        self.seq = forwarded.seq;
        if let Some(judged) = &forwarded.judged {
            let glance = judged.classification();
            self.event = glance.event.as_deref();
            self.session = glance.session.as_deref();
        }
        self.attempt = Some(forwarded.attempt);
        self.took_ms = Some((forwarded.ended.took.as_secs_f64() * 1e6).round() / 1e3);
        if let What::Again(wait) = forwarded.what {
            self.next_try_ms = Some(wait.as_millis());
        }
        match &forwarded.ended.ending {
            Ending::Answered(answer) => {
                self.status = Some(answer.status);
                self.answer = Some(String::from_utf8_lossy(&answer.body).into_owned());
            }
            Ending::Unanswered(no_answer) => {
                self.error = Some(ErrorJson {
                    cause: Some(no_answer.cause().word()),
                    message: no_answer.to_string(),
                });
            }
        }
    }
}

/// A capture.
#[derive(Serialize)]
struct CaptureJson<'c> {
    seq: Option<u64>,
    received_at: String,
    peer: &'c str,
    target: &'c str,
    /// Null if the connection was closed without a reply.
    status: Option<u16>,
    provider: Option<&'c str>,
    event: Option<&'c str>,
    session: Option<&'c str>,
    verdict: &'static str,
    findings: Vec<FindingJson<'c>>,
    since_previous_ms: Option<u128>,
    duplicate_of: Option<u64>,
    same_key_as: Option<u64>,
    out_of_order_after: Option<u64>,
    missing_before: &'c [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    content_encoding: &'c [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

/// Something at the target of `--forward`.
#[derive(Default, Serialize)]
struct ForwardJson<'f> {
    state: &'static str,
    target: &'f str,
    seq: Option<u64>,
    event: Option<&'f str>,
    session: Option<&'f str>,
    attempt: Option<u32>,
    status: Option<u16>,
    took_ms: Option<f64>,
    answer: Option<String>,
    error: Option<ErrorJson>,
    next_try_ms: Option<u128>,
}

#[derive(Serialize)]
struct ErrorJson {
    cause: Option<&'static str>,
    message: String,
}

/// A refused request.
#[derive(Serialize)]
pub(super) struct RefusedJson<'c> {
    pub(super) at: String,
    pub(super) peer: &'c str,
    pub(super) method: &'c str,
    pub(super) target: &'c str,
    pub(super) status: u16,
    pub(super) reason: String,
}

/// Requests that were refused like one before.
#[derive(Serialize)]
pub(super) struct RefusedMoreJson<'c> {
    pub(super) at: String,
    pub(super) count: u64,
    pub(super) status: Option<u16>,
    pub(super) reason: &'c str,
    pub(super) last_peer: &'c str,
}

/// Something that came and was no request.
#[derive(Serialize)]
pub(super) struct ProblemJson<'c> {
    pub(super) at: String,
    pub(super) status: Option<u16>,
    pub(super) message: &'c str,
}

/// Events that were not shown.
#[derive(Serialize)]
pub(super) struct DroppedJson {
    pub(super) count: u64,
}

/// The last line.
#[derive(Serialize)]
pub(super) struct SummaryJson {
    pub(super) captured: u64,
    pub(super) refused: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) log: Option<LogJson>,
    pub(super) not_shown: u64,
    pub(super) verdicts: BTreeMap<&'static str, u64>,
    pub(super) duplicates: u64,
    pub(super) sessions: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) forwarded: Option<ForwardedJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) expectations: Vec<ExpectationJson>,
    pub(super) seconds: f64,
}

/// What happened to the log.
#[derive(Serialize)]
pub(super) struct LogJson {
    pub(super) not_logged: u64,
    pub(super) parts_finished: u64,
    pub(super) parts_deleted: u64,
}

/// What became of forwarding.
#[derive(Serialize)]
pub(super) struct ForwardedJson {
    pub(super) delivered: u64,
    pub(super) failed: u64,
    pub(super) waiting: u64,
}
