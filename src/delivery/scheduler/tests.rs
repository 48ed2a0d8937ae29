//! Schedulers on paused time, with workers that do what a script says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use super::*;
use crate::delivery::{Ending, RetryCondition};

const MS: Duration = Duration::from_millis(1);
const S: Duration = Duration::from_secs(1);

/// What a request meets, by its number and which attempt at it this is, and after what time.
type Script = fn(u64, u32) -> (Duration, Attempt);

/// Requests that were sent, when, and how many were in flight then, this one included.
type Sent = Arc<Mutex<Vec<(u64, Duration, usize)>>>;

struct Scripted {
    script: Script,
    began: Instant,
    sent: Sent,
    in_flight: Arc<()>,
    attempts: Arc<Mutex<HashMap<u64, u32>>>,
}

impl Worker for Scripted {
    async fn attempt(&mut self, request: &OutgoingRequest, _: bool) -> Attempt {
        let _in_flight = Arc::clone(&self.in_flight);
        let number: u64 = str::from_utf8(request.body()).unwrap().parse().unwrap();
        let attempt = {
            let mut attempts = self.attempts.lock().unwrap();
            let attempt = attempts.entry(number).or_default();
            *attempt += 1;
            *attempt
        };
        {
            let mut sent = self.sent.lock().unwrap();
            let in_flight = sent_at_once(&self.in_flight);
            sent.push((number, self.began.elapsed(), in_flight));
        }
        let (takes, attempt) = (self.script)(number, attempt);
        tokio::time::sleep(takes).await;
        attempt
    }
}

/// Workers hold one count each, and requests in flight one more.
fn sent_at_once(in_flight: &Arc<()>) -> usize {
    Arc::strong_count(in_flight)
}

fn answered(status: u16) -> Attempt {
    Attempt::answered(status, None)
}

fn policy(concurrency: Concurrency, retries: u32) -> SchedulerPolicy {
    SchedulerPolicy {
        concurrency,
        pace: None,
        retry: RetryPolicy {
            times: retries,
            on: vec![RetryCondition::AnyFailure],
            first_wait: S,
            longest_wait: 60 * S,
        },
        when_unreached: WhenUnreached::CountAttempt,
        span: u64::MAX,
    }
}

fn job(number: u64, lane: &str, due: Duration) -> Job<u64> {
    Job {
        number,
        lane: (!lane.is_empty()).then(|| Arc::from(lane)),
        request: OutgoingRequest::json(Bytes::from(number.to_string())),
        due,
        tag: Arc::new(number),
    }
}

/// Jobs without a due time, in these lanes.
fn jobs(lanes: &[&str]) -> Vec<Supplied<u64, ()>> {
    let jobs = (1..)
        .zip(lanes)
        .map(|(number, lane)| job(number, lane, Duration::ZERO));
    vec![Supplied::Jobs(jobs.collect())]
}

struct Run {
    /// What was told: `1 delivered at 2`, `1 again`, …
    told: Vec<String>,
    sent: Vec<(u64, Duration, usize)>,
    took: Duration,
    left: Option<u64>,
}

impl Run {
    fn numbers(&self) -> Vec<u64> {
        self.sent.iter().map(|(number, ..)| *number).collect()
    }

    fn times(&self) -> Vec<Duration> {
        self.sent.iter().map(|(_, at, _)| *at).collect()
    }
}

