//! The log is the queue: what one run did not deliver, the next one does.

use std::collections::BTreeSet;

use super::{by_session, cursor, event, forwarding, interrupt, next, told};
use crate::support::{Connection, Door, Listener, Message, Nobody, Reply, Sandbox, Sink};

fn numbers(requests: &[Message]) -> Vec<usize> {
    requests.iter().map(|request| told(request).1).collect()
}

#[test]
fn what_came_while_the_target_was_down_is_delivered_by_the_next_run() {
    let (sandbox, sink, door) = (Sandbox::new(), Sink::answering(200), Door::closed());
    let url = door.url();
    for round in 0..2 {
        let mut listener = forwarding(&sandbox, &url, &[]);
        for number in 0..5 {
            listener.post(event("1", round * 5 + number));
        }
        assert_eq!(next(&mut listener)["state"], "paused");
        // Dropped, which kills it.
    }
    door.open(sink.address());
    let listener = forwarding(&sandbox, &url, &[]);
    let arrived: Vec<_> = (0..10).map(|_| sink.next()).collect();
    assert_eq!(numbers(&arrived), (0..10).collect::<Vec<_>>());
    let (run, _) = interrupt(listener);
    run.tells("10 captures in the log, then what comes, from #1 on");
    assert_eq!(cursor(&sandbox)["watermark"], 10);
}

#[test]
fn without_a_cursor_it_begins_with_what_comes_unless_told_otherwise() {
    let expected: [(&[&str], &[usize]); 4] = [
        (&[], &[3]),
        (&["--forward-from", "start"], &[0, 1, 2, 3]),
        (&["--forward-from", "3"], &[2, 3]),
        (&["--forward-from", "99"], &[3]),
    ];
    for (args, expected) in expected {
        let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
        let listener = Listener::start(&sandbox, &[]);
        for number in 0..3 {
            listener.post(event("1", number));
        }
        drop(listener);
        let listener = forwarding(&sandbox, &sink.url(), args);
        listener.post(event("1", 3));
        interrupt(listener);
        assert_eq!(numbers(&sink.rest()), expected, "{args:?}");
        // The next run goes on from there.
        let listener = forwarding(&sandbox, &sink.url(), &[]);
        listener.post(event("1", 4));
        interrupt(listener);
        assert_eq!(numbers(&sink.rest()), [4], "{args:?}");
    }
}

#[test]
fn each_target_has_a_cursor_of_its_own() {
    let sandbox = Sandbox::new();
    let (one, other) = (Sink::answering(200), Sink::answering(200));
    for (sink, number) in [(&one, 0), (&other, 1), (&one, 2)] {
        let listener = forwarding(&sandbox, &sink.url(), &[]);
        listener.post(event("1", number));
        interrupt(listener);
    }
    assert_eq!(numbers(&one.rest()), [0, 1, 2]);
    assert_eq!(numbers(&other.rest()), [1]);
}

#[test]
fn a_log_that_was_begun_anew_is_not_taken_for_the_old_one() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    for (number, count) in [(0, 3), (10, 3), (20, 5)] {
        let listener = forwarding(&sandbox, &sink.url(), &[]);
        for more in 0..count {
            listener.post(event("1", number + more));
        }
        let (run, _) = interrupt(listener);
        let arrived = numbers(&sink.rest());
        assert_eq!(arrived, (number..number + count).collect::<Vec<_>>());
        assert_eq!(run.err().contains("another log stood here"), number > 0);
        std::fs::remove_file(sandbox.path("log.jsonl")).unwrap();
        if number == 10 {
            // As long as the old one, so that only its records tell.
            let listener = Listener::start(&sandbox, &[]);
            for more in 0..4 {
                listener.post(event("2", more));
            }
        }
    }
}

