//! `validate`: exit codes, inputs, and the shape of what it says. What is said of each shape
//! of each event is tested with the verdicts.

mod bulk;
mod codes;
mod corpus;
mod fixing;
mod hostile;
mod inputs;
mod output;
mod places;
mod verdicts;

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Sandbox, record};

fn roomdrop(conf_num: &str) -> String {
    format!(
        "{{\"type\":\"roomdrop\",\"trans_date\":1731573916,\"app_id\":\"a1\",\
         \"room_id\":\"r1\",\"conf_num\":{conf_num}}}"
    )
}

/// A sandbox with a document for each verdict.
fn verdicts() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("valid.json", roomdrop("\"7\""));
    sandbox.write("warning.json", roomdrop("7"));
    sandbox.write("invalid.json", roomdrop("\"\""));
    sandbox.write(
        "unknown.json",
        roomdrop("\"7\"").replace("roomdrop", "roomdrip"),
    );
    sandbox
}

#[test]
fn only_invalid_documents_fail_and_under_strict_all_that_are_not_valid() {
    let sandbox = verdicts();
    for (verdict, code, strict) in [
        ("valid", 0, 0),
        ("warning", 0, 1),
        ("unknown", 0, 1),
        ("invalid", 1, 1),
    ] {
        let file = format!("{verdict}.json");
        sandbox.enx(&["validate", &file]).code(code).says(verdict);
        sandbox
            .enx(&["validate", &file, "--strict"])
            .code(strict)
            .says(verdict);
    }
}

#[test]
fn several_files_are_judged_each_and_the_worst_gives_the_exit_code() {
    let run = verdicts().enx(&["validate", "valid.json", "invalid.json", "warning.json"]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook validate valid.json invalid.json warning.json
    exit code 1
    -- stdout
    valid.json: roomdrop (enablex), valid
    error[empty-value]: an empty string where an identifier belongs
     --> invalid.json:1:84
      |
    1 | {"type":"roomdrop","trans_date":<Unix time>,"app_id":"a1","room_id":"r1","conf_num":""}
      |                                                                                    ^^
      |
    help: send an identifier

    invalid.json: roomdrop (enablex), invalid: 1 error

    warning[number-for-string]: a number; the documents show a string
     --> warning.json:1:84
      |
    1 | {"type":"roomdrop","trans_date":<Unix time>,"app_id":"a1","room_id":"r1","conf_num":7}
      |                                                                                    ^
      |
    help: put it in quotes: a number loses leading zeros, and digits beyond 2^53

    warning.json: roomdrop (enablex), warning: 1 warning

    -- stderr
    3 documents: 1 valid, 1 warning, 1 invalid
    "#);
}

#[test]
fn a_missing_file_is_named_the_others_are_judged_and_it_outweighs_an_invalid_one() {
    let args = [
        "validate",
        "nowhere.json",
        "invalid.json",
        "valid.json",
        "--format",
        "json",
    ];
    let run = verdicts().enx(&args);
    run.code(3).tells("error: cannot read nowhere.json");
    let verdicts: Vec<Value> = run
        .json_of("report")
        .iter()
        .map(|line| line["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["invalid", "valid"]);
}

#[test]
fn stdin_is_judged_like_a_file() {
    let sandbox = Sandbox::new();
    let call = sandbox.call(&["validate", "-", "--format", "json"]);
    let run = call
        .input(roomdrop("7") + "\n" + &roomdrop("\"7\"") + "\n")
        .run();
    let lines = run.code(0).json_of("report");
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["file"], &lines[1]["line"]),
        (&"stdin".into(), &2.into())
    );
}

#[test]
fn a_document_can_be_taken_for_an_event_whatever_it_says() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", roomdrop("\"7\""));
    let as_event =
        |name: &str| sandbox.enx(&["validate", "a.json", "--format", "json", "--as", name]);
    let report = as_event("recording").code(1).json_lines().remove(0);
    assert_eq!(report["event"], "recording");
    let report = as_event("enablex/roomdrop").code(0).json_lines().remove(0);
    assert_eq!(report["verdict"], "valid");
    assert_eq!(
        as_event("file-transfer").code(1).json_lines()[0]["event"],
        "file_transfer"
    );
    as_event("recordin")
        .code(2)
        .tells("did you mean `recording`?");
}

