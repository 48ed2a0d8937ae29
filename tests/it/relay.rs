//! `listen --relay`, `follow` and `relay`, with real servers.

mod away;
mod disk;
mod failing;
mod following;
mod hostile;
mod network;
mod proof;
mod rights;

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Listener, Nats, Running, Sandbox, nats_servers};

/// Does something with each server that is there.
#[track_caller]
fn with_each(test: impl Fn(&Path)) {
    for server in nats_servers() {
        test(&server);
    }
}

/// A listener that publishes as `box-a`, its log in `a.jsonl`.
#[track_caller]
fn source(sandbox: &Sandbox, url: &str, args: &[&str]) -> Listener {
    let own = [
        "--relay",
        url,
        "--relay-as",
        "box-a",
        "--log",
        "a.jsonl",
        "--format",
        "json",
    ];
    Listener::start(sandbox, &[&own, args].concat())
}

/// A follower with its log in that file.
fn follower(sandbox: &Sandbox, url: &str, log: &str, args: &[&str]) -> Running {
    let own = ["follow", url, "--log", log, "--format", "json"];
    Running::of(sandbox.call(&[&own, args].concat()))
}

/// The next object of that kind.
#[track_caller]
fn next(running: &mut Running, kind: &str) -> Value {
    loop {
        let line = running.line();
        let object: Value = serde_json::from_str(&line).expect("an object a line");
        if object["kind"] == kind {
            return object;
        }
    }
}

/// Waits for the capture with that number.
#[track_caller]
fn until(running: &mut Running, seq: u64) {
    while next(running, "capture")["seq"] != seq {}
}

/// Waits for a message about the relay in that state.
#[track_caller]
fn state(running: &mut Running, state: &str) -> Value {
    loop {
        let object = next(running, "relay");
        if object["state"] == state {
            return object;
        }
    }
}

/// Ends a run as Ctrl-C does.
#[track_caller]
fn end(running: Running) -> crate::support::Run {
    running.signal("INT");
    running.ended()
}

/// The records of a log without what differs between a listener and its followers.
#[track_caller]
fn captures(sandbox: &Sandbox, log: &str) -> Vec<Value> {
    let text = sandbox.text(log);
    let record = |line: &str| {
        let mut record: Value = serde_json::from_str(line).expect("a record");
        for field in ["seq", "log", "from"] {
            record.as_object_mut().expect("an object").remove(field);
        }
        record
    };
    text.lines().map(record).collect()
}

/// The numbers of the listener in a follower's log.
#[track_caller]
fn origins(sandbox: &Sandbox, log: &str) -> Vec<u64> {
    let text = sandbox.text(log);
    let seq = |line: &str| {
        let record: Value = serde_json::from_str(line).expect("a record");
        record["from"]["seq"].as_u64().expect("a number")
    };
    text.lines().map(seq).collect()
}

fn body(n: u64) -> String {
    json!({ "type": "roomdrop", "conf_num": format!("{}", n % 3), "n": n }).to_string()
}

/// A server, and the URL of its relay.
#[track_caller]
fn relay(server: &Path, sandbox: &Sandbox, config: &str) -> (Nats, String) {
    let nats = Nats::start(server, sandbox, config);
    let url = nats.url("demo");
    sandbox.enx(&["relay", "init", &url]).code(0);
    (nats, url)
}
