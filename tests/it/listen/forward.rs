//! `enx-hook listen --forward`: captures reach the user's own server, at least once, in order
//! within a session, whatever happens in between.

#[cfg(unix)]
mod command;
#[cfg(unix)]
mod deliveries;
#[cfg(unix)]
mod failing;
#[cfg(unix)]
mod gaps;
#[cfg(unix)]
mod in_reply;
#[cfg(unix)]
mod loops;
#[cfg(unix)]
mod passing;
#[cfg(unix)]
mod restart;
#[cfg(unix)]
mod several;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Listener, Message, Run, Sandbox};

/// An event of a session, told apart by its number.
fn event(session: &str, number: usize) -> String {
    json!({
        "type": "metadata", "trans_date": 1_731_000_000 + number, "app_id": "a1",
        "room_id": "r-9901", "conf_num": session, "url": format!("https://h/{number}.json"),
    })
    .to_string()
}

/// The session and the number of an event.
fn told(request: &Message) -> (String, usize) {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let number = body["url"].as_str().expect("a URL");
    let number = number
        .trim_start_matches("https://h/")
        .trim_end_matches(".json");
    (
        body["conf_num"].as_str().expect("a session").to_owned(),
        number.parse().expect("a number"),
    )
}

/// The numbers that arrived, by session, in the order in which they did.
fn by_session(requests: &[Message]) -> BTreeMap<String, Vec<usize>> {
    let mut sessions = BTreeMap::<_, Vec<_>>::new();
    for request in requests {
        let (session, number) = told(request);
        sessions.entry(session).or_default().push(number);
    }
    sessions
}

/// A listener that forwards there, told about by lines of JSON.
#[track_caller]
fn forwarding(sandbox: &Sandbox, url: &str, more: &[&str]) -> Listener {
    let args = [
        "--format",
        "json",
        "--forward",
        url,
        "--forward-backoff",
        "1ms",
    ];
    let mut listener = Listener::start(sandbox, &[&args, more].concat());
    listener.json_of("ready");
    listener
}

/// The next line on forwarding; captures are passed over.
#[track_caller]
fn next(listener: &mut Listener) -> Value {
    loop {
        let line = listener.json();
        if line["kind"] == "forward" {
            return line;
        }
        assert_eq!(line["kind"], "capture", "{line}");
    }
}

/// Ends a listener as Ctrl-C does, and returns its summary.
#[cfg(unix)]
#[track_caller]
fn interrupt(listener: Listener) -> (Run, Value) {
    listener.signal("INT");
    let run = listener.ended();
    run.code(0);
    let summary = run.json_lines().pop().expect("a summary");
    assert_eq!(summary["kind"], "summary");
    (run, summary)
}

/// The one cursor in a sandbox.
#[track_caller]
fn cursor(sandbox: &Sandbox) -> Value {
    let files = std::fs::read_dir(sandbox.path("")).expect("the sandbox");
    let mut names = files.map(|file| file.expect("a file").file_name().into_string());
    let name = names.find_map(|name| name.ok().filter(|name| name.contains(".forward-")));
    let text = sandbox.text(name.expect("a cursor beside the log"));
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_queue_needs_a_log_and_flags_need_a_target() {
    let sandbox = Sandbox::new();
    let url = "http://127.0.0.1:1/";
    for args in [
        &["--forward", url, "--no-log"][..],
        &["--forward", "ftp://localhost:8080"],
        &["--forward", url, "--forward-from", "0"],
        &["--forward", url, "--forward-sync", "--reply", "503"],
        &["--forward", url, "--forward-header", "none"],
        &["--forward-user", "enx"],
        &["--forward-sync"],
    ] {
        let run = sandbox.enx(&[&["listen", "--port", "0"], args].concat());
        run.code(2);
        assert!(!run.err().contains("is listening"), "{}", run.err());
    }
    assert!(!sandbox.path("log.jsonl").exists());
}
