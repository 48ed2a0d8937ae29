//! `--rotate`, `--keep` and logrotate: a log in parts, of which nothing is lost.

use std::fs;
use std::path::PathBuf;

use super::{LOG, interrupt, parts, records, seqs, whole_records};
use crate::support::{Door, Listener, Reply, Sandbox, Sink};
#[cfg(target_os = "linux")]
use crate::support::{TOO_LONG, Terminal};

/// Large enough for a few of the bodies below.
const SIZE: &str = "4KiB";

fn body(number: usize) -> String {
    format!(
        r#"{{"type":"roomdrop","n":{number},"x":"{}"}}"#,
        "y".repeat(700)
    )
}

/// The names of the parts, oldest first.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    parts(sandbox).iter().map(|(path, _)| name(path)).collect()
}

/// The numbers of all records, part after part.
fn all_seqs(sandbox: &Sandbox) -> Vec<u64> {
    let parts = parts(sandbox);
    let records = parts.iter().flat_map(|(_, text)| whole_records(text));
    seqs(&records.collect::<Vec<_>>())
}

#[test]
fn a_log_goes_on_in_parts_and_readers_take_them_in_order() {
    let sandbox = Sandbox::new();
    let args = ["--format", "json", "--rotate", SIZE];
    for run in 0..2 {
        let mut listener = Listener::start(&sandbox, &args);
        listener.json_of("ready");
        let mut finished = Vec::new();
        for number in 1..=20 {
            listener.post(body(run * 20 + number));
            loop {
                let shown = listener.json();
                if shown["kind"] == "capture" {
                    break;
                }
                assert_eq!(shown["kind"], "log", "{shown}");
                assert_eq!(shown["state"], "rotated");
                finished.push(shown["part"].as_str().unwrap().to_owned());
            }
        }
        let summary = interrupt(listener).json_lines().pop().unwrap();
        assert!(finished.len() >= 3, "{finished:?}");
        assert_eq!(summary["log"]["parts_finished"], finished.len());
        for part in finished {
            let first = &records(&sandbox, &part)[0]["seq"];
            assert_eq!(part, format!("log-{first}.jsonl"));
        }
    }
    assert_eq!(all_seqs(&sandbox), (1..=40).collect::<Vec<_>>());

    // Those who read the log take its parts along, once each.
    let run = sandbox.enx(&["replay", LOG, "--dry-run", "--format", "json"]);
    let lines = run.json_lines();
    let seqs: Vec<_> = lines
        .iter()
        .filter_map(|line| line["seq"].as_u64())
        .collect();
    assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
    let run = sandbox.enx(&["validate", LOG, "log-1.jsonl", "--format", "json"]);
    let reports = run.json_of("report");
    let seqs = reports.iter().map(|report| report["seq"].as_u64().unwrap());
    let mut seqs: Vec<_> = seqs.collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
}

#[test]
fn parts_are_compressed_and_the_oldest_deleted_and_that_is_said() {
    let sandbox = Sandbox::new();
    let args = ["--rotate", SIZE, "--rotate-gzip", "--keep", "2", "--format"];
    let mut listener = Listener::start(&sandbox, &[&args[..], &["json"]].concat());
    listener.json_of("ready");
    let (mut number, mut deleted) = (0, Vec::new());
    while deleted.len() < 3 {
        number += 1;
        listener.post(body(number));
        loop {
            let shown = listener.json();
            match (shown["kind"].as_str(), shown["state"].as_str()) {
                (Some("capture"), _) => break,
                (_, Some("deleted")) => deleted.push(shown["part"].clone()),
                (_, Some("rotated")) => {}
                _ => panic!("{shown}"),
            }
        }
    }
    interrupt(listener);
    assert!(deleted[0].as_str().unwrap().starts_with("log-1.jsonl"));
    let seqs = all_seqs(&sandbox);
    let first = seqs[0];
    assert!(first > 3, "{first}");
    assert_eq!(seqs, (first..=number as u64).collect::<Vec<_>>());

    // What an interrupted run left to be compressed, the next one does; it says so to people.
    let listener = Listener::start(&sandbox, &[&args[..], &["line"]].concat());
    for more in 1..=10 {
        listener.post(body(number + more));
    }
    let run = interrupt(listener);
    run.says("finished").says("log-");
    let last = (number + 10) as u64;
    assert_eq!(all_seqs(&sandbox).last(), Some(&last));
    let packed = names(&sandbox)
        .iter()
        .filter(|name| name.contains(".jsonl.gz"))
        .count();
    assert!(packed > 0, "{:?}", names(&sandbox));
    let run = sandbox.enx(&["replay", LOG, "--dry-run", "--format", "json"]);
    let lines = run.json_lines();
    let read: Vec<_> = lines
        .iter()
        .filter_map(|line| line["seq"].as_u64())
        .collect();
    assert_eq!(read, all_seqs(&sandbox));
}

