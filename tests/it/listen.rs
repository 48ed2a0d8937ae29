//! `listen`, as a sender and as the person at the terminal see it.

use serde_json::{Value, json};

use crate::support::{Listener, Sandbox, post};

const ROOMDROP: &str = r#"{"type":"roomdrop","trans_date":1763647402,"app_id":"5f3c","room_id":"6a1e","conf_num":"7700123"}"#;

#[test]
fn a_post_is_answered_and_is_in_the_log_by_then_byte_for_byte() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    let body = format!(" {ROOMDROP}\r\n");
    let fields = [
        ("Content-Type", "text/plain"),
        ("X-Trace", "1"),
        ("x-trace", "2"),
    ];
    let answer = post(listener.address(), "/any/path?x=1", &fields, &body);
    assert_eq!(answer.status(), 200);
    let log = sandbox.text("log.jsonl");
    let record: Value = serde_json::from_str(log.trim_end()).unwrap();
    assert_eq!(record["body"], body.as_str());
    assert_eq!(
        (&record["seq"], &record["target"]),
        (&json!(1), &json!("/any/path?x=1"))
    );
    let traces = record["headers"].as_array().unwrap().iter();
    let traces: Vec<_> = traces
        .filter(|field| field[0].as_str().unwrap().eq_ignore_ascii_case("x-trace"))
        .collect();
    assert_eq!(traces.len(), 2, "{record}");
    listener.json("ready");
    let shown = listener.json("capture");
    assert_eq!(shown["seq"], 1);
    assert_eq!(shown["body"], body.as_str());
}

#[test]
fn what_is_sent_to_it_by_the_binary_itself_arrives() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    sandbox
        .call(&["send", "--data", "-", "--url", &listener.url()])
        .input(ROOMDROP)
        .run()
        .code(0);
    listener.json("ready");
    assert_eq!(listener.json("capture")["body"], ROOMDROP);
}

#[test]
fn without_the_credentials_a_post_is_refused_shown_and_not_logged() {
    let sandbox = Sandbox::new();
    let call = sandbox.call(&["listen", "--port", "0", "--user", "enx", "--format", "json"]);
    let mut listener = Listener::of(call.env("ENX_HOOK_PASSWORD", "secret"));
    listener.json("ready");
    assert_eq!(listener.post(ROOMDROP).status(), 401);
    listener.json("refused");
    let known = [("Authorization", "Basic ZW54OnNlY3JldA==")];
    assert_eq!(
        post(listener.address(), "/", &known, ROOMDROP).status(),
        200
    );
    listener.json("capture");
    assert_eq!(sandbox.text("log.jsonl").lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_well_with_totals() {
    for signal in ["INT", "TERM"] {
        let sandbox = Sandbox::new();
        let mut listener = Listener::start(&sandbox, &["--format", "json"]);
        listener.post(ROOMDROP);
        listener.json("ready");
        listener.json("capture");
        listener.signal(signal);
        listener
            .ended()
            .code(0)
            .tells("1 capture")
            .tells("log.jsonl");
    }
}
