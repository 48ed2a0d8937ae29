//! `validate` on files of many lines: judged on several threads, told in order, in little
//! memory.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Sandbox, record};

/// Enough lines for several blocks.
const LINES: usize = 6000;

fn roomdrop(number: usize) -> String {
    let conf_num = match number % 500 {
        0 => String::new(),
        _ => format!("{number:08}"),
    };
    format!(
        "{{\"type\":\"roomdrop\",\"trans_date\":1731573916,\"app_id\":\"64e0b9d3c5a7182f3b6d4e90\",\
         \"room_id\":\"65f1c2a79be4d3081f6a2c57\",\"conf_num\":\"{conf_num}\"}}"
    )
}

/// The lines of the reports on what is invalid, and how many there are of each verdict.
fn judged(sandbox: &Sandbox, file: &str) -> (Vec<u64>, usize, usize) {
    let run = sandbox.enx(&["validate", file, "--format", "json"]);
    let reports = run.code(1).json_lines();
    let reports: Vec<_> = reports
        .iter()
        .filter(|report| report["kind"] == "report")
        .collect();
    let lines: Vec<u64> = reports
        .iter()
        .map(|report| report["line"].as_u64().unwrap())
        .collect();
    assert!(lines.is_sorted(), "{file} is not told in order");
    let is_invalid = |line: &usize| reports[*line]["verdict"] == "invalid";
    let invalid: Vec<u64> = (0..reports.len())
        .filter(is_invalid)
        .map(|line| lines[line])
        .collect();
    let valid = reports
        .iter()
        .filter(|report| report["verdict"] == "valid")
        .count();
    (invalid, valid, reports.len())
}

#[test]
fn many_lines_are_judged_in_order_plain_packed_and_as_captures() {
    let sandbox = Sandbox::new();
    let mut lines = String::new();
    let mut log = String::new();
    for number in 1..=LINES {
        // A blank line is none, and counts.
        lines += if number % 1000 == 0 { "\n" } else { "" };
        lines += &(roomdrop(number) + "\n");
        log += &(record(number as u64, &roomdrop(number)) + "\n");
    }
    sandbox.write("a.jsonl", &lines);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(lines.as_bytes()).unwrap();
    sandbox.write("a.jsonl.gz", packed.finish().unwrap());
    sandbox.write("log.jsonl", &log);

    let expected: Vec<u64> = (1..=12_u64)
        .map(|number| number * 500 + number / 2)
        .collect();
    for file in ["a.jsonl", "a.jsonl.gz"] {
        assert_eq!(
            judged(&sandbox, file),
            (expected.clone(), LINES - 12, LINES),
            "{file}"
        );
    }
    let expected: Vec<u64> = (1..=12_u64).map(|number| number * 500).collect();
    assert_eq!(judged(&sandbox, "log.jsonl"), (expected, LINES - 12, LINES));
}

#[test]
fn a_record_torn_at_the_end_of_a_long_log_is_a_warning_and_in_its_middle_an_error() {
    let sandbox = Sandbox::new();
    let mut log: String = (1..=LINES)
        .map(|number| record(number as u64, &roomdrop(1)) + "\n")
        .collect();
    let torn = "{\"enx_hook\":1,\"seq\":9999,\"received_at\":\"2026";
    sandbox.write("log.jsonl", format!("{log}{torn}"));
    let run = sandbox.enx(&["validate", "log.jsonl", "--format", "json"]);
    run.code(0).tells("the last record is torn");
    log.insert_str(0, &format!("{torn}\n"));
    sandbox.write("log.jsonl", &log);
    sandbox
        .enx(&["validate", "log.jsonl", "--format", "json"])
        .code(1)
        .says("damaged-record");
}

#[test]
fn a_line_beyond_the_limit_is_one_finding_and_the_others_are_judged() {
    let sandbox = Sandbox::new();
    let long = format!("{{\"type\":\"{}\"}}", "x".repeat(600_000));
    let text = format!("{}\n{long}\n{}\n", roomdrop(1), roomdrop(2));
    sandbox.write("a.jsonl", text);
    let run = sandbox.enx(&[
        "validate",
        "a.jsonl",
        "--max-document",
        "1kB",
        "--format",
        "json",
    ]);
    let reports = run.code(1).json_lines();
    let told: Vec<_> = reports
        .iter()
        .filter(|report| report["kind"] == "report")
        .map(|report| {
            (
                report["line"].as_u64().unwrap(),
                report["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [(1, "valid"), (2, "invalid"), (3, "valid")]);
    assert_eq!(reports[1]["findings"][0]["code"], "document-too-large");
}
