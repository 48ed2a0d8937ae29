//! `log diff`: what differs between two captures.

use serde_json::json;

use super::fixture::sandbox;
use crate::support::{Sandbox, record, record_with};

/// Two fresh samples of each event of the catalog, one after the other.
fn samples() -> (Sandbox, usize) {
    let sandbox = Sandbox::new();
    let mut log = String::new();
    let mut count: usize = 0;
    for seed in ["1", "2"] {
        let args = [
            "send",
            "--all",
            "--dry-run",
            "--format",
            "json",
            "--seed",
            seed,
        ];
        let run = sandbox.enx(&args);
        let requests = run.code(0).json_of("request");
        count = requests.len();
        for request in requests {
            let seq = u64::try_from(log.lines().count()).unwrap() + 1;
            log += &(record(seq, request["body"].as_str().unwrap()) + "\n");
        }
    }
    sandbox.write("log.jsonl", log);
    (sandbox, count)
}

#[test]
fn two_fresh_samples_of_one_event_do_not_differ() {
    let (sandbox, count) = samples();
    assert!(count >= 10);
    for first in 1..=count {
        let [a, b] = [first, first + count].map(|seq| seq.to_string());
        let run = sandbox.enx(&["log", "diff", &a, &b]);
        assert_eq!(run.code(0).out(), "");
        run.tells("no differences; ids and times are compared with --exact\n");
        sandbox.enx(&["log", "diff", &a, &b, "--exact"]).code(1);
    }
}

#[test]
fn a_change_is_named_by_its_pointer_and_headers_by_their_name() {
    let sandbox = Sandbox::new();
    let body = json!({"type": "x", "files": [{"url": "a"}], "a/b": 1, "gone": true});
    let other = json!({"type": "x", "files": [{"url": "b"}, {}], "a/b": "1"});
    let log = [
        record_with(
            1,
            &[("X-A", "1"), ("content-length", "9")],
            &body.to_string(),
        ),
        record_with(2, &[("x-a", "2"), ("x-b", "3")], &other.to_string()),
    ];
    sandbox.write("log.jsonl", log.join("\n") + "\n");
    let run = sandbox.enx(&["log", "diff", "1", "#2"]);
    assert_eq!(
        run.code(1).out(),
        "\
/files/0/url
  - \"a\"
  + \"b\"
/files/1  (only in the second)
  + {}
/a~1b
  - 1
  + \"1\"
/gone  (only in the first)
  - true
header x-a
  - \"1\"
  + \"2\"
header x-b  (only in the second)
  + \"3\"
"
    );
    let run = sandbox.enx(&["log", "diff", "1", "2", "--format", "json"]);
    let found = run.code(1).json_of("difference");
    let third = json!({"kind": "difference", "part": "body", "event": null, "pointer": "/a~1b",
        "change": "changed", "a": 1, "b": "1"});
    assert_eq!(found[2], third);
    assert_eq!(run.json_of("summary")[0]["differences"], 6);
}

#[test]
fn a_text_that_is_not_json_is_compared_in_lines() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "log.jsonl",
        record(1, "a\nb\nc") + "\n" + &record(2, "a\nx\nc") + "\n",
    );
    let run = sandbox.enx(&["log", "diff", "1", "2"]);
    assert_eq!(run.code(1).out(), "body\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
}

#[test]
fn two_sessions_are_compared_event_by_event_and_a_capture_with_its_sample() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "diff", "--session", "48213901", "48213902"]);
    assert_eq!(run.code(0).out(), "");
    let run = sandbox.enx(&["log", "diff", "--session", "48213901", "48213905"]);
    run.code(1).says("roomdrop\nbody  (only in the first)\n");
    sandbox
        .enx(&["log", "diff", "1", "--sample"])
        .code(1)
        .says("/concurrent_sessions  (only in the first)");
    let run = sandbox.enx(&["log", "diff", "17", "--sample", "log.jsonl"]);
    run.code(1);
}

#[test]
fn sessions_of_a_log_that_cannot_be_read_are_not_equal() {
    let sandbox = sandbox();
    let args = [
        "log",
        "diff",
        "--session",
        "1",
        "2",
        "log.jsonl",
        "nowhere.jsonl",
    ];
    sandbox
        .enx(&args)
        .code(3)
        .tells("cannot read nowhere.jsonl");
}

#[test]
fn what_is_not_there_or_not_named_is_wrong_usage() {
    let sandbox = sandbox();
    sandbox
        .enx(&["log", "diff", "1", "999"])
        .code(2)
        .tells("no capture #999 in log.jsonl");
    sandbox
        .enx(&["log", "diff", "1"])
        .code(2)
        .tells("name two captures");
    sandbox
        .enx(&["log", "diff", "1", "log.jsonl"])
        .code(2)
        .tells("expected the number of a capture");
    let args = [
        "log",
        "diff",
        "log.jsonl#1",
        "bare.jsonl#1",
        "log.jsonl",
        "bare.jsonl",
    ];
    sandbox.enx(&args).code(0);
}
