//! Plays a bad receiver, to test a sender: chooses other replies than 200. Captures are logged
//! and shown whatever the reply is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;

use crate::receiver::{Policy, Reply};

/// How to reply.
#[derive(Clone, Debug)]
pub struct ReplyOptions {
    /// The replies in turn, then the last one again and again; never empty.
    pub replies: Vec<Reply>,
    /// The delay of each reply.
    pub delay: Duration,
    /// The share of connections that are closed without a reply, from 0 to 1.
    pub drop_rate: f64,
    /// The seed that chooses them.
    pub seed: u64,
}

impl ReplyOptions {
    /// The policy for the receiver.
    pub fn policy(&self) -> Policy {
        let ReplyOptions {
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
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::model::capture::{Capture, Headers};

    #[tokio::test]
    async fn replies_come_in_turn_and_the_last_one_stays() {
        let policy = ReplyOptions {
            replies: [503, 200].map(|status| Reply::new(status).unwrap()).into(),
            delay: Duration::from_secs(2),
            drop_rate: 0.0,
            seed: 1,
        }
        .policy();
        let capture = Arc::new(Capture {
            received_at: chrono::Utc::now(),
            peer: String::new(),
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: Headers::new(),
            body: bytes::Bytes::new(),
        });
        let mut statuses = Vec::new();
        for _ in 0..3 {
            let reply = policy(None, Arc::clone(&capture)).await;
            assert_eq!(reply.delay, Duration::from_secs(2));
            statuses.push(reply.status.unwrap().as_u16());
        }
        assert_eq!(statuses, [503, 200, 200]);
    }
}