async fn deliver(
    policy: SchedulerPolicy,
    script: Script,
    supply: impl Stream<Item = Supplied<u64, ()>>,
    stop: impl Future<Output = ((), Halt)>,
) -> Run {
    let (sent, began) = (Sent::default(), Instant::now());
    let (in_flight, attempts) = (Arc::new(()), Arc::default());
    let new_worker = || Scripted {
        script,
        began,
        sent: Arc::clone(&sent),
        in_flight: Arc::clone(&in_flight),
        attempts: Arc::clone(&attempts),
    };
    let mut told = Vec::new();
    let run = run(policy, new_worker, supply, stop, |event| {
        told.push(match event {
            JobEvent::Retrying { tag, .. } => format!("{tag} again"),
            JobEvent::Delivered(delivered) => {
                let is_good = matches!(
                    &delivered.attempt.ending,
                    Ending::Answered(answer) if answer.is_success()
                );
                let how = if is_good { "delivered" } else { "failed" };
                format!("{} {how} at {}", delivered.tag, delivered.attempts)
            }
            JobEvent::Paused(Ending::Unanswered(error)) => format!("paused: {}", error.cause()),
            JobEvent::Paused(Ending::Answered(answer)) => format!("paused: {}", answer.status),
            JobEvent::Paused(Ending::Exited(_)) => "paused".to_owned(),
            JobEvent::Resumed => "resumed".to_owned(),
            JobEvent::Settled | JobEvent::Word(()) => return ControlFlow::Continue(()),
        });
        ControlFlow::Continue(())
    });
    let ended = tokio::time::timeout(10_000 * S, run).await.unwrap();
    let sent = sent.lock().unwrap().clone();
    Run {
        told,
        sent,
        took: began.elapsed(),
        left: ended.first_left.map(|tag| *tag),
    }
}

/// Delivers all jobs.
async fn deliver_all(
    policy: SchedulerPolicy,
    script: Script,
    supply: Vec<Supplied<u64, ()>>,
) -> Run {
    deliver(policy, script, stream::iter(supply), std::future::pending()).await
}

