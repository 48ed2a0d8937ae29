//! What arrives is in the log, as it came, before it is acknowledged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use super::{LOG, ROOMDROP, records, seqs};
use crate::support::{Connection, Listener, Sandbox, post, post_raw};

#[test]
fn a_record_is_the_documented_line_byte_for_byte() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let mut connection = Connection::to(listener.address());
    let body = "{\"type\": \"roomdrop\",\r\n\t\"note\":\"\u{e4}\\/\"}";
    let before = Utc::now();
    connection
        .send(format!(
            "POST /hook/a%20b?x=1&y=%22&x=2 HTTP/1.1\r\nHost: example.org\r\nX-Trace:  one\r\n\
             X-TRACE: two \r\nx-empty:\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .unwrap();
    let answer = connection.answer().unwrap().unwrap();
    let after = Utc::now();
    assert_eq!(answer.status(), 200);

    let text = sandbox.text(LOG);
    // The id of the log, which every record of it carries.
    let id = text.split('"').nth(7).unwrap();
    assert!(
        id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{id}"
    );
    let at = text.split('"').nth(11).unwrap();
    assert_eq!(at.len(), "2026-11-20T14:03:22.118042Z".len(), "{at}");
    assert!(at.ends_with('Z'), "{at}");
    let received_at: DateTime<Utc> = at.parse().unwrap();
    assert!(before.timestamp_micros() <= received_at.timestamp_micros());
    assert!(received_at <= after);
    let expected = format!(
        concat!(
            r#"{{"enx_hook":1,"seq":1,"log":"{id}","received_at":"{at}","peer":"{peer}","method":"POST","#,
            r#""target":"/hook/a%20b?x=1&y=%22&x=2","headers":[["host","example.org"],"#,
            r#"["x-trace","one"],["x-trace","two"],["x-empty",""],["content-length","{length}"]],"#,
            r#""body":"{{\"type\": \"roomdrop\",\r\n\t\"note\":\"{umlaut}\\/\"}}"}}"#,
            "\n"
        ),
        id = id,
        at = at,
        peer = connection.local_addr(),
        length = body.len(),
        umlaut = '\u{e4}',
    );
    assert_eq!(text, expected);
}

#[test]
fn every_path_is_received_and_kept_with_its_query() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let targets = [
        "/",
        "/?",
        "/hook",
        "/a//b/../c;d?e=f%20g&h#",
        "/log.jsonl",
        "http://other.example/absolute?x",
    ];
    for target in targets {
        assert_eq!(
            post(listener.address(), target, &[], ROOMDROP).status(),
            200
        );
    }
    let records = records(&sandbox, LOG);
    for (record, target) in records.iter().zip(targets) {
        // A fragment is not part of a target (RFC 9112, section 3.2).
        let target = target.trim_end_matches('#');
        assert_eq!(record["target"], target);
    }
    assert_eq!(seqs(&records), (1..=6).collect::<Vec<_>>());
}

#[test]
fn repeated_header_fields_stay_in_their_order() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let headers = [("X-B", "1"), ("X-A", "2"), ("X-B", "3"), ("X-B", "1")];
    post(listener.address(), "/", &headers, ROOMDROP);
    let records = records(&sandbox, LOG);
    let logged = records[0]["headers"].as_array().unwrap();
    let values = |name: &str| -> Vec<String> {
        let of_name = logged.iter().filter(|field| field[0] == name);
        of_name
            .map(|field| field[1].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(values("x-b"), ["1", "3", "1"]);
    assert_eq!(values("x-a"), ["2"]);
}

#[test]
fn a_header_value_that_is_not_utf8_is_kept_as_base64() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let request = b"POST / HTTP/1.1\r\nHost: h\r\nX-Name: J\xf6rg\r\nContent-Length: 2\r\n\r\n{}";
    let mut connection = Connection::to(listener.address());
    connection.send(request).unwrap();
    assert_eq!(connection.answer().unwrap().unwrap().status(), 200);
    let headers = records(&sandbox, LOG)[0]["headers"].clone();
    let field = serde_json::json!(["x-name", STANDARD.encode(b"J\xf6rg"), "base64"]);
    assert!(headers.as_array().unwrap().contains(&field), "{headers}");
}

