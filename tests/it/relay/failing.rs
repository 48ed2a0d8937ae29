//! What goes wrong at the server, and what a listener and a follower make of it.

use super::{body, captures, end, follower, next, origins, relay, source, state, until, with_each};
use crate::support::{Nats, Run, Sandbox, copy};

#[test]
fn a_server_that_is_down_delays_no_reply_and_loses_nothing() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (mut nats, url) = relay(server, &sandbox, "");
        nats.kill();
        let mut source = source(&sandbox, &url, &[]);
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        for running in [&mut *source, &mut follower] {
            let why = state(running, "waiting")["message"].clone();
            assert!(why.as_str().unwrap().contains("is not reached"), "{why}");
        }
        assert_eq!(source.post(body(1)).status(), 200);
        nats.go_on();
        until(&mut follower, 1);
        nats.kill();
        for n in 2..=20 {
            assert_eq!(source.post(body(n)).status(), 200);
        }
        nats.go_on();
        until(&mut follower, 20);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=20).collect::<Vec<_>>());
        // Without a server, a run with an end is a failure of the network.
        nats.kill();
        let run = sandbox.enx(&["follow", &url, "--log", "c.jsonl", "--for", "1s"]);
        run.code(3).tells("was not reached");
    });
}

#[test]
fn a_server_that_hangs_is_given_up_and_replies_do_not_wait_for_it() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (nats, url) = relay(server, &sandbox, "");
        let mut source = source(&sandbox, &url, &[]);
        state(&mut source, "connected");
        let pid = nats.pid().to_string();
        let signal = |name: &str| {
            let kill = std::process::Command::new("kill")
                .args(["-s", name, &pid])
                .status();
            assert!(kill.unwrap().success());
        };
        signal("STOP");
        for n in 1..=50 {
            assert_eq!(source.post(body(n)).status(), 200);
        }
        state(&mut source, "waiting");
        signal("CONT");
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        until(&mut follower, 50);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=50).collect::<Vec<_>>());
    });
}

#[test]
fn a_tail_that_the_server_lost_is_published_again_and_followed_once() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (mut nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        for n in 1..=10 {
            source.post(body(n));
        }
        until(&mut follower, 10);
        nats.kill();
        copy(&sandbox.path("relay-store"), &sandbox.path("earlier"));
        nats.go_on();
        for n in 11..=30 {
            source.post(body(n));
        }
        until(&mut follower, 30);
        nats.kill();
        nats.restore(&sandbox.path("earlier"), &sandbox);
        nats.go_on();
        for n in 31..=40 {
            source.post(body(n));
        }
        until(&mut follower, 40);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=40).collect::<Vec<_>>());
        // One that begins only now gets all of it too.
        let mut late = super::follower(&sandbox, &url, "late.jsonl", &["--from-start"]);
        until(&mut late, 40);
        assert_eq!(
            captures(&sandbox, "late.jsonl"),
            captures(&sandbox, "a.jsonl")
        );
    });
}

#[test]
fn a_store_that_was_deleted_is_filled_again_from_the_log() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (mut nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        for n in 1..=5 {
            source.post(body(n));
        }
        until(&mut follower, 5);
        nats.kill();
        std::fs::remove_dir_all(sandbox.path("relay-store")).unwrap();
        nats.go_on();
        source.post(body(6));
        until(&mut follower, 6);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=6).collect::<Vec<_>>());
        let mut late = super::follower(&sandbox, &url, "late.jsonl", &["--from-start"]);
        until(&mut late, 6);
        assert_eq!(origins(&sandbox, "late.jsonl"), (1..=6).collect::<Vec<_>>());
    });
}

/// A relay that keeps little, and a follower that was away for too long.
#[test]
fn what_the_relay_does_not_keep_is_named_and_fails_a_run_that_expects_something() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let nats = Nats::start(server, &sandbox, "");
        let url = nats.url("demo");
        small_stream(nats.port());
        let source = source(&sandbox, &url, &[]);
        source.post(body(1));
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        until(&mut follower, 1);
        end(follower).code(0);
        let mut all = super::follower(&sandbox, &url, "all.jsonl", &[]);
        assert_eq!(next(&mut all, "relay")["state"], "note");
        assert_eq!(state(&mut all, "connected")["behind"], 0);
        for n in 2..=9 {
            source.post(body(n));
        }
        // The stream keeps four messages.
        until(&mut all, 8);
        let args = ["--expect", "roomdrop>=4", "--for", "30s", "--settle", "0s"];
        let run = super::follower(&sandbox, &url, "b.jsonl", &args).ended();
        let objects = run.json_lines();
        let gap = objects
            .iter()
            .find(|object| object["kind"] == "gap")
            .expect("a gap");
        assert_eq!(
            (&gap["source"], &gap["first"], &gap["last"], &gap["count"]),
            (&"box-a".into(), &2.into(), &5.into(), &4.into())
        );
        assert!(
            objects
                .iter()
                .any(|object| object["state"] == "expired" && object["expired"] == 4)
        );
        let summary = objects.last().unwrap();
        assert_eq!(summary["followed"]["missing"], 4);
        run.code(1);
        assert_eq!(origins(&sandbox, "b.jsonl"), [1, 6, 7, 8, 9]);
    });
}