#[tokio::test(start_paused = true)]
async fn a_lane_stays_in_order_and_lanes_do_not_wait_for_each_other() {
    let script: Script = |number, attempt| match (number, attempt) {
        (1, _) => (100 * MS, answered(200)),
        // Fails once, and comes again before its follower.
        (2, 1) => (MS, answered(503)),
        _ => (MS, answered(200)),
    };
    let lanes = jobs(&["a", "a", "a", "b", ""]);
    let run = deliver_all(policy(Concurrency::Requests(8), 1), script, lanes).await;
    assert_eq!(run.numbers(), [1, 4, 5, 2, 2, 3]);
    assert_eq!(
        run.told,
        [
            "4 delivered at 1",
            "5 delivered at 1",
            "1 delivered at 1",
            "2 again",
            "2 delivered at 2",
            "3 delivered at 1"
        ]
    );
    assert_eq!(run.left, None);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_to_the_end_is_passed_over_and_its_lane_goes_on() {
    let script: Script = |number, _| (MS, answered(if number == 1 { 500 } else { 200 }));
    let run = deliver_all(
        policy(Concurrency::Requests(4), 2),
        script,
        jobs(&["a", "a"]),
    )
    .await;
    assert_eq!(
        run.told,
        ["1 again", "1 again", "1 failed at 3", "2 delivered at 1"]
    );
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_in_flight_than_allowed() {
    let script: Script = |_, _| (10 * MS, answered(200));
    let run = deliver_all(policy(Concurrency::Requests(3), 0), script, jobs(&[""; 9])).await;
    // One count is the test's; the last worker that was added is not counted twice.
    let most = run.sent.iter().map(|(_, _, most)| most).max();
    assert_eq!(most, Some(&(1 + 3 + 3)));
    assert_eq!(run.took, 30 * MS);
}

#[tokio::test(start_paused = true)]
async fn a_retry_keeps_its_place_only_where_jobs_or_lanes_are_counted() {
    let script: Script = |number, attempt| {
        (
            MS,
            answered(if number == 1 && attempt == 1 {
                500
            } else {
                200
            }),
        )
    };
    let order = async |concurrency| {
        let supply = (1..=3)
            .map(|number| Supplied::Jobs(vec![job(number, &number.to_string(), Duration::ZERO)]));
        deliver_all(policy(concurrency, 1), script, supply.collect())
            .await
            .numbers()
    };
    assert_eq!(order(Concurrency::Requests(1)).await, [1, 2, 3, 1]);
    assert_eq!(order(Concurrency::Jobs(1)).await, [1, 1, 2, 3]);
    assert_eq!(order(Concurrency::Lanes(1)).await, [1, 1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn due_times_count_from_the_first_job() {
    let script: Script = |_, _| (MS, answered(200));
    let supply = vec![
        Supplied::Jobs(vec![job(1, "", Duration::ZERO), job(2, "", 2 * S)]),
        Supplied::Jobs(vec![job(3, "", 2 * S), job(4, "", 5 * S)]),
    ];
    let run = deliver_all(policy(Concurrency::Jobs(1), 0), script, supply).await;
    assert_eq!(run.numbers(), [1, 2, 3, 4]);
    assert_eq!(run.times(), [Duration::ZERO, 2 * S, 2 * S + MS, 5 * S]);
}

#[tokio::test(start_paused = true)]
async fn the_due_times_of_a_lane_count_from_its_beginning() {
    let script: Script = |_, _| (MS, answered(200));
    let lane = |first, name| Supplied::Jobs(vec![job(first, name, S), job(first + 1, name, 3 * S)]);
    let supply = vec![lane(1, "a"), lane(3, "b"), lane(5, "c")];
    let run = deliver_all(policy(Concurrency::Lanes(2), 0), script, supply).await;
    assert_eq!(run.numbers(), [1, 3, 2, 4, 5, 6]);
    let third = 3 * S + MS;
    assert_eq!(run.times(), [S, S, 3 * S, 3 * S, third + S, third + 3 * S]);
}

#[tokio::test(start_paused = true)]
async fn every_attempt_takes_a_slot_of_the_pace() {
    let script: Script = |number, attempt| {
        (
            MS,
            answered(if number == 2 && attempt == 1 {
                500
            } else {
                200
            }),
        )
    };
    let (metronome, slots) = Metronome::by_hand();
    let mut policy = policy(Concurrency::Requests(8), 1);
    policy.pace = Some(metronome);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(10 * S).await;
            slots.add_permits(1);
        }
    });
    let run = deliver_all(policy, script, jobs(&["", "", ""])).await;
    assert_eq!(run.numbers(), [1, 2, 2, 3]);
    assert_eq!(run.times(), [10 * S, 20 * S, 30 * S, 40 * S]);
}

#[tokio::test(start_paused = true)]
async fn retries_wait_with_jitter_and_as_long_as_the_target_asks() {
    let again = async |retry_after: Script| {
        let run = deliver_all(policy(Concurrency::Jobs(1), 1), retry_after, jobs(&[""])).await;
        run.times()[1]
    };
    for _ in 0..20 {
        let waited = again(|_, _| (Duration::ZERO, answered(503))).await;
        assert!((500 * MS..=1001 * MS).contains(&waited), "{waited:?}");
    }
    let waited = again(|_, _| (Duration::ZERO, Attempt::answered(503, Some("7")))).await;
    assert_eq!(waited, 7 * S);
    let waited = again(|_, _| {
        let date = chrono::Utc::now() + chrono::TimeDelta::seconds(30);
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        (Duration::ZERO, Attempt::answered(503, Some(&date)))
    })
    .await;
    assert!((28 * S..=30 * S).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_away_costs_no_attempt_and_is_probed_until_it_is_back() {
    let script: Script = |_, _| {
        static ATTEMPTS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        match ATTEMPTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0..6 => (Duration::ZERO, Attempt::refused()),
            _ => (Duration::ZERO, answered(200)),
        }
    };
    let mut policy = policy(Concurrency::Requests(2), 0);
    policy.when_unreached = WhenUnreached::PauseAndProbe;
    let run = deliver_all(policy, script, jobs(&[""; 5])).await;
    assert_eq!(run.told[..2], ["paused: refused", "resumed"]);
    let mut delivered = run.told[2..].to_vec();
    delivered.sort();
    let expected: Vec<_> = (1..=5)
        .map(|number| format!("{number} delivered at 1"))
        .collect();
    assert_eq!(delivered, expected);
    // Two were in flight; then one at a time, with waits of 250 ms, doubled up to 2 s.
    let waits: Vec<_> = run.times()[1..7]
        .windows(2)
        .map(|pair| pair[1].saturating_sub(pair[0]))
        .collect();
    assert_eq!(waits, [250 * MS, 500 * MS, S, 2 * S, 2 * S]);
}

/// 503 for this time, then 200.
fn away_for(time: Duration) -> (Duration, Attempt) {
    thread_local! {
        // Each test has its own thread.
        static BEGAN: Instant = Instant::now();
    }
    let is_away = BEGAN.with(Instant::elapsed) < time;
    (MS, answered(if is_away { 503 } else { 200 }))
}

fn probing(retries: u32) -> SchedulerPolicy {
    SchedulerPolicy {
        when_unreached: WhenUnreached::PauseAndProbe,
        ..policy(Concurrency::Requests(4), retries)
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_away_over_lunch_loses_nothing_and_is_probed() {
    let script: Script = |_, _| away_for(3600 * S);
    let lanes = jobs(&["a", "a", "b", "", "", "b"]);
    let run = deliver_all(probing(1), script, lanes).await;
    let told = run.told.join(", ");
    assert!(!told.contains("failed"), "{told}");
    assert_eq!(told.matches("paused: 503").count(), 1);
    assert_eq!(told.matches("delivered").count(), 6);
    // It is tried at least every two seconds, and all follow at once when it is back.
    assert!(run.sent.len() > 1800, "{}", run.sent.len());
    assert!(run.took < 3603 * S, "{:?}", run.took);
    let place = |told: &str| {
        run.told
            .iter()
            .position(|line| line.starts_with(told))
            .unwrap()
    };
    assert!(place("1 delivered") < place("2 delivered"));
    assert!(place("3 delivered") < place("6 delivered"));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_away_from_the_only_lane_loses_nothing_either() {
    let script: Script = |_, _| away_for(3600 * S);
    let run = deliver_all(probing(1), script, jobs(&["a", "a", "a"])).await;
    let told = run.told.join(", ");
    assert!(
        !told.contains("failed") && !told.contains("paused"),
        "{told}"
    );
    let delivered: Vec<_> = run
        .told
        .iter()
        .filter(|line| line.contains("delivered"))
        .collect();
    assert_eq!(delivered.len(), 3);
    assert!(run.took < 3661 * S, "{:?}", run.took);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_always_gets_503_stops_neither_its_lane_nor_others() {
    let script: Script = |number, _| (MS, answered(if number == 1 { 503 } else { 200 }));
    let run = deliver_all(probing(1), script, jobs(&["a", "a", "a"])).await;
    assert_eq!(
        run.told,
        [
            "1 again",
            "1 again",
            "2 delivered at 1",
            "1 failed at 3",
            "3 delivered at 1"
        ]
    );
    // Two of them, in two lanes, are probed with others.
    let script: Script = |number, _| (MS, answered(if number < 3 { 502 } else { 200 }));
    let mut supply = jobs(&["a", "b"]);
    let more = (3..100).map(|number| job(number, "", u32::try_from(number).unwrap() * S));
    supply.push(Supplied::Jobs(more.collect()));
    let run = deliver_all(probing(2), script, supply).await;
    let delivered = run.told.iter().filter(|line| line.contains("delivered"));
    assert_eq!(delivered.count(), 97);
    for number in [1, 2] {
        let failed = format!("{number} failed");
        assert!(
            run.told.iter().any(|line| line.starts_with(&failed)),
            "{:?}",
            run.told
        );
    }
    assert_eq!(run.left, None);
}

#[tokio::test(start_paused = true)]
async fn an_unreached_target_is_an_attempt_where_that_was_agreed() {
    let script: Script = |_, _| (Duration::ZERO, Attempt::refused());
    let run = deliver_all(policy(Concurrency::Jobs(1), 1), script, jobs(&[""])).await;
    assert_eq!(run.told, ["1 again", "1 failed at 2"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_runs_further_ahead_of_the_oldest_job_than_the_span() {
    let script: Script = |number, _| (if number == 1 { 100 * S } else { MS }, answered(200));
    let mut policy = policy(Concurrency::Requests(4), 0);
    policy.span = 10;
    let supply = (1..=50).map(|number| Supplied::Jobs(vec![job(number, "", Duration::ZERO)]));
    let run = deliver_all(policy, script, supply.collect()).await;
    let early = run.sent.iter().filter(|(_, at, _)| *at < 100 * S);
    assert_eq!(early.map(|(number, ..)| *number).max(), Some(11));
    assert_eq!(run.told.len(), 50);
}

#[tokio::test(start_paused = true)]
async fn draining_delivers_what_it_can_and_waits_for_nothing() {
    let script: Script = |number, _| (MS, answered(if number == 1 { 500 } else { 200 }));
    let (sender, mut receiver) = mpsc::channel(8);
    for (number, lane) in [(1, "a"), (2, "a"), (3, "")] {
        let jobs = vec![job(number, lane, Duration::ZERO)];
        sender.send(Supplied::Jobs(jobs)).await.unwrap();
    }
    drop(sender);
    let supply = stream::poll_fn(|context| receiver.poll_recv(context));
    let stop = async { ((), Halt::Drain(10 * S)) };
    let run = deliver(policy(Concurrency::Requests(1), 5), script, supply, stop).await;
    assert_eq!(run.told, ["1 again", "3 delivered at 1"]);
    assert_eq!((run.left, run.took), (Some(1), 2 * MS));
}

#[tokio::test(start_paused = true)]
async fn draining_takes_no_longer_than_agreed() {
    let script: Script = |_, _| (60 * S, answered(200));
    let stop = async { ((), Halt::Drain(10 * S)) };
    let supply = stream::iter(jobs(&["", ""]));
    let run = deliver(policy(Concurrency::Requests(1), 0), script, supply, stop).await;
    assert_eq!((run.told.len(), run.took), (0, 10 * S));
}

#[tokio::test(start_paused = true)]
async fn a_gentle_stop_tells_what_is_in_flight_or_waits_for_a_retry() {
    let script: Script = |number, _| match number {
        1 => (MS, answered(500)),
        2 => (3 * S, answered(200)),
        _ => (60 * S, answered(200)),
    };
    let stop = async {
        tokio::time::sleep(2 * S).await;
        ((), Halt::Gently)
    };
    let mut policy = policy(Concurrency::Jobs(3), 5);
    policy.retry.first_wait = 60 * S;
    let supply = stream::iter(jobs(&["", "", "", ""]));
    let run = deliver(policy, script, supply, stop).await;
    assert_eq!(run.told, ["1 again", "1 failed at 1", "2 delivered at 1"]);
    assert_eq!((run.left, run.took), (Some(3), 4 * S));
}

#[tokio::test(start_paused = true)]
async fn a_stop_at_once_waits_for_nothing() {
    let script: Script = |_, _| (60 * S, answered(200));
    let stop = async {
        tokio::time::sleep(S).await;
        ((), Halt::AtOnce)
    };
    let supply = stream::iter(jobs(&["", ""]));
    let run = deliver(policy(Concurrency::Jobs(1), 0), script, supply, stop).await;
    assert_eq!((run.told.len(), run.left, run.took), (0, Some(1), S));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_breaks_at_once_hears_nothing_more() {
    let new_worker = || Scripted {
        script: |_, _| (MS, answered(500)),
        began: Instant::now(),
        sent: Sent::default(),
        in_flight: Arc::default(),
        attempts: Arc::default(),
    };
    let mut heard = 0;
    let supply = stream::iter(jobs(&["", "", ""]));
    let policy = policy(Concurrency::Jobs(2), 0);
    let ended = run(policy, new_worker, supply, std::future::pending(), |_| {
        heard += 1;
        ControlFlow::Break(("enough", Halt::AtOnce))
    })
    .await;
    assert_eq!((heard, ended.stopped), (1, Some("enough")));
}
