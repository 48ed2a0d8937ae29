//! What `replay` selects and which headers go along, as a receiver that is not ours sees it.

use crate::support::{Call, Sandbox, Sink, record, record_with};

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
    let sandbox = log();
    sandbox.write("log-11.jsonl", at(11, "{\"n\":11}") + "\n");
    sandbox.write("log-2.jsonl", at(12, "{\"n\":12}") + "\n");
    let own: Vec<u64> = (1..=10).collect();
    let expected = [&[12, 11], &own[..]].concat();
    assert_eq!(sent(&sandbox, &[], 0), expected);
    assert_eq!(
        sent(&sandbox, &["log-2.jsonl"], 0),
        [&[11], &own[..], &[12]].concat()
    );
}

#[test]
fn a_dry_run_says_what_would_go_and_sends_nothing() {
    let (sandbox, sink) = (log(), Sink::unused());
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--seq",
        "4..5",
        "--dry-run",
        "--url",
        &url,
    ];
    let run = sandbox.enx(&args);
    run.code(0)
        .says("#4  roomdrop  77")
        .says("#5  recording  77");
    run.tells("2 captures would be sent");
    let lines = sandbox
        .enx(&[&args[..], &["--format", "json"]].concat())
        .json_lines();
    assert_eq!(
        (&lines[0]["kind"], &lines[0]["seq"]),
        (&"would-send".into(), &4.into())
    );
    assert_eq!((lines.len(), &lines[2]["selected"]), (3, &2.into()));
}

fn with_headers() -> Sandbox {
    let headers = [
        ("Host", "elsewhere"),
        ("Content-Type", "text/x-odd"),
        ("Content-Length", "999"),
        ("X-Signature", "abc"),
        ("X-Repeated", "1"),
        ("X-Repeated", "2"),
        ("User-Agent", "provider"),
        ("Authorization", "(not stored)"),
        ("Cookie", "(not stored)"),
        ("Connection", "keep-alive, X-Hop"),
        ("X-Hop", "1"),
        ("Transfer-Encoding", "chunked"),
        ("X-Forwarded-For", "10.0.0.1"),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", record_with(1, &headers, "{}") + "\n");
    sandbox
}

#[test]
fn the_providers_own_headers_go_along_and_those_of_the_old_connection_never() {
    for (which, forwarded) in [
        (&[][..], None),
        (&["--headers", "original"], Some("10.0.0.1")),
    ] {
        let sink = Sink::answering(200);
        let url = sink.url();
        let args = [
            &["replay", "log.jsonl", "--url", &url, "-H", "X-Run: 7"],
            which,
        ]
        .concat();
        with_headers().enx(&args).code(0);
        let request = sink.next();
        assert_eq!(request.word(1), "/hook");
        assert_eq!(request.header("host"), Some(&*sink.address().to_string()));
        assert_eq!(request.header("content-length"), Some("2"));
        assert_eq!(request.header("content-type"), Some("text/x-odd"));
        assert_eq!(request.header("x-signature"), Some("abc"));
        assert_eq!(request.header("user-agent"), Some("provider"));
        assert_eq!(request.header("x-run"), Some("7"));
        assert_eq!(request.header("x-forwarded-for"), forwarded);
        let repeated = request
            .headers
            .iter()
            .filter(|(name, _)| name == "x-repeated");
        assert_eq!(
            repeated.map(|(_, value)| &**value).collect::<Vec<_>>(),
            ["1", "2"]
        );
        for name in [
            "authorization",
            "cookie",
            "x-hop",
            "transfer-encoding",
            "connection",
        ] {
            assert_eq!(request.header(name), None, "{name}");
        }
    }
}

#[test]
fn without_headers_and_with_typed_ones_the_log_has_no_say() {
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--url",
        &url,
        "--headers",
        "none",
        "-H",
        "Content-Type: application/json",
    ];
    with_headers().enx(&args).code(0);
    let request = sink.next();
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-signature"), None);
}

#[test]
fn a_path_is_kept_only_when_asked_for_and_leads_to_no_other_host() {
    let elsewhere = Sink::unused();
    let place = elsewhere.address();
    for (logged, expected) in [
        ("/other?x=1".to_owned(), Some("/other?x=1")),
        (format!("http://{place}/evil?y"), Some("/evil?y")),
        (format!("//{place}/evil"), Some("//")),
        (format!("{place}"), None),
        ("*".to_owned(), None),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(
            "log.jsonl",
            record(1, "{}").replace("/hook?x=1", &logged) + "\n",
        );
        let sink = Sink::answering(200).may_be_unused();
        let url = sink.url();
        let args = ["replay", "log.jsonl", "--keep-path", "--url", &url];
        let run = sandbox.enx(&args);
        match expected {
            Some(path) => {
                run.code(0);
                assert!(sink.next().word(1).starts_with(path), "{logged}");
            }
            None => assert!(run.code(1).err().contains("log.jsonl:1"), "{logged}"),
        }
    }
}

#[test]
fn stdin_is_sent_as_it_comes() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let call: Call = sandbox.call(&["replay", "-", "--url", &sink.url()]);
    call.input("{\"n\":1}\n{\"n\":2}\n")
        .run()
        .code(0)
        .says("stdin:2");
    assert_eq!(numbers(&sink), [1, 2]);
}
