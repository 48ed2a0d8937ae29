//! Bodies with `Content-Encoding`: kept and passed on as they came, judged by what they hold.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::json;

use super::{LOG, ROOMDROP, records};
use crate::support::{Listener, Message, Sandbox, Sink, post};

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[track_caller]
fn post_as(listener: &Listener, coding: &str, body: &[u8]) -> Message {
    let headers = [
        ("Content-Type", "application/json"),
        ("Content-Encoding", coding),
    ];
    post(listener.address(), "/hook", &headers, body)
}

#[test]
fn a_packed_event_is_shown_for_what_it_holds_and_logged_as_it_came() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json_of("ready");
    let packed = gzip(ROOMDROP.as_bytes());
    let twice = deflate(&packed);
    assert_eq!(post_as(&listener, "gzip", &packed).status(), 200);
    assert_eq!(post_as(&listener, "gzip, deflate", &twice).status(), 200);
    let first = listener.json_of("capture");
    let second = listener.json_of("capture");
    for (line, codings) in [
        (&first, json!(["gzip"])),
        (&second, json!(["gzip", "deflate"])),
    ] {
        assert_eq!(line["event"], "roomdrop");
        assert_eq!(line["session"], "7700123");
        assert_eq!(line["verdict"], "valid");
        assert_eq!(line["body"], ROOMDROP);
        assert_eq!(line["content_encoding"], codings);
    }
    // However it was packed, it is the same event.
    assert_eq!(second["duplicate_of"], 1);
    let logged = records(&sandbox, LOG);
    assert_eq!(logged[0]["body_base64"], STANDARD.encode(packed));
    assert_eq!(logged[1]["body_base64"], STANDARD.encode(twice));
}

#[test]
fn every_command_sees_the_same_in_a_packed_record() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let packed = gzip(ROOMDROP.as_bytes());
    post_as(&listener, "gzip", &packed);
    post_as(&listener, "gzip", &gzip(b"{\"type\":\"session_start\"}"));
    drop(listener);

    let run = sandbox.enx(&["validate", "--format", "json", LOG]);
    run.code(1);
    let verdicts: Vec<_> = run
        .json_of("report")
        .iter()
        .map(|line| (line["event"].clone(), line["verdict"].clone()))
        .collect();
    let expected = [("roomdrop", "valid"), ("session_start", "invalid")];
    assert_eq!(
        verdicts,
        expected.map(|(event, verdict)| (json!(event), json!(verdict)))
    );

    let sink = Sink::answering(200);
    for choice in [
        ["--event", "roomdrop"],
        ["--session", "7700123"],
        ["--where", "room_id=r-9901"],
    ] {
        let args = ["replay", LOG, "--url", &sink.url(), choice[0], choice[1]];
        sandbox.enx(&args).code(0);
        let request = sink.next();
        assert_eq!(request.body, packed);
        assert_eq!(request.header("content-encoding"), Some("gzip"));
        assert!(sink.rest().is_empty());
    }
}

#[test]
fn a_packed_event_is_passed_on_as_it_came_and_counts_as_what_it_is() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let args = [
        "--forward",
        &sink.url(),
        "--expect",
        "roomdrop=1",
        "--expect-verdict",
        "valid",
        "--settle",
        "100ms",
        "--format",
        "json",
    ];
    let listener = Listener::start(&sandbox, &args);
    let packed = gzip(ROOMDROP.as_bytes());
    assert_eq!(post_as(&listener, "gzip", &packed).status(), 200);
    let request = sink.next();
    assert_eq!(request.body, packed);
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    let run = listener.ended();
    run.code(0);
    let lines = run.json_lines();
    let forward = lines.iter().find(|line| line["kind"] == "forward").unwrap();
    assert_eq!(forward["session"], "7700123");
}

#[test]
fn what_cannot_be_unpacked_is_answered_and_said_to_be_invalid() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let bomb = gzip(&gzip(&vec![b' '; 64 << 20]));
    for (coding, body) in [
        ("gzip", &gzip(ROOMDROP.as_bytes())[..30]),
        ("compress", &b"\x1f\x9d"[..]),
        ("gzip, gzip", &bomb),
        // Only the header is wrong.
        ("br", ROOMDROP.as_bytes()),
    ] {
        assert_eq!(post_as(&listener, coding, body).status(), 200, "{coding}");
    }
    drop(listener);
    let run = sandbox.enx(&["validate", "--format", "json", LOG]);
    run.code(1);
    let lines = run.json_of("report");
    let verdicts: Vec<_> = lines.iter().map(|line| line["verdict"].clone()).collect();
    assert_eq!(verdicts, ["invalid", "invalid", "invalid", "warning"]);
    for line in &lines {
        assert_eq!(line["findings"][0]["code"], "content-encoding", "{line}");
    }
    assert_eq!(lines[3]["event"], "roomdrop");
}

#[test]
fn a_packed_body_is_malformed_if_what_it_holds_is() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--reject-malformed"]);
    assert_eq!(post_as(&listener, "gzip", &gzip(b"{}")).status(), 200);
    assert_eq!(post_as(&listener, "gzip", &gzip(b"{")).status(), 400);
    assert_eq!(records(&sandbox, LOG).len(), 2);
}
