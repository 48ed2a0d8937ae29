//! `schemas/output.schema.json` against what the commands print under `--format json`.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value, json};

#[cfg(unix)]
use crate::support::Listener;
use crate::support::{Sandbox, Sink};

/// The schema, ready to judge the lines of the commands.
struct Output {
    objects: Vec<Object>,
    whole: Validator,
}

/// One of the schema's objects.
struct Object {
    kind: String,
    commands: Vec<String>,
    validator: Validator,
}

impl Output {
    fn new() -> Output {
        let text = include_str!("../../../schemas/output.schema.json");
        let schema: Value = serde_json::from_str(text).unwrap();
        let references = schema["oneOf"].as_array().unwrap().iter();
        let objects = references.map(|reference| {
            let name = reference["$ref"].as_str().unwrap();
            let object = schema.pointer(name.trim_start_matches('#')).unwrap();
            let commands = object["x-commands"].as_array().unwrap().iter();
            let mut alone = schema.clone();
            alone.as_object_mut().unwrap().remove("oneOf");
            alone["$ref"] = json!(name);
            Object {
                kind: object["properties"]["kind"]["const"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
                commands: commands
                    .map(|command| command.as_str().unwrap().to_owned())
                    .collect(),
                validator: jsonschema::draft202012::new(&alone).unwrap(),
            }
        });
        Output {
            objects: objects.collect(),
            whole: jsonschema::draft202012::new(&schema).unwrap(),
        }
    }

    /// What is wrong with a line of that command.
    fn faults(&self, command: &str, line: &Value) -> Vec<String> {
        let kind = line["kind"].as_str().unwrap_or_default();
        let object = self.objects.iter().find(|object| {
            object.kind == kind && object.commands.iter().any(|known| known == command)
        });
        let Some(object) = object else {
            return vec![format!("{command} has no kind `{kind}` in the schema")];
        };
        let errors = object.validator.iter_errors(line);
        let mut faults: Vec<String> = errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        // No two objects may be taken for each other.
        if faults.is_empty() && !self.whole.is_valid(line) {
            faults.push("it is not exactly one of the objects".to_owned());
        }
        faults
    }

    /// That every line is as the schema says; returns the kinds that were seen.
    #[track_caller]
    fn check(&self, command: &str, lines: &[Value]) -> BTreeSet<String> {
        assert!(!lines.is_empty(), "{command} printed nothing");
        for line in lines {
            let faults = self.faults(command, line);
            assert!(faults.is_empty(), "{faults:#?}\n{line}");
        }
        let kinds = lines.iter().filter_map(|line| line["kind"].as_str());
        kinds.map(str::to_owned).collect()
    }
}

/// A record as `listen` writes it.
fn record(seq: u64, body: &Value) -> String {
    let record = json!({
        "enx_hook": 1, "seq": seq, "received_at": "2026-11-20T14:03:22.118042Z",
        "peer": "127.0.0.1:53122", "method": "POST", "target": "/hook",
        "headers": [["content-type", "application/json"]], "body": body.to_string(),
    });
    format!("{record}\n")
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let odd = json!({"type": "roomdrop", "trans_date": "1713600000", "conf_key": "7", "x": 1});
    let new = json!({"type": "newcomer", "conf_num": "7"});
    sandbox.write(
        "log.jsonl",
        record(1, &odd) + &record(2, &new) + "{\"enx_hook\":1,\n",
    );
    sandbox.write("bare.jsonl", "{\"status\":\"upload_failed\"}\n{}\n");
    sandbox.write("broken.json", "{“type”: “roomdrop”,}");
    sandbox
}

#[cfg(unix)]
#[test]
fn listen_prints_what_the_schema_says() {
    let sandbox = Sandbox::new();
    let output = Output::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    let mut lines = vec![listener.json_of("ready")];
    for body in [&b"{\"type\":\"roomdrop\"}"[..], b"{", b"\xff\x00"] {
        listener.post(body);
        lines.push(listener.json_of("capture"));
    }
    crate::support::post_raw(
        listener.address(),
        b"DELETE /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    lines.push(listener.json_of("refused"));
    crate::support::post_raw(listener.address(), b"\x16\x03\x01\r\n\r\n");
    lines.push(listener.json_of("problem"));
    listener.signal("INT");
    let run = listener.ended();
    run.code(0);
    lines.extend(run.json_lines());
    let kinds = output.check("listen", &lines);
    let expected = ["capture", "problem", "ready", "refused", "summary"];
    assert_eq!(kinds, expected.map(str::to_owned).into());
}

/// Nobody reads stdout until more has come than the display and the pipe hold.
#[cfg(unix)]
#[test]
fn listen_says_how_much_it_did_not_show() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::holding(&sandbox, &["--no-log", "--format", "json"]);
    let mut connection = listener.connect();
    let body = format!("{{\"x\":\"{}\"}}", "y".repeat(200));
    for _ in 0..6000 {
        let answer = connection.post(&body).expect("an answer");
        assert_eq!(answer.status(), 200);
    }
    listener.signal("INT");
    listener.release();
    let run = listener.ended();
    let kinds = Output::new().check("listen", &run.code(0).json_lines());
    assert!(kinds.contains("dropped"), "{kinds:?}");
}

#[test]
fn send_prints_what_the_schema_says() {
    let (sandbox, output) = (sandbox(), Output::new());
    let sink = Sink::in_turn(&[200, 500]);
    for (url, code) in [(sink.url().as_str(), 1), ("http://127.0.0.1:1/", 3)] {
        let run = sandbox.enx(&["send", "--all", "--url", url, "--format", "json"]);
        run.code(code);
        let kinds = output.check("send", &run.json_lines());
        assert_eq!(kinds, ["delivery".to_owned()].into());
    }
    let url = sink.url();
    sandbox.write(
        "s.json",
        "{\"steps\": [{\"name\": \"n\", \"text\": \"1\", \"validate\": false}]}",
    );
    for (args, code, expected) in [
        (&["--list"][..], 0, &["scenario"][..]),
        (
            &["--scenario", "s.json", "--url", &url],
            1,
            &["delivery", "summary"],
        ),
        (&["--scenario", "s.json", "--dry-run"], 0, &["request"]),
        (
            &["--scenario", "s.json", "--url", "http://127.0.0.1:1/"],
            3,
            &["delivery", "summary"],
        ),
    ] {
        let run = sandbox.enx(&[&["send", "--format", "json"], args].concat());
        run.code(code);
        let kinds = output.check("send", &run.json_lines());
        let expected = expected.iter().map(|kind| (*kind).to_owned());
        assert_eq!(kinds, expected.collect());
    }
}

#[test]
fn replay_prints_what_the_schema_says() {
    let (sandbox, output) = (sandbox(), Output::new());
    let sink = Sink::in_turn(&[200, 500]);
    let sent = ["delivery", "summary"].map(str::to_owned).into();
    for (url, code) in [(sink.url().as_str(), 1), ("http://127.0.0.1:1/", 3)] {
        let args = [
            "replay",
            "log.jsonl",
            "bare.jsonl",
            "--set",
            "files=[]",
            "--format",
            "json",
            "--url",
            url,
        ];
        let run = sandbox.enx(&args);
        run.code(code);
        assert_eq!(output.check("replay", &run.json_lines()), sent);
    }
    let run = sandbox.enx(&[
        "replay",
        "log.jsonl",
        "bare.jsonl",
        "--dry-run",
        "--format",
        "json",
    ]);
    let planned = ["summary", "would-send"].map(str::to_owned).into();
    assert_eq!(output.check("replay", &run.json_lines()), planned);
}

#[test]
fn validate_prints_what_the_schema_says() {
    let (sandbox, output) = (sandbox(), Output::new());
    let args = [
        "validate",
        "log.jsonl",
        "bare.jsonl",
        "broken.json",
        "--format",
        "json",
    ];
    let run = sandbox.enx(&args);
    run.code(1);
    let kinds = output.check("validate", &run.json_lines());
    assert_eq!(kinds, ["report", "summary"].map(str::to_owned).into());
    let cut = [&args[..], &["--max-findings", "1"]].concat();
    output.check("validate", &sandbox.enx(&cut).json_lines());
    for args in [
        &["validate", "--codes", "--format", "json"][..],
        &["validate", "--explain", "comment", "--format", "json"],
    ] {
        let run = sandbox.enx(args);
        run.code(0);
        let kinds = output.check("validate", &run.json_lines());
        assert_eq!(kinds, ["code".to_owned()].into());
    }
}

#[test]
fn a_report_file_of_validate_is_what_the_schema_says() {
    let sandbox = sandbox();
    let text = include_str!("../../../schemas/output.schema.json");
    let mut schema: Value = serde_json::from_str(text).unwrap();
    schema.as_object_mut().unwrap().remove("oneOf");
    schema["$ref"] = json!("#/$defs/validation");
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    sandbox.write("none.jsonl", "");
    for files in [&["log.jsonl", "broken.json"][..], &["none.jsonl"]] {
        let args = [&["validate", "--report", "report.json"], files].concat();
        sandbox.enx(&args).code(1);
        let report: Value = serde_json::from_str(&sandbox.text("report.json")).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&report)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}\n{report}");
    }
}