/// Creates the stream of the project `demo` by hand, so that it keeps four messages.
fn small_stream(port: u16) {
    api(
        port,
        "$JS.API.STREAM.CREATE.ENX_demo",
        r#"{"name":"ENX_demo","subjects":["enx.demo.>"],"retention":"limits","storage":"file","max_msgs":4,"discard":"old","num_replicas":1,"max_consumers":-1,"max_bytes":-1,"max_age":0}"#,
    );
}

/// A request to the server, by hand. Returns the answer.
fn api(port: u16, subject: &str, request: &str) -> String {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let call = format!(
        "CONNECT {{\"verbose\":false,\"pedantic\":false}}\r\nSUB answer 1\r\nPUB {subject} answer {}\r\n{request}\r\n",
        request.len()
    );
    stream.write_all(call.as_bytes()).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.starts_with("MSG ") {
            let length = line.split_whitespace().last().unwrap().parse().unwrap();
            let mut answer = vec![0; length];
            reader.read_exact(&mut answer).unwrap();
            let answer = String::from_utf8(answer).unwrap();
            assert!(!answer.contains("\"error\""), "{answer}");
            return answer;
        }
    }
}

#[test]
fn what_was_purged_is_published_again_only_if_that_is_asked_for() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let nats = Nats::start(server, &sandbox, "");
        let url = nats.url("demo");
        small_stream(nats.port());
        let mut first = source(&sandbox, &url, &[]);
        for n in 1..=3 {
            first.post(body(n));
        }
        let mut early = follower(&sandbox, &url, "early.jsonl", &["--from-start"]);
        until(&mut early, 3);
        api(nats.port(), "$JS.API.STREAM.PURGE.ENX_demo", "{}");
        first.signal("INT");
        while first.json()["kind"] != "summary" {}
        first.ended().code(0);
        let mut second = source(&sandbox, &url, &[]);
        assert_eq!(state(&mut second, "connected")["behind"], 0);
        second.signal("INT");
        while second.json()["kind"] != "summary" {}
        second.ended().code(0).tells("Published 0.");
        // The server calls them duplicates, and does not store them under their ids.
        let mut again = source(&sandbox, &url, &["--relay-from", "start"]);
        let why = state(&mut again, "waiting")["message"].to_string();
        assert!(
            why.contains("duplicate of a message that it does not have"),
            "{why}"
        );
        let mut late = follower(&sandbox, &url, "late.jsonl", &["--from-start"]);
        until(&mut late, 3);
        assert_eq!(origins(&sandbox, "late.jsonl"), [1, 2, 3]);
        assert_eq!(origins(&sandbox, "early.jsonl"), [1, 2, 3]);
    });
}

#[test]
fn a_server_that_takes_small_messages_only_gets_parts() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "max_payload: 64KB");
        let source = source(&sandbox, &url, &[]);
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        for length in [0, 40_000, 60_000, 1_000_000, 10] {
            source.post(vec![b'x'; length]);
        }
        until(&mut follower, 5);
        assert_eq!(captures(&sandbox, "a.jsonl"), captures(&sandbox, "b.jsonl"));
    });
}

#[test]
fn a_full_store_keeps_captures_waiting_until_there_is_room() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let nats = Nats::start(server, &sandbox, "");
        let url = nats.url("demo");
        api(
            nats.port(),
            "$JS.API.STREAM.CREATE.ENX_demo",
            r#"{"name":"ENX_demo","subjects":["enx.demo.>"],"retention":"limits","storage":"file","max_bytes":20000,"discard":"new","num_replicas":1,"max_consumers":-1,"max_msgs":-1,"max_age":0}"#,
        );
        let mut source = source(&sandbox, &url, &[]);
        for n in 1..=20 {
            assert_eq!(
                source
                    .post(body(n).replace('}', &format!(",\"x\":\"{}\"}}", "x".repeat(2000))))
                    .status(),
                200
            );
        }
        let why = state(&mut source, "waiting")["message"].to_string();
        assert!(
            why.contains("the relay stores nothing more: maximum bytes exceeded"),
            "{why}"
        );
        api(
            nats.port(),
            "$JS.API.STREAM.UPDATE.ENX_demo",
            r#"{"name":"ENX_demo","subjects":["enx.demo.>"],"retention":"limits","storage":"file","max_bytes":200000,"discard":"new","num_replicas":1,"max_consumers":-1,"max_msgs":-1,"max_age":0}"#,
        );
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        until(&mut follower, 20);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=20).collect::<Vec<_>>());
        drop(nats);
    });
}

#[test]
fn another_log_is_not_published_under_a_name_unless_it_takes_over() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let mut first = source(&sandbox, &url, &[]);
        first.post(body(1));
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        until(&mut follower, 1);
        first.signal("INT");
        while first.json()["kind"] != "summary" {}
        first.ended().code(0);
        let other = |args: &[&str]| {
            let own = [
                "--relay",
                &url,
                "--log",
                "other.jsonl",
                "--format",
                "json",
                "--relay-as",
                "box-a",
            ];
            crate::support::Listener::start(&sandbox, &[&own, args].concat())
        };
        let mut second = other(&[]);
        second.post(body(2));
        let why = state(&mut second, "waiting")["message"].to_string();
        assert!(
            why.contains("another log was published as box-a until 20"),
            "{why}"
        );
        second.signal("INT");
        let run: Run = second.ended();
        run.code(0).tells("Published 0, 1 waiting.");
        let second = other(&["--relay-takeover"]);
        until(&mut follower, 2);
        second.post(body(3));
        until(&mut follower, 3);
        assert_eq!(origins(&sandbox, "b.jsonl"), [1, 1, 2]);
    });
}
