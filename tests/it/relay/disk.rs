//! A server whose disk is full.

use std::process::Command;

use super::{body, follower, origins, source, state, until, with_each};
use crate::support::{Nats, Sandbox, skip};

#[test]
fn a_server_whose_disk_is_full_delays_no_reply_and_loses_nothing() {
    let can = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output();
    if !can.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI may not mount a tmpfs");
        return skip("this user may not mount a tmpfs (unshare -rm)");
    }
    with_each(|server| {
        let sandbox = Sandbox::new();
        let mut nats = Nats::on_disk(server, &sandbox, "20m");
        let url = nats.url("demo");
        sandbox.enx(&["relay", "init", &url]).code(0);
        let mut source = source(&sandbox, &url, &[]);
        // The display may leave out large captures; the counter counts all.
        let args = ["--from-start", "--max-events", "26"];
        let mut early = follower(&sandbox, &url, "early.jsonl", &args);
        source.post(body(1));
        until(&mut early, 1);
        let large = vec![b'x'; 900_000];
        for _ in 2..=26 {
            assert_eq!(source.post(&large).status(), 200);
        }
        // Such a server says nothing.
        loop {
            let why = state(&mut source, "waiting")["message"].to_string();
            if why.contains("no acknowledgement") {
                break;
            }
        }
        // Someone gives the server a larger disk, on which there is nothing.
        nats.kill();
        nats.leave_disk();
        nats.go_on();
        early.ended().code(0);
        let late = follower(&sandbox, &url, "late.jsonl", &args);
        late.ended().code(0);
        for log in ["early.jsonl", "late.jsonl"] {
            assert_eq!(origins(&sandbox, log), (1..=26).collect::<Vec<_>>());
        }
    });
}
