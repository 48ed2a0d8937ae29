//! `--forward-sync`: the target's answer becomes the reply.
//!
//! It shows how a handler behaves towards the provider. The capture is logged first, then
//! forwarded once; the provider sees the result. There is no queue and no retry.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::event::{ForwardEvent, ForwardTotals, Forwarded, Next};
use super::options::{Selected, Selection};
use crate::delivery::deliveries::DeliveryRecorder;
use crate::delivery::{Attempt, BodyEnd, Cause, Ending, HttpClient, RunStats, end_to_end};
use crate::model::capture::Capture;
use crate::receiver::{Policy, Reply};
use crate::validation::{JudgedCapture, Validation};

/// The longest answer that is passed on.
const LONGEST_ANSWER: usize = 4_000_000;

/// Forwards captures while their senders wait.
pub struct SyncForwarder {
    client: HttpClient,
    selection: Selection,
    validation: Validation,
    target: String,
    recorder: Option<Arc<DeliveryRecorder>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The attempts at captures whose replies are about to be sent, until they are shown.
    results: HashMap<u64, Attempt>,
    stats: RunStats,
}

impl SyncForwarder {
    /// Forwards by that client.
    pub(super) fn new(
        client: HttpClient,
        target: String,
        selection: Selection,
        validation: Validation,
        recorder: Option<Arc<DeliveryRecorder>>,
    ) -> SyncForwarder {
        SyncForwarder {
            recorder,
            target,
            selection,
            validation,
            client: client.reading(LONGEST_ANSWER),
            state: Mutex::default(),
        }
    }

    /// The reply policy: the answer of the target.
    pub fn policy(self: &Arc<SyncForwarder>) -> Policy {
        let sync = Arc::clone(self);
        Arc::new(move |seq, capture| {
            let sync = Arc::clone(&sync);
            Box::pin(async move { sync.forward(seq, capture).await })
        })
    }

    /// The attempt at a capture; nothing if it was taken before.
    pub fn result(&self, judged: Arc<JudgedCapture>) -> Option<ForwardEvent> {
        let seq = judged.seq?;
        let ended = self.state().results.remove(&seq)?;
        let next = next(&ended);
        Some(ForwardEvent::Attempted(Forwarded {
            judged,
            attempt: 1,
            of: 1,
            ended,
            next,
        }))
    }

    /// What came of the captures. Called once, at the end.
    pub(super) fn totals(&self) -> ForwardTotals {
        ForwardTotals {
            stats: std::mem::take(&mut self.state().stats),
            ..ForwardTotals::default()
        }
    }

    /// Nothing panics while the lock is held, so a poisoned one is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn forward(&self, seq: Option<u64>, capture: Arc<Capture>) -> Reply {
        let received_at = capture.received_at;
        let request = match self.selection.of(&self.validation.capture(seq, capture)) {
            Selected::Other => return Reply::ok(),
            // RFC 5842, section 7.2.
            Selected::Returned => {
                return gateway(508, "This listener has forwarded this request before.\n");
            }
            Selected::Request(request) => request,
        };
        let mut ended = self.client.post(request).await;
        let reply = reply(&ended);
        if let Ending::Answered(answer) = &mut ended.ending {
            answer.shorten();
        }
        let mut state = self.state();
        state.stats.count(&ended, 1, is_delivered(&ended));
        if let Some(seq) = seq {
            if let Some(recorder) = &self.recorder {
                let next = next(&ended).state();
                recorder.record(&self.target, (seq, received_at), (1, next), &ended);
            }
            state.results.insert(seq, ended);
        }
        reply
    }
}

/// What comes after the only attempt.
fn next(ended: &Attempt) -> Next {
    if is_delivered(ended) {
        Next::Delivered
    } else {
        Next::Answered
    }
}

/// Whether the sender gets a 2xx reply.
fn is_delivered(ended: &Attempt) -> bool {
    matches!(&ended.ending, Ending::Answered(answer) if answer.is_success() && answer.is_whole())
}

/// The answer as a reply; without a complete answer, the reply of a gateway (RFC 9110, sections
/// 15.6.3 and 15.6.5): the sender must not take a part for the whole.
fn reply(ended: &Attempt) -> Reply {
    match &ended.ending {
        Ending::Answered(answer) if !answer.is_whole() => match &answer.end {
            BodyEnd::Broken(error) if error.cause() == Cause::Timeout => {
                gateway(504, "The target's answer did not end in time.\n")
            }
            BodyEnd::Cut(_) => gateway(502, "The target's answer is longer than 4 MB.\n"),
            _ => gateway(502, "The target's answer broke off.\n"),
        },
        Ending::Answered(answer) => match Reply::new(answer.status) {
            Ok(reply) => Reply {
                headers: end_to_end(answer.headers()),
                body: answer.body.clone(),
                ..reply
            },
            Err(_) => gateway(502, "The target's answer has no usable status.\n"),
        },
        Ending::Unanswered(no_answer) if no_answer.cause() == Cause::Timeout => {
            gateway(504, "The target did not answer in time.\n")
        }
        Ending::Unanswered(_) | Ending::Exited(_) => gateway(502, "The target did not answer.\n"),
    }
}

fn gateway(status: u16, body: &'static str) -> Reply {
    let mut reply = Reply::new(status).unwrap_or_else(|_| Reply::hang_up());
    reply.body = Bytes::from_static(body.as_bytes());
    reply
}
