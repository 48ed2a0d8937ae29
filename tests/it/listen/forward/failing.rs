//! Targets that fail, and targets that are not there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::{by_session, cursor, event, forwarding, interrupt, next, told};
use crate::support::{Door, Listener, Nobody, Reply, Sandbox, Sink};

#[test]
fn what_is_not_answered_2xx_is_tried_again() {
    let (sandbox, sink) = (Sandbox::new(), Sink::in_turn(&[500, 302, 404, 200]));
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    listener.post(event("1", 0));
    for (attempt, (state, status)) in [
        ("retrying", 500),
        ("retrying", 302),
        ("retrying", 404),
        ("delivered", 200),
    ]
    .into_iter()
    .enumerate()
    {
        let line = next(&mut listener);
        assert_eq!(
            (&line["state"], &line["status"], &line["attempt"]),
            (&json!(state), &json!(status), &json!(attempt + 1))
        );
        assert_eq!(line["next_try_ms"].is_null(), state == "delivered");
        assert_eq!(line["answer"], format!("{{\"status\":{status}}}"));
    }
}

#[test]
fn a_target_may_ask_for_a_later_retry_in_seconds_or_by_a_date() {
    let ask = |retry_after: fn() -> String| {
        let sandbox = Sandbox::new();
        let sink = Sink::new(move |_, _| {
            Reply::Answer(503, vec![("Retry-After", retry_after())], String::new())
        });
        let mut listener = forwarding(&sandbox, &sink.url(), &[]);
        listener.post(event("1", 0));
        let line = next(&mut listener);
        assert_eq!(line["state"], "retrying");
        line["next_try_ms"].as_u64().expect("a wait")
    };
    assert_eq!(ask(|| "20".to_owned()), 20_000);
    let wait = ask(|| {
        let date = chrono::Utc::now() + chrono::TimeDelta::seconds(30);
        date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    });
    assert!((20_000..=30_000).contains(&wait), "{wait}");
    // Nothing makes it wait longer than a minute.
    assert_eq!(ask(|| "86400".to_owned()), 60_000);
}

#[test]
fn captures_that_fail_together_are_not_tried_again_together() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(500));
    let url = sink.url();
    let args = [
        "--format",
        "json",
        "--forward",
        &url,
        "--forward-backoff",
        "40s",
    ];
    let mut listener = Listener::start(&sandbox, &args);
    listener.json_of("ready");
    for session in 0..8 {
        listener.post(event(&session.to_string(), session));
    }
    let mut waits: Vec<_> = (0..8)
        .map(|_| next(&mut listener)["next_try_ms"].as_u64().expect("a wait"))
        .collect();
    assert!(
        waits.iter().all(|wait| (20_000..=40_000).contains(wait)),
        "{waits:?}"
    );
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 1, "{waits:?}");
}

#[test]
fn a_redirect_is_not_followed() {
    let (sandbox, other) = (Sandbox::new(), Sink::unused());
    let place = other.url();
    let sink =
        Sink::new(move |_, _| Reply::Answer(307, vec![("Location", place.clone())], String::new()));
    let mut listener = forwarding(&sandbox, &sink.url(), &["--forward-retries", "1"]);
    listener.post(event("1", 0));
    assert_eq!(next(&mut listener)["state"], "retrying");
    assert_eq!(next(&mut listener)["state"], "failed");
}

#[test]
fn what_fails_to_the_end_is_recorded_and_passed_over() {
    let sandbox = Sandbox::new();
    let sink = Sink::new(|_, request| match told(request).1 {
        0 => Reply::Close,
        1 => Reply::status(503),
        _ => Reply::status(200),
    });
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    for number in 0..3 {
        listener.post(event("1", number));
    }
    let (mut failed, mut delivered) = (Vec::new(), Vec::new());
    while failed.len() + delivered.len() < 3 {
        let line = next(&mut listener);
        match line["state"].as_str() {
            Some("retrying") => {}
            Some("failed") => failed.push(line),
            _ => delivered.push((line["state"].clone(), line["seq"].clone())),
        }
    }
    assert_eq!(delivered, [(json!("delivered"), json!(3))]);
    let ends: Vec<_> = failed
        .iter()
        .map(|line| {
            [
                &line["seq"],
                &line["attempt"],
                &line["status"],
                &line["error"]["cause"],
            ]
        })
        .collect();
    assert_eq!(
        json!(ends),
        json!([[1, 6, null, "closed"], [2, 7, 503, null]])
    );
    let (run, summary) = interrupt(listener);
    assert_eq!(
        summary["forwarded"],
        json!({"delivered": 1, "failed": 2, "waiting": 0, "missing": 0})
    );
    run.tells("Forwarded 1, 2 failed. log.jsonl.forward-")
        .tells(".json names what failed.");
    let again = format!(
        "enx-hook replay log.jsonl --seq 1..2 --url {}\n",
        sink.url()
    );
    run.tells(&again);
    let words = again.split_whitespace().skip(1);
    let replay = sandbox.enx(&words.collect::<Vec<_>>());
    replay.code(3).tells("2 sent: ");
    let cursor = cursor(&sandbox);
    assert_eq!(cursor["failed"], 2);
    assert_eq!(cursor["last_failed"][1]["seq"], 2);
    assert_eq!(cursor["last_failed"][1]["why"], "answered 503");
    assert_eq!(cursor["watermark"], 3);
}

