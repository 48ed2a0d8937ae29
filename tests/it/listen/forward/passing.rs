//! What reaches the target, and in which order.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use super::{by_session, event, forwarding, interrupt, next, told};
use crate::support::{Connection, Reply, Sandbox, Sink, TOO_LONG, post};

#[test]
fn a_capture_arrives_byte_for_byte_with_its_headers() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let mut listener = forwarding(&sandbox, &sink.url(), &[]);
    let body: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let headers = [
        ("Content-Type", "application/json; charset=x"),
        ("X-Trace", "1"),
        ("X-Trace", "2"),
        ("User-Agent", "provider/1.0"),
        ("Authorization", "Basic c2VjcmV0"),
        ("Cookie", "a=b"),
        ("Keep-Alive", "timeout=5"),
        ("X-Hop", "mine"),
        ("TE", "trailers"),
    ];
    let headers = [&headers[..], &[("Connection", "X-Hop")]].concat();
    assert_eq!(
        post(listener.address(), "/a?b=c", &headers, &body).status(),
        200
    );
    let request = sink.next();
    assert_eq!(request.body, body);
    assert_eq!(request.start, "POST /hook HTTP/1.1");
    let values = |name: &str| -> Vec<&str> {
        let fields = request.headers.iter();
        fields
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    };
    assert_eq!(values("content-type"), ["application/json; charset=x"]);
    assert_eq!(values("x-trace"), ["1", "2"]);
    assert_eq!(values("user-agent"), ["provider/1.0"]);
    assert_eq!(values("content-length"), ["10000"]);
    assert_eq!(values("host"), [sink.address().to_string()]);
    for gone in ["authorization", "cookie", "keep-alive", "x-hop", "te"] {
        assert_eq!(values(gone), [""; 0], "{gone}");
    }
    let line = next(&mut listener);
    assert_eq!(line["state"], "delivered");
    assert_eq!((&line["seq"], &line["status"]), (&1.into(), &200.into()));
}

#[test]
fn credentials_and_headers_for_the_target_are_sent() {
    let sandbox = Sandbox::new();
    let sink = Sink::asking_for("Basic ZW54Omh1bnRlcjI=");
    let args = [
        "--forward-user",
        "enx:hunter2",
        "--forward-header",
        "X-Trace: ours",
    ];
    let mut listener = forwarding(&sandbox, &sink.url(), &args);
    post(listener.address(), "/", &[("X-Trace", "theirs")], "{}");
    assert_eq!(next(&mut listener)["state"], "delivered");
    assert_eq!(sink.next().header("x-trace"), Some("ours"));
    let (run, _) = interrupt(listener);
    run.hides("hunter2");
}

#[test]
fn the_sender_does_not_wait_for_the_target() {
    let (sandbox, sink) = (Sandbox::new(), Sink::new(|_, _| Reply::Hang));
    let listener = forwarding(&sandbox, &sink.url(), &[]);
    for number in 0..20 {
        assert_eq!(listener.post(event("1", number)).status(), 200);
    }
    assert_eq!(told(&sink.next()), ("1".to_owned(), 0));
}

#[test]
fn sessions_are_in_order_each_whatever_time_the_target_takes() {
    const SESSIONS: usize = 12;
    const EVENTS: usize = 600;
    let sandbox = Sandbox::new();
    let sink = Sink::new(|_, _| {
        for _ in 0..fastrand::u32(..400) {
            thread::yield_now();
        }
        Reply::status(200)
    });
    let listener = forwarding(&sandbox, &sink.url(), &["--forward-concurrency", "16"]);
    let mut connection = Connection::to(listener.address());
    let mut sent = vec![Vec::new(); SESSIONS];
    for number in 0..EVENTS {
        let session = fastrand::usize(..SESSIONS);
        sent[session].push(number);
        let answer = connection.post(event(&session.to_string(), number));
        assert_eq!(answer.expect("an answer").status(), 200);
    }
    let arrived: Vec<_> = (0..EVENTS).map(|_| sink.next()).collect();
    let arrived = by_session(&arrived);
    for (session, numbers) in sent.iter().enumerate() {
        let empty = Vec::new();
        assert_eq!(arrived.get(&session.to_string()).unwrap_or(&empty), numbers);
    }
    let (_, summary) = interrupt(listener);
    assert_eq!(summary["forwarded"]["delivered"], EVENTS);
    assert_eq!(summary["forwarded"]["waiting"], 0);
    assert!(sink.rest().is_empty(), "each of them once");
}

