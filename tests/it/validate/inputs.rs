//! What is judged: folders, patterns, compressed files; and what of it is chosen and shown.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{roomdrop, verdicts};
use crate::support::{Sandbox, record};

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// The file, line and verdict of each document.
fn judged(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let run = sandbox.enx(&[&["validate", "--format", "json"], args].concat());
    let told = run.json_of("report").into_iter().map(|report| {
        let file = report["file"].as_str().unwrap().replace('\\', "/");
        format!(
            "{file}:{} {}",
            report["line"],
            report["verdict"].as_str().unwrap()
        )
    });
    told.collect()
}

#[test]
fn a_folder_is_searched_by_name_with_what_is_compressed_and_without_what_is_hidden() {
    let sandbox = Sandbox::new();
    let good = roomdrop("\"7\"");
    sandbox.write("in/b.json", &good);
    sandbox.write(
        "in/a/z.jsonl.gz",
        gzip(&format!("{good}\n{}\n", roomdrop("7"))),
    );
    sandbox.write("in/a/log.jsonl", record(5, &good) + "\n");
    sandbox.write("in/.git/c.json", "{");
    sandbox.write("in/.d.json", "{");
    sandbox.write("in/notes.md", "# no event");
    let expected = [
        "in/a/log.jsonl:1 valid",
        "in/a/z.jsonl.gz:1 valid",
        "in/a/z.jsonl.gz:2 warning",
        "in/b.json:1 valid",
    ];
    assert_eq!(judged(&sandbox, &["in"]), expected);
    sandbox.write("empty/notes.md", "");
    let run = sandbox.enx(&["validate", "empty", "in"]);
    run.code(3)
        .tells("no JSON files in empty")
        .tells("4 documents");
}

#[test]
fn a_log_is_judged_with_its_older_parts() {
    let sandbox = Sandbox::new();
    let good = roomdrop("\"7\"");
    sandbox.write("log.jsonl", record(2, &good) + "\n");
    sandbox.write("log-1.jsonl", record(1, "{}") + "\n");
    let expected = ["log-1.jsonl:1 invalid", "log.jsonl:1 valid"];
    for named in [
        &["log.jsonl"][..],
        &["."],
        &["log*.jsonl"],
        &["log-1.jsonl", "log.jsonl"],
    ] {
        let told = judged(&sandbox, named);
        let told: Vec<&str> = told
            .iter()
            .map(|line| line.trim_start_matches("./"))
            .collect();
        assert_eq!(told, expected, "{named:?}");
    }
}

#[test]
fn a_pattern_that_no_shell_expanded_is_matched_and_one_without_a_match_is_an_error() {
    let sandbox = verdicts();
    let expected = ["invalid.json:1 invalid", "valid.json:1 valid"];
    assert_eq!(judged(&sandbox, &["*valid.json"]), expected);
    sandbox.write("odd[1].json", roomdrop("\"7\""));
    assert_eq!(judged(&sandbox, &["odd[1].json"]), ["odd[1].json:1 valid"]);
    let run = sandbox.enx(&["validate", "x*.json", "valid.json"]);
    run.code(3)
        .tells("no file matches `x*.json`")
        .says("valid.json: roomdrop (enablex), valid");
}

#[test]
fn events_are_selected_and_what_is_left_out_is_counted() {
    let sandbox = Sandbox::new();
    let other = roomdrop("\"7\"").replace("roomdrop", "session_stop");
    let lines = [roomdrop("\"7\""), other, roomdrop("\"\""), "{}".to_owned()];
    sandbox.write("a.jsonl", lines.join("\n"));
    let expected = ["a.jsonl:1 valid", "a.jsonl:3 invalid"];
    assert_eq!(
        judged(&sandbox, &["a.jsonl", "--event", "roomdrop"]),
        expected
    );
    let run = sandbox.enx(&["validate", "a.jsonl", "--event", "session_stop"]);
    run.code(0)
        .tells("1 document: 1 valid")
        .tells("3 documents not selected");
    let run = sandbox.enx(&["validate", "a.jsonl", "--event", "chatdata"]);
    run.code(1).tells("event:chatdata left out all 4");
    let run = sandbox.enx(&["validate", "a.jsonl", "--event", "rumdrop"]);
    run.code(1)
        .tells("no event in the catalog is called `rumdrop`: it selects unknown events")
        .tells("did you mean `roomdrop`?")
        .tells("event:rumdrop left out all 4: did you mean `roomdrop`?");
}

#[test]
fn what_cannot_be_read_is_told_whatever_events_are_selected() {
    let sandbox = Sandbox::new();
    let good = record(1, &roomdrop("\"7\"")) + "\n";
    let large = record(2, &"x".repeat(4000)) + "\n";
    sandbox.write(
        "log.jsonl",
        [&good, "{\"enx_hook\":1,\n", &large, &good].concat(),
    );
    let args = [
        "validate",
        "log.jsonl",
        "--event",
        "chatdata",
        "--max-document",
        "3000",
    ];
    let run = sandbox.enx(&args);
    run.code(1)
        .says("error[damaged-record]")
        .says("error[document-too-large]")
        .tells("2 documents: 2 invalid")
        .tells("2 documents not selected");
}

