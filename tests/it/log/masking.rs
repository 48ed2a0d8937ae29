//! `--mask` and `log export`: what is not to be seen is in no output, and stays in the log.

use serde_json::Value;

use crate::support::{Sandbox, Sink, record, record_with};

const SECRET: &str = "ada-lovelace";

/// A log of four captures, all with a value that is not to be seen: an event, one whose finding
/// quotes the value, one that is compressed, and one that is not JSON.
fn log(sandbox: &Sandbox) -> String {
    let event = format!(
        r#"{{"status":"session_finished","msg":"","rec_id":"r1","client_id":"{SECRET}","started_at":"2026-11-20T09:00:00Z","stopped_at":"2026-11-20T09:10:00Z"}}"#
    );
    let wrong = event.replace("\"2026-11-20T09:00:00Z\"", &format!("\"{SECRET}\""));
    let lines = [
        record(1, &event),
        record(2, &wrong),
        record_with(3, &[("content-encoding", "gzip")], "x").replace(
            "\"body\":\"x\"",
            &format!("\"body_base64\":\"{}\"", gzipped(&event)),
        ),
        record(4, &format!("client_id={SECRET}")),
    ];
    let text = lines.join("\n") + "\n";
    sandbox.write("log.jsonl", &text);
    text
}

fn gzipped(text: &str) -> String {
    use base64::Engine as _;
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    base64::engine::general_purpose::STANDARD.encode(packer.finish().unwrap())
}

#[test]
fn a_masked_value_is_in_no_output_and_the_log_is_as_it_was() {
    let sandbox = Sandbox::new();
    let before = log(&sandbox);
    for term in ["personal", "/client_id"] {
        for args in [
            &["log"][..],
            &["log", "--full"],
            &["log", "--format", "json"],
            &["log", "show", "1"],
            &["log", "show", "1", "--raw"],
            &["log", "show", "1", "--as", "curl"],
            &["log", "show", "1", "--as", "http"],
            &["log", "show", "3", "--format", "json"],
            &["log", "show", "3", "--raw"],
            &["log", "show", "4", "--raw"],
            &["log", "diff", "1", "3"],
            &["log", "diff", "1", "--sample", "--exact"],
            &["log", "export"],
        ] {
            let mut terms = vec!["--mask", term];
            // What else has the value.
            terms.extend(["--mask", "started_at"]);
            let run = sandbox.enx(&[args, &terms[..]].concat());
            run.hides(SECRET);
            assert!(
                run.out().contains("***") || args[1] == "diff",
                "{args:?}\n{}",
                run.out()
            );
        }
    }
    assert_eq!(sandbox.text("log.jsonl"), before);
    sandbox.enx(&["log"]).code(0).says(SECRET);
}

#[test]
fn verdicts_are_those_of_the_values_and_findings_do_not_quote_them() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    let plain = sandbox.enx(&["log", "--format", "json"]);
    plain.says(SECRET);
    let masked = sandbox.enx(&[
        "log",
        "--format",
        "json",
        "--mask",
        "client_id",
        "--mask",
        "started_at",
    ]);
    masked.code(0).hides(SECRET);
    let verdicts = |lines: Vec<Value>| -> Vec<Value> {
        lines.iter().map(|line| line["verdict"].clone()).collect()
    };
    assert_eq!(
        verdicts(masked.json_of("capture")),
        verdicts(plain.json_of("capture"))
    );
    let second = &masked.json_of("capture")[1];
    let was = &plain.json_of("capture")[1];
    assert_eq!(second["findings"][0]["code"], was["findings"][0]["code"]);
    assert_eq!(second["findings"][0]["pointer"], "/started_at");
    let body: Value = serde_json::from_str(second["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["client_id"], &body["rec_id"]),
        (&"***".into(), &"r1".into())
    );
}

