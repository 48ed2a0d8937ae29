//! `--forward-sync`: the target's answer becomes the reply.
//!
//! It tests how a handler behaves towards the provider. The capture is logged first and forwarded
//! once, as the provider would send it; the provider sees the result: no queue, no retries.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use super::event::{ForwardEvent, ForwardTotals, Forwarded, Next};
use crate::delivery::{Attempt, Cause, Ending, HttpClient, OutgoingRequest, end_to_end};
use crate::model::capture::Capture;
use crate::receiver::{Policy, Reply};
use crate::validation::JudgedCapture;

/// Forwards captures while their senders wait.
pub struct SyncForwarder {
    client: HttpClient,
    /// The attempts at captures whose replies are about to be sent, until they are shown.
    results: Mutex<HashMap<u64, Attempt>>,
    totals: Mutex<ForwardTotals>,
}

impl SyncForwarder {
    /// Forwards by that client.
    pub(super) fn new(client: HttpClient) -> SyncForwarder {
        SyncForwarder {
            client,
            results: Mutex::default(),
            totals: Mutex::default(),
        }
    }

    /// The reply policy: the answer of the target.
    pub fn policy(self: &Arc<SyncForwarder>) -> Policy {
        let sync = Arc::clone(self);
        Arc::new(move |seq, capture| {
            let sync = Arc::clone(&sync);
            Box::pin(async move { sync.forward(seq, &capture).await })
        })
    }

    /// The attempt at a capture; nothing if it was asked for before.
    pub fn result(&self, judged: Arc<JudgedCapture>) -> Option<ForwardEvent> {
        let seq = judged.seq?;
        let ended = self
            .results
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&seq)?;
        let what = if is_delivered(&ended) {
            Next::Delivered
        } else {
            Next::Answered
        };
        Some(ForwardEvent::Attempted(Forwarded {
            judged,
            attempt: 1,
            of: 1,
            ended,
            next: what,
        }))
    }

    /// How many captures were forwarded.
    pub(super) fn totals(&self) -> ForwardTotals {
        self.totals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn forward(&self, seq: Option<u64>, capture: &Capture) -> Reply {
        let request = OutgoingRequest::passed_on(capture.body.clone(), capture.headers.iter());
        let ended = self.client.post(request).await;
        let reply = reply(&ended);
        let delivered = is_delivered(&ended);
        {
            let mut totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
            totals.delivered += u64::from(delivered);
            totals.failed += u64::from(!delivered);
        }
        if let Some(seq) = seq {
            self.results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(seq, ended);
        }
        reply
    }
}

fn is_delivered(ended: &Attempt) -> bool {
    matches!(&ended.ending, Ending::Answered(answer) if answer.is_success())
}

/// The answer as a reply; without an answer, the reply of a gateway (RFC 9110, sections 15.6.3
/// and 15.6.5).
fn reply(ended: &Attempt) -> Reply {
    let (status, body) = match &ended.ending {
        Ending::Answered(answer) => {
            let Ok(mut reply) = Reply::new(answer.status) else {
                return gateway(502, "The target's answer has no usable status.\n");
            };
            reply.headers = end_to_end(answer.headers());
            reply.body = answer.body.clone();
            return reply;
        }
        Ending::Unanswered(no_answer) if no_answer.cause() == Cause::Timeout => {
            (504, "The target did not answer in time.\n")
        }
        Ending::Unanswered(_) => (502, "The target did not answer.\n"),
    };
    gateway(status, body)
}

fn gateway(status: u16, body: &'static str) -> Reply {
    let mut reply = Reply::new(status).unwrap_or_else(|_| Reply::hang_up());
    reply.body = Bytes::from_static(body.as_bytes());
    reply.delay = Duration::ZERO;
    reply
}
