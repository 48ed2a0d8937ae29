//! What is sent from the page, and what is not.

use std::collections::BTreeSet;
use std::thread;

use serde_json::Value;

use super::page::{Page, error, lines};
use crate::support::{Sandbox, Sink, post, record, record_with, shell};

fn body(number: u64) -> String {
    format!("{{\"type\":\"roomdrop\",\"conf_num\":\"7\",\"n\":{number}}}")
}

#[test]
fn captures_of_a_log_go_to_the_named_target_and_nowhere_else() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(201));
    let headers = [("content-type", "application/json"), ("x-signature", "s")];
    sandbox.write(
        "log.jsonl",
        record_with(1, &headers, &body(1)) + "\n" + &record(2, &body(2)) + "\n",
    );
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl", "--url", &sink.url()]);
    let status = page.json("/v1/status", "status");
    assert_eq!(
        (&status["read_only"], &status["any_loopback"]),
        (&false.into(), &false.into())
    );
    let target = &status["targets"][0]["name"];
    let asked = serde_json::json!({ "target": target, "session": "7" }).to_string();
    let told = lines(&page.post("/v1/replays", &asked));
    let kinds: Vec<&str> = told
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["command", "delivery", "delivery", "summary"]);
    assert_eq!(
        (&told[1]["of"], &told[1]["status"]),
        (&1.into(), &201.into())
    );
    assert_eq!(told[3]["sent"], 2);
    let first = sink.next();
    assert_eq!(first.body, body(1).into_bytes());
    assert_eq!(first.header("x-signature"), Some("s"));
    assert_eq!(sink.next().body, body(2).into_bytes());
    // The command does the same.
    let command = told[0]["command"]
        .as_str()
        .unwrap()
        .strip_prefix("enx-hook ")
        .unwrap();
    let words: Vec<&str> = command.split(' ').collect();
    sandbox.enx(&words).code(0);
    assert_eq!(sink.next().body, body(1).into_bytes());
    sink.next();
    for other in [
        "http://127.0.0.1:9/",
        "http://example.com/",
        "file:///etc/passwd",
        "staging",
    ] {
        let asked = serde_json::json!({ "target": other, "captures": [1] }).to_string();
        let (status, _) = error(&page.post("/v1/replays", &asked));
        assert!([400, 403].contains(&status), "{other}: {status}");
    }
    assert_eq!(sink.rest(), []);
}

#[test]
fn without_a_named_target_nothing_can_be_sent() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", record(1, &body(1)) + "\n");
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    assert_eq!(page.json("/v1/status", "status")["read_only"], true);
    for asked in [
        r#"{"captures":[1]}"#,
        r#"{"captures":[1],"target":"http://127.0.0.1:3000/"}"#,
        r#"{"event":"roomdrop"}"#,
        r#"{"scenario":"redelivery"}"#,
    ] {
        assert_eq!(
            error(&page.post("/v1/replays", asked)),
            (409, "read-only".to_owned())
        );
    }
    // A request can be shown nevertheless.
    let shown = page.json("/v1/captures/1/request?as=curl", "request");
    assert!(shown["text"].as_str().unwrap().starts_with("curl "));
}

