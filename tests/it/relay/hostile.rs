//! What someone writes into a stream who may publish, and is no listener.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use super::{body, captures, end, follower, next, origins, relay, source, state, until, with_each};
use crate::support::{Running, Sandbox};

/// Publishes a message by hand, and waits until it is stored.
#[track_caller]
fn publish(port: u16, subject: &str, headers: &[(&str, &str)], payload: &[u8]) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = "NATS/1.0\r\n".to_owned();
    for (name, value) in headers {
        head.push_str(&[name, ": ", value, "\r\n"].concat());
    }
    head += "\r\n";
    let call = format!(
        "CONNECT {{\"verbose\":false,\"pedantic\":false,\"headers\":true}}\r\nSUB answer 1\r\nHPUB {subject} answer {} {}\r\n{head}",
        head.len(),
        head.len() + payload.len()
    );
    stream
        .write_all(&[call.as_bytes(), payload, b"\r\n"].concat())
        .unwrap();
    let mut lines = reader.lines().map(Result::unwrap);
    let answer = lines.find(|line| line.starts_with('{') || line.starts_with("-ERR"));
    assert!(answer.unwrap().contains("\"stream\":\"ENX_demo\""));
}

#[test]
fn what_no_listener_published_is_told_and_stops_nothing() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (nats, url) = relay(server, &sandbox, "");
        let listener = source(&sandbox, &url, &[]);
        let mut early = follower(&sandbox, &url, "early.jsonl", &["--from-start"]);
        listener.post(body(1));
        until(&mut early, 1);
        let own = "enx.demo.box-a.x.x.x";
        let other = "enx.demo.\x1b[31mevil.x.x.x";
        let seq = |seq, after| {
            [
                ("Enx-Seq", seq),
                ("Enx-After", after),
                ("Enx-Log", "0000000000000001"),
                ("Nats-Msg-Id", seq),
            ]
        };
        let most = u64::MAX.to_string();
        let large = vec![0; 900_000];
        publish(nats.port(), own, &[], b"garbage");
        publish(nats.port(), other, &seq("1", "0"), b"no record");
        publish(nats.port(), other, &seq("2", "1"), b"\xff\0\n{}\n");
        publish(nats.port(), other, &seq("3", "9"), b"{}");
        publish(nats.port(), other, &seq(&most, "2"), b"{}");
        publish(nats.port(), other, &seq("-4", "x"), &large);
        let part = [&seq("5", "2")[..], &[("Enx-Part", "1/99999")]].concat();
        publish(nats.port(), other, &part, &large);
        let wrong = [&seq("6", "2")[..], &[("Enx-Part", "0/0")]].concat();
        publish(nats.port(), other, &wrong, b"");
        let record = r#"{"enx_hook":1,"seq":77,"received_at":"2026-11-20T14:03:22Z","peer":"p","method":"POST","target":"/","headers":[],"body":"odd"}"#;
        publish(nats.port(), other, &seq("8", "7"), record.as_bytes());
        listener.post(body(2));
        until(&mut early, 3);
        // The numbers are those of the relay, whatever the record says.
        let mut late = follower(&sandbox, &url, "late.jsonl", &["--from-start"]);
        assert!(
            state(&mut late, "problem")["message"]
                .to_string()
                .contains("not published by enx-hook")
        );
        assert_eq!(next(&mut late, "gap")["count"], 5);
        until(&mut late, 3);
        let mut all = origins(&sandbox, "late.jsonl");
        all.sort_unstable();
        assert_eq!(all, [1, 2, 8]);
        let bodies: Vec<_> = captures(&sandbox, "early.jsonl")
            .iter()
            .map(|one| one["body"].clone())
            .collect();
        assert!(bodies.contains(&"odd".into()));
        // People see the name without its colour.
        let mut seen =
            Running::of(sandbox.call(&["follow", &url, "--log", "c.jsonl", "--from-start"]));
        loop {
            let line = seen.line();
            assert!(!line.contains('\x1b'), "{line}");
            if line.contains("missing") {
                break;
            }
        }
        for follower in [early, late] {
            let run = end(follower).code(0).err().to_owned();
            assert!(!run.contains("\x1b[31m"), "{run}");
        }
        let status = sandbox.enx(&["relay", "status", &url]);
        assert!(!status.code(0).out().contains("\x1b[31m"));
    });
}

/// A listener goes on behind what it published itself, whoever else wrote under its name.
#[test]
fn a_listener_goes_on_where_it_was_behind_a_message_that_is_not_its_own() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (nats, url) = relay(server, &sandbox, "");
        let mut first = source(&sandbox, &url, &[]);
        for n in 1..=3 {
            first.post(body(n));
        }
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        until(&mut follower, 3);
        first.signal("INT");
        while first.json()["kind"] != "summary" {}
        first.ended().code(0);
        publish(nats.port(), "enx.demo.box-a.x.x.x", &[], b"garbage");
        let mut second = source(&sandbox, &url, &[]);
        assert_eq!(state(&mut second, "connected")["behind"], 0);
        second.post(body(4));
        until(&mut follower, 4);
        assert_eq!(origins(&sandbox, "b.jsonl"), [1, 2, 3, 4]);
    });
}
