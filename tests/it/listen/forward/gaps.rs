//! What is not in the log any more when its turn comes is told, and kept until then.

use std::fs;

use serde_json::{Value, json};

use super::super::{interrupt as end, parts};
use super::{cursor, event, forwarding, interrupt, next, told};
use crate::support::{Listener, Nobody, Sandbox, Sink, record};

const ROTATE: [&str; 2] = ["--rotate", "4KiB"];

fn large(number: usize) -> String {
    event("1", number).replace("\"r-9901\"", &format!("\"{}\"", "r".repeat(700)))
}

/// Captures wait for that URL, in parts.
fn wait_in_parts(sandbox: &Sandbox, url: &str, more: &[&str], count: usize) {
    let listener = forwarding(sandbox, url, &[&ROTATE, more].concat());
    for number in 0..count {
        listener.post(large(number));
    }
    interrupt(listener);
}

/// The lines of a run that forwards all that is left.
#[track_caller]
fn rest(sandbox: &Sandbox, url: &str, more: &[&str], code: i32) -> Vec<Value> {
    let mut listener = forwarding(sandbox, url, more);
    listener.post(event("2", 999));
    let mut lines = Vec::new();
    loop {
        let line = next(&mut listener);
        let is_last = line["state"] == "delivered" && line["session"] == "2";
        lines.push(line);
        if is_last {
            break;
        }
    }
    listener.signal("INT");
    listener.ended().code(code);
    lines
}

fn missing(lines: &[Value]) -> Vec<(u64, u64)> {
    let of = |line: &Value| {
        (
            line["seq"].as_u64().unwrap(),
            line["missing"].as_u64().unwrap(),
        )
    };
    let lines = lines.iter().filter(|line| line["state"] == "missing");
    lines.map(of).collect()
}

#[test]
fn a_gap_is_counted_shown_and_recorded_and_the_run_that_meets_it_ends_with_1() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let url = sink.url();
    // Forwarding stands at 1; then 2 to 5 are lost.
    interrupt(forwarding(&sandbox, &url, &[]));
    let listener = Listener::start(&sandbox, &[]);
    for number in 0..5 {
        listener.post(event("1", number));
    }
    drop(listener);
    let text = sandbox.text("log.jsonl");
    let kept: Vec<_> = text
        .lines()
        .enumerate()
        .filter(|(at, _)| !(1..4).contains(at))
        .collect();
    let kept: Vec<_> = kept.into_iter().map(|(_, line)| line).collect();
    sandbox.write("log.jsonl", kept.join("\n") + "\n");

    let lines = rest(&sandbox, &url, &[], 1);
    assert_eq!(missing(&lines), [(2, 3)]);
    let arrived = sink.rest();
    let mut arrived: Vec<_> = arrived.iter().map(|request| told(request).1).collect();
    arrived.sort_unstable();
    assert_eq!(arrived, [0, 4, 999]);
    let cursor = cursor(&sandbox);
    assert_eq!(cursor["missing"], 3);
    assert_eq!(cursor["last_missing"][0]["first"], 2);
    assert_eq!(cursor["last_missing"][0]["last"], 4);
    assert_eq!(missing(&rest(&sandbox, &url, &[], 0)), []);
    sink.rest();
}

#[test]
fn a_damaged_part_is_passed_over_to_the_next() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let url = sink.url();
    interrupt(forwarding(&sandbox, &url, &[]));
    let listener = Listener::start(
        &sandbox,
        &[&ROTATE[..], &["--rotate-gzip", "--format", "json"]].concat(),
    );
    for number in 0..25 {
        listener.post(large(number));
    }
    end(listener);
    let mut packed = parts(&sandbox);
    packed.retain(|(path, _)| path.extension().is_some_and(|ending| ending == "gz"));
    assert!(packed.len() > 1, "{packed:?}");
    let (path, text) = &packed[1];
    let lost = text.lines().count() as u64;
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    fs::write(path, bytes).unwrap();

    let lines = rest(&sandbox, &url, &[], 1);
    let gaps = missing(&lines);
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let (from, count) = gaps[0];
    let first = first["seq"].as_u64().unwrap();
    assert!(
        from >= first && from + count == first + lost,
        "{gaps:?} {first} {lost}"
    );
    let told = lines
        .iter()
        .find(|line| line["state"] == "missing")
        .unwrap();
    let message = told["error"]["message"].as_str().unwrap();
    assert!(message.contains("is damaged"), "{message}");
    assert_eq!(sink.rest().len() as u64, 26 - count);
}

