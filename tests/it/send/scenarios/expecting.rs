//! What is expected of answers, and where it is told that it did not come.

use serde_json::Value;

use super::play;
use crate::support::{Nobody, Reply, Sandbox, Sink};

const SCENARIO: &str = r#"{
  "title": "A receiver that is strict",
  "steps": [
    { "event": "session_start" },
    { "name": "broken JSON", "text": "{", "validate": false, "expect": { "status": 400, "text": "syntax" } },
    { "event": "roomdrop", "expect": { "within": "0s" } },
    { "event": "chatdata", "expect": { "status": ["3xx", "4xx"] } }
  ]
}"#;

fn strict() -> Sink {
    Sink::new(
        |_, request| match serde_json::from_slice::<Value>(&request.body) {
            Ok(_) => Reply::status(200),
            Err(_) => Reply::Answer(400, Vec::new(), "a syntax <error>".to_owned()),
        },
    )
}

#[test]
fn what_is_not_as_expected_stands_in_a_table() {
    let (sandbox, sink) = (Sandbox::new(), strict());
    sandbox.write("s.json", SCENARIO);
    let run = play(&sandbox, &sink, "s.json", &[]);
    run.code(1).tells("4 sent").tells("2 not as expected");
    let table: Vec<&str> = run
        .out()
        .lines()
        .skip_while(|line| !line.starts_with("step  ") || !line.contains("expected"))
        .collect();
    assert_eq!(table.len(), 3, "{}", run.out());
    assert!(table[1].starts_with("3 ") && table[1].contains("within"));
    assert!(table[2].starts_with("4 ") && table[2].contains("status 3xx or 4xx"));
    assert!(table[2].ends_with("status 200"), "{}", table[2]);
}

#[test]
fn a_status_that_is_expected_is_well_whatever_it_is() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(404));
    sandbox.write(
        "s.json",
        r#"{"expect": {"status": 404}, "steps": [{"event": "roomdrop"}]}"#,
    );
    let run = play(&sandbox, &sink, "s.json", &[]);
    run.code(0).tells("all as expected");
    sandbox.write("s.json", r#"{"steps": [{"event": "roomdrop"}]}"#);
    play(&sandbox, &sink, "s.json", &[])
        .code(1)
        .says("status 2xx")
        .says("status 404");
}

#[test]
fn machines_are_told_the_same() {
    let (sandbox, sink) = (Sandbox::new(), strict());
    sandbox.write("s.json", SCENARIO);
    let run = play(&sandbox, &sink, "s.json", &["--format", "json"]);
    let lines = run.code(1).json_lines();
    let unmet: Vec<usize> = lines[..4]
        .iter()
        .map(|line| line["unmet"].as_array().unwrap().len())
        .collect();
    assert_eq!(unmet, [0, 0, 1, 1]);
    assert_eq!(lines[1]["step_name"], "broken JSON");
    let summary = &lines[4];
    assert_eq!(summary["kind"], "summary");
    assert_eq!(summary["unexpected"], 2);
    assert_eq!(summary["answered"]["200"], 3);
}

#[test]
fn reports_go_to_files_and_their_names_say_how() {
    let (sandbox, sink) = (Sandbox::new(), strict());
    sandbox.write("s.json", SCENARIO);
    play(&sandbox, &sink, "s.json", &["--report", "r.xml"]).code(1);
    let xml = sandbox.text("r.xml");
    for part in [
        "tests=\"4\"",
        "failures=\"2\"",
        "classname=\"broken JSON\"",
        "expected status 3xx or 4xx, came status 200",
    ] {
        assert!(xml.contains(part), "{part}: {xml}");
    }
    play(&sandbox, &sink, "s.json", &["--report", "r.json"]).code(1);
    let report: Value = serde_json::from_str(&sandbox.text("r.json")).unwrap();
    assert_eq!(report["summary"]["unexpected"], 2);
    assert_eq!(report["deliveries"].as_array().unwrap().len(), 4);
    let before = sink.rest().len();
    for wrong in ["r.html", "report", "gone/r.xml"] {
        let run = play(&sandbox, &sink, "s.json", &["--report", wrong]);
        run.code(if wrong.contains('/') { 3 } else { 2 })
            .tells(wrong);
    }
    assert_eq!((before, sink.rest().len()), (8, 0));
}

