//! What a crash leaves: every capture that was acknowledged, and a log that goes on.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::mpsc::channel;
use std::thread;

use serde_json::Value;

use super::{LOG, ROOMDROP, records, seqs};
use crate::support::{Connection, Listener, Sandbox};

const CONNECTIONS: usize = 8;
const ROUNDS: usize = 8;

/// The records among the lines of a log that a crash may have torn.
fn whole_records(text: &str) -> Vec<Value> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[test]
fn what_was_acknowledged_outlives_kill_9_and_numbers_go_on() {
    let sandbox = Sandbox::new();
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let listener = Listener::start(&sandbox, &["-q"]);
        let (tell, answered) = channel();
        for connection in 0..CONNECTIONS {
            let tell = tell.clone();
            let mut posting = Connection::to(listener.address());
            thread::spawn(move || {
                for number in 0.. {
                    let body = format!(r#"{{"id":"{round}-{connection}-{number}"}}"#);
                    match posting.post(&body) {
                        Some(answer) if answer.status() == 200 => {}
                        _ => break,
                    }
                    if tell.send(body).is_err() {
                        break;
                    }
                }
            });
        }
        drop(tell);
        // Each round is killed at another moment.
        let before = 20 + 17 * round;
        acknowledged.extend(answered.iter().take(before));
        listener.signal("KILL");
        // Those that were answered until the end, too.
        acknowledged.extend(answered.iter());
        drop(listener);

        let text = sandbox.text(LOG);
        let whole = whole_records(&text);
        assert!(text.lines().count() <= whole.len() + round + 1);
        let logged: Vec<_> = whole.iter().map(|record| &record["body"]).collect();
        for body in &acknowledged {
            assert!(
                logged.iter().any(|logged| *logged == body),
                "{body} is lost"
            );
        }
        let expected: Vec<u64> = (1..).take(whole.len()).collect();
        assert_eq!(seqs(&whole), expected, "round {round}");
    }
    assert!(acknowledged.len() >= ROUNDS * 20);

    let count = whole_records(&sandbox.text(LOG)).len() as u64;
    let listener = Listener::start(&sandbox, &[]);
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    let whole = whole_records(&sandbox.text(LOG));
    assert_eq!(seqs(&whole).last(), Some(&(count + 1)));
}

/// A log with two records, the second torn in its middle.
fn torn_log() -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    listener.post(ROOMDROP);
    drop(listener);
    let whole = sandbox.text(LOG);
    let half = whole.replace("\"seq\":1", "\"seq\":2");
    let half = &half[..half.len() / 2];
    let mut log = OpenOptions::new()
        .append(true)
        .open(sandbox.path(LOG))
        .unwrap();
    log.write_all(half.as_bytes()).unwrap();
    (sandbox, half.to_owned())
}

#[test]
fn a_torn_last_line_is_worth_a_warning_and_the_rest_is_read() {
    let (sandbox, _) = torn_log();
    let run = sandbox.enx(&["validate", LOG]);
    run.code(0).tells("log.jsonl:2").tells("torn");
    run.says("log.jsonl:1 #1: roomdrop (enablex), valid");
    let run = sandbox.enx(&["replay", LOG, "--dry-run"]);
    run.code(0).tells("log.jsonl:2").tells("torn");
    run.says("#1  roomdrop");
}

#[test]
fn a_torn_last_line_is_closed_and_kept_when_the_log_goes_on() {
    let (sandbox, half) = torn_log();
    let before = sandbox.text(LOG);
    assert!(before.ends_with(&half));
    let listener = Listener::start(&sandbox, &[]);
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    drop(listener);
    let after = sandbox.text(LOG);
    let added = after.strip_prefix(&format!("{before}\n")).unwrap();
    let added: Value = serde_json::from_str(added).unwrap();
    assert_eq!(added["seq"], 2);

    // It is now in the middle: damage, which is reported and skipped.
    let run = sandbox.enx(&["validate", LOG]);
    run.code(1).tells("2 valid");
    assert!(
        run.out().contains("log.jsonl:2") || run.err().contains("log.jsonl:2"),
        "{run:?}"
    );
    let run = sandbox.enx(&["replay", LOG, "--dry-run"]);
    run.code(1).tells("log.jsonl:2").says("#2  roomdrop");
}

#[test]
fn a_log_that_was_moved_away_goes_on_in_a_new_file() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    std::fs::rename(sandbox.path(LOG), sandbox.path("old.jsonl")).unwrap();
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    assert_eq!(seqs(&records(&sandbox, "old.jsonl")), [1]);
    assert_eq!(seqs(&records(&sandbox, LOG)), [2]);
}
