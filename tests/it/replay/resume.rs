//! A replay that was stopped, or killed, goes on where it was.

use std::collections::BTreeMap;
use std::process::Stdio;

use crate::support::{Nobody, Reply, Sandbox, Sink, record};

fn log(count: u64) -> Sandbox {
    let body = |seq| format!("{{\"type\":\"roomdrop\",\"conf_num\":\"{seq}\",\"n\":{seq}}}");
    let lines: String = (1..=count)
        .map(|seq| record(seq, &body(seq)) + "\n")
        .collect();
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines);
    sandbox
}

fn numbers(sink: &Sink) -> Vec<u64> {
    let number = |body: &[u8]| {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        body["n"].as_u64().unwrap()
    };
    sink.rest().iter().map(|one| number(&one.body)).collect()
}

#[test]
fn what_was_answered_is_not_sent_again_unless_it_failed_and_that_is_asked_for() {
    let sandbox = log(9);
    // The fourth gets no answer, also not on a new connection, and the seventh a bad one.
    let sink = Sink::new(|number, _| match number {
        3 | 4 => Reply::Close,
        7 => Reply::status(500),
        _ => Reply::status(200),
    });
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--resume", "done"];
    sandbox.enx(&args).code(3).tells("9 sent");
    numbers(&sink);
    sandbox.enx(&args).code(0).tells("8 captures done before");
    assert_eq!(numbers(&sink), [4]);
    sandbox.enx(&args).code(0).tells("nothing was sent");
    assert_eq!(numbers(&sink), [0; 0]);
    sandbox.enx(&[&args[..], &["--failed"]].concat()).code(0);
    assert_eq!(numbers(&sink), [7]);
    sandbox.enx(&[&args[..], &["--failed"]].concat()).code(0);
    assert_eq!(numbers(&sink), [0; 0]);
}

#[test]
fn a_target_that_is_down_marks_nothing_as_sent() {
    let sandbox = log(3);
    let nobody = Nobody::new();
    let url = nobody.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--resume", "done"];
    sandbox.enx(&args).code(3);
    assert_eq!(sandbox.text("done").lines().count(), 1);
}

#[test]
fn progress_of_another_replay_is_refused_and_nothing_is_sent() {
    let sandbox = log(3);
    sandbox.write("other.jsonl", "{\"n\":1}\n");
    let (sink, other) = (Sink::answering(200), Sink::unused());
    let (url, other_url) = (sink.url(), other.url());
    let args = ["replay", "log.jsonl", "--url", &url, "--resume", "done"];
    sandbox.enx(&args).code(0);
    numbers(&sink);
    let before = sandbox.text("done");
    let cases: [(&[&str], &str); 3] = [
        (&["replay", "other.jsonl", "--url", &url], "sources"),
        (&["replay", "log.jsonl", "--url", &other_url], "target"),
        (
            &["replay", "log.jsonl", "--url", &url, "--event", "roomdrop"],
            "its --event",
        ),
    ];
    for (args, difference) in cases {
        let run = sandbox.enx(&[args, &["--resume", "done"]].concat());
        run.code(2)
            .tells("belongs to another replay")
            .tells(difference);
    }
    sandbox
        .enx(&[
            "replay",
            "log.jsonl",
            "--url",
            &url,
            "--resume",
            "log.jsonl",
        ])
        .code(2);
    sandbox
        .enx(&["replay", "-", "--url", &url, "--resume", "done"])
        .code(2);
    sandbox
        .enx(&["replay", "log.jsonl", "--url", &url, "--failed"])
        .code(2);
    assert_eq!(sandbox.text("done"), before);
    assert_eq!(sink.rest(), []);
}

#[test]
fn progress_holds_the_options_by_name_and_that_of_the_first_release_is_resumed() {
    let sandbox = log(3);
    let sink = Sink::answering(200);
    let url = sink.url();
    let source = std::fs::canonicalize(sandbox.path("log.jsonl")).unwrap();
    let source = source.to_str().unwrap();
    let args = ["replay", "log.jsonl", "--url", &url, "--resume", "done"];
    let since = ["--since", "2020-01-01", "--event=roomdrop", "--force"];
    sandbox.enx(&[&args[..], &since].concat()).code(0);
    let text = sandbox.text("done");
    let head: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let expected = serde_json::json!({
        "enx_hook_replay": 3, "sources": [source], "url": url,
        "options": {"event": ["roomdrop"], "force": ["true"], "since": ["2020-01-01"]},
    });
    assert_eq!(head, expected);
    numbers(&sink);
    // As version 2 wrote it, with what was done: the second.
    let done = text.lines().nth(2).unwrap();
    let selection = "Selection { events: [], sessions: [], seqs: [], since: None, until: None, \
        conditions: [], verdicts: [], skip_duplicates: false, last: None, limit: None }";
    let head = serde_json::json!({
        "enx_hook_replay": 2, "sources": [source], "selection": selection, "url": url,
    });
    let old = format!("{head}\n{done}\n");
    sandbox.write("done", &old);
    sandbox
        .enx(&[&args[..], &since].concat())
        .code(2)
        .tells("an earlier release")
        .tells("another file");
    assert_eq!(sandbox.text("done"), old);
    sandbox.enx(&args).code(0).tells("1 capture done before");
    assert_eq!(numbers(&sink), [1, 3]);
    sandbox.enx(&args).code(0).tells("nothing was sent");
    sandbox.write("done", old.replace(":2,", ":9,"));
    sandbox
        .enx(&args)
        .code(2)
        .tells("another release")
        .tells("format 9");
    assert_eq!(numbers(&sink), [0; 0]);
}

