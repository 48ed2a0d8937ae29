//! `--simulate`: a session's life, with nothing else running.

use serde_json::Value;

use super::{LOG, ROOMDROP, records, seqs};
use crate::support::{Listener, Sandbox};

/// The order of a session's life, as the documents tell it.
const LIFE: [&str; 10] = [
    "session_start",
    "session_stop",
    "roomdrop",
    "recording",
    "transcoded",
    "live_recording",
    "chatdata",
    "metadata",
    "transcription",
    "file_transfer",
];

/// What is shown for machines of a simulation with that many events.
#[track_caller]
fn simulated(listener: &mut Listener, events: usize) -> Vec<Value> {
    assert_eq!(listener.json()["kind"], "ready");
    (0..events).map(|_| listener.json()).collect()
}

fn names(shown: &[Value]) -> Vec<&str> {
    let name = |capture: &Value| capture["event"].as_str().map(str::to_owned);
    assert!(
        shown.iter().all(|capture| name(capture).is_some()),
        "{shown:?}"
    );
    shown
        .iter()
        .map(|capture| capture["event"].as_str().unwrap())
        .collect()
}

#[test]
fn the_ten_events_of_one_session_come_valid_and_in_order_and_it_listens_on() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--simulate", "--format", "json"]);
    let shown = simulated(&mut listener, LIFE.len());
    assert_eq!(names(&shown), LIFE);
    for capture in &shown {
        assert_eq!(capture["kind"], "capture");
        assert_eq!(capture["status"], 200);
        assert_eq!(capture["verdict"], "valid", "{capture}");
        assert_eq!(capture["session"], shown[0]["session"]);
        assert!(
            capture["session"]
                .as_str()
                .is_some_and(|session| !session.is_empty())
        );
    }
    let logged = records(&sandbox, LOG);
    assert_eq!(seqs(&logged), (1..=10).collect::<Vec<_>>());
    assert_eq!(
        sandbox.enx(&["validate", "--strict", LOG]).code(0).err(),
        "10 documents: 10 valid\n"
    );

    assert_eq!(listener.post(ROOMDROP).status(), 200);
    let last = listener.json();
    assert_eq!(last["seq"], 11);
    assert_eq!(last["session"], "7700123");
}

#[test]
fn another_provider_can_be_played_and_credentials_are_used() {
    let sandbox = Sandbox::new();
    let args = [
        "--simulate",
        "--provider",
        "streamrec",
        "--user",
        "enx:pw",
        "--format",
        "json",
    ];
    let mut listener = Listener::start(&sandbox, &args);
    let shown = simulated(&mut listener, 4);
    let mut names = names(&shown);
    names.sort_unstable();
    let expected = [
        "session_finished",
        "supervisor_session_finished",
        "upload_failed",
        "upload_ready",
    ];
    assert_eq!(names, expected);
    for capture in &shown {
        assert_eq!(capture["provider"], "streamrec");
        assert_eq!(capture["status"], 200);
        assert_eq!(capture["verdict"], "valid", "{capture}");
    }
    assert_eq!(listener.post(ROOMDROP).status(), 401);
}

#[test]
fn two_simulations_are_two_sessions() {
    let session = || {
        let sandbox = Sandbox::new();
        let mut listener = Listener::start(&sandbox, &["--simulate", "--format", "json"]);
        simulated(&mut listener, 1)[0]["session"].clone()
    };
    assert_ne!(session(), session());
}

#[test]
fn an_unknown_provider_is_wrong_usage_and_the_known_ones_are_named() {
    let sandbox = Sandbox::new();
    let run = sandbox.enx(&[
        "listen",
        "--port",
        "0",
        "--simulate",
        "--provider",
        "enablx",
    ]);
    run.code(2)
        .tells("`enablx`")
        .tells("enablex")
        .tells("streamrec");
    assert_eq!(run.out(), "");
    assert!(!sandbox.path(LOG).exists());
}

#[cfg(unix)]
#[test]
fn it_can_be_interrupted_in_the_middle() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--simulate", "--format", "json"]);
    simulated(&mut listener, 2);
    let run = super::interrupt(listener);
    run.tells(" valid; 1 session. All are in log.jsonl.");
    assert!(records(&sandbox, LOG).len() < LIFE.len());
}
