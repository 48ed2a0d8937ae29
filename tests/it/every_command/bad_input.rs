//! Bad input for the commands that read files: one clear word, the right exit code, no panic,
//! no hang, and no memory to match.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Run, Sandbox, Sink, record};

/// Validates and replays a file; what both said. Nothing may reach the sink but `sent` bodies.
#[track_caller]
fn both(name: &str, bytes: &[u8], sent: usize) -> (Run, Run) {
    let sandbox = Sandbox::new();
    sandbox.write(name, bytes);
    on(&sandbox, name, sent)
}

/// The same as people see it.
#[track_caller]
fn both_whole(name: &str, bytes: &[u8], sent: usize) -> String {
    let (validate, replay) = both(name, bytes, sent);
    format!("{validate}{replay}")
}

#[track_caller]
fn on(sandbox: &Sandbox, name: &str, sent: usize) -> (Run, Run) {
    let sink = Sink::answering(200).may_be_unused();
    let validate = sandbox.enx(&["validate", name]);
    let replay = sandbox.enx(&["replay", name, "--url", &sink.url()]);
    for run in [&validate, &replay] {
        run.hides("panicked").hides("RUST_BACKTRACE");
    }
    assert_eq!(sink.rest().len(), sent);
    (validate, replay)
}

/// The same of a name that is no file.
#[track_caller]
fn without(name: &str) -> String {
    let (validate, replay) = on(&Sandbox::new(), name, 0);
    format!("{validate}{replay}")
}

