//! `export scenario`: what is sent again is what was received.

use std::io::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{Listener, Message, Sandbox, Sink};

/// Bodies of one session, in their order; a copy is among them.
const BODIES: [&str; 8] = [
    r#"{"type":"session_start","trans_date":1795182500,"app_id":"a","room_id":"r","conf_num":"${7}"}"#,
    r#"{ "conf_num" : "${7}", "type":"chatdata",  "n": 1.50, "n": 1e2 }"#,
    r#"{"type":"un known \"é\n\u0001","conf_num":"${7}","price":"$5","id":"${id.conf_num}"}"#,
    r#"{"type":"session_stop","trans_date":1795182560,"app_id":"a","room_id":"r","conf_num":"\u0024{7}"}"#,
    r#"{"type":"roomdrop","trans_date":1795182561,"app_id":"a","room_id":"r","conf_num":"${7}"}"#,
    r#"{"type":"roomdrop","trans_date":1795182561,"app_id":"a","room_id":"r","conf_num":"${7}"}"#,
    r#"{"conf_num":"${7}","type":"roomdrop","deep":[[[[[[{"a":[]}]]]]]],"big":12345678901234567890123}"#,
    r#"{"type":"metadata","conf_num":"${7}","cut":"#,
];

/// Records of these bodies, a second apart, and in between one of another session.
fn records(bodies: &[&[u8]]) -> Vec<String> {
    let other = br#"{"type":"roomdrop","conf_num":"8"}"#;
    let bodies = bodies.iter().flat_map(|body| [*body, &other[..]]);
    let record = |(seq, body): (usize, &[u8])| {
        let mut record = json!({
            "enx_hook": 1, "seq": seq, "received_at": format!("2026-11-20T14:03:{seq:02}.5Z"),
            "peer": "127.0.0.1:5", "method": "POST", "target": "/hook",
            "headers": [["Content-Type", "application/json; charset=utf-8"], ["X-Signature", "${a}=1"],
                ["x-signature", "2"], ["Host", "old"], ["Authorization", "(not stored)"],
                ["X-Forwarded-For", "1.2.3.4"]],
        });
        match std::str::from_utf8(body) {
            Ok(text) => record["body"] = text.into(),
            Err(_) => record["body_base64"] = BASE64_STANDARD.encode(body).into(),
        }
        record.to_string() + "\n"
    };
    (1..).zip(bodies).map(record).collect()
}

/// Exports session `${7}` of a log, sends it, and returns the scenario and what was received.
#[track_caller]
fn sent(sandbox: &Sandbox, log: &str) -> (Value, Vec<Message>) {
    let run = sandbox.enx(&[
        "export",
        "scenario",
        log,
        "--session",
        "${7}",
        "--output",
        "call.json",
    ]);
    assert_eq!(run.code(0).err(), "");
    let sink = Sink::answering(200);
    let run = sandbox.enx(&[
        "send",
        "--scenario",
        "call.json",
        "--speed",
        "max",
        "--url",
        &sink.url(),
    ]);
    run.code(0);
    let scenario = serde_json::from_str(&sandbox.text("call.json")).unwrap();
    (scenario, sink.rest())
}

#[track_caller]
fn assert_bodies(received: &[Message], bodies: &[&[u8]]) {
    let received: Vec<_> = received
        .iter()
        .map(|one| one.body.escape_ascii().to_string())
        .collect();
    let bodies: Vec<_> = bodies
        .iter()
        .map(|one| one.escape_ascii().to_string())
        .collect();
    assert_eq!(received, bodies);
}