#[test]
fn beside_a_listener_samples_scenarios_and_edited_bodies_arrive() {
    let sandbox = Sandbox::new();
    let (listener, page) = Page::beside(&sandbox, &[]);
    listener.post(body(1));
    page.wait(|status| status["captures"] == 1);
    let mut events = page.stream("");
    events.next_of("hello");
    let sent = |asked: &str| -> Vec<Value> { lines(&page.post("/v1/replays", asked)) };
    let told = sent(r#"{"event":"roomdrop"}"#);
    assert_eq!(told.last().unwrap()["ok"], 1);
    assert_eq!(events.next_of("capture").data["event"], "roomdrop");
    let edited =
        r#"{"target":"listener","body":"{ \"type\":\"roomdrop\",\n\"conf_num\":\"8\"}","of":1}"#;
    assert_eq!(sent(edited)[1]["of"], 1);
    let row = events.next_of("capture").data;
    let raw = page.get(&format!("/v1/captures/{}/raw", row["id"]));
    assert_eq!(raw.body, b"{ \"type\":\"roomdrop\",\n\"conf_num\":\"8\"}");
    let told = sent(r#"{"scenario":"redelivery"}"#);
    assert!(told.last().unwrap()["ok"].as_u64().unwrap() > 10);
    let told = sent(r#"{"scenario":"redelivery","dry_run":true}"#);
    assert_eq!(told.len(), 1);
    for (asked, expected) in [
        (r#"{"scenario":"../../etc/passwd"}"#, (404, "not-found")),
        (r#"{"event":"none"}"#, (404, "not-found")),
        (r#"{"captures":[99]}"#, (404, "not-found")),
        (r#"{"captures":[]}"#, (400, "request")),
        (r#"{"captures":[1],"event":"roomdrop"}"#, (400, "request")),
        (r#"{"captures":[1],"to":"x"}"#, (400, "request")),
        ("{}", (400, "request")),
        ("[", (400, "request")),
    ] {
        let (status, code) = expected;
        assert_eq!(
            error(&page.post("/v1/replays", asked)),
            (status, code.to_owned()),
            "{asked}"
        );
    }
}

#[test]
fn neither_a_replay_nor_forwarding_may_reach_the_inspector_itself() {
    let sandbox = Sandbox::new();
    let (listener, page) = Page::beside(&sandbox, &[]);
    listener.post(body(1));
    page.wait(|status| status["captures"] == 1);
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
    ] {
        let url = format!("http://{host}:{}/", page.address.port());
        let asked = serde_json::json!({ "target": url, "captures": [1] }).to_string();
        let refused = error(&page.post("/v1/replays", &asked));
        assert_eq!(refused, (403, "target".to_owned()), "{host}");
    }
    let port = page.address.port().to_string();
    let inspect = format!("--inspect={port}");
    drop(listener);
    let forward = format!("http://localhost:{port}/");
    let run = sandbox.enx(&["listen", "--port", "0", &inspect, "--forward", &forward]);
    run.code(2).tells("is the address of this inspector");
}

/// Whoever else sends the same at the same time: only what was sent from here is marked.
#[test]
fn a_replay_is_marked_with_the_capture_that_it_was_made_of_and_nothing_else_is() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let (listener, page) = Page::beside(&sandbox, &[]);
    listener.post(body(1));
    page.wait(|status| status["captures"] == 1);
    let mut events = page.stream("");
    events.next_of("hello");
    let (address, json) = (listener.address(), [("Content-Type", "application/json")]);
    let others = thread::spawn(move || {
        for _ in 0..20 {
            post(address, "/", &json, body(1));
        }
    });
    let order = serde_json::json!({ "captures": vec![1; 20] }).to_string();
    let told = lines(&page.post("/v1/replays", &order));
    others.join().unwrap();
    let deliveries = told.iter().filter(|one| one["kind"] == "delivery");
    let received: BTreeSet<u64> = deliveries
        .map(|one| {
            one["received"]
                .as_u64()
                .expect("the capture that it became")
        })
        .collect();
    assert_eq!(received.len(), 20);
    page.wait(|status| status["captures"] == 41);
    let list = page.json("/v1/captures", "captures");
    let rows = list["rows"].as_array().unwrap();
    let marked = rows.iter().filter(|row| row["replay_of"] == 1);
    let marked: BTreeSet<u64> = marked.map(|row| row["id"].as_u64().unwrap()).collect();
    assert_eq!(marked, received);
    // A stream is told too, with the row or behind it.
    let mut streamed = BTreeSet::new();
    while streamed.len() < 20 {
        let event = events.next();
        if event.data["replay_of"] == 1 {
            streamed.insert(event.data["id"].as_u64().unwrap());
        }
    }
    assert_eq!(streamed, received);
    let one = received.first().unwrap();
    let shown = page.json(&format!("/v1/captures/{one}"), "capture");
    assert_eq!(shown["relations"]["replay_of"], 1);
    assert_eq!(shown["body"], body(1));
    // A sample is made of no capture, and what goes elsewhere does not come back.
    let told = lines(&page.post("/v1/replays", r#"{"event":"roomdrop"}"#));
    assert_eq!(
        (&told[1]["received"], &told[1]["of"]),
        (&42.into(), &Value::Null)
    );
    let order = serde_json::json!({ "captures": [1], "target": sink.url() }).to_string();
    let told = lines(&page.post("/v1/replays", &order));
    assert_eq!(
        (&told[1]["received"], &told[1]["of"]),
        (&Value::Null, &1.into())
    );
}

#[test]
fn header_fields_path_and_method_of_a_replay_can_be_changed() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let headers = [
        ("content-type", "application/json"),
        ("x-signature", "s"),
        ("x-forwarded-for", "203.0.113.7"),
    ];
    sandbox.write("log.jsonl", record_with(1, &headers, &body(1)) + "\n");
    let url = format!("{}?a=1", sink.url());
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl", "--url", &url]);
    let sent = |asked: Value| {
        let told = lines(&page.post("/v1/replays", &asked.to_string()));
        assert_eq!(told[1]["status"], 200, "{told:?}");
        (told[0]["command"].as_str().unwrap().to_owned(), sink.next())
    };
    let again = |command: &str| {
        let words = command.strip_prefix("enx-hook ").unwrap();
        shell(&sandbox, &format!("\"$1\" {words}"), &[])
            .run()
            .code(0);
        sink.next()
    };
    // The same rules as `replay --header`: a name that is given replaces what is logged.
    let order = serde_json::json!({
        "captures": [1], "headers": ["X-Signature: t", "X-Trace: 1 2"], "path": "/other?b=2",
    });
    let (command, first) = sent(order);
    for request in [&first, &again(&command)] {
        assert_eq!(request.start, "POST /other?b=2 HTTP/1.1");
        assert_eq!(request.header("x-signature"), Some("t"));
        assert_eq!(request.header("x-trace"), Some("1 2"));
        assert_eq!(request.header("x-forwarded-for"), None);
        assert_eq!(request.body, body(1).into_bytes());
    }
    let order = serde_json::json!({ "captures": [1], "logged_headers": "original" });
    let (command, first) = sent(order);
    for request in [&first, &again(&command)] {
        assert_eq!(request.header("x-forwarded-for"), Some("203.0.113.7"));
    }
    // An edited body keeps the logged fields, and so does the command.
    let order = serde_json::json!({ "body": "{\"it's\":1}", "of": 1, "headers": ["x-b: 2"] });
    let (command, first) = sent(order);
    for request in [&first, &again(&command)] {
        assert_eq!(request.header("x-signature"), Some("s"));
        assert_eq!(request.header("x-b"), Some("2"));
        assert_eq!(request.body, b"{\"it's\":1}");
    }
    let order = serde_json::json!({ "captures": [1], "method": "PUT", "logged_headers": "none" });
    let (command, first) = sent(order);
    assert_eq!(first.start, "PUT /hook?a=1 HTTP/1.1");
    assert_eq!(first.header("x-signature"), None);
    assert!(command.contains("--request PUT"), "{command}");
    for order in [
        r#"{"captures":[1],"headers":["X-A"]}"#,
        r#"{"captures":[1],"headers":["X-A: 1\r\nX-B: 2"]}"#,
        r#"{"captures":[1],"headers":["Content-Length: 1"]}"#,
        r#"{"captures":[1],"method":"CONNECT"}"#,
        r#"{"captures":[1],"method":"GET / HTTP/1.1\r\n"}"#,
        r#"{"captures":[1],"logged_headers":"some"}"#,
        r#"{"event":"roomdrop","logged_headers":"none"}"#,
        r#"{"scenario":"redelivery","method":"PUT"}"#,
    ] {
        let refused = error(&page.post("/v1/replays", order));
        assert_eq!(refused, (400, "request".to_owned()), "{order}");
    }
    // No path leads to another host.
    for path in [
        "@203.0.113.9/",
        "//203.0.113.9/",
        "\\\\203.0.113.9\\",
        ":1/",
        "x y",
    ] {
        let order = serde_json::json!({ "captures": [1], "path": path });
        let (_, request) = sent(order);
        assert!(request.start.starts_with("POST /"), "{}", request.start);
    }
    assert_eq!(sink.rest(), []);
}
