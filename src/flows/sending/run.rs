//! Delivers the posts of a run and compares each answer with its expectations.

use std::ops::ControlFlow;
use std::sync::Arc;

use futures_util::stream;

use super::expect::{Expectation, Unmet};
use super::like::EarlierAnswers;
use super::post::{Lanes, Post, supply};
use crate::delivery::{
    Delivered, Ending, Halt, HttpClient, JobEvent, Limit, RunStats, Scheduler, SchedulerPolicy,
};
use crate::model::error::Failure;

/// A post that ended.
pub struct Sent<'s> {
    /// The post and its last attempt.
    pub delivered: &'s Delivered<Post>,
    /// The conditions that were not met.
    pub unmet: &'s [Unmet],
    /// The statistics of all posts so far.
    pub stats: &'s RunStats,
    /// Whether `stats` counts this one. The first post of a plain run is not counted if it does not
    /// reach the target, since the run fails then.
    pub is_counted: bool,
}

/// How a run ended.
#[derive(Debug)]
pub enum RunEnd {
    /// All posts were delivered.
    Complete,
    /// The user stopped it.
    Interrupted,
    /// The target does not answer any more; why the last post got no answer.
    Gone(Failure),
}

/// Why the scheduler was stopped.
enum Stop {
    Ended(RunEnd),
    Failed(Failure),
}

