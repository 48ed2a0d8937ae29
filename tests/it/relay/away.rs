//! Followers that were away: for a day, or asleep.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;

use serde_json::Value;

use super::{body, captures, end, follower, next, origins, relay, source, until, with_each};
use crate::support::{Sandbox, Sink};

const DAY: u64 = 3000;

/// Appends a day of traffic in many sessions to the log of a listener that does not run.
fn a_day(sandbox: &Sandbox, log: &str, first: u64) {
    let text = sandbox.text(log);
    let mut record: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let mut lines = String::new();
    for n in 0..DAY {
        let seconds = n * 86_400 / DAY;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        record["seq"] = (first + n).into();
        record["received_at"] =
            format!("2030-01-02T{hour:02}:{minute:02}:{second:02}.000000Z").into();
        record["body"] = format!(
            "{{\"type\":\"roomdrop\",\"conf_num\":\"{}\",\"n\":{n}}}",
            n % 97
        )
        .into();
        writeln!(lines, "{record}").unwrap();
    }
    let mut file = OpenOptions::new()
        .append(true)
        .open(sandbox.path(log))
        .unwrap();
    file.write_all(lines.as_bytes()).unwrap();
}

#[test]
fn a_follower_that_was_away_for_a_day_gets_it_in_order() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let mut first = source(&sandbox, &url, &[]);
        let mut before = follower(&sandbox, &url, "b.jsonl", &[]);
        assert_eq!(next(&mut before, "relay")["state"], "connected");
        first.post(body(1));
        until(&mut before, 1);
        end(before).code(0);
        first.signal("INT");
        while first.json()["kind"] != "summary" {}
        first.ended().code(0);
        a_day(&sandbox, "a.jsonl", 2);
        // It publishes what was not yet, and rotates meanwhile.
        let second = source(&sandbox, &url, &["--rotate", "100KB"]);
        second.post(body(2));
        let args = ["--rotate", "200KB", "--sync", "os"];
        let mut after = follower(&sandbox, &url, "b.jsonl", &args);
        until(&mut after, DAY + 2);
        end(after).code(0);
        let mut whole = follower(&sandbox, &url, "whole.jsonl", &["--from-start"]);
        until(&mut whole, DAY + 2);
        assert_eq!(
            origins(&sandbox, "whole.jsonl"),
            (1..=DAY + 2).collect::<Vec<_>>()
        );
        let all = sandbox.enx(&["log", "b.jsonl", "--format", "json"]);
        let bodies = |objects: Vec<Value>| -> Vec<Value> {
            objects
                .into_iter()
                .map(|mut object| object["body"].take())
                .collect()
        };
        let all = bodies(all.json_of("capture"));
        assert_eq!(all.len() as u64, DAY + 2);
        assert_eq!(all, bodies(captures(&sandbox, "whole.jsonl")));
    });
}

#[test]
fn times_that_do_not_ascend_hide_nothing_from_a_search() {
    let sandbox = Sandbox::new();
    // A listener that was away published its captures of yesterday around one of today.
    let record = |seq: u64, day: u64, source: &str| {
        format!(
            "{{\"enx_hook\":1,\"seq\":{seq},\"log\":\"0123456789abcdef\",\"received_at\":\"2026-11-{day}T10:00:00.000000Z\",\"peer\":\"p\",\"method\":\"POST\",\"target\":\"/\",\"headers\":[],\"body\":\"{{}}\",\"from\":{{\"relay\":\"ENX_demo\",\"created\":\"c\",\"stream_seq\":{seq},\"source\":\"{source}\",\"log\":\"0123456789abcdee\",\"seq\":{seq}}}}}\n"
        )
    };
    let part = [record(1, 20, "b"), record(2, 22, "a"), record(3, 20, "b")].concat();
    sandbox.write("log-1.jsonl", part);
    sandbox.write(
        "log.jsonl",
        [record(4, 22, "a"), record(5, 20, "b")].concat(),
    );
    let args = [
        "log",
        "log.jsonl",
        "--since",
        "2026-11-21",
        "--format",
        "json",
    ];
    let found = sandbox.enx(&args);
    let seqs: Vec<_> = found
        .json_of("capture")
        .iter()
        .map(|one| one["seq"].clone())
        .collect();
    assert_eq!(seqs, [2, 4]);
}

#[test]
fn a_follower_that_slept_forwards_and_counts_what_it_missed() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        let sink = Sink::answering(200);
        let target = sink.url();
        let args = [
            "--forward",
            &target,
            "--expect",
            "roomdrop=40",
            "--settle",
            "0s",
        ];
        let mut asleep = follower(&sandbox, &url, "b.jsonl", &args);
        assert_eq!(next(&mut asleep, "relay")["state"], "connected");
        let mut awake = follower(&sandbox, &url, "awake.jsonl", &["--from-start"]);
        source.post(body(1));
        until(&mut asleep, 1);
        asleep.signal("STOP");
        for n in 2..=40 {
            source.post(body(n));
        }
        // All of it is in the relay before the laptop wakes.
        until(&mut awake, 40);
        asleep.signal("CONT");
        let run = asleep.ended();
        let summary = run.json_of("summary").remove(0);
        assert_eq!(summary["captured"], 40, "{summary}");
        run.code(0);
        let mut sent: Vec<u64> = (0..40)
            .map(|_| {
                let body: Value = serde_json::from_slice(&sink.next().body).unwrap();
                body["n"].as_u64().unwrap()
            })
            .collect();
        // Each session is in order, and sessions are sent side by side.
        let of_one: Vec<_> = sent.iter().copied().filter(|n| n % 3 == 0).collect();
        assert!(of_one.is_sorted(), "{of_one:?}");
        sent.sort_unstable();
        assert_eq!(sent, (1..=40).collect::<Vec<_>>());
    });
}
