//! What an event has to do with others.

use serde_json::{Value, json};

use super::event;
use crate::support::{Listener, Sandbox};

/// The lines on these bodies.
#[track_caller]
fn captures(bodies: &[String]) -> Vec<Value> {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json_of("ready");
    bodies
        .iter()
        .map(|body| {
            listener.post(body);
            listener.json_of("capture")
        })
        .collect()
}

#[test]
fn duplicates_and_the_same_key_are_told_apart() {
    let (one, other) = (event("roomdrop", "1", "a"), event("roomdrop", "1", "b"));
    let elsewhere = event("roomdrop", "2", "a");
    let lines = captures(&[one.clone(), one.clone(), other, elsewhere, one]);
    let told: Vec<_> = lines
        .iter()
        .map(|line| json!([line["duplicate_of"], line["same_key_as"]]))
        .collect();
    let expected = json!([[null, null], [1, null], [null, 2], [null, null], [1, null]]);
    assert_eq!(json!(told), expected);
}

#[test]
fn an_event_out_of_order_is_told_and_so_is_one_that_is_missing() {
    let lines = captures(&[
        event("session_start", "1", ""),
        event("roomdrop", "1", ""),
        event("session_stop", "1", ""),
        event("recording", "1", ""),
    ]);
    let told: Vec<_> = lines
        .iter()
        .map(|line| json!([line["missing_before"], line["out_of_order_after"]]))
        .collect();
    let expected = json!([[[], null], [["session_stop"], null], [[], 2], [[], null]]);
    assert_eq!(json!(told), expected);
}

#[test]
fn the_time_since_a_sessions_previous_event_is_told() {
    let lines = captures(&[
        event("session_start", "1", ""),
        event("session_start", "2", ""),
        event("session_stop", "1", ""),
        "no JSON".to_owned(),
    ]);
    let gaps: Vec<_> = lines
        .iter()
        .map(|line| line["since_previous_ms"].is_u64())
        .collect();
    assert_eq!(gaps, [false, false, true, false]);
}

#[test]
fn people_read_it_on_the_headline() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--utc"]);
    for body in [
        event("session_start", "7700123", ""),
        event("session_stop", "7700123", ""),
        event("session_stop", "7700123", ""),
        event("session_stop", "7700123", "other"),
        event("session_start", "7700123", "late"),
    ] {
        listener.post(body);
    }
    listener.signal("INT");
    let run = listener.ended();
    run.tells("1 duplicate; 1 session.");
    // One byte a column.
    let out = run.out().replace('µ', "u");
    let headlines: Vec<_> = out
        .lines()
        .filter(|line| line.contains("  200  "))
        .collect();
    assert_eq!(headlines.len(), 5);
    // 12:34:56.789, then columns that line up.
    for (line, gap) in headlines.iter().zip([false, true, true, true, true]) {
        assert_eq!(&line[2..3], ":");
        assert!(line[14..].starts_with("session_st"), "{line}");
        assert_eq!(&line[30..37], "7700123");
        assert_eq!(line[40..50].trim_end().starts_with('+'), gap, "{line}");
        assert_eq!(&line[50..60], "200  valid");
    }
    let remarks: Vec<_> = headlines.iter().map(|line| line[66..].trim()).collect();
    assert_eq!(
        remarks,
        [
            "",
            "",
            "duplicate of #2",
            "same key as #3, another body",
            "same key as #1, another body  out of order: after session_stop #4",
        ]
    );
}

#[test]
fn without_a_log_there_are_no_numbers_and_still_remarks() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--no-log", "--format", "line"]);
    let body = event("roomdrop", "1", "");
    listener.post(&body);
    listener.line();
    listener.post(&body);
    let line = listener.line();
    assert!(line.ends_with("  duplicate of an earlier one\n"), "{line}");
}

#[test]
fn what_earlier_runs_have_logged_is_remembered_too() {
    let sandbox = Sandbox::new();
    let (one, other) = (
        event("session_start", "1", "a"),
        event("roomdrop", "1", "b"),
    );
    let args = ["--format", "json", "--rotate", "4KiB"];
    let mut listener = Listener::start(&sandbox, &args);
    listener.json_of("ready");
    for body in [&one, &other] {
        listener.post(body);
        listener.json_of("capture");
    }
    drop(listener);
    let mut listener = Listener::start(&sandbox, &args);
    listener.json_of("ready");
    listener.post(&one);
    let shown = listener.json_of("capture");
    assert_eq!(
        (&shown["seq"], &shown["duplicate_of"]),
        (&json!(3), &json!(1))
    );
    assert!(shown["since_previous_ms"].is_number(), "{shown}");
    listener.post(event("session_stop", "1", "c"));
    assert_eq!(listener.json_of("capture")["out_of_order_after"], 2);
    listener.signal("INT");
    // What earlier runs had is not counted once more.
    let summary = listener.ended().json_lines().pop().unwrap();
    assert_eq!(
        (&summary["duplicates"], &summary["sessions"]),
        (&json!(1), &json!(1))
    );
}
