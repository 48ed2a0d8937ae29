//! Of the record nothing goes along but the body and its content type; of the target it says
//! nothing at all.

use crate::support::{Listener, Message, Sandbox, Sink, post, record_with};

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
