//! What a replay leaves besides its lines: files, annotations, a bar, a summary that names.

use serde_json::Value;

use crate::support::{Door, Reply, Run, Sandbox, Sink, record, record_with};

/// Three captures; the second is refused, the third gets no answer.
fn replay(args: &[&str], more: &[(&str, &str)]) -> (Sandbox, Sink, Run) {
    let sandbox = Sandbox::new();
    let headers = [("content-type", "application/json"), ("x-trace", "7")];
    let lines = [
        record_with(1, &headers, "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}"),
        record(2, "{\"type\":\"roomdrop\",\"conf_num\":\"8\"}"),
        record(3, "x").replace("\"body\":\"x\"", "\"body_base64\":\"/wA=\""),
    ];
    sandbox.write("log.jsonl", lines.join("\n") + "\n");
    let sink = Sink::new(|number, _| match number {
        1 => Reply::Answer(
            500,
            vec![("Content-Type", "text/plain".to_owned())],
            "no <room>\u{202e}".to_owned(),
        ),
        0 => Reply::status(200),
        // Also when it is sent again, as on a connection that was kept.
        _ => Reply::Close,
    });
    let url = sink.url() + "?a=1";
    let args = [
        &["replay", "log.jsonl", "--url", &url, "--user", "u:geheim"],
        args,
    ]
    .concat();
    let call = more
        .iter()
        .fold(sandbox.call(&args), |call, (name, value)| {
            call.env(name, value)
        });
    let run = call.run();
    run.code(3);
    (sandbox, sink, run)
}

#[test]
fn junit_names_each_capture_and_what_became_of_it() {
    let (sandbox, sink, _) = replay(&["--report", "out.xml"], &[]);
    let xml = sandbox.text("out.xml");
    let times = regex::Regex::new(r#"time="[0-9.]+""#).unwrap();
    let xml = times.replace_all(&xml, "time=\"*\"");
    let xml = xml.replace(&sink.address().to_string(), "HOST");
    insta::assert_snapshot!(xml, @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="enx-hook" tests="3" skipped="0" failures="2" errors="0">
        <testsuite name="replay of log.jsonl" tests="3" skipped="0" errors="0" failures="2" time="*">
            <properties>
                <property name="url" value="http://HOST/hook?a=1"/>
            </properties>
            <testcase name="#1 roomdrop 7" classname="log.jsonl" time="*"/>
            <testcase name="#2 roomdrop 8" classname="log.jsonl" time="*">
                <failure message="answered 500" type="answer">no &lt;room&gt;\u{202e}</failure>
            </testcase>
            <testcase name="#3 (no event)" classname="log.jsonl" time="*">
                <failure message="HOST closed the connection without an answer" type="no-answer"></failure>
            </testcase>
        </testsuite>
    </testsuites>
    "##);
}

#[test]
fn json_holds_what_the_lines_do() {
    let (sandbox, _, run) = replay(&["--report", "out.json", "--format", "json"], &[]);
    let report: Value = serde_json::from_str(&sandbox.text("out.json")).unwrap();
    let mut lines = run.json_lines();
    for line in &mut lines {
        line.as_object_mut().unwrap().remove("kind");
    }
    assert_eq!(report["deliveries"].as_array().unwrap()[..], lines[..3]);
    assert_eq!(report["summary"], lines[3]);
    assert_eq!(report["name"], "replay of log.jsonl");
}

#[test]
fn a_har_file_can_be_replayed_and_holds_no_password() {
    let (sandbox, first, _) = replay(&["--report", "out.har"], &[]);
    let text = sandbox.text("out.har");
    assert!(!text.contains("geheim") && !text.contains("dTpnZWhlaW0="));
    let har: Value = serde_json::from_str(&text).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap();
    let statuses: Vec<_> = entries
        .iter()
        .map(|entry| &entry["response"]["status"])
        .collect();
    assert_eq!(statuses, [200, 500, 0]);
    assert_eq!(
        entries[1]["response"]["content"]["text"],
        "no <room>\u{202e}"
    );
    assert_eq!(entries[1]["request"]["queryString"][0]["name"], "a");
    assert!(
        entries[2]["comment"]
            .as_str()
            .unwrap()
            .contains("closed the connection")
    );

    let sink = Sink::answering(200);
    sandbox
        .enx(&["replay", "out.har", "--url", &sink.url()])
        .code(0);
    let (before, again) = (first.rest(), sink.rest());
    // The last one was sent again on a new connection.
    assert_eq!(before.len(), 4);
    for (before, again) in before.iter().zip(&again) {
        assert_eq!(before.body, again.body);
        for name in ["content-type", "x-trace"] {
            assert_eq!(before.header(name), again.header(name));
        }
        assert_eq!(again.header("authorization"), None);
    }
}

#[test]
fn a_report_that_cannot_be_written_is_said_before_anything_is_sent() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("log.jsonl", "{}\n");
    let url = sink.url();
    for (report, code, said) in [
        ("out.txt", 2, "FILE.har"),
        ("out", 2, "FILE.json"),
        ("none/out.xml", 3, "cannot write the report none/out.xml"),
        ("none/out.json", 3, "cannot write the report none/out.json"),
    ] {
        let args = ["replay", "log.jsonl", "--url", &url, "--report", report];
        sandbox.enx(&args).code(code).tells(said);
    }
    assert_eq!(sink.rest(), []);
    // What stood there before is replaced as a whole, and nothing else is left behind.
    sandbox.write("out.json", "before");
    let args = ["replay", "log.jsonl", "--url", &url, "--report", "out.json"];
    sandbox.enx(&args).code(0);
    assert!(sandbox.text("out.json").starts_with("{\"name\":"));
    let names = std::fs::read_dir(sandbox.path("")).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["home", "log.jsonl", "out.json"]);
}

