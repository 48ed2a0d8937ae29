//! How `replay` delivers: in order within a session, at a pace, again where that was asked
//! for, and when it stops.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[cfg(unix)]
use crate::support::Running;
use crate::support::{Reply, Run, Sandbox, Sink, record};

/// A log of that many captures in that many sessions.
fn log(count: u64, sessions: u64) -> Sandbox {
    let lines: String = (1..=count)
        .map(|seq| {
            let session = seq % sessions;
            let body = format!("{{\"type\":\"roomdrop\",\"conf_num\":\"s{session}\",\"n\":{seq}}}");
            record(seq, &body) + "\n"
        })
        .collect();
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines);
    sandbox
}

#[track_caller]
fn replay(sandbox: &Sandbox, sink: &Sink, args: &[&str]) -> Run {
    let url = sink.url();
    sandbox.enx(&[&["replay", "log.jsonl", "--url", &url], args].concat())
}

fn body(bytes: &[u8]) -> (String, u64) {
    let body: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let session = body["conf_num"].as_str().unwrap().to_owned();
    (session, body["n"].as_u64().unwrap())
}

#[test]
fn with_many_at_a_time_no_capture_overtakes_another_of_its_session() {
    let at_once = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let ends = Arc::new(Mutex::new(HashMap::<String, u64>::new()));
    let (count, order) = (Arc::clone(&at_once), Arc::clone(&ends));
    let sink = Sink::new(move |number, request| {
        let (session, n) = body(&request.body);
        let now = count.0.fetch_add(1, Ordering::SeqCst) + 1;
        count.1.fetch_max(now, Ordering::SeqCst);
        let before = order.lock().unwrap().insert(session, n);
        // Uneven work: some answers are held back until others have had their turn.
        for _ in 0..(number * 7919) % 97 {
            std::thread::yield_now();
        }
        count.0.fetch_sub(1, Ordering::SeqCst);
        Reply::status(if before.is_some_and(|before| before > n) {
            500
        } else {
            200
        })
    });
    let run = replay(&log(3000, 41), &sink, &["--concurrency", "64"]);
    run.code(0).tells("3,000 sent: 3,000 answered 200");
    assert!(
        at_once.1.load(Ordering::SeqCst) > 1,
        "nothing ran side by side"
    );
    let mut numbers: Vec<u64> = sink.rest().iter().map(|one| body(&one.body).1).collect();
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=3000));
}

#[test]
fn one_after_another_is_the_default_and_keeps_the_order_of_the_log() {
    let sink = Sink::answering(200);
    replay(&log(200, 7), &sink, &[]).code(0);
    let numbers: Vec<u64> = sink.rest().iter().map(|one| body(&one.body).1).collect();
    assert!(numbers.into_iter().eq(1..=200));
}

/// A sink that notes when each request came.
fn clocked() -> (Sink, Arc<Mutex<Vec<Instant>>>) {
    let times = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&times);
    let sink = Sink::new(move |_, _| {
        notes.lock().unwrap().push(Instant::now());
        Reply::status(200)
    });
    (sink, times)
}

#[test]
fn a_rate_is_never_exceeded() {
    let (sink, times) = clocked();
    let sandbox = log(101, 3);
    let began = Instant::now();
    replay(&sandbox, &sink, &["--rate", "200/s"]).code(0);
    let times = times.lock().unwrap();
    let took = times[100] - began;
    // A busy machine loses slots, but never gains any.
    assert!(took > Duration::from_millis(490), "{took:?}");
}