#[test]
fn what_a_cursor_needs_is_kept_also_without_forward_until_its_target_is_forgotten() {
    let (sandbox, nobody) = (Sandbox::new(), Nobody::new());
    let url = nobody.url();
    wait_in_parts(&sandbox, &url, &[], 12);
    let keep = [&ROTATE[..], &["--keep", "1", "--format", "json"]].concat();
    let mut listener = Listener::start(&sandbox, &keep);
    listener.json_of("ready");
    let held = listener.json_of("log");
    let message = held["message"].as_str().unwrap();
    assert!(message.contains("log.jsonl.forward-127.0.0.1"), "{message}");
    assert!(message.contains("bytes"), "{message}");
    let run = end(listener);
    run.tells("12 captures in log.jsonl still wait for")
        .tells(&format!("--forget-target {url}"));
    assert!(sandbox.path("log-1.jsonl").exists());

    let forget = [&keep[..], &["--forget-target", &url]].concat();
    let mut listener = Listener::start(&sandbox, &forget);
    listener.json_of("ready");
    assert_eq!(listener.json_of("log")["state"], "deleted");
    end(listener).code(0);
    assert!(!sandbox.path("log-1.jsonl").exists());
    let run = sandbox.enx(&[
        "listen",
        "--port",
        "0",
        "--max-events",
        "1",
        "--forget-target",
        "ftp://h/",
    ]);
    run.code(2);
}

#[test]
fn a_limit_to_the_size_wins_and_the_gap_is_told_later() {
    let (sandbox, nobody) = (Sandbox::new(), Nobody::new());
    let url = nobody.url();
    wait_in_parts(&sandbox, &url, &[], 20);
    let args = [&ROTATE[..], &["--keep-at-most", "8KiB", "--format", "json"]].concat();
    let mut listener = Listener::start(&sandbox, &args);
    listener.json_of("ready");
    let line = listener.json_of("log");
    assert_eq!(line["state"], "deleted");
    let message = line["message"].as_str().unwrap();
    assert!(message.contains("still needed by"), "{message}");
    end(listener);
    let first = parts(&sandbox)[0].1.clone();
    let first: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    let first = first["seq"].as_u64().unwrap();
    assert!(first > 4, "{first}");
    let mut listener = forwarding(&sandbox, &url, &[]);
    let line = loop {
        let line = next(&mut listener);
        if line["state"] == "missing" {
            break line;
        }
    };
    assert_eq!(
        (&line["seq"], &line["missing"]),
        (&json!(1), &json!(first - 1))
    );
    listener.signal("INT");
    listener.ended().code(1);
}

#[test]
fn a_target_that_is_spelled_differently_is_told_apart_from_the_one_that_waits() {
    let (sandbox, nobody, sink) = (
        Sandbox::new(),
        Nobody::new(),
        Sink::answering(200).may_be_unused(),
    );
    let url = nobody.url();
    let listener = forwarding(&sandbox, &url, &[]);
    listener.post(event("1", 1));
    interrupt(listener);
    let listener = forwarding(&sandbox, &sink.url(), &[]);
    let (run, _) = interrupt(listener);
    run.tells("1 capture in log.jsonl still waits for")
        .tells(&format!("--forward {url} delivers them"));
    // Its own cursor is none of another target.
    let (run, _) = interrupt(forwarding(&sandbox, &url, &[]));
    run.hides("still waits for");
}

#[test]
fn start_means_the_first_record_that_is_there() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let log: String = (5..8)
        .map(|seq| record(seq, &event("1", 7)) + "\n")
        .collect();
    sandbox.write("log.jsonl", log);
    let lines = rest(&sandbox, &sink.url(), &["--forward-from", "start"], 0);
    assert_eq!(missing(&lines), []);
    assert_eq!(sink.rest().len(), 4);
}
