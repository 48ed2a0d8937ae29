//! What a crash leaves: every capture that was acknowledged, and a log that goes on.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::mpsc::channel;
use std::thread;

use serde_json::Value;

use super::{LOG, ROOMDROP, parts, records, seqs, whole_records};
use crate::support::{Connection, Listener, Sandbox};

const CONNECTIONS: usize = 64;

/// Rounds of `kill -9`, unless `ENX_HOOK_KILL_ROUNDS` names another number.
const ROUNDS: usize = 8;

/// Rounds with one log. All of it is read after each one.
const LIVES: usize = 10;

fn rounds() -> usize {
    let named = std::env::var("ENX_HOOK_KILL_ROUNDS").ok();
    named.map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds"))
}

#[test]
fn what_was_acknowledged_outlives_kill_9_and_numbers_go_on() {
    let rounds = rounds();
    for begun in (0..rounds).step_by(LIVES) {
        live_through(LIVES.min(rounds - begun));
    }
}

/// One log that is killed so often.
fn live_through(rounds: usize) {
    let sandbox = Sandbox::new();
    let mut random = fastrand::Rng::new();
    let mut acknowledged = HashSet::new();
    for round in 0..rounds {
        let args: &[&str] = match round % 3 {
            0 => &["-q"],
            1 => &["-q", "--rotate", "16KiB"],
            _ => &["-q", "--rotate", "16KiB", "--rotate-gzip"],
        };
        let listener = Listener::start(&sandbox, args);
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
        let before = random.usize(1..1500);
        acknowledged.extend(answered.iter().take(before));
        listener.signal("KILL");
        // Those that were answered until the end, too.
        acknowledged.extend(answered.iter());
        drop(listener);

        let mut whole = Vec::new();
        for (_, text) in parts(&sandbox) {
            // Of what was not acknowledged, at most one line a crash is torn.
            let records = whole_records(&text);
            assert!(text.lines().count() <= records.len() + round + 1);
            whole.extend(records);
        }
        let bodies = whole.iter().filter_map(|record| record["body"].as_str());
        let logged: HashSet<_> = bodies.collect();
        assert_eq!(logged.len(), whole.len(), "round {round}: one stands twice");
        let lost = acknowledged.iter().find(|body| !logged.contains(&***body));
        assert_eq!(lost, None, "round {round}: acknowledged, but lost");
        let expected: Vec<u64> = (1..).take(whole.len()).collect();
        assert_eq!(seqs(&whole), expected, "round {round}");
    }

    let count = parts(&sandbox)
        .iter()
        .map(|(_, text)| whole_records(text).len() as u64)
        .sum::<u64>();
    assert!(count >= acknowledged.len() as u64);
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json_of("ready");
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    assert_eq!(listener.json_of("capture")["seq"], count + 1);
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