#[test]
fn what_is_still_to_be_forwarded_is_not_deleted_and_passes_through_packed_parts() {
    let sandbox = Sandbox::new();
    // It answers nothing until all is logged.
    let (open, opened) = std::sync::mpsc::channel::<()>();
    let opened = std::sync::Mutex::new(opened);
    let sink = Sink::new(move |_, _| {
        let _ = opened.lock().unwrap().recv();
        Reply::status(200)
    });
    let url = sink.url();
    let args = [
        "--rotate",
        SIZE,
        "--rotate-gzip",
        "--keep",
        "1",
        "--format",
        "json",
    ];
    let forward = ["--forward", &url, "--forward-concurrency", "1"];
    let mut listener = Listener::start(&sandbox, &[&args[..], &forward].concat());
    listener.json_of("ready");
    for number in 1..=40 {
        listener.post(body(number));
    }
    assert_eq!(all_seqs(&sandbox), (1..=40).collect::<Vec<_>>());
    drop(open);
    let mut seqs = Vec::new();
    let mut deleted = 0;
    while seqs.len() < 40 || deleted < 3 {
        let shown = listener.json();
        if shown["state"] == "delivered" {
            seqs.push(shown["seq"].as_u64().unwrap());
        }
        deleted += usize::from(shown["state"] == "deleted");
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
    interrupt(listener);
}

#[test]
fn after_sighup_nothing_more_comes_to_a_log_that_was_moved_away() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json_of("ready");
    listener.post(body(1));
    listener.json_of("capture");
    fs::rename(sandbox.path(LOG), sandbox.path("log.jsonl.1")).unwrap();
    listener.signal("HUP");
    assert_eq!(listener.json_of("log")["state"], "reopened");
    // It is there at once, for whoever waits for it.
    assert_eq!(sandbox.text(LOG), "");
    listener.post(body(2));
    assert_eq!(listener.json_of("capture")["seq"], 2);
    interrupt(listener);
    assert_eq!(seqs(&records(&sandbox, "log.jsonl.1")), [1]);
    assert_eq!(seqs(&records(&sandbox, LOG)), [2]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_listener_does_not_outlive_its_terminal() {
    for line in [
        "enx-hook listen --port 0",
        "echo next; enx-hook listen --port 0 --ready-file ready >out 2>&1 </dev/null",
    ] {
        let sandbox = Sandbox::new();
        let mut terminal = Terminal::run(&sandbox, line, &[]);
        terminal.wait_for("next");
        while line.contains("ready") && !sandbox.path("ready").exists() {
            std::thread::yield_now();
        }
        drop(terminal);
        // Given back when it has ended.
        let lock = fs::File::open(sandbox.path("log.jsonl.lock")).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || tell.send(lock.lock()));
        told.recv_timeout(TOO_LONG).unwrap().unwrap();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn under_nohup_it_goes_on_without_its_terminal_and_opens_the_log_anew() {
    let sandbox = Sandbox::new();
    let line = "nohup enx-hook listen --port 0 --format json --ready-file ready & echo $! >pid; \
                wait";
    let terminal = Terminal::run(&sandbox, line, &[]);
    while !sandbox.path("ready").exists() {
        std::thread::yield_now();
    }
    drop(terminal);
    let pid = sandbox.text("pid");
    let address = sandbox.text("ready");
    let address = address
        .trim()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let kill = |signal: &str| {
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args([signal, pid.trim()]).status().unwrap().success());
    };
    fs::rename(sandbox.path(LOG), sandbox.path("moved")).unwrap();
    kill("-HUP");
    while !sandbox.path(LOG).exists() {
        std::thread::yield_now();
    }
    let answer = crate::support::post(address, "/", &[], body(1));
    kill("-INT");
    assert_eq!(answer.status(), 200);
    assert_eq!(seqs(&records(&sandbox, LOG)), [1]);
}

#[test]
fn sizes_and_numbers_that_make_no_sense_are_refused() {
    let sandbox = Sandbox::new();
    let usage: [(&[&str], &str); 4] = [
        (&["--rotate", "10"], "4KiB"),
        (&["--keep", "3"], "--rotate"),
        (&["--rotate", "1MB", "--keep", "0"], "at least 1"),
        (&["--sync", "os", "--no-log"], "--no-log"),
    ];
    for (args, word) in usage {
        sandbox
            .enx(&[&["listen"], args].concat())
            .code(2)
            .tells(word);
    }
}

#[test]
fn parts_whose_captures_are_too_old_are_deleted_unless_they_are_still_to_be_forwarded() {
    let sandbox = Sandbox::new();
    // A listener that forwards to a server that is away, so that a cursor waits from the start.
    let day = |days: i64| {
        let at = chrono::Utc::now() - chrono::TimeDelta::days(days);
        at.format("%Y-%m-%dT%H:%M:%S.000000Z").to_string()
    };
    let old = |seq: u64, days: i64| {
        crate::support::record(seq, "{}").replace("2026-11-20T14:03:22.118042Z", &day(days)) + "\n"
    };
    let parts = || {
        sandbox.write("log-1.jsonl", old(1, 20) + &old(2, 12));
        sandbox.write("log-3.jsonl", old(3, 10) + &old(4, 8));
        sandbox.write("log-5.jsonl", old(5, 6) + &old(6, 1));
        sandbox.write("log.jsonl", old(7, 0));
    };
    let is_there = || [1, 3, 5].map(|part| sandbox.path(format!("log-{part}.jsonl")).exists());
    let keep = ["--format", "json", "--rotate", "1MiB", "--keep-for"];
    parts();
    let mut listener = Listener::start(&sandbox, &[&keep[..], &["7d"]].concat());
    listener.json_of("ready");
    // The second part may have a capture that is as young as the first one of the third part.
    let gone = listener.json_of("log");
    assert_eq!(
        (gone["state"].as_str(), is_there()),
        (Some("deleted"), [false, true, true])
    );
    interrupt(listener);

    parts();
    let url = Door::closed().url();
    let args = [&keep[..], &["1d", "--forward", &url, "--forward-from", "3"]].concat();
    let mut listener = Listener::start(&sandbox, &args);
    loop {
        let line = listener.json();
        if line["kind"] == "log" && line["state"] == "problem" {
            assert!(
                line["message"].as_str().unwrap().contains("forward"),
                "{line}"
            );
            break;
        }
    }
    assert_eq!(is_there(), [false, true, true]);
    drop(listener);

    for args in [
        &["--keep-for", "7d"][..],
        &["--rotate", "1MiB", "--keep-for", "0s"],
        &["--rotate", "1MiB", "--keep-for", "soon"],
    ] {
        sandbox
            .enx(&[&["listen", "--port", "0"], args].concat())
            .code(2);
    }
}
