//! What is a part of a log and what only looks like one; two writers; where the captures are.

use std::fs;
use std::process::Command;

use super::{LOG, interrupt, records, seqs};
use crate::support::{Listener, Sandbox, Sink, record};

const SIZE: &str = "4KiB";

fn body(number: usize) -> String {
    format!(
        r#"{{"type":"roomdrop","n":{number},"x":"{}"}}"#,
        "y".repeat(700)
    )
}

/// A log of that many captures, in parts.
fn rotated(sandbox: &Sandbox, captures: usize) {
    let listener = Listener::start(sandbox, &["--rotate", SIZE]);
    for number in 1..=captures {
        listener.post(body(number));
    }
    interrupt(listener);
}

/// The numbers of the records that a command reads.
fn read(sandbox: &Sandbox, args: &[&str]) -> Vec<u64> {
    let args = [&["replay", LOG, "--dry-run", "--format", "json"], args].concat();
    let lines = sandbox.enx(&args).json_lines();
    lines
        .iter()
        .filter_map(|line| line["seq"].as_u64())
        .collect()
}

#[test]
fn files_that_only_look_like_parts_are_not_touched_or_read() {
    let sandbox = Sandbox::new();
    rotated(&sandbox, 20);
    // The live log of another listener, which has parts of its own.
    let other = Listener::start(&sandbox, &["--log", "log-7.jsonl", "--rotate", SIZE]);
    for number in 1..=12 {
        other.post(body(number));
    }
    let first = sandbox.text("log-1.jsonl");
    sandbox.write("log-20261120.jsonl", &first);
    sandbox.write("log-900.jsonl", "{\"type\":\"roomdrop\"}\n");
    sandbox.write("log-901.jsonl", record(901, "{}") + "\n");
    sandbox.write("log-901.jsonl.lock", "");
    sandbox.write("log-3000.jsonl.gz.tmp", "of somebody else");
    let strangers = || {
        let names = fs::read_dir(sandbox.path("")).expect("a folder");
        let names = names.map(|entry| entry.expect("an entry").file_name());
        let names = names.map(|name| name.to_str().expect("a name").to_owned());
        let is_strange = |name: &String| {
            ["log-7", "log-90", "log-2026", "log-3000"]
                .iter()
                .any(|start| name.starts_with(start))
        };
        let mut texts: Vec<_> = names
            .filter(is_strange)
            .map(|name| (fs::read(sandbox.path(&name)).expect("a file"), name))
            .collect();
        texts.sort();
        texts
    };
    let before = strangers();
    assert!(before.len() >= 8, "{}", before.len());
    assert_eq!(read(&sandbox, &[]), (1..=20).collect::<Vec<_>>());

    let args = [
        "--rotate",
        SIZE,
        "--rotate-gzip",
        "--keep",
        "1",
        "--format",
        "json",
    ];
    let mut listener = Listener::start(&sandbox, &args);
    listener.json_of("ready");
    let mut deleted = 0;
    for number in 21.. {
        let answer = listener.post(body(number));
        assert_eq!(answer.status(), 200);
        loop {
            let line = listener.json();
            deleted += usize::from(line["state"] == "deleted");
            if line["kind"] == "capture" {
                break;
            }
        }
        if deleted >= 5 {
            break;
        }
    }
    interrupt(listener);
    assert_eq!(strangers(), before);
    interrupt(other);
    let left = read(&sandbox, &[]);
    assert!(left[0] > 5, "{left:?}");
    assert!(left.is_sorted_by(|one, next| one + 1 == *next), "{left:?}");
}

#[test]
fn a_look_alike_whose_beginning_is_damaged_is_named_and_left_alone() {
    let sandbox = Sandbox::new();
    rotated(&sandbox, 20);
    let damaged = "log-1.jsonl.gz";
    fs::remove_file(sandbox.path("log-1.jsonl")).expect("a part");
    sandbox.write(damaged, b"\x1f\x8b\x08 not a part");
    let reason = "its beginning is damaged";
    sandbox
        .enx(&["validate", LOG])
        .code(1)
        .says(damaged)
        .says(reason);
    let run = sandbox.enx(&["replay", LOG, "--dry-run"]);
    run.code(1).tells(damaged).tells(reason);
    let args = ["--rotate", SIZE, "--keep", "1", "--format", "json"];
    let mut listener = Listener::start(&sandbox, &args);
    listener.json_of("ready");
    loop {
        let line = listener.json_of("log");
        if line["state"] == "problem" {
            let told = line["message"].as_str().expect("a message");
            assert!(told.contains(damaged), "{told}");
            break;
        }
    }
    interrupt(listener);
    assert!(sandbox.path(damaged).exists());
}