#[test]
fn a_session_that_is_masked_is_not_named() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "log.jsonl",
        record(1, r#"{"type":"roomdrop","conf_num":"48213907"}"#) + "\n",
    );
    for format in ["human", "line", "json"] {
        let run = sandbox.enx(&["log", "--format", format, "--mask", "conf_num"]);
        run.code(0).hides("48213907").says("***");
    }
}

#[test]
fn a_path_that_is_not_there_is_told_and_one_that_is_none_is_refused() {
    let sandbox = Sandbox::new();
    log(&sandbox);
    for args in [
        &["log"][..],
        &["log", "show", "1"],
        &["log", "export"],
        &["log", "diff", "1", "3"],
    ] {
        let run = sandbox.enx(&[args, &["--mask", "/clientid", "--mask", "client_id"]].concat());
        run.tells("no body had /clientid: nothing was masked there")
            .hides("/client_id");
    }
    let run = sandbox.enx(&["log", "--mask", "a..b"]);
    run.code(2).tells("column 3");
}

#[test]
fn an_export_is_a_log_that_is_as_valid_as_it_was() {
    let sandbox = Sandbox::new();
    let listed = sandbox.enx(&["events", "--format", "json"]);
    let names = listed.code(0).json_lines();
    let samples = names
        .iter()
        .filter_map(|line| line["event"].as_str().or(line["name"].as_str()));
    let lines: Vec<String> = samples
        .zip(1..)
        .map(|(name, seq)| record(seq, sandbox.enx(&["events", name, "--sample"]).out().trim()))
        .collect();
    assert!(lines.len() >= 10, "{}", lines.len());
    sandbox.write("log.jsonl", lines.join("\n") + "\n");
    let run = sandbox.enx(&[
        "log",
        "export",
        "--mask",
        "personal",
        "--output",
        "ticket.jsonl",
    ]);
    run.code(0)
        .tells(&format!("{} captures written to ticket.jsonl", lines.len()));
    assert!(
        sandbox
            .text("ticket.jsonl")
            .contains("https://masked.invalid/***")
    );
    let verdicts = |log: &str| {
        let run = sandbox.enx(&["log", log, "--format", "json"]);
        let lines = run.code(0).json_of("capture");
        lines
            .iter()
            .map(|line| (line["seq"].clone(), line["verdict"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(verdicts("ticket.jsonl"), verdicts("log.jsonl"));
    // It is not written over, and its mode is that of a log.
    let run = sandbox.enx(&["log", "export", "--output", "ticket.jsonl"]);
    run.code(2).tells("exists already");
    let run = sandbox.enx(&["log", "export", "--output", "log.jsonl"]);
    run.code(2);
}

#[test]
fn an_export_has_what_is_selected_with_its_numbers_and_its_bytes() {
    let sandbox = Sandbox::new();
    let text = log(&sandbox);
    let run = sandbox.enx(&["log", "export", "--last", "2"]);
    let last: Vec<&str> = text.lines().skip(2).collect();
    assert_eq!(run.code(0).out().lines().collect::<Vec<_>>(), last);
    let run = sandbox.enx(&["log", "export", "--limit", "1", "--seq", "2.."]);
    assert_eq!(run.code(0).out().trim_end(), text.lines().nth(1).unwrap());
    let run = sandbox.enx(&["log", "export", "--session", "nobody"]);
    assert_eq!(run.code(1).out(), "");
    run.tells("0 captures written to stdout");
}

#[test]
fn the_archive_of_a_replay_has_masked_bodies_and_the_server_got_the_values() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    log(&sandbox);
    let args = [
        "replay",
        "log.jsonl",
        "--url",
        &sink.url(),
        "--report",
        "out.har",
        "--mask",
        "personal",
        "--mask",
        "started_at",
    ];
    sandbox.enx(&args).code(0);
    let har = sandbox.text("out.har");
    assert!(har.contains("***") && !har.contains(SECRET), "{har}");
    assert!(String::from_utf8_lossy(&sink.next().body).contains(SECRET));
}