#[test]
fn a_file_that_is_not_there_is_named() {
    insta::assert_snapshot!(without("nowhere.jsonl"), @r"
    $ enx-hook validate nowhere.jsonl
    exit code 3
    -- stderr
    error: cannot read nowhere.jsonl: <reason>
      `enx-hook listen` writes a log
    $ enx-hook replay nowhere.jsonl --url http://<peer>/hook
    exit code 3
    -- stderr
    replaying to http://<peer>/hook (--url)
    error: cannot read nowhere.jsonl: <reason>
      `enx-hook listen` writes a log
    nothing was sent
    ");
}

#[test]
fn a_folder_is_no_file() {
    insta::assert_snapshot!(without("home"), @r"
    $ enx-hook validate home
    exit code 3
    -- stderr
    error: no JSON files in home
      a folder is searched for .json, .jsonl and .ndjson files, also with .gz or .zst added; name other files directly
    $ enx-hook replay home --url http://<peer>/hook
    exit code 3
    -- stderr
    replaying to http://<peer>/hook (--url)
    error: cannot read home: <reason>
    nothing was sent
    ");
}

#[test]
fn an_empty_file_is_no_document() {
    let whole = both_whole("a.json", b"", 0);
    insta::assert_snapshot!(whole, @r"
    $ enx-hook validate a.json
    exit code 1
    -- stdout
    error[empty-text]: there is no JSON here
     --> a.json:1:1
    help: put a document here

    a.json: invalid: 1 error

    $ enx-hook replay a.json --url http://<peer>/hook
    exit code 1
    -- stderr
    replaying to http://<peer>/hook (--url)
    warning: a.json:1: neither a record nor JSON; skipped
    nothing was sent: the input has no capture; 1 bad line skipped
    ");
}

#[test]
fn blank_lines_without_end_are_read_once() {
    let whole = both_whole("a.json", &b"\n".repeat(300_000), 0);
    insta::assert_snapshot!(whole, @r"
    $ enx-hook validate a.json
    exit code 1
    -- stdout
    error[empty-text]: there is no JSON here
          --> a.json:300001:1
    help: put a document here

    a.json: invalid: 1 error

    $ enx-hook replay a.json --url http://<peer>/hook
    exit code 1
    -- stderr
    replaying to http://<peer>/hook (--url)
    warning: a.json:1: neither a record nor JSON; skipped
    nothing was sent: the input has no capture; 1 bad line skipped
    ");
}

#[test]
fn bytes_that_are_no_utf8_are_a_finding_with_their_place() {
    // Replay sends bytes, whatever they mean.
    let whole = both_whole("a.json", b"{\n \"type\": \"\xff\xfe\"}", 1);
    insta::assert_snapshot!(whole, @r#"
    $ enx-hook validate a.json
    exit code 1
    -- stdout
    unknown[unknown-event]: EnableX Video documents no event `��`
     --> a.json:2:10
      |
    2 |  "type": "\xff\xfe"}
      |          ^^^^^^^^^^
      |
    help: new events may come without notice: a receiver answers 200 to them

    error[invalid-utf8]: these bytes are not UTF-8
     --> a.json:2:11
      |
    2 |  "type": "\xff\xfe"}
      |           ^^^^^^^^
      |
    help: save the text as UTF-8

    a.json: �� (enablex), invalid: 1 error, 1 unknown

    $ enx-hook replay a.json --url http://<peer>/hook
    exit code 0
    -- stdout
    a.json:1  ��  200 in <duration>
      {"status":200}
    -- stderr
    replaying to http://<peer>/hook (--url)
    1 sent: 1 answered 200
    "#);
}

#[test]
fn ninety_thousand_levels_are_refused_and_survived() {
    let deep = format!("{}{}", "[".repeat(90_000), "]".repeat(90_000));
    let inside = format!("{{\"type\":\"roomdrop\",\"x\":{deep}}}");
    let open = "{\"a\":".repeat(90_000);
    for (text, sent) in [(&deep, 0), (&inside, 1), (&open, 0)] {
        for name in ["a.json", "a.jsonl"] {
            let (validate, _) = both(name, text.as_bytes(), sent);
            validate
                .code(1)
                .says("error[too-deep]")
                .says(&format!("{name}:1:"));
        }
    }
}

#[test]
fn a_body_of_many_levels_in_a_record_is_replayed_as_it_is() {
    let deep = format!("{}{}", "[".repeat(90_000), "]".repeat(90_000));
    let (validate, replay) = both("log.jsonl", (record(1, &deep) + "\n").as_bytes(), 1);
    validate.code(1).says("error[too-deep]");
    replay.code(0);
}

#[test]
fn a_log_of_a_newer_version_is_told_from_damage() {
    let newer = record(1, "{}").replacen(":1,", ":2,", 1) + "\n";
    let whole = both_whole("log.jsonl", newer.as_bytes(), 0);
    insta::assert_snapshot!(whole, @r"
    $ enx-hook validate log.jsonl
    exit code 1
    -- stdout
    error[damaged-record]: this record cannot be read: record version 2 is not supported (this program reads version 1): a newer enx-hook wrote it
     --> log.jsonl:1:1
    help: the log was changed or damaged here; the other records are not affected

    log.jsonl: invalid: 1 error

    $ enx-hook replay log.jsonl --url http://<peer>/hook
    exit code 1
    -- stderr
    replaying to http://<peer>/hook (--url)
    warning: log.jsonl:1: a record that cannot be read: record version 2 is not supported (this program reads version 1): a newer enx-hook wrote it; skipped
    nothing was sent: the input has no capture; 1 bad line skipped
    ");
}

#[test]
fn a_damaged_record_in_the_middle_does_not_hide_the_others() {
    let body = "{\"type\":\"roomdrop\",\"trans_date\":1,\"app_id\":\"a\",\"room_id\":\"r\",\"conf_num\":\"c\"}";
    let whole = record(1, body);
    let text = format!("{whole}\n{}\n{whole}\n", &whole[..60]);
    let whole = both_whole("log.jsonl", text.as_bytes(), 2);
    insta::assert_snapshot!(whole, @r#"
    $ enx-hook validate log.jsonl
    exit code 1
    -- stdout
    log.jsonl:1 #1: roomdrop (enablex), valid
    error[damaged-record]: this record cannot be read: EOF while parsing a string at column 60
     --> log.jsonl:2:1
    help: the log was changed or damaged here; the other records are not affected

    log.jsonl:2: invalid: 1 error

    log.jsonl:3 #1: roomdrop (enablex), valid
    -- stderr
    3 documents: 2 valid, 1 invalid
    $ enx-hook replay log.jsonl --url http://<peer>/hook
    exit code 1
    -- stdout
    #1  roomdrop  c  200 in <duration>
      {"status":200}
    #1  roomdrop  c  200 in <duration>
      {"status":200}
    -- stderr
    replaying to http://<peer>/hook (--url)
    warning: log.jsonl:2: a record that cannot be read: EOF while parsing a string at column 60; skipped
    2 sent: 2 answered 200; 1 bad line skipped
    "#);
}

#[test]
fn a_file_of_another_program_is_no_document() {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR".to_vec();
    picture.extend((0..100_000).map(|_| rng.u8(..)));
    let (validate, replay) = both("picture.png", &picture, 0);
    validate.code(1).says("error[").hides("\u{1b}");
    // One document that is none, and not a line for each of its line feeds.
    assert!(validate.out().lines().count() < 30, "{}", validate.out());
    replay
        .code(1)
        .tells("picture.png:1: this is a PNG image, not JSON");
    assert_eq!(replay.err().matches("warning: ").count(), 1);
}

#[test]
fn a_document_beyond_the_limit_is_named_and_the_next_is_read() {
    let long = format!("{{\"a\":\"{}\"}}\n{{\"type\":\"x\"}}\n", "y".repeat(5000));
    let sandbox = Sandbox::new();
    sandbox.write("a.jsonl", long);
    let sink = Sink::answering(200);
    let run = sandbox.enx(&["validate", "a.jsonl", "--max-document", "1kB"]);
    run.code(1)
        .says("error[document-too-large]")
        .says("--max-document")
        .says("a.jsonl:2");
    let url = sink.url();
    let run = sandbox.enx(&["replay", "a.jsonl", "--max-document", "1kB", "--url", &url]);
    run.code(1).tells("a.jsonl:1: ").tells("--max-document");
    assert_eq!(sink.next().body, b"{\"type\":\"x\"}");
}

/// A line of 200 MB, streamed in: what the run said, and the most memory it had, in bytes.
#[cfg(target_os = "linux")]
fn with_long_line(args: &[&str]) -> (i32, String, u64) {
    const MEGABYTE: usize = 1_000_000;
    let sandbox = Sandbox::new();
    let mut child = sandbox
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let piece = vec![b'a'; MEGABYTE];
    for _ in 0..200 {
        stdin.write_all(&piece).unwrap();
    }
    // All but what the pipe holds was read, and the program waits for more: it cannot end
    // before its memory was looked at.
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    stdin.write_all(b"\n{\"type\":\"x\"}\n").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code().unwrap(), said, peak * 1024)
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_200_mb_is_skipped_in_bounded_memory_by_validate() {
    let (code, said, peak) = with_long_line(&["validate", "-"]);
    assert_eq!(code, 1);
    assert!(said.contains("200 MB"), "{said}");
    assert!(said.contains("stdin:2"), "{said}");
    assert!(peak < 100_000_000, "{peak} bytes");
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_200_mb_is_skipped_in_bounded_memory_by_replay() {
    let sink = Sink::answering(200);
    let (code, said, peak) = with_long_line(&["replay", "-", "--url", &sink.url()]);
    assert_eq!(code, 1);
    assert!(said.contains("stdin:1: 200 MB long"), "{said}");
    assert_eq!(sink.next().body, b"{\"type\":\"x\"}");
    assert!(peak < 150_000_000, "{peak} bytes");
}

#[cfg(unix)]
#[test]
fn a_file_without_an_end_is_refused_and_takes_no_memory() {
    let sandbox = Sandbox::new();
    let url = "http://127.0.0.1:1";
    for args in [
        &["send", "--data", "@/dev/zero", "--url", url][..],
        &["send", "--scenario", "/dev/zero", "--url", url],
        &[
            "send",
            "roomdrop",
            "--cacert",
            "/dev/zero",
            "--url",
            "https://127.0.0.1:1",
        ],
        &["validate", "--fix", "/dev/zero"],
        &[
            "listen",
            "--port",
            "0",
            "--tls-cert",
            "/dev/zero",
            "--tls-key",
            "/dev/zero",
        ],
    ] {
        let run = sandbox.enx(args);
        run.tells("/dev/zero").tells("it is larger than 64 MB");
        assert!(run.err().starts_with("error: "), "{}", run.err());
    }
}
