//! What a good folder adds, every command knows.

use serde_json::{Value, json};

use super::{acme, put};
use crate::support::{Listener, Sandbox, Sink};

#[test]
fn a_new_provider_is_known_to_events() {
    let sandbox = acme();
    let run = sandbox.enx(&["events", "--catalog", "more"]);
    run.code(0)
        .says("Acme Calls")
        .says("hangup")
        .says("roomdrop");
    let run = sandbox.enx(&[
        "--catalog",
        "more",
        "events",
        "--provider",
        "acme",
        "--format",
        "json",
    ]);
    let lines = run.code(0).json_lines();
    let names: Vec<&Value> = lines.iter().map(|line| &line["event"]).collect();
    assert_eq!(names, ["dial", "hangup"]);
    sandbox
        .enx(&["events", "hang-up", "--catalog", "more"])
        .code(0)
        .says("Acme hangup")
        .says("Something of Acme.")
        .says("The session.");
    let run = sandbox.enx(&["events", "acme/dial", "--sample", "--catalog", "more"]);
    assert_eq!(
        run.code(0).out(),
        sandbox.text("more/samples/acme/dial.json")
    );
    sandbox.enx(&["events", "dial"]).code(2);
}

#[test]
fn a_new_provider_is_known_to_validate() {
    let sandbox = acme();
    let lines = [
        json!({ "kind": "dial", "call": "c", "n": 1 }),
        json!({ "kind": "dial", "call": "c", "n": "1" }),
        json!({ "kind": "dial", "call": "" }),
        json!({ "kind": "dail", "call": "c" }),
        json!({ "kind": "hang-up", "call": "c" }),
    ];
    sandbox.write("a.jsonl", lines.map(|line| line.to_string()).join("\n"));
    let run = sandbox.enx(&[
        "validate",
        "a.jsonl",
        "--catalog",
        "more",
        "--format",
        "json",
    ]);
    let reports = run.code(1).json_of("report");
    let verdicts: Vec<&Value> = reports.iter().map(|report| &report["verdict"]).collect();
    assert_eq!(
        verdicts,
        ["valid", "warning", "invalid", "unknown", "valid"]
    );
    assert!(
        reports.iter().all(|report| report["provider"] == "acme"),
        "{}",
        run.out()
    );
    assert_eq!(reports[1]["findings"][0]["code"], "string-for-number");
    assert_eq!(reports[0]["session"], "c");
    assert_eq!(reports[4]["event"], "hangup");
}

#[test]
fn a_new_provider_is_known_to_send() {
    let sandbox = acme();
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [
        "send",
        "--all",
        "--provider",
        "acme",
        "--catalog",
        "more",
        "--url",
        &url,
    ];
    sandbox.enx(&args).code(0).says("dial").says("hangup");
    let bodies: Vec<Value> = sink
        .rest()
        .iter()
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    assert_eq!(
        (&bodies[0]["kind"], &bodies[1]["kind"]),
        (&"dial".into(), &"hangup".into())
    );
    assert_eq!(bodies[0]["call"], bodies[1]["call"]);
    assert_eq!(bodies[0]["call"].as_str().unwrap().len(), 12);
}

#[test]
fn a_new_provider_is_known_to_replay() {
    let sandbox = acme();
    sandbox.write("a.jsonl", "{\"kind\":\"dial\"}\n{\"kind\":\"hang-up\"}\n");
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [
        "replay",
        "a.jsonl",
        "--event",
        "hangup",
        "--catalog",
        "more",
        "--url",
        &url,
    ];
    sandbox.enx(&args).code(0);
    let requests = sink.rest();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].body, b"{\"kind\":\"hang-up\"}");
}

#[test]
fn a_new_provider_is_known_to_listen_and_can_be_played() {
    let sandbox = acme();
    let args = [
        "--catalog",
        "more",
        "--simulate",
        "--provider",
        "acme",
        "--format",
        "json",
    ];
    let mut listener = Listener::start(&sandbox, &args);
    assert_eq!(listener.json()["kind"], "ready");
    for event in ["dial", "hangup"] {
        let capture = listener.json();
        assert_eq!(capture["provider"], "acme", "{capture}");
        assert_eq!(capture["event"], event);
        assert_eq!(capture["verdict"], "valid");
    }
    let without = sandbox.enx(&["listen", "--port", "0", "--simulate", "--provider", "acme"]);
    without.code(2).tells("no provider is called `acme`");
}

#[test]
fn an_event_can_be_added_to_a_provider_that_is_there() {
    let sandbox = Sandbox::new();
    let schema = json!({
        "title": "Room made",
        "description": "A room was made.",
        "x-fires": "A room was made.",
        "type": "object",
        "properties": { "type": { "const": "room_made" }, "conf_num": { "type": "string" } },
        "required": ["type", "conf_num"],
    });
    let sample = json!({ "type": "room_made", "conf_num": "48213907" });
    put(&sandbox, "enablex", "room_made", &schema, &sample);
    sandbox.write("a.json", sample.to_string());
    let args = [
        "validate",
        "a.json",
        "--strict",
        "--catalog",
        "more",
        "--format",
        "json",
    ];
    let report = sandbox.enx(&args).code(0).json_lines().remove(0);
    assert_eq!(
        (&report["provider"], &report["event"]),
        (&"enablex".into(), &"room_made".into())
    );
    sandbox
        .enx(&["validate", "a.json", "--strict"])
        .code(1)
        .says("unknown");

    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [
        "send",
        "session_start",
        "room_made",
        "--catalog",
        "more",
        "--url",
        &url,
    ];
    sandbox.enx(&args).code(0);
    let session = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap()["conf_num"].clone();
    assert_eq!(session(&sink.next().body), session(&sink.next().body));
}

#[test]
fn two_folders_add_up() {
    let sandbox = acme();
    let other = Sandbox::new();
    // The least that tells an event from others.
    let schema = json!({ "properties": { "type": { "const": "extra" } }, "required": ["type"] });
    let sample = json!({ "type": "extra" });
    put(&other, "enablex", "extra", &schema, &sample);
    let second = other.path("more").display().to_string();
    let run = sandbox.enx(&["events", "--catalog", "more", "--catalog", &second]);
    run.code(0).says("dial").says("extra");
    sandbox.write("a.json", sample.to_string());
    let args = ["validate", "--strict", "a.json", "--catalog", &second];
    sandbox.enx(&args).code(0);
}
