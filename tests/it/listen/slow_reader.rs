//! Whoever reads stdout too slowly, or no longer, harms nobody who sends.

use std::thread;

use super::{LOG, ROOMDROP, interrupt, records};
use crate::support::{Listener, Sandbox, shell};

/// More than the pipe and the queue hold together.
const EVENTS: usize = 6000;
const CONNECTIONS: usize = 8;

/// Posts all events from several connections; every one must be acknowledged.
fn post_all(held: &Listener) {
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            let mut connection = held.connect();
            scope.spawn(move || {
                for _ in 0..EVENTS / CONNECTIONS {
                    let answer = connection.post(ROOMDROP).expect("an answer");
                    assert_eq!(answer.status(), 200);
                }
            });
        }
    });
}

#[test]
fn a_reader_that_hangs_delays_no_reply_and_is_told_how_much_it_missed() {
    let sandbox = Sandbox::new();
    let mut held = Listener::holding(&sandbox, &[]);
    post_all(&held);
    assert_eq!(records(&sandbox, LOG).len(), EVENTS);

    held.release();
    // What is missed may be told in several parts.
    let (mut shown, mut missed) = (0, 0);
    while shown + missed < EVENTS {
        let line = held.line();
        if let Some((count, rest)) = line.split_once(" not shown") {
            assert!(rest.contains("is in the log"), "{line}");
            let count = count.trim_end_matches(" events").trim_end_matches(" event");
            missed += count.replace(',', "").parse::<usize>().expect("a count");
        }
        shown += usize::from(line.contains("  roomdrop  "));
    }
    assert_eq!(shown + missed, EVENTS);
    assert!(missed > 0);

    // The display goes on where it was.
    assert_eq!(held.connect().post("{}").unwrap().status(), 200);
    while !held.line().contains("#6001") {}
    held.signal("TERM");
    let run = held.ended();
    run.code(0).tells("6,001 captures in ");
    run.tells(&format!("{} events not shown", grouped(missed)));
}

/// A number as people read it.
fn grouped(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}

#[test]
fn machines_are_told_how_much_they_missed_too() {
    let sandbox = Sandbox::new();
    let mut held = Listener::holding(&sandbox, &["--format", "json"]);
    post_all(&held);
    held.release();
    let (mut shown, mut missed) = (0, 0);
    while shown + missed < EVENTS as u64 {
        let object = held.json();
        match object["kind"].as_str() {
            Some("ready") => {}
            Some("capture") => shown += 1,
            Some("dropped") => missed += object["count"].as_u64().expect("a count"),
            _ => panic!("{object}"),
        }
    }
    assert_eq!(shown + missed, EVENTS as u64);
    held.signal("INT");
    let run = held.ended();
    let summary = run.code(0).json_lines().pop().unwrap();
    assert_eq!(summary["kind"], "summary");
    assert_eq!(summary["captured"], EVENTS as u64);
    assert_eq!(summary["not_shown"], missed);
}

#[test]
fn a_closed_stdout_does_not_end_it_and_is_told_once() {
    for format in ["pretty", "json"] {
        let sandbox = Sandbox::new();
        let mut held = Listener::holding(&sandbox, &["--format", format]);
        held.close_stdout();
        for _ in 0..3 {
            assert_eq!(held.connect().post(ROOMDROP).unwrap().status(), 200);
        }
        held.signal("TERM");
        let run = held.ended();
        run.code(0).tells("3 captures in ");
        run.tells("3 events not shown");
        assert_eq!(run.err().matches("nothing reads stdout").count(), 1);
        for word in ["panic", "error", "Broken pipe", "SIGPIPE"] {
            assert!(!run.err().contains(word), "{}", run.err());
        }
        assert_eq!(records(&sandbox, LOG).len(), 3);
    }
}

#[test]
fn a_closed_stdout_ends_it_if_nothing_else_comes_of_it() {
    let sandbox = Sandbox::new();
    let mut held = Listener::holding(&sandbox, &["--no-log"]);
    held.close_stdout();
    // It sees the end of its reader when it has something to show.
    assert_eq!(held.connect().post(ROOMDROP).unwrap().status(), 200);
    held.ended().code(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_below_stdout_does_not_end_it_and_is_told_once() {
    for format in ["pretty", "json"] {
        let sandbox = Sandbox::new();
        let args = ["listen", "--port", "0", "--format", format];
        let listener = Listener::of(shell(&sandbox, "exec \"$@\" > /dev/full", &args));
        for _ in 0..3 {
            assert_eq!(listener.post(ROOMDROP).status(), 200);
        }
        let run = interrupt(listener);
        run.tells("3 events not shown");
        let told = run.err().matches("stdout cannot be written: No space left");
        assert_eq!(told.count(), 1, "{}", run.err());
        assert_eq!(records(&sandbox, LOG).len(), 3);
    }
}

#[test]
fn captures_are_shown_in_the_order_of_the_log() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            let mut connection = listener.connect();
            scope.spawn(move || {
                for _ in 0..50 {
                    assert_eq!(connection.post(ROOMDROP).unwrap().status(), 200);
                }
            });
        }
    });
    listener.json_of("ready");
    for seq in 1..=50 * CONNECTIONS as u64 {
        let capture = listener.json_of("capture");
        assert_eq!(capture["seq"], seq);
        assert_eq!(capture["duplicate_of"].as_u64(), (seq > 1).then_some(1));
    }
}
