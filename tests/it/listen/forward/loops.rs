//! What is forwarded never goes round in circles, and a chain of listeners still works.

use std::net::TcpListener;

use serde_json::json;

use super::{cursor, event, forwarding, interrupt, next};
use crate::support::{Message, Sandbox, Sink, post};

/// Sends a forwarded request on, as a target that forwards does.
fn send_on(request: &Message, to: std::net::SocketAddr) -> Message {
    let via = request.header("via").expect("a Via header");
    post(to, "/hook", &[("Via", via)], &request.body)
}

#[test]
fn the_address_of_the_listener_itself_is_no_target() {
    let sandbox = Sandbox::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}/elsewhere");
        let run = sandbox.enx(&["listen", "--port", &port, "--forward", &url]);
        run.code(2)
            .tells("is the address of this listener")
            .tells("--port");
    }
    assert!(!sandbox.path("log.jsonl").exists());
}

#[test]
fn a_capture_that_comes_back_is_logged_and_not_forwarded_again() {
    let sandbox = Sandbox::new();
    let sink = Sink::answering(200);
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    listener.post(event("1", 0));
    let request = sink.next();
    assert_eq!(next(&mut listener)["state"], "delivered");
    assert_eq!(send_on(&request, listener.address()).status(), 200);
    let line = next(&mut listener);
    assert_eq!(
        (&line["state"], &line["seq"]),
        (&json!("failed"), &json!(2))
    );
    let why = line["error"]["message"].as_str().unwrap();
    assert!(why.contains("sent it back"), "{why}");
    let (_, summary) = interrupt(listener);
    assert_eq!(
        summary["forwarded"],
        json!({"delivered": 1, "failed": 1, "waiting": 0, "missing": 0})
    );
    assert_eq!(cursor(&sandbox)["last_failed"][0]["seq"], 2);
    assert_eq!(sandbox.text("log.jsonl").lines().count(), 2);
    assert_eq!(sink.rest(), []);
}

#[test]
fn what_another_listener_forwarded_is_forwarded_with_both_ids() {
    let (shared, laptop) = (Sandbox::new(), Sandbox::new());
    let handler = Sink::answering(200);
    let second = forwarding(&laptop, &handler.url(), &[]);
    let first = forwarding(&shared, &second.url(), &[]);
    first.post(event("1", 0));
    let request = handler.next();
    let hops = request.headers.iter();
    let hops = hops.filter(|(name, _)| name.eq_ignore_ascii_case("via"));
    assert_eq!(hops.count(), 2);
}

#[test]
fn under_forward_sync_a_request_that_comes_back_is_answered_508() {
    let sandbox = Sandbox::new();
    let sink = Sink::answering(200);
    let listener = forwarding(&sandbox, &sink.url(), &["--forward-sync"]);
    assert_eq!(listener.post(event("1", 0)).status(), 200);
    assert_eq!(send_on(&sink.next(), listener.address()).status(), 508);
    assert_eq!(sink.rest(), []);
}
