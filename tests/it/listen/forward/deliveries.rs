//! `log.deliveries.jsonl`: what became of forwarding, and where it is shown.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::{Value, json};

use super::{event, forwarding, interrupt, next};
use crate::support::{Door, Listener, Reply, Sandbox, Sink};

const FILE: &str = "log.deliveries.jsonl";

/// The lines of the file.
fn lines(sandbox: &Sandbox) -> Vec<Value> {
    let text = sandbox.text(FILE);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The deliveries of the steps of a session, in order.
#[track_caller]
fn deliveries(sandbox: &Sandbox, session: &str) -> Vec<Value> {
    let run = sandbox.enx(&["log", "timeline", session, "--format", "json"]);
    let steps = run.code(0).json_of("step").into_iter();
    let came = steps.filter(|step| step["standing"] == "came");
    came.map(|step| step["deliveries"].clone()).collect()
}

#[test]
fn each_attempt_is_recorded_and_the_last_one_is_shown() {
    let (sandbox, sink) = (Sandbox::new(), Sink::in_turn(&[500, 404, 200, 200]));
    let url = sink.url().replace("://", "://me:secret@");
    let mut listener = forwarding(&sandbox, &url, &[]);
    listener.post(event("1", 0));
    (0..3).for_each(|_| drop(next(&mut listener)));
    listener.post(event("1", 1));
    assert_eq!(next(&mut listener)["state"], "delivered");
    interrupt(listener);
    let told: Vec<_> = lines(&sandbox)
        .iter()
        .map(|line| {
            json!([
                line["enx_hook_delivery"],
                line["seq"],
                line["attempt"],
                line["state"],
                line["status"],
                line["complete"],
                line["answer"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!([1, 1, 1, "retrying", 500, true, "{\"status\":500}"]),
            json!([1, 1, 2, "retrying", 404, true, "{\"status\":404}"]),
            json!([1, 1, 3, "delivered", 200, true, "{\"status\":200}"]),
            json!([1, 2, 1, "delivered", 200, true, "{\"status\":200}"]),
        ]
    );
    assert!(!sandbox.text(FILE).contains("secret"));
    let mode = fs::metadata(sandbox.path(FILE))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let found = deliveries(&sandbox, "1");
    assert_eq!(found.len(), 2);
    assert_eq!(
        (&found[0][0]["attempts"], &found[0][0]["status"]),
        (&json!(3), &json!(200))
    );
    let run = sandbox.enx(&["log", "timeline", "1"]);
    run.code(0).says("→ 200 in").says("; attempt 3");
    let run = sandbox.enx(&["log", "show", "1"]);
    run.code(0).says("→ 200 in").says("attempt 3");
    let run = sandbox.enx(&["log", "show", "2", "--format", "json"]);
    let shown = &run.code(0).json_of("capture")[0];
    assert_eq!(shown["deliveries"][0]["attempts"], 1);
    // The log does not hold the reply, and the deliveries do not change that.
    assert_eq!(shown["status"], Value::Null);
}

#[test]
fn a_target_that_comes_back_gets_what_waited_and_its_connection_is_lost_once() {
    let (sandbox, door) = (Sandbox::new(), Door::closed());
    let mut listener = forwarding(&sandbox, &door.url(), &[]);
    listener.post(event("1", 0));
    assert_eq!(next(&mut listener)["state"], "paused");
    let sink = Sink::new(|number, _| match number {
        0 => Reply::Close,
        _ => Reply::status(201),
    });
    door.open(sink.address());
    while next(&mut listener)["state"] != "delivered" {}
    interrupt(listener);
    // As long as nothing is there, there is no attempt.
    let lines = lines(&sandbox);
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["status"], &last["state"]),
        (&json!(201), &json!("delivered"))
    );
    for failed in &lines[..lines.len() - 1] {
        assert_eq!(
            (&failed["status"], &failed["cause"]),
            (&Value::Null, &json!("closed"))
        );
        assert!(!failed["error"].as_str().unwrap().is_empty());
    }
    let found = deliveries(&sandbox, "1");
    assert_eq!(found[0].as_array().unwrap().len(), 1);
    assert_eq!(found[0][0]["status"], 201);
}

#[test]
fn a_killed_listener_damages_nothing_and_the_next_one_goes_on() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    for number in 0..20 {
        listener.post(event("1", number));
        assert_eq!(next(&mut listener)["state"], "delivered");
    }
    listener.signal("KILL");
    listener.ended();
    sandbox.enx(&["log", "repair"]).code(0);
    // What a crash can tear is the last line.
    let torn = sandbox.text(FILE) + "{\"enx_hook_delivery\":1,\"seq\":20,\"rece";
    sandbox.write(FILE, torn);
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    listener.post(event("1", 20));
    while next(&mut listener)["seq"] != 21 {}
    interrupt(listener);
    let found = deliveries(&sandbox, "1");
    assert_eq!(found.len(), 21);
    assert_eq!(found[20][0]["status"], 200);
    assert!(found[..15].iter().all(|one| one[0]["state"] == "delivered"));
}

#[test]
fn a_listener_that_answers_with_the_answer_of_the_target_records_it_too() {
    let (sandbox, sink) = (Sandbox::new(), Sink::in_turn(&[200, 418]));
    let url = sink.url();
    let listener = Listener::start(&sandbox, &["--forward", &url, "--forward-sync"]);
    listener.post(event("1", 0));
    listener.post(event("1", 1));
    listener.signal("INT");
    listener.ended();
    let states: Vec<_> = lines(&sandbox)
        .iter()
        .map(|line| line["state"].clone())
        .collect();
    assert_eq!(states, ["delivered", "answered"]);
    sandbox
        .enx(&["log", "timeline", "1"])
        .code(0)
        .says("→ 418 in");
}

#[test]
fn a_link_in_its_place_is_not_followed_and_forwarding_goes_on() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("other", "mine");
    symlink(sandbox.path("other"), sandbox.path(FILE)).unwrap();
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    listener.post(event("1", 0));
    let mut states = [next(&mut listener), next(&mut listener)].map(|line| line["state"].clone());
    states.sort_by_key(ToString::to_string);
    assert_eq!(states, ["delivered", "problem"]);
    interrupt(listener);
    assert_eq!(sandbox.text("other"), "mine");
}

#[test]
fn a_removed_session_is_removed_from_it_and_it_is_never_read_as_a_log() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    for session in ["1", "2"] {
        listener.post(event(session, 0));
        assert_eq!(next(&mut listener)["state"], "delivered");
    }
    interrupt(listener);
    for logs in [".", "log*.jsonl"] {
        let run = sandbox.enx(&["log", "stats", logs, "--by", "event", "--format", "json"]);
        assert_eq!(run.code(0).json_of("stat")[0]["count"], 2, "{logs}");
        assert_eq!(run.err(), "");
    }
    let run = sandbox.enx(&["log", "stats", "log.jsonl", FILE, "--format", "json"]);
    assert_eq!(run.code(0).err(), "");
    sandbox
        .enx(&["log", "prune", "--session", "1", "--yes"])
        .code(0);
    let left: Vec<_> = lines(&sandbox)
        .iter()
        .map(|line| line["seq"].clone())
        .collect();
    assert_eq!(left, [2]);
}