#[test]
fn a_cursor_that_cannot_be_read_is_an_error_and_nothing_is_sent() {
    let (sandbox, nobody) = (Sandbox::new(), Nobody::new());
    let url = nobody.url();
    interrupt(forwarding(&sandbox, &url, &[]));
    let files = std::fs::read_dir(sandbox.path("")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let name = names.into_iter().find(|name| name.contains(".forward-"));
    sandbox.write(name.unwrap(), "{");
    let run = sandbox.enx(&["listen", "--port", "0", "--forward", &url]);
    run.code(3)
        .tells("log.jsonl.forward-127.0.0.1-")
        .tells("remove the file");
}

#[test]
fn a_tool_that_is_killed_while_it_forwards_delivers_everything_in_the_end() {
    const ROUNDS: usize = 8;
    let sandbox = Sandbox::new();
    let sink = Sink::new(|number, _| {
        for _ in 0..fastrand::u32(..200) {
            std::thread::yield_now();
        }
        // Some fail at first.
        Reply::status(if number % 7 == 3 { 500 } else { 200 })
    });
    let mut sent = 0;
    let mut arrived = Vec::new();
    for _ in 0..ROUNDS {
        let listener = forwarding(&sandbox, &sink.url(), &["--forward-retries", "50"]);
        let mut connection = Connection::to(listener.address());
        for _ in 0..40 {
            let session = (sent % 6).to_string();
            let answer = connection.post(event(&session, sent));
            assert_eq!(answer.expect("an answer").status(), 200);
            sent += 1;
        }
        // Killed while some are on their way, and some behind.
        for _ in 0..fastrand::usize(1..40) {
            arrived.push(sink.next());
        }
        drop(listener);
    }
    let listener = forwarding(&sandbox, &sink.url(), &["--forward-retries", "50"]);
    let (_, summary) = interrupt(listener);
    arrived.extend(sink.rest());
    assert_eq!(summary["forwarded"]["failed"], 0);
    let seen: BTreeSet<_> = numbers(&arrived).into_iter().collect();
    // What still waits was not to be delivered at once; the run after this one does.
    if summary["forwarded"]["waiting"] == 0 {
        assert_eq!(seen, (0..sent).collect());
    }
    let listener = forwarding(&sandbox, &sink.url(), &["--forward-retries", "50"]);
    let last = event("last", sent);
    listener.post(&last);
    let mut seen = seen;
    while seen.len() <= sent {
        let request = sink.next();
        seen.insert(told(&request).1);
        arrived.push(request);
    }
    drop(listener);
    // In order within a session, but for what a new run begins with again.
    for (session, numbers) in by_session(&arrived) {
        let mut first_times = BTreeSet::new();
        let firsts: Vec<_> = numbers
            .into_iter()
            .filter(|number| first_times.insert(*number))
            .collect();
        assert!(firsts.is_sorted(), "{session}: {firsts:?}");
    }
}

#[test]
fn what_a_killed_run_gave_up_is_told_once_at_the_next_start() {
    let (sandbox, sink) = (Sandbox::new(), Sink::in_turn(&[500, 200, 200]));
    let url = sink.url();
    let mut listener = forwarding(&sandbox, &url, &["--forward-retries", "0"]);
    listener.post(event("1", 0));
    // Not given up before another one is taken.
    listener.post(event("2", 1));
    // The first that arrives gets the 500, be it of one session or the other.
    let failed =
        std::iter::repeat_with(|| next(&mut listener)).find(|told| told["state"] == "failed");
    let failed = failed.unwrap()["seq"].as_u64().unwrap();
    while cursor(&sandbox)["failed"] != 1 {
        std::thread::yield_now();
    }
    // Dropped, which kills it.
    drop(listener);
    let (run, _) = interrupt(forwarding(&sandbox, &url, &[]));
    run.tells(&format!(
        "the run before gave up 1 capture for {url}: #{failed}"
    ))
    .tells(&format!(
        "enx-hook replay log.jsonl --seq {failed} --url {url}"
    ));
    let (run, _) = interrupt(forwarding(&sandbox, &url, &[]));
    run.hides("gave up");
    let seq = failed.to_string();
    let replay = ["replay", "log.jsonl", "--seq", &seq, "--url", &url];
    sandbox.enx(&replay).code(0);
    // Killed before its delivery was noted, the other one comes twice.
    let mut arrived = numbers(&sink.rest());
    arrived.dedup();
    let (given_up, other) = if failed == 1 { (0, 1) } else { (1, 0) };
    assert_eq!(arrived, [given_up, other, given_up]);
}
