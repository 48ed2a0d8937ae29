//! A disk that is full, as far as one process can tell: a limit on the size of its files.

use std::process::Command;

use super::{LOG, ROOMDROP, records, seqs};
use crate::support::{Connection, Listener, Sandbox, post_raw, shell, tool};

/// Bytes that the log may have.
const ROOM: usize = 16 * 1024;

/// Without the signal, a write beyond the limit is an error like that of a full disk. The
/// hard limit stays, so that the soft one can be lifted again.
const FULL: &str = "trap '' XFSZ; exec prlimit --fsize=16384: -- \"$@\"";

fn prlimit(args: &[&str]) -> bool {
    Command::new("prlimit")
        .args(args)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Posts until something is refused; how many were not.
#[track_caller]
fn fill(connection: &mut Connection, body: &str) -> usize {
    for taken in 0..ROOM {
        let answer = connection.post(body).expect("an answer");
        if answer.status() != 200 {
            assert_eq!(answer.status(), 503);
            let wait = answer.header("retry-after").expect("when to try again");
            assert!(wait.parse::<u64>().is_ok_and(|wait| wait > 0), "{wait}");
            return taken;
        }
    }
    panic!("the disk is never full");
}

#[test]
fn what_cannot_be_logged_is_not_acknowledged_and_logging_resumes_by_itself() {
    if tool(&["prlimit"]).is_none() {
        return;
    }
    let sandbox = Sandbox::new();
    let args = [
        "listen",
        "--port",
        "0",
        "--format",
        "json",
        "--health-path",
        "/up",
    ];
    let mut listener = Listener::of(shell(&sandbox, FULL, &args));
    listener.json();
    let address = listener.address();
    let health = || post_raw(address, b"GET /up HTTP/1.0\r\n\r\n").status();
    assert_eq!(health(), 200);
    let mut connection = Connection::to(listener.address());
    let large = format!(r#"{{"type":"roomdrop","note":"{}"}}"#, "x".repeat(3000));
    let taken = fill(&mut connection, &large);
    assert!(taken > 1);

    // Nothing of it is left over, and what is small enough may still find room.
    let logged = records(&sandbox, LOG);
    assert_eq!(seqs(&logged), (1..=taken as u64).collect::<Vec<_>>());
    // A 503 closes its connection.
    let small = fill(&mut Connection::to(listener.address()), ROOMDROP);
    let logged = records(&sandbox, LOG);
    let last = (taken + small) as u64;
    assert_eq!(health(), 503);
    assert_eq!(seqs(&logged), (1..=last).collect::<Vec<_>>());

    // Of several that are refused in a row one is shown.
    let (mut all_shown, mut refused) = (false, 0);
    while !all_shown || refused == 0 {
        let shown = listener.json();
        if shown["kind"] == "refused" {
            assert_eq!(shown["status"], 503);
            let reason = shown["reason"].as_str().unwrap();
            assert!(reason.contains(LOG), "{reason}");
            refused += 1;
        }
        all_shown |= shown["seq"] == last;
    }

    let lock = sandbox.text("log.jsonl.lock");
    let pid = lock.split_whitespace().next().unwrap();
    assert!(prlimit(&["--pid", pid, "--fsize=unlimited:"]));
    assert_eq!(listener.post(&large).status(), 200);
    assert_eq!(health(), 200);
    let logged = records(&sandbox, LOG);
    assert_eq!(seqs(&logged), (1..=last + 1).collect::<Vec<_>>());
    assert_eq!(logged.last().unwrap()["body"], large.as_str());

    let shown = loop {
        let shown = listener.json();
        if shown["kind"] == "capture" {
            break shown;
        }
        // It may have been a moment since something failed.
        let kind = shown["kind"].as_str().unwrap();
        assert!(["log", "refused"].contains(&kind), "{shown}");
    };
    assert_eq!(shown["seq"], last + 1);
    drop(connection);
    listener.signal("INT");
    let run = listener.ended();
    run.code(0).tells("2 requests refused");
}
