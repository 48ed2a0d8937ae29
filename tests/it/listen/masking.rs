//! `--mask`: what `listen` shows, and what it logs and forwards.

use super::interrupt;
use crate::support::{Listener, Sandbox, Sink};

const BODY: &str = r#"{"status":"session_finished","rec_id":"r1","client_id":"ada-lovelace","started_at":"2026-11-20T09:00:00Z","stopped_at":"2026-11-20T09:10:00Z","msg":""}"#;

#[test]
fn values_are_masked_in_every_format_and_logged_and_forwarded_as_they_are() {
    for format in ["pretty", "line", "json"] {
        let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
        let url = sink.url();
        let args = [
            "--format",
            format,
            "--mask",
            "personal",
            "--mask",
            "/nowhere",
            "--forward",
            &url,
        ];
        let listener = Listener::start(&sandbox, &args);
        listener.post(BODY);
        assert_eq!(sink.next().body, BODY.as_bytes());
        let run = interrupt(listener);
        run.hides("ada-lovelace").says("session_finished");
        run.tells("no body had /nowhere");
        assert!(sandbox.text("log.jsonl").contains("ada-lovelace"));
        if format != "line" {
            run.says("***");
        }
    }
}

#[test]
fn what_broke_off_is_not_shown_under_a_mask() {
    let sandbox = Sandbox::new();
    let args = ["--verbose", "--body-timeout", "100ms", "--mask", "personal"];
    let listener = Listener::start(&sandbox, &args);
    let mut connection = listener.connect();
    let head =
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n{\"client_id\":\"ada-lovelace\"";
    connection.send(head).unwrap();
    assert_eq!(connection.answer().unwrap().unwrap().status(), 408);
    interrupt(listener).hides("ada-lovelace");
}