#[test]
fn a_provider_can_be_forced() {
    let sandbox = Sandbox::new();
    // Both providers' fields are there.
    let text = roomdrop("\"7\"").replace("{\"type\"", "{\"status\":\"upload_failed\",\"type\"");
    sandbox.write("a.json", text);
    let told = |provider: &str| {
        let args = [
            "validate",
            "a.json",
            "--format",
            "json",
            "--provider",
            provider,
        ];
        sandbox.enx(&args).json_of("report").remove(0)["event"].clone()
    };
    assert_eq!(told("enablex"), "roomdrop");
    assert_eq!(told("streamrec"), "upload_failed");
    let run = sandbox.enx(&["validate", "a.json", "--provider", "acme"]);
    run.code(2).tells("there are: enablex, streamrec");
    let args = [
        "validate",
        "a.json",
        "--provider",
        "streamrec",
        "--as",
        "roomdrop",
    ];
    sandbox
        .enx(&args)
        .code(2)
        .tells("no event is called `roomdrop`");
}

#[test]
fn only_what_fails_can_be_shown_and_all_is_counted() {
    let sandbox = verdicts();
    let files = ["valid.json", "warning.json", "unknown.json", "invalid.json"];
    let run = sandbox.enx(&[&["validate", "--only-invalid"], &files[..]].concat());
    run.code(1)
        .tells("4 documents: 1 valid, 1 warning, 1 unknown, 1 invalid");
    assert_eq!(run.out().matches(" (enablex), ").count(), 1);
    let run = sandbox.enx(&[&["validate", "--only-invalid", "--strict"], &files[..]].concat());
    assert_eq!(run.code(1).out().matches(" (enablex), ").count(), 3);
    assert_eq!(judged(&sandbox, &["--only-invalid", "valid.json"]), [""; 0]);
}

#[test]
fn findings_can_be_limited_and_the_rest_is_counted() {
    let sandbox = Sandbox::new();
    let line = "{'a': 1, 'b': 2,}";
    sandbox.write("a.jsonl", [line, line, line].join("\n"));
    let run = sandbox.enx(&["validate", "a.jsonl", "--max-findings", "5"]);
    let all = sandbox.enx(&["validate", "a.jsonl"]);
    assert_eq!(run.code(1).out().matches("error[").count(), 5);
    let more = all.out().matches("error[").count() - 5;
    run.tells(&format!("{more} more findings not shown (--max-findings)"));
    let args = [
        "validate",
        "a.jsonl",
        "--max-findings",
        "5",
        "--format",
        "json",
    ];
    let run = sandbox.enx(&args);
    let shown = |report: &serde_json::Value| report["findings"].as_array().unwrap().len();
    let reports = run.json_of("report");
    assert_eq!(reports.iter().map(shown).sum::<usize>(), 5);
    assert_eq!(reports.len(), 3);
    assert_eq!(run.json_of("summary")[0]["findings_not_shown"], more);
}

#[test]
fn many_documents_are_summed_up_by_event_and_verdict_with_the_commonest_findings() {
    let sandbox = Sandbox::new();
    let mut lines = vec![roomdrop("\"7\""); 20];
    lines.extend(vec![roomdrop("7").replace("roomdrop", "session_stop"); 3]);
    lines.push("{}".to_owned());
    sandbox.write("a.jsonl", lines.join("\n"));
    let run = sandbox.enx(&["validate", "a.jsonl", "--only-invalid"]);
    run.code(1)
        .tells("24 documents in ")
        .tells(" a second): 20 valid, 3 warning, 1 invalid\n")
        .tells("\n  roomdrop      20 valid\n")
        .tells("\n  session_stop            3 warning\n")
        .tells("commonest findings\n  3  warning  number-for-string\n  1  error    missing-discriminator\n");
    let run = sandbox.enx(&["validate", "a.jsonl", "--only-invalid", "--quiet"]);
    assert_eq!(run.code(1).err(), "");
}

/// The bar comes after a second, whatever the machine does: documents keep coming until then.
#[cfg(target_os = "linux")]
#[test]
fn what_takes_longer_than_a_second_gets_a_bar_on_a_terminal() {
    use crate::support::Terminal;
    let sandbox = Sandbox::new();
    sandbox.write("lines.jsonl", (roomdrop("\"7\"") + "\n").repeat(1000));
    let line = "stty cols 80 rows 24; (while test ! -e stop; do cat lines.jsonl; done) | enx-hook validate - --only-invalid";
    let mut terminal = Terminal::run(&sandbox, line, &[]);
    terminal.wait_for("B/s");
    sandbox.write("stop", "");
    let (code, rest) = terminal.ended();
    assert_eq!(code, Some(0));
    let (_, after) = rest.rsplit_once("\u{1b}[2K").expect("the bar goes");
    assert!(after.contains(" documents in "), "{rest}");
}
