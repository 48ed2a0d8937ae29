//! How much `send` sends, how fast, and how often it tries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Message, Reply, Sandbox, Sink};

fn field(request: &Message, name: &str) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    body[name].as_str().unwrap().to_owned()
}

#[test]
fn each_time_has_fresh_ids_and_identical_bodies_are_identical() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let args = [
        "send",
        "session_start",
        "session_stop",
        "--count",
        "3",
        "--repeat-identical",
        "2",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(0).tells("12 sent: 12 answered 200");
    let received = sink.rest();
    let types: Vec<_> = received
        .iter()
        .map(|request| field(request, "type"))
        .collect();
    let round = [
        "session_start",
        "session_start",
        "session_stop",
        "session_stop",
    ];
    assert_eq!(types, [round, round, round].concat());
    for pair in received.chunks(2) {
        assert_eq!(pair[0].body, pair[1].body);
    }
    let sessions: BTreeSet<_> = received
        .iter()
        .map(|request| field(request, "conf_num"))
        .collect();
    assert_eq!(sessions.len(), 3);
}

#[test]
fn a_seed_repeats_all_rounds_and_a_chosen_session_stays() {
    let sandbox = Sandbox::new();
    let ids = |args: &[&str]| -> Vec<String> {
        let sink = Sink::answering(200);
        let url = sink.url();
        let all = [&["send", "roomdrop", "--count", "3", "--url", &url], args].concat();
        sandbox.enx(&all).code(0);
        sink.rest()
            .iter()
            .map(|request| field(request, "conf_num"))
            .collect()
    };
    assert_eq!(ids(&["--seed", "1"]), ids(&["--seed", "1"]));
    let bodies = || {
        let run = sandbox.enx(&["send", "--all", "--seed", "1", "--dry-run"]);
        run.code(0).out().to_owned()
    };
    assert_eq!(bodies(), bodies(), "times too are the same");
    assert_eq!(ids(&["--session", "7"]), ["7", "7", "7"]);
}

#[test]
fn sessions_run_side_by_side_and_the_events_of_one_stay_in_order() {
    // Answers only when four requests are there at the same time.
    let barrier = Arc::new(Barrier::new(4));
    let sink = Sink::new(move |_, _| {
        barrier.wait();
        Reply::status(200)
    });
    let sandbox = Sandbox::new();
    let args = [
        "send",
        "--all",
        "--count",
        "8",
        "--concurrency",
        "4",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(0);
    let mut sessions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for request in sink.rest() {
        sessions
            .entry(field(&request, "conf_num"))
            .or_default()
            .push(field(&request, "type"));
    }
    assert_eq!(sessions.len(), 8);
    let first = sessions.values().next().unwrap();
    assert_eq!((first.len(), &*first[0]), (10, "session_start"));
    assert!(sessions.values().all(|types| types == first));
}

/// How evenly is measured by `benches/send`: here other tests run beside.
#[test]
fn a_rate_is_not_exceeded() {
    let arrived = Arc::new(Mutex::new(Vec::new()));
    let seen = arrived.clone();
    let sink = Sink::new(move |_, _| {
        seen.lock().unwrap().push(Instant::now());
        Reply::status(200)
    });
    let sandbox = Sandbox::new();
    let args = [
        "send",
        "roomdrop",
        "--count",
        "21",
        "--rate",
        "50/s",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(0);
    let arrived = arrived.lock().unwrap();
    let took = arrived[20] - arrived[0];
    // Twenty gaps of 20 ms; a busy machine only makes it longer.
    assert!(took >= Duration::from_millis(380), "{took:?}");
}

#[test]
fn what_failed_is_tried_again_only_when_asked_to() {
    let sandbox = Sandbox::new();
    let send = |sink: &Sink, args: &[&str]| {
        let all = [
            "send",
            "--data",
            r#"{"type":"x"}"#,
            "--format",
            "json",
            "--url",
        ];
        sandbox.enx(&[&all[..], &[&sink.url()], args].concat())
    };
    let sink = Sink::in_turn(&[503, 429, 200]);
    send(&sink, &[]).code(1);
    let sink = Sink::in_turn(&[503, 429, 200]);
    // A failure of the server is not retried until it is green, unless that is asked for.
    let run = send(&sink, &["--retries", "5"]);
    assert_eq!(run.code(1).json_lines()[0]["status"], 503);
    let sink = Sink::in_turn(&[503, 429, 200]);
    let run = send(&sink, &["--retries", "5", "--retry-on", "5xx,429"]);
    run.code(0);
    let lines = run.json_lines();
    assert_eq!((lines.len(), lines[0]["attempts"].as_u64()), (1, Some(3)));
    // For one release the old name stands beside it.
    assert_eq!(lines[0]["tries"], lines[0]["attempts"]);
    assert_eq!(lines[0]["status"], 200);
    assert_eq!(sink.rest().len(), 3);
    // What the receiver refuses for good is not tried again.
    let sink = Sink::in_turn(&[400, 200]);
    send(&sink, &["--retries", "5", "--retry-on", "5xx"]).code(1);
    let sink = Sink::new(|_, _| Reply::Close);
    send(&sink, &["--retries", "1", "--retry-on", "closed"]).code(3);
    assert_eq!(sink.rest().len(), 2);
}

#[test]
fn retry_after_counts_more_than_our_own_wait() {
    let count = AtomicUsize::new(0);
    let sink = Sink::new(move |_, _| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Answer(503, vec![("Retry-After", "1".to_owned())], String::new()),
        _ => Reply::status(200),
    });
    let start = Instant::now();
    let url = sink.url();
    let args = [
        "send",
        "roomdrop",
        "--retries",
        "1",
        "--retry-on",
        "503",
        "--url",
        &url,
    ];
    Sandbox::new().enx(&args).code(0).says("attempt 2");
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_pace_that_makes_no_sense_is_refused() {
    let sandbox = Sandbox::new();
    for wrong in [
        ["--count", "0"],
        ["--concurrency", "0"],
        ["--rate", "0/s"],
        ["--rate", "fast"],
        ["--repeat-identical", "0"],
    ] {
        sandbox
            .enx(&["send", "roomdrop", wrong[0], wrong[1]])
            .code(2)
            .tells(wrong[0]);
    }
}