#[test]
fn a_log_whose_name_ends_in_gz_finds_its_parts() {
    let sandbox = Sandbox::new();
    let args = ["--log", "a.jsonl.gz", "--rotate", SIZE, "--rotate-gzip"];
    for _ in 0..2 {
        let listener = Listener::start(&sandbox, &args);
        for number in 1..=10 {
            listener.post(body(number));
        }
        interrupt(listener);
    }
    let args = ["replay", "a.jsonl.gz", "--dry-run", "--format", "json"];
    let lines = sandbox.enx(&args).json_lines();
    let read: Vec<_> = lines
        .iter()
        .filter_map(|line| line["seq"].as_u64())
        .collect();
    assert_eq!(read, (1..=20).collect::<Vec<_>>());
}

#[test]
fn a_log_of_release_0_1_goes_on_with_its_parts_and_its_cursor() {
    let sandbox = Sandbox::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/0.1");
    for entry in fs::read_dir(folder).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, sandbox.path(path.file_name().expect("a name"))).expect("a copy");
    }
    assert_eq!(read(&sandbox, &[]), (1..=20).collect::<Vec<_>>());
    // It was forwarded up to 14.
    let args = [
        "--forward",
        "http://handler.invalid/hook",
        "--rotate",
        SIZE,
        "--rotate-gzip",
    ];
    let listener = Listener::start(&sandbox, &args);
    for number in 21..=40 {
        listener.post(body(number));
    }
    let run = interrupt(listener);
    run.code(0)
        .tells("6 captures in the log, then what comes, from #15 on");
    assert_eq!(read(&sandbox, &[]), (1..=40).collect::<Vec<_>>());
    // Progress of `replay` is kept in the same way.
    let sink = Sink::answering(200);
    let folder = fs::canonicalize(sandbox.path("")).expect("the sandbox");
    let progress = sandbox
        .text("replay.progress")
        .replace("@URL@", &sink.url());
    let progress = progress.replace("@FOLDER@", folder.to_str().expect("a path"));
    sandbox.write("replay.progress", progress);
    let args = [
        "replay",
        LOG,
        "--resume",
        "replay.progress",
        "--url",
        &sink.url(),
    ];
    sandbox.enx(&args).code(0);
    assert_eq!(sink.rest().len(), 20);
}

#[test]
#[cfg(unix)]
fn a_log_has_one_writer_under_whatever_name_and_without_its_lock_file() {
    let sandbox = Sandbox::new();
    let first = Listener::start(&sandbox, &[]);
    first.post(body(1));
    fs::hard_link(sandbox.path(LOG), sandbox.path("other.jsonl")).expect("a link");
    let second = ["listen", "--port", "0", "--log"];
    sandbox
        .enx(&[&second[..], &["other.jsonl"]].concat())
        .code(3)
        .tells("other.jsonl is being written by another process");
    fs::remove_file(sandbox.path("log.jsonl.lock")).expect("the lock");
    sandbox
        .enx(&[&second[..], &[LOG]].concat())
        .code(3)
        .tells("is being written");
    first.post(body(2));
    interrupt(first);
    assert_eq!(seqs(&records(&sandbox, LOG)), [1, 2]);
    interrupt(Listener::start(&sandbox, &[]));
}

#[test]
fn a_log_whose_last_number_leaves_no_room_is_refused() {
    let sandbox = Sandbox::new();
    let line = record(u64::MAX, "{}") + "\n";
    sandbox.write(LOG, &line);
    let run = sandbox.enx(&["listen", "--port", "0"]);
    run.code(3)
        .tells("18446744073709551615")
        .tells("9007199254740992");
    assert_eq!(sandbox.text(LOG), line);
}

#[test]
#[cfg(unix)]
fn a_link_to_a_log_that_does_not_exist_yet_leads_to_it() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("there")).expect("a folder");
    std::os::unix::fs::symlink("there/real.jsonl", sandbox.path(LOG)).expect("a link");
    let listener = Listener::start(&sandbox, &["--rotate", SIZE]);
    for number in 1..=10 {
        listener.post(body(number));
    }
    interrupt(listener);
    assert!(sandbox.path("there/real.jsonl.lock").exists());
    assert!(sandbox.path("there/real-1.jsonl").exists());
    assert!(!sandbox.path("log.jsonl.lock").exists());
}

#[test]
fn where_the_captures_are_is_said_only_as_far_as_it_is_true() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--rotate", SIZE]);
    for number in 1..=10 {
        listener.post(body(number));
    }
    interrupt(listener).tells("All are in log.jsonl and its parts.");
    #[cfg(unix)]
    for spoil in ["mv log.jsonl moved", "rm log.jsonl", ": > log.jsonl"] {
        let listener = Listener::start(&sandbox, &[]);
        listener.post(body(1));
        let shell = Command::new("sh")
            .args(["-c", spoil])
            .current_dir(sandbox.path(""))
            .status();
        assert!(shell.expect("a shell").success());
        let run = interrupt(listener);
        run.tells("log.jsonl was moved, deleted or changed by another program");
        assert!(!run.err().contains("All are in"), "{}", run.err());
    }
}
