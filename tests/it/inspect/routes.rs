//! What each route answers.

use std::fs;

use serde_json::Value;

use super::page::{Page, error, object, problems};
use crate::support::{Sandbox, record, record_with};

fn event(name: &str, session: &str, more: &str) -> String {
    format!("{{\"type\":\"{name}\",\"conf_num\":\"{session}\"{more}}}")
}

/// A log with two sessions, a copy, and something that is no event.
fn log(sandbox: &Sandbox) {
    let bodies = [
        event("session_start", "1001", ""),
        event("session_stop", "1001", ""),
        event("session_start", "1002", ""),
        event("session_stop", "1001", ""),
        "[1, 2".to_owned(),
        event("roomdrop", "1002", ",\"n\":12345678901234567890"),
    ];
    let lines = (1..)
        .zip(&bodies)
        .map(|(seq, body)| record(seq, body) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
}

fn ids(list: &Value) -> Vec<u64> {
    let rows = list["rows"].as_array().expect("rows").iter();
    rows.map(|row| row["id"].as_u64().expect("an id")).collect()
}

#[test]
fn a_list_has_the_last_first_in_pages_and_a_query_selects() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let all = page.json("/v1/captures", "captures");
    assert_eq!(
        (ids(&all), &all["next"]),
        (vec![6, 5, 4, 3, 2, 1], &Value::Null)
    );
    assert_eq!((&all["total"], &all["matched"]), (&6.into(), &6.into()));
    assert_eq!(all["rows"][2]["duplicate_of"], 2);
    assert_eq!(all["rows"][0]["missing_before"][0], "session_stop");
    let first = page.json("/v1/captures?limit=4", "captures");
    assert_eq!((ids(&first), &first["next"]), (vec![6, 5, 4, 3], &3.into()));
    let second = page.json("/v1/captures?limit=4&before=3", "captures");
    assert_eq!((ids(&second), &second["next"]), (vec![2, 1], &Value::Null));
    for (query, expected) in [
        ("session:1001", vec![4, 2, 1]),
        ("is:duplicate", vec![4]),
        ("-event:*+verdict:invalid", vec![5]),
        ("seq:2..3", vec![3, 2]),
        ("body:%2267890%22", vec![6]),
        ("%2Fn%3E5", vec![6]),
        ("session:1002+body:%22start%22", vec![3]),
        ("is:duplicate+body:%22stop%22", vec![4]),
    ] {
        let found = page.json(&format!("/v1/captures?q={query}"), "captures");
        assert_eq!(ids(&found), expected, "{query}");
        assert_eq!(found["matched"], expected.len(), "{query}");
        // Again, from what is remembered.
        let again = page.json(&format!("/v1/captures?q={query}&limit=1"), "captures");
        assert_eq!(ids(&again), expected[..1], "{query}");
    }
    let code = all["rows"][1]["codes"][0].as_str().unwrap();
    let found = page.json(&format!("/v1/captures?q=code:{code}"), "captures");
    assert_eq!(ids(&found), [5]);
    let paged = page.json("/v1/captures?q=session:1001&offset=1&limit=1", "captures");
    assert_eq!(ids(&paged), [2]);
}

