//! How a replay ends: answers, silence, Ctrl-C.

use serde_json::Value;

use crate::support::{Nobody, Reply, Sandbox, Sink, record};

/// A sandbox with a log of that many captures.
fn log(count: u64) -> Sandbox {
    let sandbox = Sandbox::new();
    let line = |seq| record(seq, "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}") + "\n";
    sandbox.write("log.jsonl", (1..=count).map(line).collect::<String>());
    sandbox
}

#[test]
fn good_answers_end_well() {
    let sink = Sink::answering(204);
    let run = log(3).enx(&["replay", "log.jsonl", "--url", &sink.url()]);
    run.tells(&format!("replaying to {} (--url)", sink.url()));
    insta::assert_snapshot!(run, @r"
    $ enx-hook replay log.jsonl --url http://<peer>/hook
    exit code 0
    -- stdout
    #1  roomdrop  7  204 in <duration>
    #2  roomdrop  7  204 in <duration>
    #3  roomdrop  7  204 in <duration>
    -- stderr
    replaying to http://<peer>/hook (--url)
    3 sent: 3 answered 204
    ");
}

#[test]
fn a_bad_answer_is_a_negative_result_and_the_rest_is_sent() {
    let sink = Sink::in_turn(&[200, 500, 404, 200]);
    let run = log(4).enx(&["replay", "log.jsonl", "--url", &sink.url()]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook replay log.jsonl --url http://<peer>/hook
    exit code 1
    -- stdout
    #1  roomdrop  7  200 in <duration>
      {"status":200}
    #2  roomdrop  7  500 in <duration>
      {"status":500}
    #3  roomdrop  7  404 in <duration>
      {"status":404}
    #4  roomdrop  7  200 in <duration>
      {"status":200}
    -- stderr
    replaying to http://<peer>/hook (--url)
    4 sent: 2 answered 200, 1 answered 404, 1 answered 500
    "#);
    assert_eq!(sink.rest().len(), 4);
}

#[test]
fn no_answer_outweighs_a_bad_one() {
    let sink = Sink::new(|number, _| match number {
        // On a kept connection, and again on a new one.
        1 | 2 => Reply::Close,
        number => Reply::status(if number == 0 { 500 } else { 200 }),
    });
    let run = log(4).enx(&["replay", "log.jsonl", "--url", &sink.url()]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook replay log.jsonl --url http://<peer>/hook
    exit code 3
    -- stdout
    #1  roomdrop  7  500 in <duration>
      {"status":500}
    #2  roomdrop  7  no answer in <duration>: <peer> closed the connection without an answer
    #3  roomdrop  7  200 in <duration>
      {"status":200}
    #4  roomdrop  7  200 in <duration>
      {"status":200}
    -- stderr
    replaying to http://<peer>/hook (--url)
    4 sent: 2 answered 200, 1 answered 500, 1 without an answer
    "#);
    assert_eq!(sink.rest().len(), 5, "one lost connection does not end it");
}

#[test]
fn a_bad_line_and_no_answer_are_no_answer() {
    let sandbox = log(1);
    sandbox.write(
        "log.jsonl",
        format!("nonsense\n{}", sandbox.text("log.jsonl")),
    );
    let sink = Sink::new(|_, _| Reply::Hang);
    let url = sink.url();
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &url, "--timeout", "200ms"]);
    run.says("within 200 ms");
    insta::assert_snapshot!(run, @r"
    $ enx-hook replay log.jsonl --url http://<peer>/hook --timeout 200ms
    exit code 3
    -- stdout
    #1  roomdrop  7  no answer in <duration>: no answer from <peer> within <duration>
    -- stderr
    replaying to http://<peer>/hook (--url)
    warning: log.jsonl:1: neither a record nor JSON; skipped
    1 sent: 1 without an answer; 1 bad line skipped
    ");
}

#[test]
fn where_nothing_listens_one_try_is_enough() {
    let nobody = Nobody::new();
    let run = log(50).enx(&["replay", "log.jsonl", "--url", &nobody.url()]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook replay log.jsonl --url http://<peer>/hook
    exit code 3
    -- stderr
    replaying to http://<peer>/hook (--url)
    nothing was sent; stopped before log.jsonl:1
    error: connection refused by <peer>
      is the server running? nothing listens on <peer>
    ");
}

#[test]
fn json_tells_one_delivery_a_line_and_a_summary() {
    let sandbox = log(2);
    sandbox.write("bare.jsonl", "{\"type\":\"x\"}\nnonsense\n");
    let sink = Sink::in_turn(&[200, 500, 200]);
    let url = sink.url();
    let args = [
        "replay",
        "log.jsonl",
        "bare.jsonl",
        "--url",
        &url,
        "--format",
        "json",
    ];
    let run = sandbox.enx(&args);
    let lines = run.code(1).json_lines();
    assert_eq!(lines.len(), 4);
    let expected = [
        ("log.jsonl", 1, Some(1), "roomdrop", Some("7"), 200),
        ("log.jsonl", 2, Some(2), "roomdrop", Some("7"), 500),
        ("bare.jsonl", 1, None, "x", None, 200),
    ];
    for (line, (file, number, seq, event, session, status)) in lines.iter().zip(expected) {
        assert_eq!(line["kind"], "delivery");
        assert_eq!(line["file"], file);
        assert_eq!(line["line"], number);
        assert_eq!(line.get("seq").and_then(Value::as_u64), seq);
        assert_eq!(line["event"], event);
        assert_eq!(line["session"].as_str(), session);
        assert_eq!(line["url"], url);
        assert_eq!(line["status"], status);
        assert!(line["took_ms"].is_number());
        assert!(line["answer"].is_string());
        assert_eq!(line["error"], Value::Null);
    }
    let expected = serde_json::json!({
        "kind": "summary", "selected": 3, "sent": 3, "answered": {"200": 2, "500": 1},
        "unanswered": 0, "bad_lines": 1, "stopped_before": null,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(lines[3][field], *value, "{field}");
    }
    assert!(!run.err().contains(" sent: "), "{}", run.err());
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_the_middle_ends_it_with_a_summary() {
    use crate::support::Running;

    for format in ["human", "json"] {
        let sink = Sink::new(|number, _| match number {
            3 => Reply::Hang,
            _ => Reply::status(200),
        });
        let sandbox = log(50);
        let url = sink.url();
        let args = ["replay", "log.jsonl", "--url", &url, "--format", format];
        let running = Running::of(sandbox.call(&args));
        for _ in 0..=3 {
            sink.next();
        }
        running.signal("INT");
        let run = running.ended();
        run.code(130);
        assert_eq!(sink.rest(), []);
        if format == "json" {
            let lines = run.json_lines();
            let summary = lines.last().unwrap();
            assert_eq!(
                (&summary["kind"], &summary["sent"]),
                (&"summary".into(), &3.into())
            );
        } else {
            run.tells("3 sent: 3 answered 200");
        }
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_outweighs_whatever_went_wrong_before() {
    use crate::support::Running;

    let sink = Sink::new(|number, _| match number {
        0 => Reply::status(500),
        1 => Reply::Close,
        _ => Reply::Hang,
    });
    let sandbox = log(9);
    let running = Running::of(sandbox.call(&["replay", "log.jsonl", "--url", &sink.url()]));
    for _ in 0..3 {
        sink.next();
    }
    running.signal("TERM");
    running.ended().code(130);
}
