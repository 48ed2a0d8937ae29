//! The headers and the path: which of them a record brings, and which are those of this run.

use crate::support::{Listener, Message, Sandbox, Sink, post, record, record_with};

/// The names of what was sent, sorted.
fn names(request: &Message) -> Vec<String> {
    let mut names: Vec<String> = request
        .headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    names.sort();
    names
}

#[test]
fn the_providers_headers_go_along_and_nothing_secret_or_of_the_way() {
    let elsewhere = Sink::unused();
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let place = elsewhere.address().to_string();
    let headers = [
        ("Authorization", "Basic ZW54OnNlY3JldA=="),
        ("Cookie", "a=geheim"),
        ("X-Forwarded-Host", &*place),
        ("X-Signature", "abc"),
        ("User-Agent", "provider"),
        ("Content-Type", "application/json"),
    ];
    post(
        listener.address(),
        &format!("http://{place}/other"),
        &headers,
        "{}",
    );

    let sink = Sink::answering(200);
    sandbox
        .enx(&["replay", "log.jsonl", "--url", &sink.url()])
        .code(0);
    let request = sink.next();
    assert_eq!(request.word(1), "/hook");
    assert_eq!(request.header("host"), Some(&*sink.address().to_string()));
    assert_eq!(request.header("user-agent"), Some("provider"));
    let expected = [
        "accept",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-signature",
    ];
    assert_eq!(names(&request), expected);
}

#[test]
fn a_record_that_names_another_host_everywhere_does_not_lead_there() {
    let elsewhere = Sink::unused();
    let place = elsewhere.address().to_string();
    let url = elsewhere.url();
    let headers = [
        ("host", &*place),
        ("authorization", "Basic ZW54OnNlY3JldA=="),
        ("proxy-authorization", "Basic ZW54OnNlY3JldA=="),
        ("referer", &*url),
        ("location", &*url),
        ("content-type", "application/json"),
    ];
    let body = format!("{{\"type\":\"roomdrop\",\"url\":\"{url}\"}}");
    let line = record_with(1, &headers, &body).replace("/hook?x=1", &url);
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", line + "\n");
    let sink = Sink::answering(200);
    sandbox
        .enx(&["replay", "log.jsonl", "--url", &sink.url()])
        .code(0);
    let request = sink.next();
    assert_eq!(request.header("host"), Some(&*sink.address().to_string()));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("proxy-authorization"), None);
}

#[test]
fn the_content_type_is_the_one_logged_or_none() {
    let lines = [
        record_with(1, &[("Content-Type", "text/x-odd")], "1"),
        record_with(2, &[("x-other", "1")], "2"),
        "{\"bare\":3}".to_owned(),
        record_with(4, &[], "4"),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines.join("\n") + "\n");
    let sink = Sink::answering(200);
    sandbox
        .enx(&["replay", "log.jsonl", "--url", &sink.url()])
        .code(0);
    // A bare body came without headers; the providers send JSON.
    for expected in [Some("text/x-odd"), None, Some("application/json"), None] {
        assert_eq!(sink.next().header("content-type"), expected);
    }
}

#[test]
fn credentials_and_headers_are_those_typed_now() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "log.jsonl",
        record_with(1, &[("content-type", "text/plain")], "x") + "\n",
    );
    let sink = Sink::asking_for("Basic ZW54OnNlY3JldA==");
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "--url",
        &url,
        "--user",
        "enx:secret",
        "-H",
        "X-Run: 7",
        "-H",
        "Content-Type: application/json",
    ];
    sandbox.enx(&args).code(0).hides("secret");
    let request = sink.next();
    assert_eq!(request.header("x-run"), Some("7"));
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[test]
fn a_content_type_that_http_does_not_allow_is_named_and_its_record_skipped() {
    let lines = [
        record_with(1, &[("content-type", "a\nX-Injected: 1")], "1"),
        record_with(2, &[("content-type", "text/plain")], "2"),
    ];
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", lines.join("\n") + "\n");
    let sink = Sink::answering(200);
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &sink.url()]);
    run.code(1).tells("log.jsonl:1: ").tells("content type");
    let sent = sink.rest();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].body, b"2");
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
