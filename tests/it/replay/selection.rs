//! What `replay` selects, as a receiver that is not ours sees it.

use super::sources::bodies;
use crate::support::{Sandbox, Sink, record};

/// Ten captures of two sessions, received a minute after another, numbered from 1.
fn log() -> Sandbox {
    let lines: String = (1..=10_u64)
        .map(|seq| {
            let event = if seq % 2 == 0 {
                "roomdrop"
            } else {
                "recording"
            };
            let session = if seq <= 5 { "77" } else { "88" };
            let body = format!("{{\"type\":\"{event}\",\"conf_num\":\"{session}\",\"n\":{seq}}}");
            at(seq, &body) + "\n"
        })
        .collect();
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines);
    sandbox
}

fn at(minute: u64, body: &str) -> String {
    record(minute, body).replace("14:03:22.118042", &format!("14:{minute:02}:00.000000"))
}

/// The numbers of the bodies that were sent.
#[track_caller]
fn sent(sandbox: &Sandbox, args: &[&str], code: i32) -> Vec<u64> {
    let sink = Sink::answering(200).may_be_unused();
    let url = sink.url();
    let args = [&["replay", "log.jsonl", "--url", &url], args].concat();
    sandbox.enx(&args).code(code);
    numbers(&sink)
}

fn numbers(sink: &Sink) -> Vec<u64> {
    let number = |body: Vec<u8>| {
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        body["n"].as_u64().unwrap()
    };
    sink.rest()
        .into_iter()
        .map(|one| number(one.body))
        .collect()
}

#[test]
fn each_way_to_select_selects_and_all_that_is_asked_for_must_hold() {
    let sandbox = log();
    let cases: [(&[&str], &[u64]); 16] = [
        (&["--event", "roomdrop"], &[2, 4, 6, 8, 10]),
        (&["--session", "88"], &[6, 7, 8, 9, 10]),
        (
            &["--session", "88", "--session", "77", "--limit", "1"],
            &[1],
        ),
        (&["--seq", "3..5"], &[3, 4, 5]),
        (&["--seq", "..2", "--seq", "9.."], &[1, 2, 9, 10]),
        (&["--seq", "7"], &[7]),
        (&["--since", "2026-11-20T14:08:00Z"], &[8, 9, 10]),
        (&["--until", "2026-11-20T14:03:00Z"], &[1, 2]),
        (&["--utc", "--since", "2026-11-20 14:09"], &[9, 10]),
        (&["--since", "100y", "--until", "0s", "--last", "1"], &[10]),
        (&["--last", "3"], &[8, 9, 10]),
        (&["--where", "n=4"], &[4]),
        (
            &["--where", "/conf_num=77", "--where", "type=roomdrop"],
            &[2, 4],
        ),
        (
            &["--event", "roomdrop", "--seq", "3..8", "--limit", "2"],
            &[4, 6],
        ),
        (
            &["--event", "recording", "--last", "2", "--session", "77"],
            &[3, 5],
        ),
        (&["--limit", "2", "--verdict", "invalid"], &[1, 2]),
    ];
    for (args, expected) in cases {
        assert_eq!(sent(&sandbox, args, 0), expected, "{args:?}");
    }
    for args in [
        ["--verdict", "valid"],
        ["--seq", "11.."],
        ["--where", "n=x"],
    ] {
        assert_eq!(sent(&sandbox, &args, 1), [0; 0], "{args:?}");
    }
}