#[test]
fn the_report_has_the_documented_shape() {
    let sandbox = Sandbox::new();
    let text = "\n{\n  \"type\": \"roomdrop\",\n  \"trans_date\": \"1731573916\",\n  \"app_id\": \"a\",\n  \
                \"room_id\": \"r\",\n  \"conf_num\": \"\"\n}\n";
    sandbox.write("a.json", text);
    let report = sandbox
        .enx(&["validate", "a.json", "--format", "json"])
        .code(1)
        .json_lines()
        .remove(0);
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    let documented = [
        "kind", "file", "line", "provider", "event", "session", "verdict", "findings",
    ];
    assert_eq!(keys, documented);
    assert_eq!(report["kind"], "report");
    assert_eq!(
        (&report["file"], &report["line"]),
        (&"a.json".into(), &1.into())
    );
    assert_eq!(
        (&report["provider"], &report["event"]),
        (&"enablex".into(), &"roomdrop".into())
    );
    assert_eq!(report["verdict"], "invalid");
    let findings = report["findings"].as_array().unwrap();
    let places: Vec<_> = findings
        .iter()
        .map(|finding| {
            let keys: Vec<&String> = finding.as_object().unwrap().keys().collect();
            let documented = [
                "code", "severity", "pointer", "line", "column", "message", "help",
            ];
            assert_eq!(keys, documented);
            assert!(finding["message"].is_string());
            let text = |key: &str| finding[key].as_str().unwrap();
            (
                text("code"),
                text("severity"),
                text("pointer"),
                &finding["line"],
                &finding["column"],
            )
        })
        .collect();
    let (four, five) = (Value::from(4), Value::from(17));
    assert!(
        places.contains(&("string-for-number", "warning", "/trans_date", &four, &five)),
        "{places:?}"
    );
    assert!(
        places.contains(&("empty-value", "error", "/conf_num", &7.into(), &15.into())),
        "{places:?}"
    );
}

#[test]
fn a_record_is_told_by_its_line_and_its_number() {
    let sandbox = Sandbox::new();
    let lines = [record(17, &roomdrop("\"7\"")), record(18, "{}")];
    sandbox.write("log.jsonl", lines.join("\n") + "\n");
    let run = sandbox.enx(&["validate", "log.jsonl", "--format", "json"]);
    let lines = run.code(1).json_lines();
    for (line, (number, seq, verdict)) in lines.iter().zip([(1, 17, "valid"), (2, 18, "invalid")]) {
        assert_eq!(line["line"], number);
        assert_eq!(line["seq"], seq);
        assert_eq!(line["verdict"], verdict);
    }
    let run = sandbox.enx(&["validate", "log.jsonl"]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook validate log.jsonl
    exit code 1
    -- stdout
    log.jsonl:1 #17: roomdrop (enablex), valid
    error[missing-discriminator]: no `type` or `status`: this does not say which event it is
     --> log.jsonl:2: body 1:1
      |
    1 | {}
      | ^
      |
    help: every event names itself there; `enx-hook events` lists them

    log.jsonl:2 #18: invalid: 1 error

    -- stderr
    2 documents: 1 valid, 1 invalid
    ");
}

#[test]
fn the_same_document_gets_the_same_verdict_wherever_it_stands() {
    let sandbox = Sandbox::new();
    for conf_num in ["\"7\"", "7", "\"\"", "null"] {
        let body = roomdrop(conf_num);
        let pretty: Value = serde_json::from_str(&body).unwrap();
        sandbox.write(
            "pretty.json",
            serde_json::to_string_pretty(&pretty).unwrap(),
        );
        sandbox.write("lines.jsonl", format!("{body}\n"));
        sandbox.write("log.jsonl", record(1, &body) + "\n");
        let args = [
            "validate",
            "pretty.json",
            "lines.jsonl",
            "log.jsonl",
            "--format",
            "json",
        ];
        let lines = sandbox.enx(&args).json_of("report");
        let verdicts: Vec<&Value> = lines.iter().map(|line| &line["verdict"]).collect();
        assert_eq!(verdicts.len(), 3);
        assert!(
            verdicts.iter().all(|verdict| *verdict == verdicts[0]),
            "{verdicts:?}"
        );
    }
}

#[test]
fn an_empty_log_has_nothing_to_judge_and_that_is_said() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", "");
    let run = sandbox.enx(&["validate", "log.jsonl"]);
    // What checked nothing must not look like what passed.
    insta::assert_snapshot!(run, @r"
    $ enx-hook validate log.jsonl
    exit code 1
    -- stderr
    warning: the input has no document, so nothing was judged
    ");
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_without_an_error() {
    let sandbox = Sandbox::new();
    let line = roomdrop("\"\"") + "\n";
    sandbox.write("log.jsonl", line.repeat(3000));
    for format in ["json", "human"] {
        let mut child = sandbox
            .command(&["validate", "log.jsonl", "--format", format])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        drop(stdout);
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert!(!said.contains("error:"), "{said}");
        // All that it judged until then is invalid.
        assert_eq!(child.wait().unwrap().code(), Some(1));
    }
}
