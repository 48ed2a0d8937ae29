//! `--mask`: what `listen` shows, and what it logs and forwards.

use super::interrupt;
use crate::support::{Listener, Sandbox, Sink, post_raw};

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

#[test]
fn the_inspector_masks_what_it_shows() {
    let sandbox = Sandbox::new();
    let args = ["--inspect=0", "--format", "json", "--mask", "personal"];
    let mut listener = Listener::start(&sandbox, &args);
    let ready = listener.json_of("ready");
    let url = ready["inspect"].as_str().expect("the inspector's URL");
    let (_, token) = url.rsplit_once(['#', '=', '/']).expect("a token");
    let authority = url.split('/').nth(2).expect("an authority");
    listener.post(BODY);
    listener.json_of("capture");
    let get = |path: &str| {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        let answer = post_raw(authority.parse().unwrap(), request.as_bytes());
        assert_eq!(
            answer.status(),
            200,
            "{path}: {}",
            String::from_utf8_lossy(&answer.body)
        );
        String::from_utf8(answer.body).unwrap()
    };
    // The first answer waits until the page knows the capture.
    let is_known = (0..1000).any(|_| get("/v1/captures").contains("session_finished"));
    assert!(is_known, "the page knows the capture");
    for path in [
        "/v1/captures/1",
        "/v1/captures/1/raw",
        "/v1/captures/1/request?as=curl",
        "/v1/captures/1/request?as=http",
        "/v1/har?ids=1",
        "/v1/diff?a=1&sample=1",
    ] {
        let shown = get(path);
        assert!(!shown.contains("ada-lovelace"), "{path}: {shown}");
    }
    assert!(get("/v1/captures/1").contains("***"));
}
