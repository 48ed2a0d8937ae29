//! The objects of `--format json`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::columns::{Headline, Reply};
use super::forward::{CAME_BACK, missing, redirect};
use crate::delivery::Ending;
use crate::flows::expectation::{ExpectationResult, Expected};
use crate::flows::forwarding::{ForwardEvent, Forwarded, Next};
use crate::wire::finding::findings;
use crate::wire::listen::{
    CaptureJson, ExpectationJson, ForwardErrorJson, ForwardJson, ForwardState, timestamp,
};
use crate::wire::milliseconds;

/// A capture.
pub fn capture<'c>(headline: &Headline<'c>) -> CaptureJson<'c> {
    let Headline {
        judged,
        name,
        context,
        ..
    } = *headline;
    let (capture, body, report) = (&judged.capture, judged.content(), judged.report());
    let text = std::str::from_utf8(&body.bytes).ok();
    CaptureJson {
        seq: name.and_then(|name| name.number),
        file: name.and_then(|name| name.file.as_deref()),
        received_at: headline.received_at.map(timestamp),
        peer: &capture.peer,
        target: &capture.target,
        status: match headline.reply {
            Reply::Status(status) => Some(status),
            Reply::Closed | Reply::NotKnown => None,
        },
        provider: report.provider.as_deref(),
        event: report.event.as_deref(),
        session: report.session.as_deref(),
        verdict: report.verdict(),
        findings: findings(report),
        since_previous_ms: context.gap.map(|gap| gap.as_millis()),
        duplicate_of: context
            .duplicate_of
            .as_ref()
            .and_then(|earlier| earlier.number),
        same_key_as: context
            .same_key_as
            .as_ref()
            .and_then(|earlier| earlier.number),
        out_of_order_after: context
            .out_of_order_after
            .as_ref()
            .and_then(|(_, earlier)| earlier.number),
        missing_before: &context.missing_before,
        headers: None,
        deliveries: Vec::new(),
        content_encoding: &body.codings,
        body: text,
        body_base64: text.is_none().then(|| STANDARD.encode(&body.bytes)),
    }
}

/// What happened at the target of `--forward`.
pub fn forward<'f>(target: &'f str, event: &'f ForwardEvent) -> ForwardJson<'f> {
    let problem = |state, cause, message: &str| ForwardJson {
        state,
        error: Some(ForwardErrorJson {
            cause,
            message: message.to_owned(),
        }),
        ..ForwardJson::default()
    };
    let object = match event {
        ForwardEvent::Attempted(forwarded) => attempt(forwarded),
        ForwardEvent::Paused {
            why, cause, status, ..
        } => ForwardJson {
            status: *status,
            ..problem(ForwardState::Paused, *cause, why)
        },
        ForwardEvent::Returned(judged) => {
            let glance = judged.classification();
            ForwardJson {
                seq: judged.seq,
                event: glance.event.as_deref(),
                session: glance.session.as_deref(),
                ..problem(ForwardState::Failed, None, CAME_BACK)
            }
        }
        ForwardEvent::Resumed => ForwardJson {
            state: ForwardState::Resumed,
            ..ForwardJson::default()
        },
        ForwardEvent::Missing { first, count, .. } => ForwardJson {
            seq: Some(*first),
            missing: Some(*count),
            ..problem(ForwardState::Missing, None, &missing(event))
        },
        ForwardEvent::Problem(message) => problem(ForwardState::Problem, None, message),
    };
    ForwardJson { target, ..object }
}

fn attempt(forwarded: &Forwarded) -> ForwardJson<'_> {
    let glance = forwarded.judged.identification();
    let mut object = ForwardJson {
        state: forwarded.next.state(),
        seq: forwarded.judged.seq,
        event: glance.event.as_deref(),
        session: glance.session.as_deref(),
        attempt: Some(forwarded.attempt),
        took_ms: Some(milliseconds(forwarded.ended.took)),
        next_try_ms: match forwarded.next {
            Next::Retry(wait) => Some(wait.as_millis()),
            _ => None,
        },
        ..ForwardJson::default()
    };
    let ending = &forwarded.ended.ending;
    let said = ending.said();
    object.answer = said.map(|said| String::from_utf8_lossy(said).into_owned());
    let wrong = ending.failure().or_else(|| ending.incomplete());
    let wrong = match ending {
        Ending::Answered(answer) => {
            object.status = Some(answer.status);
            wrong.or_else(|| redirect(answer))
        }
        Ending::Exited(exit) => {
            object.exit = exit.code();
            wrong
        }
        Ending::Unanswered(_) => wrong,
    };
    object.error = wrong.map(|message| ForwardErrorJson {
        cause: ending.cause(),
        message,
    });
    object
}

impl From<&ExpectationResult> for ExpectationJson {
    fn from(result: &ExpectationResult) -> ExpectationJson {
        let (expected, wanted) = match &result.expected {
            Expected::Events(expected) => {
                let how = if expected.or_more {
                    "at least"
                } else {
                    "exactly"
                };
                (expected.name.clone(), format!("{how} {}", expected.count))
            }
            Expected::Captures(most) => ("captures".to_owned(), format!("at least {most}")),
            Expected::Verdict(verdict) => {
                (format!("verdict {verdict}"), "every capture".to_owned())
            }
        };
        ExpectationJson {
            expected,
            wanted,
            came: result.came,
            met: result.met,
        }
    }
}
