//! `--query` means the same in `log`, `replay` and `listen`.

use super::fixture::sandbox;
use crate::support::{Sandbox, Sink};

/// Queries, and the captures that they mean.
const QUERIES: [(&str, &[u64]); 6] = [
    ("is:duplicate", &[13]),
    ("is:out-of-order", &[38]),
    ("has:missing", &[37]),
    ("event:roomdrop session:48213903", &[12, 13]),
    (
        "session:48213903 -event:roomdrop since:2026-11-20T09:20:00Z",
        &[11],
    ),
    ("(is:duplicate or is:out-of-order) body:\"48213912\"", &[38]),
];

#[test]
fn log_and_replay_take_the_same_captures() {
    let sandbox = sandbox();
    let sink = Sink::unused();
    for (query, expected) in QUERIES {
        for command in [
            &["log", "--format", "json"][..],
            &[
                "replay",
                "log.jsonl",
                "--dry-run",
                "--format",
                "json",
                "--url",
                &sink.url(),
            ],
        ] {
            let run = sandbox.enx(&[command, &["--query", query]].concat());
            let lines = run.code(0).json_lines();
            let seqs: Vec<_> = lines
                .iter()
                .filter_map(|line| line["seq"].as_u64())
                .collect();
            assert_eq!(seqs, expected, "{query} {command:?}");
        }
    }
}

#[test]
fn a_code_selects_findings_also_in_replay() {
    let sandbox = Sandbox::new();
    let odd = "{\"type\":\"roomdrop\",\"trans_date\":\"1713600000\",\"app_id\":\"a1\",\"room_id\":\"r1\",\"conf_num\":\"77\"}";
    sandbox.write("bare.jsonl", format!("{{}}\n{odd}\n"));
    let count = |args: &[&str], kind: &str| sandbox.enx(args).code(0).json_of(kind).len();
    let query = ["--query", "code:string-for-*", "--format", "json"];
    assert_eq!(
        count(&[&["log", "bare.jsonl"], &query[..]].concat(), "capture"),
        1
    );
    let replay = ["replay", "bare.jsonl", "--dry-run"];
    assert_eq!(count(&[&replay[..], &query[..]].concat(), "would-send"), 1);
}

#[test]
fn an_error_in_a_query_points_at_its_column() {
    let run = sandbox().enx(&["log", "--query", "event:x evnt:y"]);
    run.code(2)
        .tells("column 9: expected a term; did you mean `event:`?");
}

#[cfg(unix)]
#[test]
fn listen_shows_only_what_the_query_means_and_logs_all() {
    let sandbox = Sandbox::new();
    let args = [
        "--format",
        "json",
        "--query",
        "is:duplicate or code:unknown-event",
    ];
    let mut listener = crate::support::Listener::start(&sandbox, &args);
    listener.json_of("ready");
    for body in [
        "{\"a\":1}",
        "{\"a\":2}",
        "{\"a\":1}",
        "{\"type\":\"newcomer\"}",
    ] {
        listener.post(body);
    }
    assert_eq!(listener.json_of("capture")["duplicate_of"], 1);
    assert_eq!(listener.json_of("capture")["event"], "newcomer");
    listener.signal("INT");
    listener.ended().code(0);
    assert_eq!(sandbox.text("log.jsonl").lines().count(), 4);
}