#[test]
fn on_github_failures_are_annotated_beside_the_data() {
    let (_, _, run) = replay(&["--format", "json"], &[("GITHUB_ACTIONS", "true")]);
    assert_eq!(run.json_lines().len(), 4);
    run.tells(
        "::error file=log.jsonl,line=2,title=replay%3A roomdrop #2::answered 500%0Ano <room>\\u{202e}",
    )
    .tells("::error file=log.jsonl,line=3,title=replay%3A (no event) #3::no answer%0A");
    assert_eq!(run.err().matches("::error").count(), 2);
    let (_, _, run) = replay(&[], &[("GITHUB_ACTIONS", "")]);
    assert!(!run.err().contains("::error"));
}

/// A log of that many captures without an event.
fn many(count: u64) -> Sandbox {
    let sandbox = Sandbox::new();
    let lines = (1..=count).map(|seq| record(seq, "{}") + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
    sandbox
}

#[test]
fn many_annotations_are_cut_where_github_would_cut_them() {
    let (sandbox, sink) = (many(30), Sink::answering(500));
    let call = sandbox.call(&["replay", "log.jsonl", "--url", &sink.url()]);
    let run = call.env("GITHUB_ACTIONS", "true").run();
    assert_eq!(run.err().matches("::error").count(), 10);
    run.tells("further failures are in the log");
}

#[test]
fn of_many_failures_only_the_first_are_shown_and_named() {
    let sink = Sink::answering(500);
    let sandbox = many(130);
    let url = sink.url();
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &url]);
    run.code(1)
        .says("#100  (no event)  500")
        .tells("further failures are only counted")
        .tells("\n  #10  (no event)  500  {\"status\":500}\n  and 120 more that failed\n");
    assert!(!run.out().contains("#101 "));
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &url, "--verbose"]);
    run.code(1).says("#130  (no event)  500");
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &url, "--format", "json"]);
    let summary = run.json_lines().pop().unwrap();
    assert_eq!(summary["failed"].as_array().unwrap().len(), 10);
    assert_eq!(summary["failed"][0]["text"], "{\"status\":500}");
    assert_eq!(summary["slowest"].as_array().unwrap().len(), 3);
}

#[test]
fn of_many_bad_lines_only_the_first_are_named() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("log.jsonl", "{}\n".to_owned() + &"nonsense\n".repeat(300));
    let url = sink.url();
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &url]);
    run.code(1)
        .tells("log.jsonl:101: ")
        .tells("further lines that cannot be read are only counted")
        .tells("300 bad lines skipped");
    assert!(!run.err().contains("log.jsonl:102: "));
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &url, "--verbose"]);
    run.code(1).tells("log.jsonl:301: ");
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_a_bar_shows_how_far_it_is_and_leaves_no_trace() {
    use crate::support::Terminal;

    let sink = Sink::new(|number, _| Reply::status(if number == 30 { 500 } else { 200 }));
    let sandbox = many(150);
    let line = format!(
        "stty cols 80 rows 24; enx-hook replay log.jsonl --rate 75/s --url {} > out; echo \"code $?\"",
        sink.url()
    );
    let mut terminal = Terminal::run(&sandbox, &line, &[]);
    terminal.wait_for("/150");
    terminal.wait_for("/s ");
    terminal.wait_for("left");
    terminal.wait_for("1 failed");
    terminal.wait_for("150 sent: 149 answered 200, 1 answered 500");
    terminal.wait_for("code 1");
    let quiet = sandbox.enx(&["replay", "log.jsonl", "--url", &sink.url()]);
    assert!(!quiet.err().contains('\r') && !quiet.err().contains("=>"));
}

#[test]
fn an_archive_holds_no_value_of_a_header_that_was_given() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("one.jsonl", "{\"type\":\"roomdrop\"}\n");
    let url = sink.url().replace("://", "://u:geheim@");
    let args = ["replay", "one.jsonl", "--url", &url, "--report", "r.har"];
    let given = ["-H", "X-Api-Key: geheim", "-H", "Content-Type: a/b"];
    sandbox.enx(&[&args[..], &given].concat()).code(0);
    assert_eq!(sink.next().header("x-api-key"), Some("geheim"));
    let text = sandbox.text("r.har");
    assert!(!text.contains("geheim"), "{text}");
    assert!(text.contains("x-api-key") && text.contains("a/b"), "{text}");
}

#[test]
fn a_run_that_sent_nothing_or_not_all_is_no_green_report() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", record(1, "{\"type\":\"roomdrop\"}") + "\n");
    let gone = Door::closed();
    for (more, code, kind) in [
        (&["--retries", "0"][..], 3, "stopped"),
        (&["--event", "recording"], 1, "nothing"),
    ] {
        let url = gone.url();
        let args = ["replay", "log.jsonl", "--url", &url, "--report", "r.xml"];
        sandbox.enx(&[&args[..], more].concat()).code(code);
        let xml = sandbox.text("r.xml");
        assert!(
            xml.contains("tests=\"1\" skipped=\"0\" failures=\"1\""),
            "{xml}"
        );
        assert!(
            xml.contains("name=\"the whole run\" classname=\"replay\""),
            "{xml}"
        );
        assert!(xml.contains(&format!("type=\"{kind}\"")), "{xml}");
    }
}
