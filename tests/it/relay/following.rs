//! What a follower gets, and what becomes of it.

use std::process::Command;

use serde_json::Value;

use super::{body, captures, end, follower, next, origins, relay, source, until, with_each};
use crate::support::{Running, Sandbox, Sink, post, post_raw};

#[test]
fn captures_come_byte_for_byte_in_order_and_once() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let mut source = source(&sandbox, &url, &[]);
        source.json_of("ready");
        assert_eq!(source.json_of("relay")["state"], "connected");
        let mut follower = follower(&sandbox, &url, "b.jsonl", &["--from-start"]);
        assert_eq!(next(&mut follower, "relay")["state"], "connected");
        let large: Vec<u8> = (0..16 * 1024 * 1024)
            .map(|at: u32| at.wrapping_mul(2_654_435_761).to_le_bytes()[3])
            .collect();
        let last = body(1);
        let bodies: [&[u8]; 4] = [b"", b"\xff\0\r\n\x1b", &large, last.as_bytes()];
        let fields = [
            ("X-A", "1"),
            ("x-a", "2"),
            ("X-B", " \"\\ \t"),
            ("X-A", "1"),
        ];
        for body in bodies {
            assert_eq!(
                post(source.address(), "/p?q=1", &fields, body).status(),
                200
            );
        }
        until(&mut follower, 4);
        assert!(captures(&sandbox, "a.jsonl") == captures(&sandbox, "b.jsonl"));
        assert_eq!(origins(&sandbox, "b.jsonl"), [1, 2, 3, 4]);
        let status = sandbox
            .enx(&["relay", "status", &url, "--format", "json"])
            .json_of("relay-status")
            .remove(0);
        assert_eq!(
            (
                &status["sources"][0]["name"],
                &status["sources"][0]["last_seq"]
            ),
            (&"box-a".into(), &4.into())
        );
        assert_eq!(status["followers"][0]["behind"], 0);
        assert_eq!(status["warnings"], Value::Array(Vec::new()));
        source.signal("INT");
        source.ended().code(0).tells("Published 4.");
        end(follower).code(0).tells("4 captures");
        // Nothing comes twice.
        follower_of_nothing(&sandbox, &url, "b.jsonl");
        assert_eq!(origins(&sandbox, "b.jsonl"), [1, 2, 3, 4]);
    });
}

/// Follows until the relay is connected, and then ends.
#[track_caller]
fn follower_of_nothing(sandbox: &Sandbox, url: &str, log: &str) {
    let mut follower = follower(sandbox, url, log, &[]);
    assert_eq!(next(&mut follower, "relay")["behind"], 0);
    end(follower).code(0);
}

#[test]
fn the_first_run_begins_now_and_later_ones_where_the_log_ends() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        source.post(body(1));
        let mut all = follower(&sandbox, &url, "all.jsonl", &["--from-start"]);
        until(&mut all, 1);
        let mut now = follower(&sandbox, &url, "now.jsonl", &[]);
        let note = next(&mut now, "relay");
        let message = note["message"].as_str().unwrap();
        assert!(message.contains("keeps 1 message from before"), "{message}");
        assert_eq!(next(&mut now, "relay")["state"], "connected");
        // It ends before anything came, and goes on from there.
        end(now).code(0);
        source.post(body(2));
        until(&mut all, 2);
        let mut now = follower(&sandbox, &url, "now.jsonl", &[]);
        until(&mut now, 1);
        let mut since = follower(&sandbox, &url, "since.jsonl", &["--since", "1h"]);
        until(&mut since, 2);
        assert_eq!(origins(&sandbox, "now.jsonl"), [2]);
        assert_eq!(origins(&sandbox, "since.jsonl"), [1, 2]);
    });
}

#[test]
fn a_follower_that_slept_or_was_killed_catches_up() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        let mut asleep = follower(&sandbox, &url, "asleep.jsonl", &[]);
        let mut killed = follower(&sandbox, &url, "killed.jsonl", &["--relay-as", "dev1"]);
        for follower in [&mut asleep, &mut killed] {
            assert_eq!(next(follower, "relay")["state"], "connected");
        }
        source.post(body(1));
        until(&mut asleep, 1);
        until(&mut killed, 1);
        asleep.signal("STOP");
        killed.signal("KILL");
        killed.ended();
        for n in 2..=300 {
            source.post(body(n));
        }
        asleep.signal("CONT");
        let mut killed = follower(&sandbox, &url, "killed.jsonl", &["--relay-as", "dev1"]);
        until(&mut asleep, 300);
        until(&mut killed, 300);
        for log in ["asleep.jsonl", "killed.jsonl"] {
            assert_eq!(origins(&sandbox, log), (1..=300).collect::<Vec<_>>());
        }
    });
}

