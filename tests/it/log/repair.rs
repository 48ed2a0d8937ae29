//! `log repair`: what is damaged, and the copy of what is whole.

use std::fs;

use serde_json::json;

use super::fixture::sandbox;
use crate::support::{Sandbox, record};

const BODY: &str = "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}";

/// A log with a torn record, two that are missing, a line that is none, and a damaged look-alike.
fn hurt() -> Sandbox {
    let sandbox = Sandbox::new();
    let lines = [
        record(21, BODY),
        record(22, BODY)[..60].to_owned(),
        record(24, BODY),
        "hello".to_owned(),
        record(25, BODY),
    ];
    sandbox.write("log.jsonl", lines.join("\n") + "\n");
    sandbox.write("log-9.jsonl", "\0\0\0\0");
    sandbox
}

#[test]
fn a_whole_log_with_packed_parts_is_whole() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "repair", "parts/log.jsonl"]);
    run.code(0)
        .tells("56 whole records in 3 files; nothing is damaged");
    assert_eq!(run.out(), "");
}

#[test]
fn every_damage_is_told_with_its_place() {
    let run = hurt().enx(&["log", "repair"]);
    assert_eq!(
        run.code(1).out(),
        "\
log-9.jsonl  not read  it may be a part of the log by its name, but its beginning is damaged
log.jsonl:2  torn  EOF while parsing a string at column 60
log.jsonl:3  missing  2 records before this line (#22 to #23)
log.jsonl:4  damaged  it is not a record
"
    );
    run.tells("3 whole records in 1 file; 4 places are damaged; --output FILE writes");
}

#[test]
fn json_has_a_line_for_each_damage() {
    let run = hurt().enx(&["log", "repair", "--format", "json"]);
    let found = run.code(1).json_of("damage");
    let states: Vec<_> = found.iter().map(|line| &line["state"]).collect();
    assert_eq!(states, ["part", "torn", "missing", "damaged"]);
    assert_eq!(
        (&found[2]["first_seq"], &found[2]["last_seq"]),
        (&json!(22), &json!(23))
    );
    let summary = &run.json_of("summary")[0];
    assert_eq!(
        summary,
        &json!({"kind": "summary", "files": 1, "records": 3, "removed": 0, "missing": 2,
            "damages": 4, "first_seq": 21, "last_seq": 25, "output": null})
    );
}

#[test]
fn the_copy_is_whole_and_the_log_stays_as_it_is() {
    let sandbox = hurt();
    let before = sandbox.text("log.jsonl");
    sandbox
        .enx(&["log", "repair", "--output", "whole.jsonl"])
        .code(1)
        .tells("in whole.jsonl");
    assert_eq!(sandbox.text("log.jsonl"), before);
    let whole = [21, 24, 25].map(|seq| record(seq, BODY) + "\n").concat();
    assert_eq!(sandbox.text("whole.jsonl"), whole);
    let run = sandbox.enx(&["log", "whole.jsonl", "--format", "line"]);
    run.code(0).hides("skipped");
    // No file is ever replaced, the log least of all.
    for taken in ["whole.jsonl", "log.jsonl", "log-9.jsonl"] {
        sandbox.enx(&["log", "repair", "--output", taken]).code(2);
    }
    assert_eq!(sandbox.text("log.jsonl"), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let known = fs::metadata(sandbox.path("whole.jsonl")).unwrap();
        assert_eq!(known.permissions().mode() & 0o777, 0o600);
    }
    let names = fs::read_dir(sandbox.path("")).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    let is_left = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(".enx-hook-");
    assert!(!names.iter().any(is_left), "{names:?}");
}

#[test]
fn what_is_no_log_or_not_there_is_not_judged() {
    let sandbox = Sandbox::new();
    sandbox.write("notes.txt", "hello\n");
    sandbox
        .enx(&["log", "repair", "notes.txt"])
        .code(3)
        .tells("is not a log of enx-hook");
    sandbox
        .enx(&["log", "repair"])
        .code(3)
        .tells("cannot read log.jsonl");
}