#[test]
fn killed_again_and_again_every_capture_arrives_and_only_what_was_on_its_way_does_twice() {
    const AT_ONCE: usize = 8;
    // With ENX_HOOK_LONG=1 for a long while.
    let (count, kills) = match std::env::var_os("ENX_HOOK_LONG") {
        None => (600, 5),
        Some(_) => (20_000, 100),
    };
    let sandbox = log(count);
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--url",
        &url,
        "--resume",
        "done",
        "--concurrency",
        "8",
        "--quiet",
    ];
    let mut times = BTreeMap::<u64, usize>::new();
    let mut note = |body: &[u8]| {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        *times.entry(body["n"].as_u64().unwrap()).or_default() += 1;
    };
    for _ in 0..kills {
        let mut command = sandbox.command(&args);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..60 {
            note(&sink.next().body);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What the sink still reads of the dead is told before the next run begins to matter.
        for request in sink.rest() {
            note(&request.body);
        }
    }
    sandbox.enx(&args).code(0);
    for request in sink.rest() {
        note(&request.body);
    }
    assert!(
        times.keys().copied().eq(1..=count),
        "{} arrived",
        times.len()
    );
    let twice: usize = times.values().map(|times| times - 1).sum();
    assert!(twice <= kills * AT_ONCE, "{twice} arrived twice");
}

#[test]
fn two_logs_with_the_same_numbers_are_told_apart_and_their_parts_are_not() {
    let sandbox = log(2);
    let line = |seq, n| record(seq, &format!("{{\"n\":{n}}}")) + "\n";
    sandbox.write("other.jsonl", line(1, 11) + &line(2, 12) + "{\"n\":13}\n");
    let sink = Sink::new(|number, _| match number {
        // On a kept connection, and again on a new one.
        1 | 2 | 5 | 6 => Reply::Close,
        _ => Reply::status(200),
    });
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "other.jsonl",
        "--url",
        &url,
        "--resume",
        "done",
    ];
    sandbox.enx(&args).code(3);
    assert_eq!(numbers(&sink), [1, 2, 2, 11, 12, 13, 13]);
    // The log goes on in a new file, and what stood in the old one keeps its numbers.
    std::fs::rename(sandbox.path("log.jsonl"), sandbox.path("log-1.jsonl")).unwrap();
    sandbox.write("log.jsonl", line(3, 3) + "{\"n\":4}\n");
    sandbox.enx(&args).code(0).tells("3 captures done before");
    assert_eq!(numbers(&sink), [2, 3, 4, 13]);
    sandbox.enx(&args).code(0).tells("nothing was sent");
}

#[test]
fn a_log_that_was_replaced_by_another_is_refused_and_nothing_is_sent() {
    let sandbox = log(3);
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--resume", "done"];
    sandbox.enx(&args).code(0);
    numbers(&sink);
    let before = sandbox.text("log.jsonl");
    for other in [
        before.replace("22.118042", "23.118042"),
        before.replace("\"n\\\":1", "\"n\\\":7") + &record(4, "{\"n\":4}") + "\n",
    ] {
        assert_ne!(other, before);
        sandbox.write("log.jsonl", other);
        sandbox
            .enx(&args)
            .code(2)
            .tells("log.jsonl has changed since")
            .tells("use another file");
        assert_eq!(numbers(&sink), [0; 0]);
    }
    sandbox.write("log.jsonl", before + &record(4, "{\"n\":4}") + "\n");
    sandbox.enx(&args).code(0);
    assert_eq!(numbers(&sink), [4]);
}

#[test]
fn a_target_that_dies_midway_stops_it_and_is_resumed_where_it_was() {
    let sandbox = log(20);
    let sink = Sink::new(|number, _| match number {
        // The first of them on a kept connection and again on a new one.
        5..=8 => Reply::Close,
        _ => Reply::status(200),
    });
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--resume", "done"];
    let run = sandbox.enx(&[&args[..], &["--max-failures", "3"]].concat());
    run.code(3)
        .tells("8 sent: 5 answered 200, 3 without an answer")
        .tells("stopped before log.jsonl:9")
        .tells("stopped: 3 captures were not answered 2xx");
    assert_eq!(numbers(&sink), [1, 2, 3, 4, 5, 6, 6, 7, 8]);
    sandbox.enx(&args).code(0).tells("5 captures done before");
    assert!(numbers(&sink).into_iter().eq(6..=20));
}