#[test]
fn followers_forward_to_their_own_servers_and_expect_what_they_want() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        let sinks = [Sink::answering(200), Sink::answering(200)];
        let names = ["roomdrop", "chatdata"];
        let followers: Vec<Running> = sinks
            .iter()
            .zip(names)
            .map(|(sink, name)| {
                let (target, expected) = (sink.url(), format!("{name}=1"));
                let args = [
                    "--event",
                    name,
                    "--forward",
                    &target,
                    "--expect",
                    &expected,
                    "--settle",
                    "0s",
                ];
                let mut follower = follower(&sandbox, &url, &format!("{name}.jsonl"), &args);
                assert_eq!(next(&mut follower, "relay")["state"], "connected");
                follower
            })
            .collect();
        let posted = sandbox.enx(&["send", "roomdrop", "chatdata", "--url", &source.url()]);
        posted.code(0);
        for (follower, name) in followers.into_iter().zip(names) {
            let run = follower.ended();
            let shown: Vec<_> = run.json_of("capture");
            assert!(
                shown.iter().all(|object| object["event"] == name),
                "{shown:?}"
            );
            run.code(0);
        }
        for sink in &sinks {
            assert!(!sink.next().body.is_empty());
        }
    });
}

#[test]
fn the_inspector_shows_what_comes_from_a_relay() {
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        source.post(body(1));
        let args = ["--from-start", "--inspect=0"];
        let mut follower = follower(&sandbox, &url, "b.jsonl", &args);
        let page = next(&mut follower, "ready")["inspect"].take();
        let (address, token) = page.as_str().unwrap()["http://".len()..]
            .split_once("/#token=")
            .unwrap();
        let get = |target: &str| -> Value {
            let request = format!(
                "GET {target} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
            );
            let answer = post_raw(address.parse().unwrap(), request.as_bytes());
            serde_json::from_slice(&answer.body).unwrap()
        };
        until(&mut follower, 1);
        source.post(body(2));
        until(&mut follower, 2);
        // It reads what is on disk, a moment later.
        let status = loop {
            let status = get("/v1/status");
            if status["captures"] == 2 {
                break status;
            }
        };
        assert_eq!(
            (&status["mode"], &status["relay"], &status["listener"]),
            (&"follow".into(), &url.as_str().into(), &Value::Null)
        );
        let shown = get("/v1/captures/2");
        assert!(shown.to_string().contains("roomdrop"), "{shown}");
        end(follower).code(0);
        let run = sandbox.enx(&["follow", &url, "--inspect-open"]);
        run.code(2).tells("require");
    });
}

#[test]
fn a_full_disk_stops_a_follower_until_there_is_room() {
    if crate::support::tool(&["prlimit"]).is_none() {
        return;
    }
    with_each(|server| {
        let sandbox = Sandbox::new();
        let (_nats, url) = relay(server, &sandbox, "");
        let source = source(&sandbox, &url, &[]);
        let full = "trap '' XFSZ; exec prlimit --fsize=16384: -- \"$@\"";
        let args = [
            "follow",
            &url,
            "--log",
            "b.jsonl",
            "--format",
            "json",
            "--from-start",
        ];
        let mut follower = Running::of(crate::support::shell(&sandbox, full, &args));
        for n in 1..=40 {
            source.post(body(n).replace('}', &format!(",\"x\":\"{}\"}}", "x".repeat(1000))));
        }
        loop {
            let told = next(&mut follower, "relay");
            if told["state"] == "problem" {
                assert!(
                    told["message"]
                        .as_str()
                        .unwrap()
                        .contains("following waits"),
                    "{told}"
                );
                break;
            }
        }
        let pid = sandbox.text("b.jsonl.lock");
        let pid = pid.split_whitespace().next().unwrap();
        let lifted = Command::new("prlimit")
            .args(["--pid", pid, "--fsize=unlimited:"])
            .status();
        assert!(lifted.unwrap().success());
        until(&mut follower, 40);
        assert_eq!(origins(&sandbox, "b.jsonl"), (1..=40).collect::<Vec<_>>());
    });
}