#[test]
fn the_gaps_of_the_log_are_kept_scaled_and_cut() {
    let sandbox = Sandbox::new();
    let times = ["22.000000", "22.200000", "22.300000", "59.300000"];
    let lines = times
        .iter()
        .zip(1..)
        .map(|(time, seq)| record(seq, "{}").replace("22.118042", time) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
    for (speed, gaps) in [("1", [200, 100, 250]), ("2", [100, 50, 250])] {
        let (sink, times) = clocked();
        let began = Instant::now();
        replay(&sandbox, &sink, &["--speed", speed, "--max-gap", "250ms"]).code(0);
        let times = times.lock().unwrap();
        let mut expected = Duration::ZERO;
        for (time, gap) in times[1..].iter().zip(gaps) {
            expected += Duration::from_millis(gap);
            // On a busy machine a capture may come late, but none comes early.
            let took = *time - began;
            assert!(took >= expected, "{took:?} for {expected:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_long_pause_is_announced_with_how_to_shorten_it() {
    let sandbox = Sandbox::new();
    let times = ["14:03", "15:04", "14:00", "15:04"];
    let lines = times
        .iter()
        .zip(1..)
        .map(|(time, seq)| record(seq, "{}").replace("14:03", time) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
    let sink = Sink::answering(200);
    let args = ["replay", "log.jsonl", "--url", &sink.url(), "--speed", "1"];
    let mut running = Running::of(sandbox.call(&args));
    let pause = |line: &str| line.contains("a pause of").then(|| line.trim().to_owned());
    let said = running.told(pause);
    assert_eq!(
        said,
        "a pause of 1h 1m, as in the log (--max-gap shortens it)"
    );
    sink.next();
    running.signal("INT");
    running.ended().code(130);
    // The clock that stepped back for one capture makes no pause.
    replay(&sandbox, &sink, &["--speed", "1", "--seq", "2.."])
        .code(0)
        .hides("a pause");
}

#[test]
fn a_failed_capture_is_tried_again_only_as_often_and_on_what_was_said() {
    let sandbox = log(2, 1);
    let sink = Sink::in_turn(&[500, 503, 200, 200]);
    let run = replay(&sandbox, &sink, &["--retries", "2"]);
    run.code(0)
        .tells("2 sent: 2 answered 200; 1 retried")
        .says("attempt 3");
    let numbers: Vec<u64> = sink.rest().iter().map(|one| body(&one.body).1).collect();
    assert_eq!(numbers, [1, 1, 1, 2]);

    let sink = Sink::in_turn(&[404, 500, 200]);
    replay(
        &sandbox,
        &sink,
        &["--retries", "2", "--retry-on", "429,connect"],
    )
    .code(1);
    assert_eq!(sink.rest().len(), 2);

    let sink = Sink::answering(500);
    let lines = replay(&sandbox, &sink, &["--retries", "1", "--format", "json"]);
    assert_eq!(lines.code(1).json_lines()[0]["attempts"], 2);
    assert_eq!(sink.rest().len(), 4);
}

#[test]
fn a_target_that_asks_for_time_is_given_it() {
    let sink = Sink::new(|number, _| match number {
        0 => Reply::Answer(429, vec![("Retry-After", "2".to_owned())], String::new()),
        _ => Reply::status(200),
    });
    let start = Instant::now();
    replay(&log(1, 1), &sink, &["--retries", "1"]).code(0);
    assert!(start.elapsed() >= Duration::from_secs(2));
}

#[test]
fn it_stops_at_as_many_failures_as_were_granted() {
    for (args, sent) in [(&["--fail-fast"][..], 3), (&["--max-failures", "2"], 4)] {
        let sink = Sink::in_turn(&[200, 200, 500]);
        let run = replay(&log(9, 1), &sink, args);
        run.code(1)
            .tells("not answered 2xx")
            .tells("stopped before log.jsonl:");
        assert_eq!(sink.rest().len(), sent, "{args:?}");
    }
    let sink = Sink::answering(500);
    replay(&log(30, 1), &sink, &[])
        .code(1)
        .tells("30 sent: 30 answered 500");
}

#[test]
fn a_target_that_dies_midway_ends_it_and_one_that_is_down_is_one_line() {
    let sink = Sink::new(|number, _| match number {
        0..=2 => Reply::status(200),
        _ => Reply::Close,
    });
    let run = replay(&log(50, 1), &sink, &[]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook replay log.jsonl --url http://<peer>/hook
    exit code 3
    -- stdout
    #1  roomdrop  s0  200 in <duration>
      {"status":200}
    #2  roomdrop  s0  200 in <duration>
      {"status":200}
    #3  roomdrop  s0  200 in <duration>
      {"status":200}
    #4  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #5  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #6  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #7  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #8  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #9  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #10  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #11  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #12  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    #13  roomdrop  s0  no answer in <duration>: <peer> closed the connection without an answer
    -- stderr
    replaying to http://<peer>/hook (--url)
    13 sent: 3 answered 200, 10 without an answer; stopped before log.jsonl:14
    warning: stopped: 10 captures in a row got no answer
    "#);
    let url = sink.url();
    drop(sink);
    let run = log(50, 50).enx(&["replay", "log.jsonl", "--concurrency", "8", "--url", &url]);
    run.code(3)
        .tells("connection refused")
        .tells("nothing was sent");
    assert_eq!(run.err().matches("error: ").count(), 1, "{}", run.err());
    assert_eq!(run.out(), "");
}

#[test]
fn a_long_replay_shows_failures_only_and_its_slowest() {
    let sink = Sink::new(|number, _| Reply::status(if number == 40 { 500 } else { 200 }));
    let run = replay(&log(60, 1), &sink, &[]);
    run.code(1)
        .says("#20 ")
        .says("#41 ")
        .tells("slowest: ")
        .tells("median ");
    run.says("{\"status\":500}");
    assert!(!run.out().contains("#21 "), "{}", run.out());
    let summary = replay(&log(3, 1), &sink, &["--format", "json"])
        .json_lines()
        .pop()
        .unwrap();
    assert!(summary["latency_ms"]["p99"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_server_that_hangs_up_after_each_answer_without_saying_so_gets_every_capture_once() {
    for concurrency in ["1", "16"] {
        let sink = Sink::new(|_, _| Reply::Last(Box::new(Reply::status(200))));
        let run = replay(&log(160, 160), &sink, &["--concurrency", concurrency]);
        run.code(0).tells("160 sent: 160 answered 200");
        assert_eq!(sink.count(), 160);
    }
}

#[test]
fn a_status_counts_although_the_body_behind_it_stalls_and_is_not_tried_again() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    let sink = Sink::new(|_, _| Reply::Raw(HEAD));
    let args = [
        "--timeout",
        "100ms",
        "--retries",
        "3",
        "--retry-on",
        "timeout,closed",
    ];
    let run = replay(&log(2, 2), &sink, &args);
    run.code(0)
        .says("  half\n")
        .says("began to answer 200, but did not end within 100 ms")
        .tells("2 sent: 2 answered 200; 2 answers without an end");
    assert_eq!(sink.count(), 2);
}