#[test]
fn a_plain_send_has_a_report_too() {
    let (sandbox, sink) = (Sandbox::new(), Sink::in_turn(&[200, 503]));
    let url = sink.url();
    let args = ["send", "session_start", "roomdrop", "--report", "r.xml"];
    sandbox.enx(&[&args[..], &["--url", &url]].concat()).code(1);
    let xml = sandbox.text("r.xml");
    assert!(xml.contains("tests=\"2\"") && xml.contains("failures=\"1\""));
    assert!(
        xml.contains("expected status 2xx, came status 503"),
        "{xml}"
    );
}

#[test]
fn a_target_that_is_away_ends_it_and_the_report_says_so() {
    let (sandbox, nobody) = (Sandbox::new(), Nobody::new());
    let url = nobody.url();
    let args = ["send", "--scenario", "storm", "--report", "r.xml", "--url"];
    let run = sandbox.enx(&[&args[..], &[&url]].concat());
    run.code(3).tells("connection refused").says("no answer");
    assert!(sandbox.text("r.xml").contains("failures=\"1\""));
}

#[test]
fn one_lost_answer_does_not_end_it() {
    let sandbox = Sandbox::new();
    // On a new connection: what a kept one loses is sent again.
    let sink = Sink::new(|number, _| match number {
        0 => Reply::Close,
        _ => Reply::status(200),
    });
    let run = play(&sandbox, &sink, "session", &[]);
    run.code(3)
        .tells("10 sent: 9 answered 200, 1 without an answer")
        .tells("1 not as expected");
}

#[test]
fn a_target_that_only_listens_ends_it_after_ten_posts() {
    let (sandbox, sink) = (Sandbox::new(), Sink::new(|_, _| Reply::Close));
    let run = play(&sandbox, &sink, "storm", &["--concurrency", "1"]);
    run.code(3).tells("10 sent: 10 without an answer");
    assert_eq!(sink.rest().len(), 10);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_what_was_done_is_told() {
    use crate::support::Running;

    let sandbox = Sandbox::new();
    let sink = Sink::new(|number, _| match number {
        0..3 => Reply::status(200),
        _ => Reply::Hang,
    });
    let url = sink.url();
    let args = ["send", "--scenario", "session", "--speed", "max"];
    let more = ["--report", "r.xml", "--url", &url];
    let running = Running::of(sandbox.call(&[&args[..], &more].concat()));
    for _ in 0..4 {
        sink.next();
    }
    running.signal("INT");
    let run = running.ended();
    run.code(130)
        .tells("interrupted: 3 sent: 3 answered 200")
        .says("roomdrop");
    let report = sandbox.text("r.xml");
    assert!(
        report.contains("tests=\"4\" skipped=\"0\" failures=\"1\""),
        "{report}"
    );
    assert!(report.contains("stopped before its end"), "{report}");
}

/// A scenario whose session is new in each run.
const TWICE: &str = r#"{
  "title": "A session",
  "steps": [
    { "event": "session_start" },
    { "name": "the end", "event": "session_stop" },
    { "event": "roomdrop" }
  ]
}"#;

/// A handler that answers with the session and a state.
fn handler(state: &'static str, status: u16) -> Sink {
    Sink::new(move |_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let status = if body["type"] == "session_stop" {
            status
        } else {
            200
        };
        let answer = format!(
            "{{\"session\": {}, \"state\": \"{state}\"}}",
            body["conf_num"]
        );
        Reply::Answer(status, Vec::new(), answer)
    })
}

