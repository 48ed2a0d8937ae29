//! A disk that is truly full, and one that fails in the middle: nothing is acknowledged that
//! is not logged, the failure is said once, and logging goes on by itself.

use std::fs;
use std::process::Command;

use super::{LOG, ROOMDROP, interrupt, records, seqs};
use crate::support::{Connection, Listener, Sandbox, shell, skip, tool};

/// Posts until something is refused; how many were not.
#[track_caller]
fn fill(connection: &mut Connection, body: &str) -> u64 {
    for taken in 0..10_000 {
        let answer = connection.post(body).expect("an answer");
        if answer.status() != 200 {
            assert_eq!(answer.status(), 503);
            assert!(answer.header("retry-after").is_some());
            return taken;
        }
    }
    panic!("the disk is never full");
}

#[test]
fn a_full_disk_is_said_once_and_logging_goes_on_when_there_is_room() {
    const MOUNT: &str =
        r#"exec unshare -rm sh -c 'mount -t tmpfs -o size=256k none disk && exec "$@"' sh "$@""#;
    let can = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output();
    if !can.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI may not mount a tmpfs");
        return skip("this user may not mount a tmpfs (unshare -rm)");
    }
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("disk")).unwrap();
    let args = [
        "listen",
        "--port",
        "0",
        "--log",
        "disk/log.jsonl",
        "--format",
    ];
    let mut listener = Listener::of(shell(&sandbox, MOUNT, &[&args[..], &["line"]].concat()));
    // The disk as the listener sees it.
    let lock = format!("{}", listener.pid());
    let disk = std::path::Path::new("/proc").join(lock).join("root");
    let disk = disk.join(sandbox.path("disk").strip_prefix("/").unwrap());
    let log = disk.join(LOG);
    fs::write(disk.join("filler"), vec![0; 128 << 10]).unwrap();

    let mut connection = Connection::to(listener.address());
    let large = format!(r#"{{"type":"roomdrop","note":"{}"}}"#, "x".repeat(3000));
    let taken = fill(&mut connection, &large);
    assert!(taken > 1);
    // A 503 closes its connection.
    for _ in 0..5 {
        assert_eq!(listener.post(&large).status(), 503);
    }
    let before = fs::read_to_string(&log).unwrap();
    assert!(before.ends_with('\n'));
    assert_eq!(before.lines().count() as u64, taken);

    // The first request that finds room is logged.
    fs::remove_file(disk.join("filler")).unwrap();
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    let text = fs::read_to_string(&log).unwrap();
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["seq"], &last["body"]),
        (&(taken + 1).into(), &ROOMDROP.into())
    );

    let mut said = Vec::new();
    loop {
        let line = listener.line();
        let is_over = line.contains("going on");
        said.push(line);
        if is_over {
            break;
        }
    }
    let failing = said.iter().filter(|line| line.contains("failing"));
    let failing: Vec<_> = failing.collect();
    assert_eq!(failing.len(), 1, "{said:?}");
    assert!(failing[0].contains("No space left"), "{failing:?}");
    assert!(
        said.last()
            .unwrap()
            .contains("6 requests were answered 503")
    );
    drop(connection);
    interrupt(listener).tells("6 requests refused, 6 as the log failed");
}

/// Starts a listener under strace, which lets a system call fail as `inject` says.
fn with_faults(sandbox: &Sandbox, inject: &[&str], args: &[&str]) -> Option<Listener> {
    tool(&["strace"])?;
    let script = format!(
        "exec strace -D -f -qq -o trace {} -- \"$@\"",
        inject.join(" ")
    );
    let args = [&["listen", "--port", "0", "--format", "json"], args].concat();
    let mut listener = Listener::of(shell(sandbox, &script, &args));
    listener.json_of("ready");
    Some(listener)
}

#[test]
fn after_a_sync_that_failed_the_log_goes_on_in_a_new_part() {
    let sandbox = Sandbox::new();
    let inject = [
        "-e",
        "trace=fdatasync",
        "-e",
        "inject=fdatasync:error=EIO:when=3",
    ];
    let Some(mut listener) = with_faults(&sandbox, &inject, &[]) else {
        return;
    };
    for status in [200, 200, 503, 200, 200] {
        assert_eq!(listener.post(ROOMDROP).status(), status);
    }
    assert_eq!(seqs(&records(&sandbox, "log-1.jsonl")), [1, 2]);
    assert_eq!(seqs(&records(&sandbox, LOG)), [3, 4]);
    for _ in 0..2 {
        listener.json_of("capture");
    }
    let failing = listener.json_of("log");
    assert_eq!(failing["state"], "failing");
    let message = failing["message"].as_str().unwrap();
    assert!(message.contains("Input/output error"), "{message}");
    assert!(message.contains("log-1.jsonl"), "{message}");
    assert_eq!(listener.json_of("refused")["status"], 503);
    for _ in 0..2 {
        listener.json_of("capture");
    }
    let resumed = listener.json_of("log");
    assert_eq!(
        (&resumed["state"], &resumed["refused"]),
        (&"resumed".into(), &1.into())
    );
}

#[test]
fn a_write_that_failed_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let path = sandbox.path(LOG).display().to_string();
    let inject = [
        "-P",
        &path,
        "-e",
        "trace=write",
        "-e",
        "inject=write:error=EIO:when=2",
    ];
    let Some(mut listener) = with_faults(&sandbox, &inject, &[]) else {
        return;
    };
    for status in [200, 503, 200] {
        assert_eq!(listener.post(ROOMDROP).status(), status);
    }
    assert_eq!(seqs(&records(&sandbox, LOG)), [1, 2]);
    listener.json_of("capture");
    assert_eq!(listener.json_of("log")["state"], "failing");
}

#[test]
fn more_than_may_wait_for_the_disk_is_answered_503_at_once() {
    let sandbox = Sandbox::new();
    // Much longer than two requests take to be read.
    let slow = "inject=fdatasync:delay_enter=4000000:when=1";
    let inject = ["-e", "trace=fdatasync", "-e", slow];
    let Some(listener) = with_faults(&sandbox, &inject, &["--max-unsynced", "4KiB"]) else {
        return;
    };
    let body = "x".repeat(3000);
    let request = format!("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 3000\r\n\r\n{body}");
    let mut both = [(); 2].map(|()| Connection::to(listener.address()));
    for connection in &mut both {
        connection.send(&request).unwrap();
    }
    let mut statuses = both.map(|mut connection| connection.answer().unwrap().unwrap().status());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503]);
    assert_eq!(seqs(&records(&sandbox, LOG)), [1]);
}
