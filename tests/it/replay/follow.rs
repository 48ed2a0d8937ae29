//! `--follow`: on with what is still being logged, over new parts, until it is told to end.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use crate::support::{Listener, Reply, Running, Sandbox, Sink, record};

fn body(seq: u64) -> String {
    format!("{{\"type\":\"roomdrop\",\"conf_num\":\"{seq}\",\"n\":{seq}}}")
}

fn append(sandbox: &Sandbox, text: &str) {
    let mut options = OpenOptions::new();
    let file = options
        .append(true)
        .create(true)
        .open(sandbox.path("log.jsonl"));
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

#[track_caller]
fn takes(sink: &Sink, seq: u64) {
    assert_eq!(String::from_utf8(sink.next().body).unwrap(), body(seq));
}

#[cfg(unix)]
#[test]
fn what_is_logged_meanwhile_is_sent_too_over_new_parts_and_ctrl_c_ends_it_well() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    append(&sandbox, &(record(1, &body(1)) + "\n"));
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--follow", "--url", &url];
    let running = Running::of(sandbox.call(&args));
    takes(&sink, 1);
    // In two pieces, as a reader may see it.
    let line = record(2, &body(2));
    append(&sandbox, &line[..40]);
    append(&sandbox, &(line[40..].to_owned() + "\n"));
    takes(&sink, 2);
    append(&sandbox, &(record(3, &body(3)) + "\n"));
    fs::rename(sandbox.path("log.jsonl"), sandbox.path("log-1.jsonl")).unwrap();
    append(&sandbox, &(record(4, &body(4)) + "\n"));
    takes(&sink, 3);
    takes(&sink, 4);
    append(&sandbox, "nonsense\n");
    append(&sandbox, &(record(5, &body(5)) + "\n"));
    takes(&sink, 5);
    running.signal("INT");
    let run = running.ended();
    // The bad line counts as it does without --follow.
    run.code(1)
        .tells("still being logged")
        .tells("log.jsonl:2: neither a record nor JSON; skipped");
    assert_eq!(sink.rest(), []);
}

#[cfg(unix)]
#[test]
fn a_listener_that_goes_on_is_followed_and_the_replay_is_resumed() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let listener = Listener::start(&sandbox, &[]);
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--follow",
        "--resume",
        "done",
        "--url",
        &url,
    ];
    listener.post(body(1));
    for turn in [1, 3] {
        let running = Running::of(sandbox.call(&args));
        takes(&sink, turn);
        listener.post(body(turn + 1));
        takes(&sink, turn + 1);
        running.signal("TERM");
        running.ended().code(0);
        listener.post(body(turn + 2));
    }
    // Without following it goes on where it was as well.
    let args = ["replay", "log.jsonl", "--resume", "done", "--url", &url];
    sandbox.enx(&args).code(0).tells("4 captures done before");
    takes(&sink, 5);
    assert_eq!(sink.rest(), []);
}

#[test]
fn it_ends_after_the_time_that_it_was_given() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    append(&sandbox, &(record(1, &body(1)) + "\n"));
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url];
    let run = sandbox.enx(&[&args[..], &["--follow", "--for", "300ms"]].concat());
    run.code(0).tells("1 sent: 1 answered 200");
    for wrong in [
        &["--for", "1s"][..],
        &["--follow", "--for", "0"],
        &["--follow", "--dry-run"],
        &["--follow", "--last", "1"],
    ] {
        sandbox.enx(&[&args[..], wrong].concat()).code(2);
    }
    sandbox
        .enx(&["replay", "none.jsonl", "--follow", "--url", &url])
        .code(3)
        .tells("none.jsonl");
}

#[test]
fn what_was_logged_and_not_delivered_when_the_time_was_over_is_said() {
    let sandbox = Sandbox::new();
    let sink = Sink::new(|number, _| match number {
        0 => Reply::status(200),
        _ => Reply::Hang,
    });
    for seq in 1..=9 {
        append(&sandbox, &(record(seq, &body(seq)) + "\n"));
    }
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--url",
        &url,
        "--follow",
        "--for",
        "300ms",
    ];
    sandbox
        .enx(&args)
        .code(130)
        .tells("1 sent: 1 answered 200")
        .tells("stopped before log.jsonl:2");
}

#[test]
fn a_limit_ends_it_too() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    for seq in 1..=3 {
        append(&sandbox, &(record(seq, &body(seq)) + "\n"));
    }
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--url",
        &url,
        "--follow",
        "--limit",
        "2",
    ];
    sandbox.enx(&args).code(0).tells("2 sent");
}

#[test]
fn a_log_is_not_followed_into_the_listener_that_writes_it() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    listener.post(body(1));
    let url = listener.url();
    let args = ["replay", "log.jsonl", "--follow", "--url", &url];
    let run = sandbox.enx(&args);
    run.code(2).tells("writes log.jsonl").tells("--follow");
    // Without it, what is logged at the start is sent, and nothing that is added.
    sandbox.enx(&[&args[..2], &args[3..]].concat()).code(0);
    assert_eq!(sandbox.text("log.jsonl").lines().count(), 2);
    // Another log, or another server, is followed.
    let sink = Sink::answering(200);
    let url = sink.url();
    let other = ["replay", "log.jsonl", "--follow", "--url", &url];
    let _running = Running::of(sandbox.call(&other));
    sink.next();
}

#[test]
fn a_long_log_that_is_replayed_to_the_listener_that_writes_it_has_an_end() {
    let sandbox = Sandbox::new();
    let lines: String = (1..=2500)
        .map(|seq| record(seq, &body(seq)) + "\n")
        .collect();
    append(&sandbox, &lines);
    let listener = Listener::start(&sandbox, &["--quiet"]);
    let args = ["replay", "log.jsonl", "--concurrency", "32", "--url"];
    let run = sandbox.enx(&[&args[..], &[&listener.url()]].concat());
    run.code(0).tells("2,500 sent: 2,500 answered 200");
}