#[test]
fn log_prints_what_the_schema_says() {
    let (sandbox, output) = (sandbox(), Output::new());
    for (command, args, kinds) in [
        (
            "log",
            &["log", "log.jsonl", "bare.jsonl"][..],
            &["capture", "summary"][..],
        ),
        ("log show", &["log", "show", "1"], &["capture"]),
        (
            "log sessions",
            &["log", "sessions", "log.jsonl", "bare.jsonl"],
            &["session", "summary"],
        ),
        (
            "log timeline",
            &["log", "timeline", "7"],
            &["step", "summary"],
        ),
        (
            "log diff",
            &["log", "diff", "1", "2"],
            &["difference", "summary"],
        ),
        ("log stats", &["log", "stats"], &["stat", "summary"]),
        ("drift", &["drift"], &["drift", "summary"]),
        ("learn", &["learn"], &["learned", "summary"]),
    ] {
        let run = sandbox.enx(&[args, &["--format", "json"]].concat());
        let seen = output.check(command, &run.json_lines());
        let expected = kinds.iter().map(|kind| (*kind).to_owned());
        assert_eq!(seen, expected.collect(), "{command}");
    }
}

#[test]
fn events_prints_what_the_schema_says() {
    let (sandbox, output) = (sandbox(), Output::new());
    for args in [
        &["events", "--format", "json"][..],
        &["events", "roomdrop", "--format", "json"],
    ] {
        let run = sandbox.enx(args);
        run.code(0);
        let kinds = output.check("events", &run.json_lines());
        assert_eq!(kinds, ["event".to_owned()].into());
    }
}