/// Delivers lane after lane until all posts are sent, the target is gone or `interrupted` is ready.
/// `tell` receives each post.
///
/// # Errors
///
/// If a lane cannot be made, and the errors of `tell`.
pub async fn run(
    client: Arc<HttpClient>,
    policy: SchedulerPolicy,
    lanes: &mut Lanes<'_>,
    is_scenario: bool,
    mut earlier: Option<&mut EarlierAnswers>,
    interrupted: impl Future<Output = ()>,
    mut tell: impl FnMut(Sent<'_>) -> Result<(), Failure>,
) -> Result<(RunStats, RunEnd), Failure> {
    let mut stats = RunStats::default();
    let interrupted = async {
        interrupted.await;
        (Stop::Ended(RunEnd::Interrupted), Halt::AtOnce)
    };
    let ended = Scheduler::new(client, policy)
        .run(stream::iter(supply(lanes)), interrupted, |event| {
            let delivered = match event {
                JobEvent::Delivered(delivered) => delivered,
                JobEvent::Word(failure) => {
                    return ControlFlow::Break((Stop::Failed(failure), Halt::AtOnce));
                }
                _ => return ControlFlow::Continue(()),
            };
            let earlier = earlier.as_deref_mut();
            let stop = match record(delivered, &mut stats, is_scenario, earlier, &mut tell) {
                Ok(None) => return ControlFlow::Continue(()),
                Ok(Some(gone)) => Stop::Ended(RunEnd::Gone(gone)),
                Err(failure) => Stop::Failed(failure),
            };
            ControlFlow::Break((stop, Halt::AtOnce))
        })
        .await;
    match ended.stopped {
        None => Ok((stats, RunEnd::Complete)),
        Some(Stop::Ended(end)) => Ok((stats, end)),
        Some(Stop::Failed(failure)) => Err(failure),
    }
}

/// Judges, counts and tells a post. Returns an error if the target counts as gone.
fn record(
    delivered: Delivered<Post>,
    stats: &mut RunStats,
    is_scenario: bool,
    earlier: Option<&mut EarlierAnswers>,
    tell: &mut impl FnMut(Sent<'_>) -> Result<(), Failure>,
) -> Result<Option<Failure>, Failure> {
    let last = &delivered.attempt;
    let default = Expectation::default();
    let step = delivered.tag.step.as_ref();
    let expect = step.map_or(&default, |step| &step.expect);
    let mut unmet = Vec::new();
    // An earlier answer takes the place of what is expected without a word.
    if earlier.is_none() || *expect != default {
        unmet = expect.unmet(last);
    }
    if let Some(earlier) = earlier {
        unmet.extend(earlier.unmet(&delivered.tag, last));
    }
    let is_first_unreached = stats.is_first_unreached(last);
    let is_counted = is_scenario || !is_first_unreached;
    if is_counted {
        stats.count(last, delivered.attempts, unmet.is_empty());
    }
    tell(Sent {
        delivered: &delivered,
        unmet: &unmet,
        stats,
        is_counted,
    })?;
    let is_over = is_first_unreached || stats.has_reached(Limit::default());
    Ok(match delivered.attempt.ending {
        Ending::Unanswered(why) if is_over => Some(why.into()),
        _ => None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::time::Duration;

    use bytes::Bytes;

    use super::super::body::Body;
    use super::*;
    use crate::delivery::{
        self, Concurrency, Proxies, RetryPolicy, TargetUrl, Trust, WhenUnreached,
    };

    /// A server that gives these answers, one a connection. Then nothing listens.
    fn answers(statuses: &'static [u16]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for status in statuses {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = Vec::new();
                let mut part = [0; 1024];
                while !request.ends_with(b"{}") {
                    let length = stream.read(&mut part).unwrap();
                    request.extend_from_slice(&part[..length]);
                }
                let head = format!("HTTP/1.1 {status} \r\nconnection: close\r\n");
                let answer = format!("{head}content-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        url
    }

    /// Sends so many bodies; what was told of each (unmet, counted), and how it ended.
    async fn send(
        url: &str,
        bodies: usize,
        is_scenario: bool,
        interrupted: impl Future<Output = ()>,
    ) -> (Vec<(usize, bool)>, RunStats, RunEnd) {
        let options = delivery::ClientOptions {
            trace: None,
            timeout: Duration::from_secs(5),
            credentials: None,
            headers: Vec::new(),
            proxies: Proxies::default(),
            trust: Trust::default(),
        };
        let url = TargetUrl::parse(url).unwrap();
        let client = Arc::new(HttpClient::new(&url, &options).unwrap());
        let policy = SchedulerPolicy {
            concurrency: Concurrency::Lanes(1),
            pace: None,
            retry: RetryPolicy::new(0, Vec::new()),
            when_unreached: WhenUnreached::CountAttempt,
            span: u64::MAX,
        };
        let post = || Post::new(Body::own(Bytes::from_static(b"{}")), None).map_err(Failure::from);
        let mut lanes = std::iter::repeat_with(|| Ok(vec![post()?])).take(bodies);
        let mut told = Vec::new();
        let (stats, end) = run(
            client,
            policy,
            &mut lanes,
            is_scenario,
            None,
            interrupted,
            |sent| {
                told.push((sent.unmet.len(), sent.is_counted));
                Ok(())
            },
        )
        .await
        .unwrap();
        (told, stats, end)
    }

    #[tokio::test]
    async fn every_answer_is_told_and_held_against_2xx() {
        let url = answers(&[200, 500]);
        let (told, stats, end) = send(&url, 2, false, std::future::pending()).await;
        assert_eq!(told, [(0, true), (1, true)]);
        assert_eq!((stats.sent(), stats.unexpected()), (2, 1));
        assert!(matches!(end, RunEnd::Complete), "{end:?}");
    }

    #[tokio::test]
    async fn a_first_post_that_reaches_nothing_ends_the_run_and_counts_in_a_scenario_alone() {
        for is_scenario in [false, true] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}/", listener.local_addr().unwrap());
            drop(listener);
            let (told, stats, end) = send(&url, 9, is_scenario, std::future::pending()).await;
            assert_eq!(told, [(1, is_scenario)]);
            assert_eq!(stats.sent(), u64::from(is_scenario));
            assert!(matches!(end, RunEnd::Gone(_)), "{end:?}");
        }
    }

    #[tokio::test]
    async fn an_interrupted_run_says_so() {
        let url = answers(&[200]);
        let (told, _, end) = send(&url, 1, false, std::future::ready(())).await;
        assert!(told.len() <= 1);
        assert!(matches!(end, RunEnd::Interrupted), "{end:?}");
    }
}