#[test]
fn the_answers_of_an_earlier_run_are_expected_again() {
    let (sandbox, sink) = (Sandbox::new(), handler("kept", 409));
    sandbox.write("s.json", TWICE);
    play(&sandbox, &sink, "s.json", &["--report", "before.json"]).code(1);
    // A status that was not expected before is expected now, and the session is another one.
    let like = ["--expect-like", "before.json"];
    play(&sandbox, &sink, "s.json", &like)
        .code(0)
        .tells("all as expected");
    let count = ["--expect-like", "before.json", "--count", "2"];
    let run = play(&sandbox, &sink, "s.json", &count);
    run.code(1)
        .says("a delivery that is in the report")
        .tells("3 not as expected");

    let changed = handler("lost", 200);
    let args = [&like[..], &["--format", "json", "--report", "now.xml"]].concat();
    let run = play(&sandbox, &changed, "s.json", &args);
    let unmet: Vec<Value> = run
        .code(1)
        .json_of("delivery")
        .iter()
        .map(|line| line["unmet"].clone())
        .collect();
    let expected = "as in the report: {\"session\": \"{session}\", \"state\": \"kept\"}";
    assert_eq!(unmet[0][0]["expected"], expected);
    assert_eq!(
        unmet[1],
        serde_json::json!([{"expected": "status 409 as in the report", "came": "status 200"}])
    );
    assert!(sandbox.text("now.xml").contains("failures=\"3\""));
}

#[test]
fn a_run_that_lacks_deliveries_of_the_report_fails() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("s.json", TWICE);
    play(&sandbox, &sink, "s.json", &["--report", "before.json"]).code(0);
    sandbox.write(
        "s.json",
        r#"{"title": "Less", "steps": [{"event": "session_start"}]}"#,
    );
    let args = ["--expect-like", "before.json", "--report", "now.xml"];
    let run = play(&sandbox, &sink, "s.json", &args);
    run.code(1)
        .tells("2 deliveries of the report have no counterpart in this run");
    assert!(
        sandbox
            .text("now.xml")
            .contains("2 deliveries of the report have no counterpart")
    );
    // What the scenario expects by itself counts besides.
    let text = r#"{"title": "More", "steps": [
        {"event": "session_start", "expect": {"status": 201}}, {"event": "session_stop"}, {"event": "roomdrop"}]}"#;
    sandbox.write("s.json", text);
    let run = play(&sandbox, &sink, "s.json", &["--expect-like", "before.json"]);
    run.code(1).says("status 201").tells("1 not as expected");
}

#[test]
fn an_answer_that_was_missing_is_expected_to_be_missing() {
    let sandbox = Sandbox::new();
    sandbox.write("s.json", TWICE);
    let away = Sink::new(|_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        if body["type"] == "session_stop" {
            Reply::Close
        } else {
            Reply::status(200)
        }
    });
    play(&sandbox, &away, "s.json", &["--report", "before.json"]).code(3);
    let there = Sink::answering(200);
    let run = play(
        &sandbox,
        &there,
        "s.json",
        &["--expect-like", "before.json"],
    );
    run.code(1).says("no answer, as in the report");
}

#[test]
fn what_is_no_report_is_refused_before_anything_is_sent() {
    let (sandbox, sink) = (Sandbox::new(), Sink::unused());
    sandbox.write("s.json", TWICE);
    for (text, tells) in [
        ("", "EOF"),
        ("{\"deliveries\":[]}", "nothing was delivered"),
        (
            "{\"deliveries\":[{\"seq\":1,\"status\":200}]}",
            "missing field `step`",
        ),
        ("{\"log\":{}}", "missing field `deliveries`"),
    ] {
        sandbox.write("r.json", text);
        let run = play(&sandbox, &sink, "s.json", &["--expect-like", "r.json"]);
        run.code(2)
            .tells("r.json is not a report of a scenario")
            .tells(tells);
    }
    play(&sandbox, &sink, "s.json", &["--expect-like", "gone.json"])
        .code(3)
        .tells("gone.json");
    play(
        &sandbox,
        &sink,
        "s.json",
        &["--expect-like", "r.json", "--report", "r.json"],
    )
    .code(2);
    play(
        &sandbox,
        &sink,
        "s.json",
        &["--expect-like", "r.json", "--dry-run"],
    )
    .code(2);
    let url = sink.url();
    let run = sandbox.enx(&["send", "roomdrop", "--url", &url, "--expect-like", "r.json"]);
    run.code(2).tells("--scenario");
}