#[test]
fn one_session_does_not_wait_for_another_and_none_is_a_session_of_its_own() {
    let sandbox = Sandbox::new();
    let (others_came, wait) = channel();
    let wait = Mutex::new(wait);
    // The first event of the first session is answered when those of others have come.
    let first = event("1", 0);
    let sink = Sink::new(move |_, request| {
        if request.body == first.as_bytes() {
            assert!(wait.lock().unwrap().recv_timeout(TOO_LONG).is_ok());
        } else if request.body == b"third" {
            others_came.send(()).unwrap();
        }
        Reply::status(200)
    });
    let listener = forwarding(&sandbox, &sink.url(), &["--forward-concurrency", "2"]);
    for body in [
        &event("1", 0),
        &event("1", 1),
        &event("2", 2),
        "first",
        "second",
        "third",
    ] {
        listener.post(body);
    }
    let (_, summary) = interrupt(listener);
    assert_eq!(summary["forwarded"]["delivered"], 6);
    let arrived = sink.rest();
    let at = |body: &str| {
        let found = arrived
            .iter()
            .position(|request| request.body == body.as_bytes());
        found.expect("it arrived")
    };
    // The third one's arrival let it go on, so only those before it must be before it.
    assert!(at("second") < at(&event("1", 1)));
    assert!(at(&event("1", 0)) < at(&event("1", 1)));
}

#[test]
fn people_see_status_and_time_and_of_a_failure_the_answer() {
    let sandbox = Sandbox::new();
    let sink = Sink::new(|number, _| match number {
        0 => Reply::Answer(
            500,
            Vec::new(),
            "{\"error\":\"no such\u{1b} room\"}".to_owned(),
        ),
        _ => Reply::status(200),
    });
    let url = sink.url();
    let args = [
        "--format",
        "line",
        "--forward",
        &url,
        "--forward-backoff",
        "1ms",
    ];
    let mut listener = crate::support::Listener::start(&sandbox, &args);
    listener.post(event("1", 0));
    // The event itself and what became of it are told by two threads.
    let mut lines = [listener.line(), listener.line(), listener.line()];
    lines.sort_by_key(|line| !line.contains(" metadata "));
    let [_, failed, delivered] = lines;
    assert!(
        failed.contains("forward  #1  metadata  500 in "),
        "{failed}"
    );
    assert!(
        failed.contains(r#"{"error":"no such\u{1b} room"}  next try in "#),
        "{failed}"
    );
    assert!(failed.trim_end().ends_with(" (1 of 5)"), "{failed}");
    assert!(
        delivered.contains("forward  #1  metadata  200 in "),
        "{delivered}"
    );
    assert!(!delivered.contains("status"), "{delivered}");
    listener.signal("INT");
    listener.ended().code(0).tells(" Forwarded 1.");
}

#[test]
fn a_filter_hides_what_became_of_what_it_hides() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let listener = forwarding(&sandbox, &sink.url(), &["--session", "2"]);
    for session in ["1", "2", "1"] {
        listener.post(event(session, 0));
    }
    let (run, summary) = interrupt(listener);
    assert_eq!(summary["forwarded"]["delivered"], 3);
    let lines = run.json_lines();
    let shown = lines.iter().filter(|line| line["kind"] != "summary");
    let sessions: Vec<_> = shown.map(|line| line["session"].clone()).collect();
    assert_eq!(sessions, ["2", "2"]);
}
