//! `enx-hook listen` as a bad receiver on purpose.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::ROOMDROP;
use crate::support::{Connection, Listener, Sandbox, post};

/// Which of so many posts were answered; a connection each.
#[track_caller]
fn answered(listener: &Listener, posts: usize) -> Vec<bool> {
    let post = |_| Connection::to(listener.address()).post("{}").is_some();
    (0..posts).map(post).collect()
}

fn logged(sandbox: &Sandbox) -> usize {
    sandbox.text("log.jsonl").lines().count()
}

#[test]
fn statuses_come_in_turn_and_the_last_one_from_then_on() {
    let sandbox = Sandbox::new();
    let args = ["--reply", "503,429,200", "--format", "json"];
    let mut listener = Listener::start(&sandbox, &args);
    let statuses: Vec<_> = (0..5).map(|_| listener.post("{}").status()).collect();
    assert_eq!(statuses, [503, 429, 200, 200, 200]);
    assert_eq!(logged(&sandbox), 5);
    listener.json_of("ready");
    let shown: Vec<_> = (0..5)
        .map(|_| listener.json_of("capture")["status"].clone())
        .collect();
    assert_eq!(shown, statuses);
}

#[test]
fn body_and_headers_are_what_was_asked_for() {
    let sandbox = Sandbox::new();
    let args = [
        "--reply-body",
        "{\"ok\":false}",
        "--reply-header",
        "Retry-After: 5",
        "--reply-header",
        "Content-Type: application/json",
    ];
    let listener = Listener::start(&sandbox, &args);
    let answer = listener.post("{}");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.body, b"{\"ok\":false}");
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    // Only captures are played with.
    let get = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answer = crate::support::post_raw(listener.address(), get);
    assert_eq!(answer.header("retry-after"), None);
}

#[test]
fn the_sender_waits_and_the_event_is_shown_before() {
    let sandbox = Sandbox::new();
    let args = ["--reply-delay", "300ms", "--format", "json"];
    let mut listener = Listener::start(&sandbox, &args);
    listener.json_of("ready");
    let mut connection = Connection::to(listener.address());
    let start = Instant::now();
    connection
        .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")
        .unwrap();
    listener.json_of("capture");
    assert_eq!(connection.answer().unwrap().unwrap().status(), 200);
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[test]
fn connections_are_dropped_after_logging_and_the_same_ones_with_the_same_seed() {
    const POSTS: usize = 60;
    let run = |seed: &str| {
        let sandbox = Sandbox::new();
        let args = ["--drop-rate", "0.5", "--seed", seed, "--format", "json"];
        let mut listener = Listener::start(&sandbox, &args);
        let answered = answered(&listener, POSTS);
        assert_eq!(logged(&sandbox), POSTS);
        listener.json_of("ready");
        let shown: Vec<_> = (0..POSTS)
            .map(|_| listener.json_of("capture")["status"] != Value::Null)
            .collect();
        assert_eq!(shown, answered);
        answered
    };
    let first = run("7");
    assert_eq!(first, run("7"));
    assert_ne!(first, run("8"));
    let kept = first.iter().filter(|answered| **answered).count();
    assert!((10..50).contains(&kept), "{kept}");
}

#[test]
fn all_or_nothing_can_be_dropped() {
    for (rate, expected) in [("0", true), ("1", false)] {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--drop-rate", rate]);
        assert_eq!(answered(&listener, 5), [expected; 5]);
    }
}

#[test]
fn the_gate_still_comes_before_the_play() {
    let sandbox = Sandbox::new();
    let args = ["--reply", "503", "--user", "enx:hunter2"];
    let listener = Listener::start(&sandbox, &args);
    assert_eq!(listener.post("{}").status(), 401);
    let credentials = [("Authorization", "Basic ZW54Omh1bnRlcjI=")];
    let answer = post(listener.address(), "/", &credentials, "{}");
    assert_eq!(answer.status(), 503);
    assert_eq!(logged(&sandbox), 1);
}

#[test]
fn what_cannot_be_played_is_wrong_usage() {
    let sandbox = Sandbox::new();
    for args in [
        &["--reply", "100"][..],
        &["--reply", "200,ok"],
        &["--reply", "600"],
        &["--reply-header", "Content-Length: 3"],
        &["--drop-rate", "1.5"],
        &["--seed", "7"],
        &["--reply", "503", "--reject-malformed"],
    ] {
        let run = sandbox.enx(&[&["listen", "--port", "0"], args].concat());
        run.code(2);
        assert!(!run.err().contains("is listening"), "{}", run.err());
    }
    assert!(!sandbox.path("log.jsonl").exists());
}

#[test]
fn a_query_has_a_sequence_of_its_own() {
    let sandbox = Sandbox::new();
    let args = ["--reply", "(event:room* -verdict:invalid)=500,500,201"];
    let mut listener = Listener::start(&sandbox, &args);
    listener.told(|line| {
        line.contains(
            "event:room* -verdict:invalid 500, 500, then always 201; all others always 200",
        )
        .then_some(())
    });
    let other = r#"{"type":"metadata"}"#;
    let bodies = [
        ROOMDROP,
        other,
        ROOMDROP,
        "{}",
        r#"{"type":"roomdrop"}"#,
        ROOMDROP,
        ROOMDROP,
    ];
    let statuses = bodies.map(|body| listener.post(body).status());
    assert_eq!(statuses, [500, 200, 500, 200, 200, 201, 201]);
    drop(listener);

    let args = [
        "--reply",
        "404",
        "--reply",
        "(event:roomdrop)=202",
        "--reply",
        "(session:7)=203",
        "--reply",
        "405",
    ];
    let listener = Listener::start(&sandbox, &args);
    let bodies = [
        ROOMDROP,
        other,
        r#"{"type":"metadata","conf_num":"7"}"#,
        other,
    ];
    assert_eq!(
        bodies.map(|body| listener.post(body).status()),
        [202, 404, 203, 405]
    );
    drop(listener);

    for (reply, tells) in [
        ("(event:roomdrop)=", "expected statuses"),
        ("(event:roomdrop)=500,x", "expected statuses"),
        ("(evant:roomdrop)=500", "in the parentheses: column 1"),
        ("(event:roomdrop)=99", "99 is not a status"),
        (
            "(is:duplicate)=500",
            "--reply cannot select by is: and has:",
        ),
    ] {
        let run = sandbox.enx(&["listen", "--port", "0", "--reply", reply]);
        run.code(2).tells(tells).hides("is listening");
    }
}
