//! Where a document stands does not matter: alone, as a line among others, in a record of a
//! log, or just received, it gets the same verdict for the same reasons.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::case::{Case, invalid, reports};
use super::{all, payloads};
use crate::support::{Listener, Sandbox};

/// What a report says, apart from where the document stood.
fn told(report: &Value) -> Value {
    let findings: Vec<Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            json!([
                finding["code"],
                finding["severity"],
                finding["pointer"],
                finding["message"],
                finding["column"]
            ])
        })
        .collect();
    json!([
        report["verdict"],
        report["provider"],
        report["event"],
        report["session"],
        findings
    ])
}

/// A log with these bodies.
fn log(bodies: &[&str]) -> String {
    let record = |(index, body): (usize, &&str)| {
        let record = json!({
            "enx_hook": 1,
            "seq": index + 1,
            "received_at": "2026-11-20T14:03:22.118042Z",
            "peer": "127.0.0.1:53122",
            "method": "POST",
            "target": "/hook?x=1",
            "headers": [["content-type", "application/json"]],
            "body": body
        });
        format!("{record}\n")
    };
    bodies.iter().enumerate().map(record).collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

#[track_caller]
fn same(bodies: &[&str], one: &[Value], other: &[Value]) {
    assert_eq!(
        (one.len(), other.len()),
        (bodies.len(), bodies.len()),
        "one report a document"
    );
    for ((body, one), other) in bodies.iter().zip(one).zip(other) {
        assert_eq!(told(one), told(other), "{body}");
    }
}

#[test]
fn a_document_is_judged_alike_alone_in_a_list_and_in_a_record() {
    let cases = all();
    let bodies: Vec<&str> = cases.iter().map(|case| &*case.document).collect();
    let sandbox = Sandbox::new();
    sandbox.write("list.jsonl", bodies.join("\n"));
    sandbox.write("log.jsonl", log(&bodies));
    let names: Vec<String> = (0..bodies.len())
        .map(|index| format!("alone/{index}.json"))
        .collect();
    for (name, body) in names.iter().zip(&bodies) {
        sandbox.write(name, body);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    sandbox.write("list.jsonl.gz", gzip(bodies.join("\n").as_bytes()));
    sandbox.write("packed", gzip(log(&bodies).as_bytes()));
    let in_list = reports(&sandbox, &["list.jsonl"]);
    for other in ["log.jsonl", "list.jsonl.gz", "packed"] {
        same(&bodies, &in_list, &reports(&sandbox, &[other]));
    }
    // The system limits how long a command line may be.
    let alone: Vec<Value> = names
        .chunks(500)
        .flat_map(|names| reports(&sandbox, names))
        .collect();
    same(&bodies, &in_list, &alone);
}

#[test]
fn what_is_not_json_is_judged_alike_alone_in_a_list_and_in_a_record() {
    let bodies = [
        "{\"type\":\"roomdrop\",}",
        "{“type”:“roomdrop”}",
        "{'type':'roomdrop'} // end",
        "{\"type\": Number}",
        "type=roomdrop",
        "{\"type\":\"roomdrop\"",
    ];
    let sandbox = Sandbox::new();
    sandbox.write("list.jsonl", bodies.join("\n"));
    sandbox.write("log.jsonl", log(&bodies));
    let in_list = reports(&sandbox, &["list.jsonl"]);
    same(&bodies, &in_list, &reports(&sandbox, &["log.jsonl"]));
    for (body, listed) in bodies.iter().zip(&in_list) {
        sandbox.write("alone.json", body);
        same(
            &[body],
            std::slice::from_ref(listed),
            &reports(&sandbox, &["alone.json"]),
        );
    }
}

#[test]
fn a_received_event_is_judged_as_its_file_is() {
    let cases = all();
    let bodies: Vec<&str> = cases
        .iter()
        .step_by(7)
        .map(|case| &*case.document)
        .collect();
    let sandbox = Sandbox::new();
    sandbox.write("list.jsonl", bodies.join("\n"));
    let listed = reports(&sandbox, &["list.jsonl"]);
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json_of("ready");
    for (body, listed) in bodies.iter().zip(&listed) {
        assert_eq!(listener.post(body).status(), 200, "{body}");
        assert_eq!(told(&listener.json_of("capture")), told(listed), "{body}");
    }
}

#[test]
fn an_unknown_event_and_a_warning_fail_only_under_strict() {
    let sandbox = Sandbox::new();
    sandbox.write("valid.json", payloads::event("roomdrop").to_string());
    sandbox.write(
        "unknown.json",
        payloads::with("roomdrop", "/type", "brand_new").to_string(),
    );
    sandbox.write(
        "warning.json",
        payloads::with("roomdrop", "/conf_num", 7).to_string(),
    );
    sandbox.write(
        "invalid.json",
        payloads::with("roomdrop", "/conf_num", "").to_string(),
    );
    for (file, code, strict) in [
        ("valid", 0, 0),
        ("unknown", 0, 1),
        ("warning", 0, 1),
        ("invalid", 1, 1),
    ] {
        let file = format!("{file}.json");
        sandbox.enx(&["validate", &file]).code(code);
        sandbox.enx(&["validate", "--strict", &file]).code(strict);
    }
}

#[test]
fn a_password_in_a_url_is_shown_nowhere() {
    let secret = "https://enx:s3cret@media.example.com/a.mp4";
    let sandbox = Sandbox::new();
    let spoilt = |event, place| payloads::with(event, place, secret);
    let bodies = [
        spoilt("transcoded", "/recording").to_string(),
        spoilt("recording", "/recording/1").to_string(),
        spoilt("file_transfer", "/files/0/url").to_string(),
        // The same line is shown for another finding, or for what is not JSON.
        payloads::with(spoilt("chatdata", "/url"), "/conf_num", "").to_string(),
        format!("{{\"type\":\"chatdata\",'url':'{secret}',}}"),
    ];
    for body in &bodies {
        sandbox.write("body.json", body);
        let run = sandbox.enx(&["validate", "body.json"]);
        run.hides("s3cret").says("media.example.com");
        sandbox
            .enx(&["validate", "--format", "json", "body.json"])
            .hides("s3cret");
    }
    let mut listener = Listener::start(&sandbox, &["--full"]);
    for body in &bodies {
        assert_eq!(listener.post(body).status(), 200);
        let mut shown = String::new();
        while !shown.contains("media.example.com") {
            shown = listener.line();
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}

/// A check of the checks: a wrong expectation must fail.
#[test]
#[should_panic(expected = "1 of 2 are wrong")]
fn a_case_that_expects_another_verdict_fails() {
    let document = payloads::event("roomdrop");
    let right: Case = invalid(
        "right",
        payloads::without("roomdrop", "/app_id"),
        "missing-field",
    );
    super::check(&[right, invalid("wrong", document, "missing-field")]);
}