#[test]
fn bodies_come_back_byte_for_byte_as_text_or_as_base64() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let all_bytes: Vec<u8> = (0..=255).collect();
    let bodies: [&[u8]; 9] = [
        b"",
        b"\n",
        b"not json at all",
        "\u{feff}{\"type\":\"x\"} \u{1f980} \u{202e} \u{2028}".as_bytes(),
        b"{\"a\":1}\r\n{\"b\":\"\0\x7f\x1b\\u0000\"}",
        b"\xff",
        b"{\"a\":\"\xed\xa0\x80\"}",
        &all_bytes,
        // The first half of a character at the end.
        b"caf\xc3",
    ];
    for body in bodies {
        assert_eq!(listener.post(body).status(), 200);
    }
    let records = records(&sandbox, LOG);
    assert_eq!(records.len(), bodies.len());
    for (record, body) in records.iter().zip(bodies) {
        if let Ok(text) = std::str::from_utf8(body) {
            assert_eq!(record["body"], text);
            assert!(record.get("body_base64").is_none());
        } else {
            assert_eq!(record["body_base64"], STANDARD.encode(body));
            assert!(record.get("body").is_none());
        }
    }
}

#[test]
fn a_body_in_chunks_is_put_together() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let answer = post_raw(
        listener.address(),
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
          3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\nTrailer: no\r\n\r\n",
    );
    assert_eq!(answer.status(), 200);
    assert_eq!(records(&sandbox, LOG)[0]["body"], "{\"a\":1}");
}

#[test]
fn whatever_comes_is_in_the_log_by_the_time_the_200_is_here() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let bodies = [
        ROOMDROP,
        r#"{"type":"enxhook_unknown"}"#,
        r#"{"type":"roomdrop","trans_date":"1731000000"}"#,
        r#"{"type":"#,
        "\u{201c}type\u{201d}: roomdrop",
        "a=b&c=d",
        "",
        "[]",
        "null",
    ];
    for (index, body) in bodies.iter().enumerate() {
        let answer = listener.post(body);
        assert_eq!(answer.status(), 200, "{body}");
        assert_eq!(answer.body, b"", "{body}");
        let records = records(&sandbox, LOG);
        assert_eq!(records.len(), index + 1, "{body}");
        assert_eq!(records[index]["body"], *body);
    }
}

#[test]
fn requests_on_one_connection_are_all_taken() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let mut connection = Connection::to(listener.address());
    for _ in 0..3 {
        assert_eq!(connection.post(ROOMDROP).unwrap().status(), 200);
    }
    let records = records(&sandbox, LOG);
    assert_eq!(seqs(&records), [1, 2, 3]);
    assert_eq!(records[0]["peer"], records[2]["peer"]);
}

#[test]
fn numbers_go_on_after_a_restart() {
    let sandbox = Sandbox::new();
    for _ in 0..3 {
        let listener = Listener::start(&sandbox, &[]);
        listener.post(ROOMDROP);
        listener.post(ROOMDROP);
        // It is killed: a clean end is not needed.
    }
    assert_eq!(seqs(&records(&sandbox, LOG)), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn malformed_bodies_are_answered_400_only_on_request_and_logged_all_the_same() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--reject-malformed", "--format", "json"]);
    listener.json();
    for (body, status) in [
        (ROOMDROP, 200),
        (r#"{"type":"enxhook_unknown"}"#, 200),
        (r#"{"type":"roomdrop"}"#, 200),
        ("[]", 200),
        (r#"{"type":"roomdrop",}"#, 400),
        ("", 400),
        ("a=b", 400),
    ] {
        assert_eq!(listener.post(body).status(), status, "{body}");
        let logged = records(&sandbox, LOG).pop().unwrap();
        assert_eq!(logged["body"], body);
        let shown = listener.json();
        assert_eq!(shown["kind"], "capture");
        assert_eq!(shown["status"], status);
        assert_eq!(shown["seq"], logged["seq"]);
    }
}

#[test]
fn without_a_log_nothing_is_written_and_all_is_shown() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--no-log", "--format", "json"]);
    assert!(listener.json()["log"].is_null());
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    let shown = listener.json();
    assert_eq!(shown["body"], ROOMDROP);
    assert!(shown["seq"].is_null());
    let left = std::fs::read_dir(sandbox.path("")).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["home"]);
}