#[test]
fn a_handler_behind_a_proxy_may_be_away_for_more_than_its_attempts() {
    let sandbox = Sandbox::new();
    let is_back = Arc::new(AtomicBool::new(false));
    let sink = Sink::new({
        let is_back = Arc::clone(&is_back);
        move |_, _| {
            let is_back = is_back.load(Ordering::Relaxed);
            Reply::status(if is_back { 200 } else { 502 })
        }
    });
    let mut listener = forwarding(&sandbox, &sink.url(), &["--forward-retries", "1"]);
    // Of one session: it is tried on and on.
    listener.post(event("1", 0));
    listener.post(event("1", 1));
    for _ in 0..4 {
        assert_eq!(next(&mut listener)["state"], "retrying");
    }
    // Of another one: all wait.
    listener.post(event("2", 2));
    let paused = loop {
        let line = next(&mut listener);
        if line["state"] != "retrying" {
            break line;
        }
    };
    assert_eq!(
        (
            &paused["state"],
            &paused["status"],
            &paused["error"]["cause"]
        ),
        (&json!("paused"), &json!(502), &json!(null))
    );
    is_back.store(true, Ordering::Relaxed);
    let mut delivered = Vec::new();
    while delivered.len() < 3 {
        let line = next(&mut listener);
        if line["state"] == "delivered" {
            delivered.push(line["seq"].as_u64().expect("a number"));
        }
    }
    delivered.sort_unstable();
    assert_eq!(delivered, [1, 2, 3]);
    let (_, summary) = interrupt(listener);
    assert_eq!(summary["forwarded"]["failed"], 0);
}

#[test]
fn earlier_captures_that_are_left_out_are_told() {
    let (sandbox, sink) = (Sandbox::new(), Sink::unused());
    let listener = Listener::start(&sandbox, &[]);
    for number in 0..3 {
        listener.post(event("1", number));
    }
    listener.signal("INT");
    listener.ended();
    let listener = Listener::start(&sandbox, &["--forward", &sink.url()]);
    listener.signal("INT");
    listener.ended().tells(
        "what comes from now on; 3 earlier captures in the log left out (--forward-from start)\n",
    );
}

#[test]
fn nothing_is_lost_or_used_up_while_the_target_is_not_there() {
    const EVENTS: usize = 50;
    let (sandbox, sink, door) = (Sandbox::new(), Sink::answering(200), Door::closed());
    // One refused attempt would be the end of it.
    let mut listener = forwarding(&sandbox, &door.url(), &["--forward-retries", "0"]);
    for number in 0..EVENTS {
        listener.post(event(&(number % 5).to_string(), number));
    }
    let line = next(&mut listener);
    assert_eq!(line["state"], "paused");
    assert_eq!(line["error"]["cause"], "refused");
    door.open(sink.address());
    assert_eq!(next(&mut listener)["state"], "resumed");
    let arrived: Vec<_> = (0..EVENTS).map(|_| sink.next()).collect();
    for (session, numbers) in by_session(&arrived) {
        let expected = (0..EVENTS).filter(|number| (number % 5).to_string() == session);
        assert_eq!(numbers, expected.collect::<Vec<_>>());
    }
    for _ in 0..EVENTS {
        let line = next(&mut listener);
        assert_eq!(
            (&line["state"], &line["attempt"]),
            (&json!("delivered"), &json!(1))
        );
    }
}

#[test]
fn what_waits_at_the_end_is_told() {
    let (sandbox, nobody) = (Sandbox::new(), Nobody::new());
    let mut listener = forwarding(&sandbox, &nobody.url(), &[]);
    listener.post(event("1", 0));
    listener.post(event("1", 1));
    assert_eq!(next(&mut listener)["state"], "paused");
    let (run, summary) = interrupt(listener);
    assert_eq!(
        summary["forwarded"],
        json!({"delivered": 0, "failed": 0, "waiting": 2, "missing": 0})
    );
    run.tells("Forwarded 0, 2 waiting. All are in log.jsonl.");
}

#[test]
fn a_2xx_answer_with_a_body_that_stalls_or_breaks_off_is_a_delivery() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    for reply in [Reply::Half(HEAD), Reply::Raw(HEAD), Reply::Endless] {
        let sandbox = Sandbox::new();
        let sink = Sink::new(move |_, _| reply.clone());
        let args = ["--forward-timeout", "200ms"];
        let mut listener = forwarding(&sandbox, &sink.url(), &args);
        listener.post(event("1", 0));
        let line = next(&mut listener);
        assert_eq!(
            (&line["state"], &line["status"]),
            (&json!("delivered"), &json!(200))
        );
        assert!(line["error"]["message"].is_string(), "{line}");
        let (_, summary) = interrupt(listener);
        assert_eq!(
            summary["forwarded"],
            json!({"delivered": 1, "failed": 0, "waiting": 0, "missing": 0})
        );
        assert_eq!(sink.count(), 1);
    }
}

#[test]
fn a_redirect_is_shown_with_its_target_and_not_followed() {
    let sandbox = Sandbox::new();
    let sink = Sink::new(|_, _| {
        let fields = vec![("Location", "https://h.example/hook/".to_owned())];
        Reply::Answer(308, fields, String::new())
    });
    let args = ["--forward-retries", "0"];
    let mut listener = forwarding(&sandbox, &sink.url(), &args);
    listener.post(event("1", 0));
    let line = next(&mut listener);
    assert_eq!(
        (&line["state"], &line["status"]),
        (&json!("failed"), &json!(308))
    );
    let said = line["error"]["message"].as_str().unwrap();
    assert!(
        said.contains("use this URL: https://h.example/hook/"),
        "{said}"
    );
    let url = sink.url();
    let args = [
        "--forward",
        &url,
        "--log",
        "other.jsonl",
        "--format",
        "line",
    ];
    let mut listener = Listener::start(&sandbox, &args);
    listener.post(event("1", 0));
    while !listener
        .line()
        .contains("use this URL: https://h.example/hook/")
    {}
}
