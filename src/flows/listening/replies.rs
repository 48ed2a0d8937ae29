//! Plays a bad receiver, to test a sender: chooses other replies than 200. Captures are logged
//! and shown whatever the reply is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;

use crate::receiver::{Policy, Reply};
use crate::selection::Query;
use crate::validation::{JudgedCapture, Validation};

/// How to reply.
#[derive(Clone, Debug)]
pub struct ReplyOptions {
    /// The first of them that is for a capture counts; the last one is for everything.
    pub rules: Vec<ReplyRule>,
    /// The delay of each reply.
    pub delay: Duration,
    /// The share of connections that are closed without a reply, from 0 to 1.
    pub drop_rate: f64,
    /// The seed that chooses them.
    pub seed: u64,
}

/// The replies to some captures.
#[derive(Clone, Debug)]
pub struct ReplyRule {
    /// Which captures.
    pub query: Query,
    /// The replies in turn, then the last one again and again; never empty.
    pub replies: Vec<Reply>,
}

impl ReplyOptions {
    /// The policy for the receiver. A capture is judged before its reply only if a rule asks for it.
    pub fn policy(
        &self,
        validation: Validation,
        means: impl Fn(&Query, &JudgedCapture) -> bool + Send + Sync + 'static,
    ) -> Policy {
        let ReplyOptions {
            rules,
            delay,
            drop_rate,
            seed,
        } = self.clone();
        let rules: Vec<_> = rules
            .into_iter()
            .map(|rule| (rule, AtomicUsize::new(0)))
            .collect();
        let random = Mutex::new(Rng::with_seed(seed));
        Arc::new(move |seq, capture| {
            let dropped = drop_rate > 0.0
                && random.lock().unwrap_or_else(PoisonError::into_inner).f64() < drop_rate;
            let judged = validation.capture(seq, capture);
            let mut fits = rules
                .iter()
                .filter(|(rule, _)| rule.query.is_everything() || means(&rule.query, &judged));
            let reply = fits.next().and_then(|(rule, turn)| {
                let turn = turn.fetch_add(1, Ordering::Relaxed);
                rule.replies.get(turn).or(rule.replies.last())
            });
            let reply = match reply {
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
    use crate::catalog::Catalog;
    use crate::model::capture::{Capture, Headers};

    fn rule(query: &str, statuses: [u16; 2]) -> ReplyRule {
        ReplyRule {
            query: query.parse().unwrap(),
            replies: statuses.map(|status| Reply::new(status).unwrap()).into(),
        }
    }

    #[tokio::test]
    async fn replies_come_in_turn_and_the_last_one_stays() {
        let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
        let policy = ReplyOptions {
            rules: vec![rule("event:a", [404, 201]), rule("", [503, 200])],
            delay: Duration::from_secs(2),
            drop_rate: 0.0,
            seed: 1,
        }
        .policy(validation, |_, judged| judged.capture.target == "/a");
        let capture = |target: &str| {
            Arc::new(Capture {
                received_at: chrono::Utc::now(),
                peer: "".into(),
                method: "POST".into(),
                target: target.into(),
                headers: Headers::new(),
                body: bytes::Bytes::new(),
            })
        };
        let mut statuses = Vec::new();
        for target in ["/", "/a", "/", "/", "/a", "/a"] {
            let reply = policy(None, capture(target)).await;
            assert_eq!(reply.delay, Duration::from_secs(2));
            statuses.push(reply.status.unwrap().as_u16());
        }
        assert_eq!(statuses, [503, 404, 200, 200, 201, 201]);
    }
}
