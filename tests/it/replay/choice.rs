//! What is replayed: files, events, a limit; and what would be.

use crate::support::{Sandbox, Sink, record};

fn bodies(sink: &Sink) -> Vec<String> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    sink.rest()
        .into_iter()
        .map(|request| text(request.body))
        .collect()
}

fn event(name: &str, number: u32) -> String {
    format!("{{\"type\":\"{name}\",\"n\":{number}}}")
}

/// A sandbox with a log of four events, and its bodies.
fn log() -> (Sandbox, Vec<String>) {
    let bodies = vec![
        event("roomdrop", 0),
        event("file-transfer", 1),
        event("newer_event", 2),
        event("file_transfer", 3),
        event("roomdrop", 4),
        "no event".to_owned(),
    ];
    let sandbox = Sandbox::new();
    let lines: String = (1..)
        .zip(&bodies)
        .map(|(seq, body)| record(seq, body) + "\n")
        .collect();
    sandbox.write("log.jsonl", lines);
    (sandbox, bodies)
}

#[test]
fn an_event_is_selected_by_its_name_and_by_its_alias() {
    let (sandbox, all) = log();
    let cases: [(&[&str], &[usize]); 9] = [
        (&[], &[0, 1, 2, 3, 4, 5]),
        (&["--event", "roomdrop"], &[0, 4]),
        (&["--event", "file_transfer"], &[1, 3]),
        (&["--event", "file-transfer"], &[1, 3]),
        (
            &["--event", "file-transfer", "--event", "roomdrop"],
            &[0, 1, 3, 4],
        ),
        (&["--event", "newer_event"], &[2]),
        (&["--event", "roomdrop", "--limit", "1"], &[0]),
        (&["--event", "newer_event,roomdrop"], &[0, 2, 4]),
        (&["--event", "file*"], &[1, 3]),
    ];
    for (args, expected) in cases {
        let sink = Sink::answering(200);
        let url = sink.url();
        let args = [&["replay", "log.jsonl", "--url", &url], args].concat();
        sandbox.enx(&args).code(0);
        let expected: Vec<&String> = expected.iter().map(|index| &all[*index]).collect();
        assert_eq!(
            bodies(&sink).iter().collect::<Vec<_>>(),
            expected,
            "{args:?}"
        );
    }
}

#[test]
fn an_event_that_is_not_there_sends_nothing_and_that_is_said() {
    let (sandbox, _) = log();
    let sink = Sink::unused();
    let run = sandbox.enx(&[
        "replay",
        "log.jsonl",
        "--event",
        "metadata",
        "--url",
        &sink.url(),
    ]);
    // What checked nothing must not look like what passed.
    run.code(1)
        .tells("nothing was sent")
        .tells("no capture that was asked for");
}

#[test]
fn a_limit_counts_what_is_sent_over_all_files() {
    let (sandbox, all) = log();
    for (limit, expected) in [("0", 0), ("1", 1), ("8", 8), ("100", 12)] {
        let sink = Sink::answering(200).may_be_unused();
        let url = sink.url();
        let args = [
            "replay",
            "log.jsonl",
            "log.jsonl",
            "--limit",
            limit,
            "--url",
            &url,
        ];
        // What sends nothing must not look like what passed.
        sandbox.enx(&args).code(i32::from(expected == 0));
        let sent = bodies(&sink);
        assert_eq!(sent.len(), expected);
        assert!(
            sent.iter()
                .zip(all.iter().cycle())
                .all(|(sent, body)| sent == body)
        );
    }
}

#[test]
fn a_dry_run_says_what_would_be_sent_and_sends_nothing() {
    let (sandbox, all) = log();
    let sink = Sink::unused();
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--event",
        "roomdrop",
        "--dry-run",
        "--url",
        &url,
    ];
    let run = sandbox.enx(&args);
    run.code(0)
        .tells("would send to")
        .tells("2 captures would be sent");
    run.says("#1  roomdrop").says("#5  roomdrop");
    assert_eq!(run.out().lines().count(), 2);

    let run = sandbox.enx(&[&args[..], &["--format", "json"]].concat());
    let lines = run.code(0).json_lines();
    assert_eq!(lines.len(), 3);
    for (line, index) in lines.iter().zip([0, 4]) {
        assert_eq!(line["kind"], "would-send");
        assert_eq!(line["seq"], index + 1);
        assert_eq!(line["line"], index + 1);
        assert_eq!(line["event"], "roomdrop");
        assert_eq!(line["bytes"], all[usize::try_from(index).unwrap()].len());
    }
    assert_eq!(lines[2]["kind"], "summary");
    assert_eq!(
        (&lines[2]["selected"], &lines[2]["sent"]),
        (&2.into(), &0.into())
    );
}

#[test]
fn bare_bodies_one_a_line_are_sent_without_their_line_ends() {
    let sandbox = Sandbox::new();
    sandbox.write("users.log", "{\"a\": 1}\r\n\n  {\"b\":2}  \n[3]\n{\"c\":4}");
    let sink = Sink::answering(200);
    let run = sandbox.enx(&["replay", "users.log", "--url", &sink.url()]);
    run.code(0).says("users.log:1").says("users.log:5");
    assert_eq!(
        bodies(&sink),
        ["{\"a\": 1}", "  {\"b\":2}  ", "[3]", "{\"c\":4}"]
    );
}

#[test]
fn files_are_replayed_in_the_order_typed_and_stdin_among_them() {
    let sandbox = Sandbox::new();
    sandbox.write("b.jsonl", "{\"n\":1}\n{\"n\":2}\n");
    sandbox.write("a.jsonl", record(9, "{\"n\":4}") + "\n");
    let sink = Sink::answering(200);
    let url = sink.url();
    let call = sandbox.call(&["replay", "b.jsonl", "-", "a.jsonl", "--url", &url]);
    let run = call.input("{\"n\":3}\n").run();
    run.code(0)
        .tells("4 sent: 4 answered 200")
        .says("stdin:1")
        .says("#9");
    assert_eq!(
        bodies(&sink),
        ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}"]
    );
}

#[test]
fn a_document_over_many_lines_is_one_body() {
    let text = "{\n  \"type\": \"roomdrop\",\n  \"files\": [\n    { \"url\": \"x\" }\n  ]\n}\n";
    let sandbox = Sandbox::new();
    sandbox.write("event.json", text);
    let sink = Sink::answering(200);
    let url = sink.url();
    sandbox
        .enx(&["replay", "event.json", "--url", &url])
        .code(0)
        .says("roomdrop");
    assert_eq!(bodies(&sink), [text]);
    sandbox
        .call(&["replay", "-", "--url", &url])
        .input(text)
        .run()
        .code(0);
    assert_eq!(bodies(&sink), [text]);
}

#[test]
fn no_file_is_wrong_usage() {
    Sandbox::new().enx(&["replay"]).code(2).tells("FILE");
    Sandbox::new()
        .enx(&["replay", "a", "--limit", "few"])
        .code(2)
        .tells("--limit");
}
