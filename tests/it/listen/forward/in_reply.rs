//! `--forward-sync`: senders are answered with what the target answers.

use serde_json::json;

use super::{event, forwarding, next};
use crate::support::{Nobody, Reply, Sandbox, Sink};

#[test]
fn the_targets_answer_is_the_reply_and_the_capture_is_logged_before() {
    let sandbox = Sandbox::new();
    let log = sandbox.path("log.jsonl");
    let sink = Sink::new(move |_, request| {
        let logged = std::fs::read_to_string(&log).unwrap();
        assert!(logged.contains("conf_num"), "logged before it is passed on");
        assert!(!request.body.is_empty());
        let fields = vec![
            ("X-Handler", "mine".to_owned()),
            ("Content-Type", "text/x".to_owned()),
            ("Keep-Alive", "timeout=5".to_owned()),
        ];
        Reply::Answer(422, fields, "no such room".to_owned())
    });
    let mut listener = forwarding(&sandbox, &sink.url(), &["--forward-sync"]);
    let answer = listener.post(event("1", 0));
    assert_eq!(answer.status(), 422);
    assert_eq!(answer.body, b"no such room");
    assert_eq!(answer.header("x-handler"), Some("mine"));
    assert_eq!(answer.header("content-type"), Some("text/x"));
    assert_eq!(answer.header("keep-alive"), None);
    assert_eq!(listener.json_of("capture")["status"], 422);
    let line = listener.json_of("forward");
    assert_eq!(
        (&line["state"], &line["status"]),
        (&json!("answered"), &json!(422))
    );
    // It is for the sender to try again.
    let (_, summary) = super::interrupt(listener);
    assert_eq!(
        summary["forwarded"],
        json!({"delivered": 0, "failed": 1, "waiting": 0, "missing": 0})
    );
    sink.next();
    assert!(sink.rest().is_empty());
}

#[test]
fn without_an_answer_the_sender_is_told_what_a_gateway_tells() {
    let sandbox = Sandbox::new();
    let nobody = Nobody::new();
    let mut listener = forwarding(&sandbox, &nobody.url(), &["--forward-sync"]);
    assert_eq!(listener.post(event("1", 0)).status(), 502);
    assert_eq!(next(&mut listener)["error"]["cause"], "refused");

    let sandbox = Sandbox::new();
    let sink = Sink::new(|_, _| Reply::Hang);
    let args = ["--forward-sync", "--forward-timeout", "50ms"];
    let mut listener = forwarding(&sandbox, &sink.url(), &args);
    assert_eq!(listener.post(event("1", 0)).status(), 504);
    assert_eq!(next(&mut listener)["error"]["cause"], "timeout");
    assert_eq!(sandbox.text("log.jsonl").lines().count(), 1);
}

#[test]
fn a_long_answer_is_passed_on_whole() {
    let sandbox = Sandbox::new();
    let body = "x".repeat(300_000);
    let answer = body.clone();
    let sink = Sink::new(move |_, _| Reply::Answer(200, Vec::new(), answer.clone()));
    let mut listener = forwarding(&sandbox, &sink.url(), &["--forward-sync"]);
    let answer = listener.post(event("1", 0));
    assert_eq!(answer.status(), 200);
    assert!(answer.body == body.as_bytes(), "{}", answer.body.len());
    let line = next(&mut listener);
    assert_eq!(
        (&line["state"], &line["error"]),
        (&json!("delivered"), &json!(null))
    );
}

#[test]
fn the_sender_never_gets_a_part_of_an_answer_as_the_whole() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    for (reply, status, said) in [
        (Reply::Half(HEAD), 502, "in the middle of its answer 200"),
        (Reply::Raw(HEAD), 504, "began to answer 200"),
        (Reply::Endless, 502, "only the first 4 MB"),
    ] {
        let sandbox = Sandbox::new();
        let sink = Sink::new(move |_, _| reply.clone());
        let args = ["--forward-sync", "--forward-timeout", "2s"];
        let mut listener = forwarding(&sandbox, &sink.url(), &args);
        let answer = listener.post(event("1", 0));
        assert_eq!(answer.status(), status);
        assert!(!answer.body.starts_with(b"half"));
        let line = next(&mut listener);
        assert_eq!(
            (&line["state"], &line["status"]),
            (&json!("answered"), &json!(200))
        );
        let message = line["error"]["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
        let (_, summary) = super::interrupt(listener);
        assert_eq!(summary["forwarded"]["delivered"], 0);
    }
}
