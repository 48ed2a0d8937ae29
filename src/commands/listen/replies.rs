//! A bad receiver on purpose: to see how a sender takes it.
//!
//! It only chooses replies. A capture is logged and shown as always, whatever its sender is
//! told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;

use crate::receiver::{Policy, Reply};
use crate::text::number::{count, counted};
use crate::text::time;

/// How to reply.
#[derive(Clone, Debug)]
pub struct Options {
    /// One after the other, then the last one again and again; never empty.
    pub replies: Vec<Reply>,
    /// How long every sender waits.
    pub delay: Duration,
    /// The share of senders that get no reply at all, from 0 to 1.
    pub drop_rate: f64,
    /// What decides which those are.
    pub seed: u64,
}

impl Options {
    /// The policy for the receiver.
    pub(super) fn policy(&self) -> Policy {
        let Options {
            replies,
            delay,
            drop_rate,
            seed,
        } = self.clone();
        let turn = AtomicUsize::new(0);
        let random = Mutex::new(Rng::with_seed(seed));
        Arc::new(move |_, _| {
            let dropped = drop_rate > 0.0
                && random.lock().unwrap_or_else(PoisonError::into_inner).f64() < drop_rate;
            let turn = turn.fetch_add(1, Ordering::Relaxed);
            let reply = match replies.get(turn).or(replies.last()) {
                Some(reply) if !dropped => reply.clone(),
                _ => Reply::hang_up(),
            };
            Box::pin(std::future::ready(Reply { delay, ..reply }))
        })
    }

    /// What it does, for the banner: `503, 503, then always 200; after 2 s`.
    pub(super) fn describe(&self) -> String {
        let statuses: Vec<String> = self
            .replies
            .iter()
            .filter_map(|reply| Some(reply.status?.as_u16().to_string()))
            .collect();
        let mut parts = vec![match statuses.split_last() {
            Some((last, [])) => format!("always {last}"),
            Some((last, first)) => format!("{}, then always {last}", first.join(", ")),
            None => String::new(),
        }];
        let headers = self.replies.first().map_or(0, |reply| reply.headers.len());
        if headers > 0 {
            let headers = counted(count(headers), "header", "headers");
            parts.push(format!("with {headers}"));
        }
        if !self.delay.is_zero() {
            parts.push(format!("after {}", time::duration(self.delay)));
        }
        if self.drop_rate > 0.0 {
            parts.push(format!(
                "{} % of the connections closed without a reply (--seed {})",
                self.drop_rate * 100.0,
                self.seed
            ));
        }
        parts.join("; ")
    }
}