#[test]
fn one_capture_is_what_log_show_says_and_its_lines_are_those_of_the_terminal() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    for id in 1..=6 {
        let detail = page.json(&format!("/v1/captures/{id}"), "capture");
        let shown = sandbox.enx(&["log", "show", &id.to_string(), "--format", "json"]);
        let shown: Value = serde_json::from_str(shown.code(0).out()).unwrap();
        for (name, value) in shown.as_object().unwrap() {
            assert_eq!(&detail[name], value, "{id}: {name}");
        }
        let lines = detail["lines"].as_array().unwrap().iter();
        let text: Vec<String> = lines
            .map(|line| {
                let spans = line["spans"].as_array().unwrap().iter();
                spans.map(|span| span["text"].as_str().unwrap()).collect()
            })
            .collect();
        let terminal = sandbox.enx(&["log", "show", &id.to_string(), "--utc"]);
        let terminal = terminal.code(0).out().to_owned();
        // The server's zone is that of the terminal; a time of day may differ from UTC.
        for line in text.iter().filter(|line| !line.contains("//")) {
            assert!(
                terminal.contains(&format!("\n  {line}\n")),
                "{id}: {line}\n{terminal}"
            );
        }
    }
    let last = page.json("/v1/captures/6", "capture");
    assert!(
        last["body"]
            .as_str()
            .unwrap()
            .contains("12345678901234567890")
    );
    assert_eq!(
        (&last["previous_id"], &last["next_id"]),
        (&5.into(), &Value::Null)
    );
    assert_eq!(last["previous_in_session"], 3);
    let findings = last["findings"].as_array().unwrap();
    let marked = last["lines"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|line| line["spans"].as_array().unwrap());
    for span in marked.filter(|span| !span["finding"].is_null()) {
        let finding = &findings[usize::try_from(span["finding"].as_u64().unwrap()).unwrap()];
        assert!(finding["pointer"].is_string());
    }
}

#[test]
fn a_body_comes_as_it_was_received_as_a_file() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "log.jsonl",
        record_with(1, &[], "<script>\u{202e}</script>") + "\n",
    );
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let raw = page.get("/v1/captures/1/raw");
    assert_eq!(raw.body, "<script>\u{202e}</script>".as_bytes());
    assert_eq!(raw.header("content-type"), Some("application/octet-stream"));
    let how = raw.header("content-disposition");
    assert_eq!(how, Some("attachment; filename=\"capture-1.bin\""));
    let detail = page.json("/v1/captures/1", "capture");
    assert_eq!(
        detail["lines"][0]["spans"][0]["text"],
        "<script>\\u{202e}</script>"
    );
}

#[test]
fn sessions_and_timelines_are_those_of_log_with_rows_for_what_has_not_come() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let list = page.json("/v1/sessions", "sessions");
    assert_eq!(list["sessions"][0]["session"], "1002");
    assert_eq!(list["sessions"][1]["duplicates"], 1);
    let listed = sandbox.enx(&["log", "sessions", "--format", "json"]);
    let listed: Vec<Value> = listed
        .code(0)
        .out()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (index, other) in [(0, 1), (1, 0)] {
        for (name, value) in listed[index]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| *name != "kind")
        {
            assert_eq!(&list["sessions"][other][name], value, "{name}");
        }
    }
    let missing = page.json("/v1/sessions?state=missing", "sessions");
    for session in missing["sessions"].as_array().unwrap() {
        assert_eq!(session["state"], "missing");
    }
    assert_eq!(
        page.error("/v1/sessions?state=odd"),
        (400, "request".to_owned())
    );
    let timeline = page.json("/v1/sessions/1001", "timelines");
    let timed = sandbox.enx(&["log", "timeline", "1001", "--format", "json"]);
    let timed: Vec<Value> = timed
        .code(0)
        .out()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let steps = timeline["timelines"][0]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), timed.len() - 1);
    for (step, other) in steps.iter().zip(&timed) {
        for (name, value) in other
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| *name != "kind")
        {
            assert_eq!(&step[name], value, "{name}");
        }
    }
    assert!(
        steps
            .iter()
            .any(|step| step["id"].is_null() && step["why"].is_string())
    );
    assert_eq!(
        page.error("/v1/sessions/none"),
        (404, "not-found".to_owned())
    );
}

#[test]
fn sessions_with_problems_are_listed_and_counted() {
    let sandbox = Sandbox::new();
    problems(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let list = page.json("/v1/sessions?state=problems", "sessions");
    let listed = list["sessions"].as_array().unwrap().iter();
    let listed: Vec<_> = listed
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            let count = |name: &str| one[name].as_u64().unwrap();
            let (session, state) = (text("session"), text("state"));
            (session, state, count("invalid"), count("duplicates"))
        })
        .collect();
    let expected = [
        ("3005", "complete", 0, 1),
        ("3004", "complete", 1, 0),
        ("3003", "out-of-order", 0, 0),
        ("3002", "missing", 0, 0),
    ];
    let expected = expected.map(|(session, state, invalid, duplicates)| {
        (session.to_owned(), state.to_owned(), invalid, duplicates)
    });
    assert_eq!(listed, expected);
    // The program counts sessions every two seconds.
    let mut status = page.json("/v1/status", "status");
    while status["sessions"]["sessions"] != 5 {
        status = page.json("/v1/status", "status");
    }
    assert_eq!(status["sessions"]["problems"], 4);
    let list = page.json("/v1/sessions", "sessions");
    assert_eq!(list["summary"]["problems"], 4);
    let some = page.json("/v1/sessions?state=problems&limit=1", "sessions");
    assert_eq!(some["next"], 1);
}