#[test]
fn check_prints_what_the_schema_says() {
    let (sandbox, output) = (sandbox(), Output::new());
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = [
        "check", "--format", "json", "--rate", "10000", "--url", &url,
    ];
    let kinds = output.check("check", &sandbox.enx(&args).json_lines());
    assert_eq!(
        kinds,
        ["plan", "check", "summary"].map(str::to_owned).into()
    );
    let run = sandbox.enx(&["check", "--list", "--format", "json"]);
    run.code(0);
    let kinds = output.check("check", &run.json_lines());
    assert_eq!(kinds, ["known-check".to_owned()].into());
}

#[test]
fn an_unknown_kind_and_an_unknown_field_are_faults() {
    let output = Output::new();
    let dropped = json!({"kind": "dropped", "count": 3});
    assert!(output.faults("listen", &dropped).is_empty());
    assert!(!output.faults("send", &dropped).is_empty());
    assert!(
        !output
            .faults("listen", &json!({"kind": "newcomer"}))
            .is_empty()
    );
    assert!(
        !output
            .faults("listen", &json!({"kind": "dropped", "count": 3, "x": 1}))
            .is_empty()
    );
    assert!(
        !output
            .faults("listen", &json!({"kind": "dropped"}))
            .is_empty()
    );
}

/// Each `write("kind", …)` in the source is in the schema.
#[test]
fn every_kind_that_the_source_writes_is_in_the_schema() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let output = Output::new();
    let known: BTreeSet<&str> = output.objects.iter().map(|object| &*object.kind).collect();
    let call = regex::Regex::new(r#"\.write\(\s*"([a-z-]+)""#).unwrap();
    let mut written = BTreeSet::new();
    let mut folders = ["commands", "flows", "render"]
        .map(|room| source.join(room))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            written.extend(call.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    let written: BTreeSet<&str> = written.iter().map(String::as_str).collect();
    assert_eq!(written, known);
}
