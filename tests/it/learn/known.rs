//! With what `learn` wrote, the other commands know the event.

use serde_json::Value;

use super::drafts::{event, sandbox};
use crate::support::{Listener, Sink};

#[test]
fn validate_send_events_and_listen_know_a_learned_event_and_a_learned_field() {
    let sandbox = sandbox();
    let validate = |args: &[&str]| {
        let run = sandbox.enx(&[&["validate", "b.jsonl", "--format", "json"], args].concat());
        let summary = &run.json_of("summary")[0];
        let notes = run
            .json_of("report")
            .iter()
            .filter(|one| one["findings"] != Value::Array(Vec::new()))
            .count();
        (summary["verdicts"].to_string(), notes)
    };
    let (before, notes) = validate(&[]);
    assert!(
        before.contains("\"unknown\":8") && notes == 12,
        "{before} {notes}"
    );
    sandbox.enx(&["learn", "a.jsonl", "--write", "own"]).code(0);
    let (after, notes) = validate(&["--catalog", "own"]);
    assert!(
        after.contains("\"valid\":16") && notes == 0,
        "{after} {notes}"
    );

    let sink = Sink::answering(200);
    let args = [
        "send",
        "whiteboard",
        "--catalog",
        "own",
        "--url",
        &sink.url(),
        "--set",
        "pages=7",
    ];
    sandbox.enx(&args).code(0);
    let sent: Value = serde_json::from_slice(&sink.next().body).unwrap();
    assert_eq!(
        (&sent["type"], &sent["pages"]),
        (&"whiteboard".into(), &7.into())
    );
    let args = [
        "send",
        "recording",
        "--catalog",
        "own",
        "--url",
        &sink.url(),
        "--set",
        "duration=2.5",
    ];
    sandbox.enx(&args).code(0);
    let sent: Value = serde_json::from_slice(&sink.next().body).unwrap();
    assert_eq!(sent["duration"], 2.5);

    let mut listener = Listener::start(&sandbox, &["--catalog", "own", "--format", "json"]);
    listener.json_of("ready");
    listener.post(event("whiteboard", 1, &sent_fields()).to_string());
    let capture = listener.json_of("capture");
    assert_eq!(
        (&capture["event"], &capture["verdict"]),
        (&"whiteboard".into(), &"valid".into())
    );
    sandbox
        .enx(&["events", "whiteboard", "--catalog", "own"])
        .code(0)
        .says("pages");
    let drift = sandbox.enx(&["drift", "b.jsonl", "--catalog", "own", "--format", "json"]);
    let is_new = |one: &Value| one["class"].as_str().unwrap().starts_with("unplanned");
    assert!(!drift.code(0).json_of("drift").iter().any(is_new));
}

/// What a whiteboard event has besides.
fn sent_fields() -> Value {
    serde_json::json!({"url": "https://a.example/1", "pages": 1, "by": {"name": "B"}})
}
