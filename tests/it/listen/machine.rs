//! `--format json`: a script that reads stdout finds one object a line, and nothing else.

use serde_json::Value;

use super::{LOG, ROOMDROP, interrupt, records};
use crate::support::{Connection, Listener, Sandbox, post_raw};

/// The keys of an object, in order.
fn keys(object: &Value) -> Vec<&str> {
    let object = object.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[test]
fn every_line_is_an_object_with_its_documented_fields() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--format", "json", "--max-body", "1000"]);
    let url = listener.url();
    listener.post(ROOMDROP);
    listener.post(b"\xff");
    listener.post([b' '; 1001]);
    let put = b"PUT /put?x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    assert_eq!(post_raw(listener.address(), put).status(), 405);
    let mut broken = Connection::to(listener.address());
    broken.send(b"hello\r\n\r\n").unwrap();
    assert_eq!(broken.answer().unwrap().unwrap().status(), 400);
    let run = interrupt(listener);
    run.code(0).tells("2 captures in ");
    assert!(!run.out().contains("captures in"), "{}", run.out());

    let lines = run.json_lines();
    let kinds: Vec<_> = lines
        .iter()
        .map(|line| line["kind"].as_str().unwrap())
        .collect();
    let expected = [
        "ready", "capture", "capture", "refused", "refused", "problem", "summary",
    ];
    assert_eq!(kinds, expected);
    assert!(lines.iter().all(|line| keys(line)[0] == "kind"));

    assert_eq!(keys(&lines[0]), ["kind", "url", "log"]);
    assert_eq!(lines[0]["url"], url.trim_end_matches('/'));
    assert_eq!(lines[0]["log"], LOG);

    let logged = records(&sandbox, LOG);
    let fields = [
        "kind",
        "seq",
        "received_at",
        "peer",
        "target",
        "status",
        "provider",
        "event",
        "session",
        "verdict",
        "findings",
        "since_previous_ms",
        "duplicate_of",
        "same_key_as",
        "out_of_order_after",
        "missing_before",
    ];
    assert_eq!(keys(&lines[1]), [&fields[..], &["body"]].concat());
    for field in ["seq", "received_at", "peer", "target", "body"] {
        assert_eq!(lines[1][field], logged[0][field], "{field}");
    }
    assert_eq!(lines[1]["status"], 200);
    assert_eq!(lines[1]["provider"], "enablex");
    assert_eq!(lines[1]["event"], "roomdrop");
    assert_eq!(lines[1]["session"], "7700123");
    assert_eq!(lines[1]["verdict"], "valid");
    assert_eq!(lines[1]["findings"], Value::Array(Vec::new()));

    assert_eq!(keys(&lines[2]), [&fields[..], &["body_base64"]].concat());
    assert_eq!(lines[2]["body_base64"], "/w==");
    assert_eq!(lines[2]["verdict"], "invalid");
    assert!(lines[2]["event"].is_null());
    let finding = &lines[2]["findings"][0];
    for field in ["code", "severity", "message"] {
        assert!(finding[field].is_string(), "{field}: {finding}");
    }

    let fields = ["kind", "at", "peer", "method", "target", "status", "reason"];
    assert_eq!(keys(&lines[3]), fields);
    assert_eq!(lines[3]["status"], 413);
    assert_eq!(lines[3]["method"], "POST");
    assert_eq!(lines[4]["status"], 405);
    assert_eq!(lines[4]["target"], "/put?x");
    assert!(lines[4]["at"].as_str().unwrap().ends_with('Z'));

    assert_eq!(keys(&lines[5]), ["kind", "at", "status", "message"]);
    assert_eq!(lines[5]["status"], 400);

    let summary = &lines[6];
    let fields = [
        "kind",
        "captured",
        "refused",
        "greeted",
        "log",
        "not_shown",
        "verdicts",
        "duplicates",
        "sessions",
        "seconds",
    ];
    assert_eq!(keys(summary), fields);
    assert_eq!(summary["captured"], 2);
    assert_eq!(summary["refused"], 3);
    assert_eq!(summary["not_shown"], 0);
    assert_eq!(
        summary["verdicts"],
        serde_json::json!({"valid": 1, "invalid": 1})
    );
    assert!(summary["seconds"].as_f64().unwrap() >= 0.0);
}

#[test]
fn findings_say_what_and_where() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json();
    listener.post(ROOMDROP.replace("\"7700123\"", "7700123"));
    let shown = listener.json();
    assert_eq!(shown["verdict"], "warning");
    let findings = shown["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["severity"], "warning");
    assert_eq!(findings[0]["pointer"], "/conf_num");
}

#[test]
fn the_format_changes_neither_log_nor_stderr() {
    let of = |format: &str| {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--format", format]);
        let port = listener.address().port().to_string();
        listener.post(ROOMDROP);
        let run = interrupt(listener);
        let logged = records(&sandbox, LOG)[0]["body"].clone();
        let banner: Vec<_> = run
            .err()
            .replace(&port, "PORT")
            .lines()
            // It speaks of the format.
            .filter(|line| !line.starts_with("  shown "))
            .map(str::to_owned)
            .collect();
        (logged, banner[..banner.len() - 1].to_vec())
    };
    assert_eq!(of("pretty"), of("json"));
}