#[test]
fn a_step_names_the_capture_that_it_follows_or_came_after() {
    let sandbox = Sandbox::new();
    problems(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let steps = |session: &str| {
        let found = page.json(&format!("/v1/sessions/{session}"), "timelines");
        found["timelines"][0]["steps"].as_array().unwrap().clone()
    };
    let gone = steps("3002");
    let missing = gone.iter().find(|step| step["standing"] == "missing");
    let missing = missing.expect("the roomdrop is missing");
    assert_eq!(
        (&missing["event"], &missing["follows"]),
        (&"roomdrop".into(), &5.into())
    );
    let others = gone.iter().filter(|step| step["standing"] != "missing");
    assert!(others.map(|step| &step["follows"]).all(Value::is_null));
    let late = steps("3003");
    assert_eq!(late[0]["out_of_order_after"], Value::Null);
    assert_eq!(late[1]["out_of_order_after"], 7);
    // The documents name no event after which a session_stop comes: it follows the start.
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let found = page.json("/v1/sessions/1002", "timelines");
    let steps = found["timelines"][0]["steps"].as_array().unwrap();
    let stop = steps.iter().find(|step| step["event"] == "session_stop");
    assert_eq!(stop.expect("a step")["follows"], 3);
}

#[test]
fn a_diff_says_whether_the_bodies_are_identical() {
    let sandbox = Sandbox::new();
    problems(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    for (target, identical) in [
        ("/v1/diff?a=15&b=16", true),
        ("/v1/diff?a=1&b=4", false),
        ("/v1/diff?a=1&sample=1", false),
    ] {
        assert_eq!(
            page.json(target, "diff")["identical"],
            identical,
            "{target}"
        );
    }
}

#[test]
fn differences_are_those_of_log_diff() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    for (target, args) in [
        ("/v1/diff?a=1&b=6", vec!["1", "6"]),
        ("/v1/diff?a=1&b=3&exact=1", vec!["1", "3", "--exact"]),
        ("/v1/diff?a=6&sample=1", vec!["6", "--sample"]),
        (
            "/v1/diff?session=1001&other=1002",
            vec!["--session", "1001", "1002"],
        ),
    ] {
        let found = page.json(target, "diff");
        let differences = found["differences"].as_array().unwrap();
        let args = [vec!["log", "diff"], args, vec!["--format", "json"]].concat();
        let said = sandbox.enx(&args);
        let said: Vec<Value> = said
            .out()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(differences.len(), said.len() - 1, "{target}");
        for (one, other) in differences.iter().zip(&said) {
            for name in ["part", "event", "pointer", "change", "a", "b"] {
                assert_eq!(one[name], other[name], "{target} {name}");
            }
        }
    }
    assert_eq!(page.error("/v1/diff?a=1"), (400, "request".to_owned()));
    assert_eq!(
        page.error("/v1/diff?a=1&b=99"),
        (404, "not-found".to_owned())
    );
}

#[test]
fn a_verdict_is_said_of_any_text() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", "");
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let verdict = |body: &str| -> Value {
        let text = serde_json::json!({ "body": body }).to_string();
        object(&page.post("/v1/verdict", &text).body)
    };
    let said = verdict("{\"type\":\"roomdrop\",}");
    assert_eq!(
        (&said["kind"], &said["verdict"]),
        (&"report".into(), &"invalid".into())
    );
    let codes: Vec<_> = said["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["code"])
        .collect();
    assert!(codes.contains(&&Value::from("trailing-comma")), "{codes:?}");
    let sample = sandbox.enx(&["events", "roomdrop", "--sample"]);
    assert_eq!(verdict(sample.code(0).out())["verdict"], "valid");
    assert_eq!(
        error(&page.post("/v1/verdict", "{\"bdy\":1}")),
        (400, "request".to_owned())
    );
    let large = format!("{{\"body\":\"{}\"}}", "x".repeat(17 * 1024 * 1024));
    assert_eq!(
        error(&page.post("/v1/verdict", &large)),
        (413, "too-large".to_owned())
    );
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let wrong = page.json("/v1/captures?q=event:roomdrop+%28", "error");
    assert_eq!(
        (&wrong["code"], &wrong["column"]),
        (&"query".into(), &17.into())
    );
    for (target, expected) in [
        ("/v1/captures/7", (404, "not-found")),
        ("/v1/captures/0", (404, "not-found")),
        ("/v1/captures/-1", (400, "request")),
        ("/v1/captures/1x", (400, "request")),
        ("/v1/captures/99999999999999999999", (400, "request")),
        ("/v1/captures/1/", (404, "not-found")),
        ("/v1/captures?limt=3", (400, "request")),
        ("/v1/captures?limit=3&limit=4", (400, "request")),
        ("/v1/captures?q=%ff", (400, "request")),
        ("/v1/verdict", (405, "method")),
        ("/v1/", (404, "not-found")),
        ("/v2/status", (404, "not-found")),
    ] {
        let (status, code) = expected;
        assert_eq!(page.error(target), (status, code.to_owned()), "{target}");
    }
    assert_eq!(
        error(&page.post("/v1/status", "{}")),
        (405, "method".to_owned())
    );
}

#[cfg(unix)]
#[test]
fn rotated_and_packed_parts_are_read_and_what_retention_deletes_is_gone() {
    let sandbox = Sandbox::new();
    let args = [
        "--rotate",
        "4KiB",
        "--rotate-gzip",
        "--keep",
        "3",
        "--sync",
        "os",
    ];
    let (listener, page) = Page::beside(&sandbox, &args);
    let mut last = 0;
    // Old parts are deleted beside the listener, and the page looks for that every 2 s.
    while last < 80 || page.json("/v1/status", "status")["first_id"] == 1 {
        last += 1;
        listener.post(event("roomdrop", &last.to_string(), ""));
    }
    page.wait(|status| status["last_id"] == last);
    assert_eq!(page.error("/v1/captures/1"), (410, "gone".to_owned()));
    listener.signal("INT");
    listener.ended().code(0);
    assert!(fs::read_dir(sandbox.path("")).unwrap().any(|file| {
        let path = file.unwrap().path();
        path.extension().is_some_and(|extension| extension == "gz")
    }));
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let found = ids(&page.json("/v1/captures?limit=500", "captures"));
    let first = *found.last().unwrap();
    assert!(first > 1 && found.len() > 10, "{found:?}");
    assert_eq!(found, (first..=last).rev().collect::<Vec<_>>());
    for id in &found {
        let raw = page.get(&format!("/v1/captures/{id}/raw"));
        let expected = event("roomdrop", &id.to_string(), "");
        assert_eq!(raw.body, expected.into_bytes());
    }
    let by_body = page.json(&format!("/v1/captures?q=body:%22{first}%22"), "captures");
    assert!(ids(&by_body).contains(&first));
    assert_eq!(page.error("/v1/captures/1"), (410, "gone".to_owned()));
    let never = format!("/v1/captures/{}", last + 1);
    assert_eq!(page.error(&never), (404, "not-found".to_owned()));
}

#[test]
fn a_log_that_something_else_writes_is_followed() {
    use std::io::Write as _;
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let mut events = page.stream("");
    assert_eq!(events.next_of("hello").id, Some(6));
    let file = fs::OpenOptions::new()
        .append(true)
        .open(sandbox.path("log.jsonl"));
    writeln!(
        file.unwrap(),
        "{}",
        record(7, &event("roomdrop", "1002", ""))
    )
    .unwrap();
    let row = events.next_of("capture").data;
    assert_eq!((&row["id"], &row["session"]), (&7.into(), &"1002".into()));
    let status = page.json("/v1/status", "status");
    assert_eq!(
        (&status["captures"], &status["unread_count"]),
        (&7.into(), &0.into())
    );
}

#[test]
fn a_har_file_is_read_and_written_and_read_again() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    let (_running, page) = Page::inspecting(&sandbox, &["log.jsonl"]);
    let har = page.get("/v1/har?q=session:1001");
    assert_eq!(
        har.header("content-disposition"),
        Some("attachment; filename=\"captures.har\"")
    );
    sandbox.write("some.har", &har.body);
    let (_other, page) = Page::inspecting(&sandbox, &["some.har", "log.jsonl"]);
    let list = page.json("/v1/captures", "captures");
    assert_eq!(ids(&list), (1..=9).rev().collect::<Vec<_>>());
    assert_eq!(list["rows"][8]["name"], "some.har#1");
    assert_eq!(list["rows"][0]["name"], "log.jsonl#6");
    assert_eq!(page.json("/v1/captures/9", "capture")["event"], "roomdrop");
    let first = page.json("/v1/captures/1", "capture");
    assert_eq!(first["body"], event("session_start", "1001", ""));
    let found = page.json("/v1/captures?q=body:%2267890%22", "captures");
    assert_eq!(ids(&found), [9]);
    let some = page.get("/v1/har?ids=2,9");
    let some: Value = serde_json::from_slice(&some.body).unwrap();
    assert_eq!(some["log"]["entries"].as_array().unwrap().len(), 2);
}

