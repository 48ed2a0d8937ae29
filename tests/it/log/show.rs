//! `log show`: one capture in full.

use super::fixture::sandbox;
use crate::support::{Sandbox, Sink, record_with};

#[test]
fn a_capture_is_shown_with_its_request_and_headers() {
    let sandbox = Sandbox::new();
    let headers = [
        ("content-type", "application/json"),
        ("x-trace", "7"),
        ("x-trace", "8"),
    ];
    let body = "{\"type\":\"newcomer\",\"conf_num\":\"77\"}";
    sandbox.write("log.jsonl", record_with(17, &headers, body) + "\n");
    let run = sandbox.enx(&["log", "show", "17", "--utc"]);
    run.code(0).says(
        "\
2026-11-20  from 127.0.0.1:53122
POST /hook?x=1
content-type: application/json
x-trace: 7
x-trace: 8

14:03:22.118  newcomer",
    );
    run.tells("its session: enx-hook log timeline 77\n");
    let run = sandbox.enx(&["log", "show", "#17", "--format", "json"]);
    let capture = &run.code(0).json_lines()[0];
    assert_eq!(capture["headers"][2], serde_json::json!(["x-trace", "8"]));
    assert!(capture["status"].is_null());
}

#[test]
fn the_bytes_come_out_as_they_came_and_a_curl_command_sends_them_again() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "show", "1", "--raw"]);
    let body = run.code(0).out().to_owned();
    assert!(body.starts_with("{\"type\":\"session_start\"") && body.ends_with('}'));
    let sink = Sink::unused();
    let run = sandbox.enx(&["log", "show", "1", "--as", "curl", "--url", &sink.url()]);
    run.code(0)
        .says("--data-raw '")
        .says(&body)
        .says(&sink.url());
}

#[test]
fn captures_are_found_in_parts_and_by_file_and_line() {
    let sandbox = sandbox();
    for (name, log) in [
        ("2", "parts/log.jsonl"),
        ("30", "parts/log.jsonl"),
        ("recorded.har#3", "recorded.har"),
        ("3", "bare.jsonl"),
        ("bare.jsonl#3", "bare.jsonl"),
    ] {
        sandbox.enx(&["log", "show", name, log]).code(0);
    }
    let run = sandbox.enx(&["log", "show", "99"]);
    run.code(2)
        .tells("error: there is no capture #99 in log.jsonl\n");
    let run = sandbox.enx(&[
        "log",
        "show",
        "bare.jsonl#3",
        "--raw",
        "log.jsonl",
        "bare.jsonl",
    ]);
    let third = sandbox
        .text("bare.jsonl")
        .lines()
        .nth(2)
        .unwrap()
        .to_owned();
    assert_eq!(run.code(0).out(), third);
}