fn bytes(bodies: &[&'static str]) -> Vec<&'static [u8]> {
    bodies.iter().map(|body| body.as_bytes()).collect()
}

#[test]
fn a_session_is_sent_again_byte_for_byte_with_its_headers_and_pauses() {
    let sandbox = Sandbox::new();
    // What is cut off has no session any more.
    let bodies = bytes(&BODIES[..7]);
    sandbox.write("log.jsonl", records(&bodies).concat());
    let (scenario, received) = sent(&sandbox, "log.jsonl");
    assert_bodies(&received, &bodies);
    for message in &received {
        assert_eq!(
            message.header("content-type"),
            Some("application/json; charset=utf-8")
        );
        assert_eq!(message.header("x-signature"), Some("${a}=1"));
        let count = message
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("x-signature"));
        assert_eq!(count.count(), 2);
        assert_eq!(message.header("x-forwarded-for"), None);
        assert_eq!(message.header("authorization"), None);
    }
    let steps = scenario["steps"].as_array().unwrap();
    assert_eq!(steps[0]["name"], "session_start #1");
    assert_eq!(steps[0].get("after"), None);
    assert!(
        steps[1..].iter().all(|step| step["after"] == "2s"),
        "{steps:?}"
    );
    assert_eq!(scenario["title"], "7 captures of session ${7}");
    // What can be shown as JSON is, and a copy is a step like any other.
    assert_eq!(steps[4]["text"], steps[5]["text"]);
    let schema = include_str!("../../../schemas/scenario.schema.json");
    let schema = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
    assert!(schema.is_valid(&scenario));
}

#[test]
fn parts_har_files_and_bare_lines_make_the_same_posts() {
    let sandbox = Sandbox::new();
    let bodies = bytes(&BODIES[..7]);
    let records = records(&bodies);
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(records[..6].concat().as_bytes()).unwrap();
    sandbox.write("parts/log-1.jsonl.gz", packed.finish().unwrap());
    sandbox.write("parts/log.jsonl", records[6..].concat());
    let entry = |(second, body): (usize, &&str)| {
        json!({ "startedDateTime": format!("2026-11-20T14:03:{second:02}Z"), "request": {
            "method": "POST", "url": "http://localhost/hook",
            "headers": [{ "name": "X-Signature", "value": "1" }],
            "postData": { "mimeType": "application/json", "text": body },
        } })
    };
    let entries: Vec<Value> = BODIES[..7].iter().enumerate().map(entry).collect();
    sandbox.write(
        "recorded.har",
        json!({ "log": { "entries": entries } }).to_string(),
    );
    sandbox.write("bare.jsonl", BODIES[..7].join("\n") + "\n");
    for log in ["parts/log.jsonl", "recorded.har", "bare.jsonl"] {
        let (scenario, received) = sent(&sandbox, log);
        assert_bodies(&received, &bodies);
        if log == "bare.jsonl" {
            assert_eq!(received[0].header("content-type"), Some("application/json"));
            assert_eq!(scenario["steps"][4]["after"], "1s");
        } else {
            assert_eq!(
                scenario["steps"][6]["after"],
                if log == "recorded.har" { "1s" } else { "2s" }
            );
            assert!(received[6].header("x-signature").is_some());
        }
    }
}

#[test]
fn any_bytes_that_a_listener_received_are_sent_again() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let bodies: [&[u8]; 7] = [
        b"",
        b"\xff\x00\xfe binary",
        b"conf_num=1&type=roomdrop",
        b"\xef\xbb\xbf{\"type\":\"roomdrop\"}",
        b"$${x} ${y ${PATH}",
        br#"{"type":"metadata","cut":"#,
        b"{\"a\":1}\r\n",
    ];
    for body in bodies {
        listener.post(body);
    }
    listener.signal("INT");
    listener.ended();
    let run = sandbox.enx(&["export", "scenario"]);
    run.code(0);
    sandbox.write("all.json", run.out());
    let sink = Sink::answering(204);
    let run = sandbox.enx(&[
        "send",
        "--scenario",
        "all.json",
        "--speed",
        "max",
        "--url",
        &sink.url(),
    ]);
    run.code(0);
    assert_bodies(&sink.rest(), &bodies);
    // The command says what fits the selection, and nothing of the rest.
    let run = sandbox.enx(&["export", "scenario", "--event", "roomdrop"]);
    let scenario: Value = serde_json::from_str(run.code(0).out()).unwrap();
    assert_eq!(scenario["steps"].as_array().unwrap().len(), 1);
}

#[test]
fn nothing_selected_writes_nothing_and_ends_with_1() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", records(&bytes(&BODIES[..1])).concat());
    let run = sandbox.enx(&["export", "scenario", "--session", "9", "--output", "x.json"]);
    run.code(1).tells("no captures; nothing was exported");
    assert!(!sandbox.path("x.json").exists());
    let run = sandbox.enx(&["export", "scenario", "--output", "log.jsonl"]);
    run.code(2).tells("log.jsonl cannot be both");
}

#[test]
fn what_a_scenario_cannot_hold_is_named() {
    let sandbox = Sandbox::new();
    let record = |seq: u64, at: &str, header: &str| {
        format!(
            "{{\"enx_hook\":1,\"seq\":{seq},\"received_at\":\"{at}\",\"peer\":\"p\",\"method\":\"POST\",\
             \"target\":\"/\",\"headers\":[{header}],\"body\":\"{{}}\"}}\n"
        )
    };
    let latin = BASE64_STANDARD.encode(b"caf\xe9");
    let log = [
        record(1, "2026-11-20T14:03:00Z", ""),
        record(
            2,
            "2026-11-23T14:03:00Z",
            &format!("[\"x-a\",\"{latin}\",\"base64\"]"),
        ),
    ];
    sandbox.write("log.jsonl", log.concat());
    let run = sandbox.enx(&["export", "scenario"]);
    run.code(0)
        .tells("1 pause shortened to a day")
        .tells("1 header left out: not UTF-8")
        .says("\"after\": \"1day\"");
}