#[test]
fn hostile_bodies_come_as_text_without_a_treacherous_character() {
    let sandbox = Sandbox::new();
    let (listener, page) = Page::beside(&sandbox, &[]);
    let bodies: Vec<Vec<u8>> = vec![
        b"<script>alert(1)</script>".to_vec(),
        b"<svg onload=alert(1)>".to_vec(),
        br#"{"type":"javascript:alert(1)","conf_num":"\u202e\u0000<img src=x>"}"#.to_vec(),
        "{\"type\":\"\u{202e}x\u{200b}\",\"a\":1,\"a\":2}".into(),
        b"\xff\xfe\x00broken".to_vec(),
        b"a\0b".to_vec(),
        br#"{"type":"x","n":9223372036854775808,"m":1e400,"k":-0}"#.to_vec(),
        format!("{{\"type\":\"x\",\"s\":\"{}\"}}", "y".repeat(2_000_000)).into_bytes(),
        format!(
            "{{{}}}",
            (0..30_000)
                .map(|n| format!("\"k{n}\":1"))
                .collect::<Vec<_>>()
                .join(",")
        )
        .into_bytes(),
        vec![b'['; 20_000],
        Vec::new(),
    ];
    for body in &bodies {
        listener.post(body);
    }
    page.wait(|status| status["captures"] == bodies.len());
    for (id, body) in (1..).zip(&bodies) {
        for full in ["", "?full=1"] {
            let answer = page.get(&format!("/v1/captures/{id}{full}"));
            assert_eq!(answer.status(), 200);
            assert!(
                answer.body.len() < 20_000_000,
                "{id}: {}",
                answer.body.len()
            );
            let detail = object(&answer.body);
            let lines = detail["lines"].as_array().unwrap();
            assert!(lines.len() <= 20_300, "{id}: {}", lines.len());
            for span in lines
                .iter()
                .flat_map(|line| line["spans"].as_array().unwrap())
            {
                let text = span["text"].as_str().unwrap();
                assert!(
                    !text.contains(['\u{202e}', '\u{200b}', '\0', '\n', '\u{1b}']),
                    "{id}: {text}"
                );
            }
        }
        assert_eq!(&page.get(&format!("/v1/captures/{id}/raw")).body, body);
    }
    let rows = page.json("/v1/captures", "captures");
    let third = &rows["rows"][bodies.len() - 4];
    assert_eq!(third["shown"]["event"], "\\u{202e}x\\u{200b}");
}