#[test]
#[cfg(unix)]
fn times_on_days_of_clock_change_leave_nothing_out() {
    // In 2026 the clocks of this zone go forward on 29 March, 01:00Z, and back on 25 October.
    let zone = "CET-1CEST,M3.5.0,M10.5.0/3";
    let moments = [
        "2026-03-29T00:59:00", // 01:59
        "2026-03-29T01:00:00", // 03:00
        "2026-10-25T00:30:00", // 02:30, the first time
        "2026-10-25T01:30:00", // 02:30, the second time
        "2026-10-25T02:30:00", // 03:30
    ];
    let lines = moments.iter().zip(1..).map(|(moment, n)| {
        let body = format!("{{\"type\":\"roomdrop\",\"n\":{n}}}");
        record(n, &body).replace("2026-11-20T14:03:22", moment) + "\n"
    });
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines.collect::<String>());
    let cases: [(&[&str], &[u64]); 9] = [
        // 02:30 does not exist.
        (&["--since", "2026-03-29T02:30", "--limit", "1"], &[2]),
        (&["--until", "2026-03-29T02:30"], &[1]),
        (&["--until", "2026-03-29T02:00"], &[1]),
        // 02:30 comes twice.
        (&["--since", "2026-10-25T02:30"], &[3, 4, 5]),
        (&["--since", "2026-10-25T02:45"], &[4, 5]),
        (&["--until", "2026-10-25T02:45"], &[1, 2, 3, 4]),
        (&["--since", "2026-10-25T02:45+01:00"], &[5]),
        (&["--since", "2026-10-25T01:00", "--utc"], &[4, 5]),
        (&["--until", "2026-03-29T02:30", "--utc"], &[1, 2]),
    ];
    for (args, expected) in cases {
        let sink = Sink::answering(200);
        let url = sink.url();
        let args = [&["replay", "log.jsonl", "--url", &url], args].concat();
        sandbox.call(&args).env("TZ", zone).run().code(0);
        assert_eq!(numbers(&sink), expected, "{args:?}");
    }
}

#[test]
fn a_time_alone_is_one_of_today() {
    let sandbox = log();
    // All captures are older than that, or came later today.
    let today = chrono::Utc::now().format("%Y-%m-%dT");
    let lines = sandbox
        .text("log.jsonl")
        .replace("2026-11-20T", &today.to_string());
    sandbox.write("log.jsonl", lines);
    assert_eq!(sent(&sandbox, &["--since", "14:09Z"], 0), [9, 10]);
    assert_eq!(sent(&sandbox, &["--since", "14:09", "--utc"], 0), [9, 10]);
    assert_eq!(sent(&sandbox, &["--until", "14:03:00Z"], 0), [1, 2]);
}

#[test]
fn a_condition_takes_every_form_of_a_path_and_every_operator() {
    let body = |n: u64, url: &str, size: &str| {
        format!("{{\"n\":{n},\"a.b\":true,\"files\":[{{\"url\":\"{url}\",\"size\":{size}}}]}}")
    };
    let lines = [
        body(1, "https://a/1.mp4", "900"),
        body(2, "https://a/2.MP4", "\"1000\""),
        body(3, "https://a/3.webm", "2000"),
        "{\"n\":4,\"files\":[]}".to_owned(),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines.join("\n") + "\n");
    let cases: [(&str, &[u64]); 14] = [
        ("files[0].url=https://a/1.mp4", &[1]),
        ("files.0.url=https://a/1.mp4", &[1]),
        ("/files/0/url=https://a/1.mp4", &[1]),
        ("files[0][\"url\"] = https://a/1.mp4", &[1]),
        ("\"a.b\"=true", &[1, 2, 3]),
        ("files[0].url!=https://a/1.mp4", &[2, 3]),
        ("files[0].url~=.mp4", &[1, 2]),
        ("files[0].size>900", &[2, 3]),
        ("files[0].size>=900", &[1, 2, 3]),
        ("files[0].size<1000", &[1]),
        ("files[0].size<=1000", &[1, 2]),
        ("files[0].size=1000", &[2]),
        ("files[0] exists", &[1, 2, 3]),
        ("files exists", &[1, 2, 3, 4]),
    ];
    for (condition, expected) in cases {
        assert_eq!(
            sent(&sandbox, &["--where", condition], 0),
            expected,
            "{condition}"
        );
    }
    for (condition, told) in [
        (
            "files[x].url=1",
            "column 7: expected an index, such as 0, or a quoted name",
        ),
        (
            "n",
            "column 2: expected =, !=, ~=, <, >, <=, >= and a value, or exists",
        ),
        (
            "a..b=1",
            "column 3: expected the name of a field, such as conf_num",
        ),
    ] {
        let url = [
            "replay",
            "log.jsonl",
            "--url",
            "http://127.0.0.1:9",
            "--where",
            condition,
        ];
        sandbox.enx(&url).code(2).tells(told);
    }
}

#[test]
fn what_cannot_be_meant_is_wrong_usage_and_sends_nothing() {
    let sandbox = log();
    for args in [
        ["--seq", "5..3"],
        ["--since", "soon"],
        ["--where", "n"],
        ["--verdict", "fine"],
        ["--rate", "0/s"],
        ["--speed", "-1"],
        ["--concurrency", "0"],
        ["--last", "0"],
        ["--retry-on", "6xx"],
        ["--max-failures", "0"],
    ] {
        assert_eq!(sent(&sandbox, &args, 2), [0; 0], "{args:?}");
    }
}

