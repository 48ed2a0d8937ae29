//! What `replay` takes, told by its content.

use std::io::Write as _;

use crate::support::{Sandbox, Sink, record};

const BODY: &str = "{ \"type\" : \"roomdrop\", \"n\": 1.0, \"n\": 10000000000000000000001 }";

#[track_caller]
fn arrives(bytes: &[u8], name: &str) {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write(name, bytes);
    let url = sink.url();
    sandbox.enx(&["replay", name, "--url", &url]).code(0);
    assert_eq!(String::from_utf8_lossy(&sink.next().body), BODY, "{name}");
    assert_eq!(sink.rest(), []);
    let call = sandbox.call(&["replay", "-", "--url", &url]);
    call.input(bytes).run().code(0);
    assert_eq!(String::from_utf8_lossy(&sink.next().body), BODY, "stdin");
    assert_eq!(sink.rest(), []);
}

pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn logs_and_bare_bodies_arrive_byte_for_byte_compressed_or_not() {
    for text in [record(1, BODY) + "\n", format!("{BODY}\n")] {
        arrives(text.as_bytes(), "log.jsonl");
        arrives(&gzip(text.as_bytes()), "log.jsonl.gz");
        arrives(&zstd(text.as_bytes()), "anything");
    }
}

#[test]
fn what_other_tools_recorded_arrives_byte_for_byte() {
    let har = serde_json::json!({"log": {"version": "1.2", "entries": [
        {"startedDateTime": "2026-11-20T14:00:02Z", "request": {
            "method": "POST", "url": "https://elsewhere.invalid/x", "headers": [],
            "postData": {"mimeType": "application/json", "text": BODY}}},
        {"startedDateTime": "2026-11-20T14:00:01Z", "request": {
            "method": "GET", "url": "https://elsewhere.invalid/", "headers": []}},
    ]}});
    let raw = format!(
        "POST /hook HTTP/1.1\r\nContent-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let raw = <base64::engine::GeneralPurpose as base64::Engine>::encode(
        &base64::engine::general_purpose::STANDARD,
        raw,
    );
    let ngrok = serde_json::json!({"uri": "/api/requests/http", "requests": [
        {"id": "1", "start": "2026-11-20T14:00:02Z", "request":
            {"method": "POST", "proto": "HTTP/1.1", "uri": "/hook", "raw": raw}},
    ]});
    for list in [har, ngrok] {
        arrives(list.to_string().as_bytes(), "one-line.json");
        arrives((list.to_string() + "\n").as_bytes(), "one-line-ended.har");
        arrives(
            &serde_json::to_vec_pretty(&list).unwrap(),
            "many-lines.json",
        );
    }
}

#[test]
fn a_compressed_log_that_is_cut_off_is_said_and_what_came_before_is_sent() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let whole = gzip(
        (1..2000)
            .map(|seq| record(seq, BODY) + "\n")
            .collect::<String>()
            .as_bytes(),
    );
    sandbox.write("log.jsonl.gz", &whole[..whole.len() - 40]);
    let run = sandbox.enx(&[
        "replay",
        "log.jsonl.gz",
        "--limit",
        "5000",
        "--url",
        &sink.url(),
    ]);
    run.code(3).tells("log.jsonl.gz");
    assert!(!sink.rest().is_empty());
}

/// The bodies that were sent, as text.
pub(super) fn bodies(sink: &Sink) -> Vec<String> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    sink.rest()
        .into_iter()
        .map(|request| text(request.body))
        .collect()
}

#[test]
fn bare_bodies_one_a_line_are_sent_without_their_line_ends() {
    let sandbox = Sandbox::new();
    sandbox.write("users.log", "{\"a\": 1}\r\n\n  {\"b\":2}  \n[3]\n{\"c\":4}");
    let sink = Sink::answering(200);
    let run = sandbox.enx(&["replay", "users.log", "--url", &sink.url()]);
    run.code(1).says("users.log:1").says("users.log:5");
    run.tells("users.log:4: the body is an array; an event is an object; skipped");
    assert_eq!(bodies(&sink), ["{\"a\": 1}", "  {\"b\":2}  ", "{\"c\":4}"]);
}

#[test]
fn files_are_replayed_in_the_order_typed_and_stdin_among_them() {
    let sandbox = Sandbox::new();
    sandbox.write("b.jsonl", "{\"n\":1}\n{\"n\":2}\n");
    sandbox.write("a.jsonl", record(9, "{\"n\":5}") + "\n");
    let sink = Sink::answering(200);
    let url = sink.url();
    let call = sandbox.call(&["replay", "b.jsonl", "-", "a.jsonl", "--url", &url]);
    let run = call.input("{\"n\":3}\n{\"n\":4}\n").run();
    run.code(0)
        .tells("5 sent: 5 answered 200")
        .says("stdin:1")
        .says("stdin:2")
        .says("#9");
    assert_eq!(
        bodies(&sink),
        (1..=5)
            .map(|n| format!("{{\"n\":{n}}}"))
            .collect::<Vec<_>>()
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