#[test]
fn a_bare_body_has_no_number_and_no_time_to_be_selected_by() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", "{\"n\":1}\n{\"n\":2}\n");
    assert_eq!(sent(&sandbox, &["--seq", "1"], 1), [0; 0]);
    assert_eq!(sent(&sandbox, &["--since", "100y"], 1), [0; 0]);
    assert_eq!(sent(&sandbox, &["--where", "n=2"], 0), [2]);
}

#[test]
fn duplicates_are_skipped_and_counted() {
    let sandbox = Sandbox::new();
    let bodies = [
        "{\"n\":1}",
        "{\"n\":2}",
        "{\"n\":1}",
        "{\"n\": 1}",
        "{\"n\":2}",
    ];
    sandbox.write("log.jsonl", bodies.join("\n"));
    let sink = Sink::answering(200);
    let run = sandbox.enx(&[
        "replay",
        "log.jsonl",
        "--skip-duplicates",
        "--url",
        &sink.url(),
    ]);
    run.code(0).tells("2 duplicates skipped");
    assert_eq!(numbers(&sink), [1, 2, 1]);
}

#[test]
fn older_parts_of_a_log_go_before_it_once() {
    let sandbox = Sandbox::new();
    for (name, n) in [("log-10.jsonl", 10), ("log-9.jsonl", 9), ("log.jsonl", 11)] {
        sandbox.write(name, at(n, &format!("{{\"n\":{n}}}")) + "\n");
    }
    // No part: it does not join the others.
    sandbox.write("log-2.jsonl", at(2, "{\"n\":2}") + "\n");
    assert_eq!(sent(&sandbox, &[], 0), [9, 10, 11]);
    assert_eq!(sent(&sandbox, &["log-9.jsonl"], 0), [10, 11, 9]);
}

#[test]
fn a_dry_run_says_what_would_be_sent_and_sends_nothing() {
    let (sandbox, sink) = (log(), Sink::unused());
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--event",
        "roomdrop",
        "--seq",
        "4..6",
        "--dry-run",
        "--url",
        &url,
    ];
    insta::assert_snapshot!(sandbox.enx(&args), @r"
    $ enx-hook replay log.jsonl --event roomdrop --seq 4..6 --dry-run --url http://<peer>/hook
    exit code 0
    -- stdout
    2026-11-20 <time of day>  #4  roomdrop  77  41 bytes
    2026-11-20 <time of day>  #6  roomdrop  88  41 bytes
    -- stderr
    would send to http://<peer>/hook (--url)
    2 captures would be sent
    ");

    let run = sandbox.enx(&[&args[..], &["--format", "json"]].concat());
    let lines = run.code(0).json_lines();
    assert_eq!(lines.len(), 3);
    for (line, (number, session)) in lines.iter().zip([(4, "77"), (6, "88")]) {
        assert_eq!(line["kind"], "would-send");
        // It begins behind the first record, so lines were not counted.
        assert_eq!((&line["seq"], &line["line"]), (&number.into(), &().into()));
        assert_eq!(
            (&line["event"], &line["session"]),
            (&"roomdrop".into(), &session.into())
        );
        let body = format!("{{\"type\":\"roomdrop\",\"conf_num\":\"{session}\",\"n\":{number}}}");
        assert_eq!(line["bytes"], body.len());
        let at = format!("2026-11-20T14:0{number}:00.000000Z");
        assert_eq!(line["received_at"], at.as_str());
    }
    assert_eq!(lines[2]["kind"], "summary");
    assert_eq!(
        (&lines[2]["selected"], &lines[2]["sent"]),
        (&2.into(), &0.into())
    );
}

fn event(name: &str, number: u32) -> String {
    format!("{{\"type\":\"{name}\",\"n\":{number}}}")
}

/// A sandbox with a log of four events, and its bodies.
fn events_log() -> (Sandbox, Vec<String>) {
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
    let (sandbox, all) = events_log();
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
    let (sandbox, _) = events_log();
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
        .tells("nothing matched in 6 captures")
        .tells("event:metadata left out all 6: the events are ");
}

#[test]
fn a_limit_counts_what_is_sent_over_all_files() {
    let (sandbox, all) = events_log();
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
